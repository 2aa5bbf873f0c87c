//! The provider itself: its configuration, and what it offers.

mod config;
mod user_agent;

use std::sync::Arc;

use arm::{Credentials, Reqwest, TokenSource, Transport};
use tf_plugin::{Configure, Diagnostics, ManagedResource, Provider, Registry};

use crate::azure::Azure;
use crate::fleet_backend::FleetBackend;
use crate::fleet_data_source::FleetSource;
use crate::fleet_hub::FleetHub;
use crate::fleet_hub_credentials::FleetHubCredentials;
use crate::fleet_object::{FleetResource, FleetType};
use crate::fleet_profile::FleetProfile;
use crate::fleet_service_export::FleetServiceExport;
use crate::functions;
use crate::geographical_location::GeographicalLocation;
use crate::name_availability::NameAvailability;
use crate::route::{RouteFunction, TrafficManagerRouteSource};
use crate::traffic_manager_endpoint::{
    AzureEndpoint, EndpointList, EndpointResource, EndpointType, ExternalEndpoint, NestedProfile,
};
use crate::traffic_manager_profile::{
    TrafficManagerEndpointsSource, TrafficManagerProfile, TrafficManagerProfileList,
    TrafficManagerProfileSource,
};
use config::Config;
pub use config::Environment;

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

    fn validate(&self, config: &Config, diagnostics: &mut Diagnostics) {
        config.check(diagnostics);
    }

    async fn configure(&self, request: Configure<Config>, diagnostics: &mut Diagnostics) -> Option<Azure> {
        let settings = request.config.settle(&self.environment, diagnostics)?;
        // One for all, so that Azure and its login service see few connections; built with the first request.
        let transport = settings.authorities.into_iter().fold(Reqwest::new(), Reqwest::trusting);
        let transport: Arc<dyn Transport> =
            Arc::new(settings.proxy.into_iter().fold(transport, Reqwest::through));
        let cloud = match settings.metadata_host {
            Some(host) => settings.cloud.described_by(&host, Arc::clone(&transport)),
            None => settings.cloud,
        };
        let address = cloud.address.clone();
        let tokens = cloud.takes_tokens().then(|| {
            Arc::new(Credentials::new(settings.login, address.clone(), Arc::clone(&transport)))
                as Arc<dyn TokenSource>
        });
        let user_agent = user_agent::user_agent(&request.terraform_version, &settings.user_agent);
        let client = arm::Client::with_transport(address, tokens.clone(), &user_agent, transport);
        let fleet_hub = Arc::new(FleetHub::new(settings.fleet_hub, client.clone(), tokens));
        Some(Azure {
            cloud,
            subscription_id: settings.subscription_id,
            ignored_warnings: settings.ignored_warnings,
            batches_endpoints: settings.batches_endpoints,
            client,
            fleet_hub,
            session: Arc::default(),
        })
    }

    fn register(&self, registry: &mut Registry<Azure>) {
        registry.resource(ManagedResource::new(TrafficManagerProfile).with_identity().with_move());
        register_endpoints::<AzureEndpoint>(registry);
        register_endpoints::<ExternalEndpoint>(registry);
        register_endpoints::<NestedProfile>(registry);
        register_fleet::<FleetProfile>(registry);
        register_fleet::<FleetBackend>(registry);
        register_fleet::<FleetServiceExport>(registry);
        registry.data_source(TrafficManagerProfileSource);
        registry.data_source(TrafficManagerEndpointsSource);
        registry.data_source(TrafficManagerRouteSource);
        registry.function(RouteFunction);
        registry.list_resource(TrafficManagerProfileList);
        registry.ephemeral_resource(FleetHubCredentials);
        registry.data_source(FleetSource);
        registry.data_source(GeographicalLocation);
        registry.data_source(NameAvailability);
        functions::register(registry);
    }
}

/// The resource of endpoints of one kind, and its list.
fn register_endpoints<T: EndpointType>(registry: &mut Registry<Azure>) {
    registry.resource(ManagedResource::new(EndpointResource::<T>::new()).with_identity().with_move());
    registry.list_resource(EndpointList::<T>::new());
}

/// The resource of objects of one kind on the hub of a fleet.
fn register_fleet<T: FleetType>(registry: &mut Registry<Azure>) {
    registry.resource(ManagedResource::new(FleetResource::<T>::new()).with_identity().with_move());
}
