//! The data source `azuretm_traffic_manager_name_availability`: whether a DNS name can be had.

use arm::{Deadline, profiles};
use tf_plugin::schema::{Attribute, Block, Schema};
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value, object};

use crate::azure::Azure;
use crate::diagnostics::{self, Doing};
use crate::timeouts::ReadTimeouts;

/// The data source `azuretm_traffic_manager_name_availability`.
#[derive(Debug)]
pub(crate) struct NameAvailability;

object! {
    /// A name and what Azure says of it.
    pub struct Name {
        /// The name asked for.
        pub relative_name: Value<String>,
        /// The whole DNS name.
        pub fqdn: Value<String>,
        /// Whether it can be had.
        pub available: Value<bool>,
        /// Why not, in a word.
        pub reason: Value<String>,
        /// Why not, in a sentence.
        pub message: Value<String>,
        /// How long the question may take.
        pub timeouts: Value<ReadTimeouts>,
    }
}

impl DataSource for NameAvailability {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_name_availability";
    type Model = Name;
    type Data = Azure;

    fn schema(&self) -> Schema {
        let attributes = [
            Attribute::string("relative_name")
                .required()
                .describe("The part of the DNS name before `.trafficmanager.net`, as in `dns_config`."),
            Attribute::string("fqdn").computed().describe("The full DNS name."),
            Attribute::bool("available").computed().describe("Whether the name is available."),
            Attribute::string("reason")
                .computed()
                .describe("Why the name is not available, such as `AlreadyExists`."),
            Attribute::string("message")
                .computed()
                .describe("The explanation from Azure, if the name is not available."),
        ];
        Schema::new(
            Block::new(attributes).blocks([ReadTimeouts::block()]).describe(
                "Checks whether the DNS name of a Traffic Manager profile is available at the moment.",
            ),
        )
    }

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
                let doing = Doing {
                    what: format!("check the availability of the name {relative_name:?}"),
                    name: Path::of("relative_name"),
                    resource_group: (String::new(), Path::root()),
                    dns_name: None,
                    timeout: Some(("read", time)),
                };
                diagnostics::failed(&error, &doing, diagnostics);
                None
            }
        }
    }
}
