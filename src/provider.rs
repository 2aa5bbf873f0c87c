//! The provider itself: its configuration, and the client that resources share.

mod cloud;
mod config;
mod user_agent;

use std::collections::BTreeSet;
use std::sync::Arc;

use arm::{Credentials, Reqwest, TokenSource, Transport};
use tf_plugin::schema::Schema;
use tf_plugin::{Diagnostics, Host, Provider, Registry, Value};

use crate::functions;
use crate::geographical_location::GeographicalLocation;
use crate::name_availability::NameAvailability;
use crate::session::Session;
use crate::traffic_manager_profile::{TrafficManagerProfile, TrafficManagerProfileSource};
pub(crate) use cloud::Cloud;
pub use config::Environment;
pub(crate) use config::is_uuid;
use config::{Config, Settings};

/// The provider `azuretm`.
#[derive(Debug)]
pub struct AzureTrafficManager {
    environment: Environment,
}

/// What resources are given: which Azure, which subscription, and the client.
#[derive(Clone)]
pub struct Azure {
    pub(crate) cloud: Cloud,
    /// The subscription of new profiles; unknown while the configuration does not know it.
    pub(crate) subscription_id: Value<String>,
    /// The codes of the checks whose warnings are not shown.
    pub(crate) ignored_warnings: BTreeSet<String>,
    pub(crate) client: arm::Client,
    /// What this process has done so far.
    pub(crate) session: Arc<Session>,
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
        config::schema()
    }

    fn validate(&self, config: &Config, diagnostics: &mut Diagnostics) {
        config.check(diagnostics);
    }

    async fn configure(&self, config: Config, host: Host, diagnostics: &mut Diagnostics) -> Option<Azure> {
        let settings = config.settle(&self.environment, diagnostics)?;
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
        let user_agent = user_agent::of(&host, &user_agent);
        let client = arm::Client::with_transport(address, tokens, &user_agent, transport);
        Some(Azure { cloud, subscription_id, ignored_warnings, client, session: Arc::default() })
    }

    fn register(&self, registry: &mut Registry<Azure>) {
        registry.resource(TrafficManagerProfile);
        registry.data_source(TrafficManagerProfileSource);
        registry.data_source(GeographicalLocation);
        registry.data_source(NameAvailability);
        functions::register(registry);
    }
}

/// Clients are shared, never copied: all resources of a process use one pool of connections.
impl std::fmt::Debug for Azure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Azure").field("cloud", &self.cloud).finish_non_exhaustive()
    }
}
