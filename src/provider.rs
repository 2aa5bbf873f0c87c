//! The provider itself: its configuration, and the client that resources share.

mod cloud;
mod config;

use tf_plugin::schema::{Attribute, Block, Schema};
use tf_plugin::{Diagnostics, Host, Provider, Registry, Value};

use crate::functions;
use crate::geographical_location::GeographicalLocation;
use crate::name_availability::NameAvailability;
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
    pub(crate) client: arm::Client,
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
        let attributes = [
            Attribute::string("environment").describe(
                "Which Azure: `public`, `usgovernment`, `china`, or `emulator` for a local `azuretm-emulator`. \
                 Also from `ARM_ENVIRONMENT`. Defaults to `public`.",
            ),
            Attribute::string("subscription_id").describe(
                "The subscription of the profiles, a UUID. Also from `ARM_SUBSCRIPTION_ID`.",
            ),
            Attribute::string("emulator_url").describe(
                "Where the emulator listens, on this machine only. Also from `AZURETM_EMULATOR_URL`. Defaults \
                 to `http://127.0.0.1:4653`. No credentials are ever sent to it.",
            ),
        ];
        Schema::new(Block::new(attributes).describe("Azure Traffic Manager."))
    }

    fn validate(&self, config: &Config, diagnostics: &mut Diagnostics) {
        config.check(diagnostics);
    }

    async fn configure(&self, config: Config, host: Host, diagnostics: &mut Diagnostics) -> Option<Azure> {
        let Settings { cloud, subscription_id } = config.settle(&self.environment, diagnostics)?;
        let user_agent = user_agent(&host);
        let client = arm::Client::new(cloud.service.clone(), cloud.tokens(), &user_agent);
        Some(Azure { cloud, subscription_id, client })
    }

    fn register(&self, registry: &mut Registry<Azure>) {
        registry.resource(TrafficManagerProfile);
        registry.data_source(TrafficManagerProfileSource);
        registry.data_source(GeographicalLocation);
        registry.data_source(NameAvailability);
        functions::register(registry);
    }
}

/// Who asks, for Azure's logs.
fn user_agent(host: &Host) -> String {
    let host = &host.terraform_version;
    format!("terraform-provider-azuretm/{} Terraform/{host}", env!("CARGO_PKG_VERSION"))
}

/// Clients are shared, never copied: all resources of a process use one pool of connections.
impl std::fmt::Debug for Azure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Azure").field("cloud", &self.cloud).finish_non_exhaustive()
    }
}
