//! The provider itself: its configuration, and what it offers.

mod config;
mod user_agent;

use std::sync::Arc;

use arm::{Credentials, Reqwest, TokenSource, Transport};
use tf_plugin::schema::Schema;
use tf_plugin::{Configure, Diagnostics, ManagedResource, Provider, Registry};

use crate::azure::Azure;
use crate::functions;
use crate::geographical_location::GeographicalLocation;
use crate::name_availability::NameAvailability;
use crate::traffic_manager_profile::{TrafficManagerProfile, TrafficManagerProfileSource};
pub use config::Environment;
use config::{Config, Settings};

/// The provider `azuretm`.
#[derive(Debug)]
pub struct AzureTrafficManager {
    environment: Environment,
}

impl AzureTrafficManager {
    /// A provider that falls back on these environment variables where its configuration says nothing.
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }
}

impl Provider for AzureTrafficManager {
    type Config = Config;
    type Data = Azure;

    fn schema(&self) -> Schema {
        Schema::of::<Config>()
    }

    fn validate(&self, config: &Config, diagnostics: &mut Diagnostics) {
        config.check(diagnostics);
    }

    async fn configure(&self, request: Configure<Config>, diagnostics: &mut Diagnostics) -> Option<Azure> {
        let settings = request.config.settle(&self.environment, diagnostics)?;
        let Settings {
            mut cloud,
            metadata_host,
            subscription_id,
            ignored_warnings,
            login,
            user_agent,
            authorities,
            proxy,
        } = settings;
        // One for all, so that Azure and its login service see few connections; built with the first request.
        let transport = authorities.into_iter().fold(Reqwest::new(), Reqwest::trusting);
        let transport: Arc<dyn Transport> = Arc::new(proxy.into_iter().fold(transport, Reqwest::through));
        if let Some(host) = metadata_host {
            cloud = cloud.described_by(&host, Arc::clone(&transport));
        }
        let address = cloud.address.clone();
        let tokens = cloud.takes_tokens().then(|| {
            Arc::new(Credentials::new(login, address.clone(), Arc::clone(&transport))) as Arc<dyn TokenSource>
        });
        let user_agent = user_agent::user_agent(&request.terraform_version, &user_agent);
        let client = arm::Client::with_transport(address, tokens, &user_agent, transport);
        Some(Azure { cloud, subscription_id, ignored_warnings, client, session: Arc::default() })
    }

    fn register(&self, registry: &mut Registry<Azure>) {
        registry.resource(ManagedResource::new(TrafficManagerProfile).with_identity());
        registry.data_source(TrafficManagerProfileSource);
        registry.data_source(GeographicalLocation);
        registry.data_source(NameAvailability);
        functions::register(registry);
    }
}
