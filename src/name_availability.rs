//! The data source `azuretm_traffic_manager_name_availability`: whether a DNS name can be had.

use arm::{Deadline, profiles};
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value, object};

use crate::azure::Azure;
use crate::diagnostics::{self, Doing};
use crate::timeouts::ReadTimeouts;

/// The data source `azuretm_traffic_manager_name_availability`.
#[derive(Debug)]
pub(crate) struct NameAvailability;

object! {
    /// Checks whether the DNS name of a Traffic Manager profile is available at the moment.
    pub struct Name {
        /// The part of the DNS name before `.trafficmanager.net`, as in `dns_config`.
        pub relative_name: Value<String> => [required],
        /// The full DNS name.
        pub fqdn: Value<String> => [computed],
        /// Whether the name is available.
        pub available: Value<bool> => [computed],
        /// Why the name is not available, such as `AlreadyExists`.
        pub reason: Value<String> => [computed],
        /// The explanation from Azure, if the name is not available.
        pub message: Value<String> => [computed],
        /// How long the read may take.
        pub timeouts: Value<ReadTimeouts> => [block],
    }
}

impl DataSource for NameAvailability {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_name_availability";
    type Model = Name;
    type Data = Azure;

    fn validate(&self, config: &Name, diagnostics: &mut Diagnostics) {
        ReadTimeouts::check(&config.timeouts, diagnostics);
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Name> {
        let config = request.config;
        let azure = context.provider();
        let relative_name = config.relative_name.as_deref().unwrap_or_default();
        let time = ReadTimeouts::time(&config.timeouts);
        let deadline = Deadline::after(time).or_cancelled(context.cancelled().clone());
        match azure.client.send(profiles::check_name(relative_name), &deadline).await {
            Ok(answer) => Some(Name {
                fqdn: Value::Known(format!("{}.{}", relative_name.to_lowercase(), azure.cloud.dns_suffix)),
                available: answer.name_available.into(),
                reason: answer.reason.into(),
                message: answer.message.into(),
                relative_name: config.relative_name,
                timeouts: config.timeouts,
            }),
            Err(error) => {
                let what = format!("check the availability of the name {relative_name:?}");
                let name = Path::new("relative_name");
                let doing = Doing { name, timeout: Some(("read", time)), ..Doing::new("name", what) };
                diagnostics::failed(&error, &doing, diagnostics);
                None
            }
        }
    }
}
