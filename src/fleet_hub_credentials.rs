//! The ephemeral resource `azuretm_fleet_hub_credentials`: how the hub of a fleet is reached, for other providers.

use tf_plugin::ephemeral_resource::{Open, Opened};
use tf_plugin::{Context, Diagnostics, EphemeralResource, Path, Value, object};
use traffic_manager::id;

use crate::azure::Azure;
use crate::hidden::Hidden;
use crate::hub_diagnostics::no_hub;
use crate::ids;
use crate::timeouts::ReadTimeouts;

/// The ephemeral resource.
#[derive(Debug)]
pub(crate) struct FleetHubCredentials;

object! {
    /// Gives what the hub of a fleet is reached with, for the configuration of providers such as `kubernetes` and `helm`. The
    /// token is that of the credentials of this provider, and is stored nowhere. `kubelogin` is not needed.
    ///
    /// A token lasts about an hour, and an apply that takes longer fails at the hub. The resources of this provider do not need
    /// this: they renew their tokens.
    pub struct Credentials {
        /// The ID of the fleet, in any letter case.
        pub fleet_id: Value<String> => [required, same_if(id::same)],
        /// The address of the hub.
        pub host: Value<String> => [computed],
        /// The certificate authority of the hub, PEM.
        pub cluster_ca_certificate: Value<String> => [computed],
        /// The bearer token. Null with the emulator over HTTP, which takes none.
        pub token: Value<Hidden> => [computed, sensitive],
        /// How long the read may take.
        pub timeouts: Value<ReadTimeouts> => [block],
    }
}

impl EphemeralResource for FleetHubCredentials {
    const TYPE_NAME: &'static str = "azuretm_fleet_hub_credentials";
    type Model = Credentials;
    type Private = ();
    type Data = Azure;

    fn validate(&self, config: &Credentials, diagnostics: &mut Diagnostics) {
        ReadTimeouts::check(&config.timeouts, diagnostics);
        if let Some(id) = config.fleet_id.as_deref() {
            ids::fleet(Path::new("fleet_id"), id, diagnostics);
        }
    }

    async fn open(
        &self,
        context: &Context<Azure>,
        request: Open<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Opened<Self>> {
        let config = request.config;
        let given = config.fleet_id.as_deref().unwrap_or_default();
        let id = ids::fleet(Path::new("fleet_id"), given, diagnostics)?;
        let time = ReadTimeouts::time(&config.timeouts);
        let found = context.provider().fleet_hub.credentials(&id, time, context.cancelled()).await;
        let what = format!("get the credentials of the hub of the fleet {:?}", id.name);
        let (kubeconfig, token) = found.map_err(|why| no_hub(&why, &what, diagnostics)).ok()?;
        Some(Opened::new(Credentials {
            host: Value::Known(kubeconfig.server),
            cluster_ca_certificate: kubeconfig.certificate_authority.into(),
            token: token.map(|token| Hidden::from(token.to_secret().into_text().as_str())).into(),
            ..config
        }))
    }
}
