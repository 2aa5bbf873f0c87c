//! The data source `azuretm_traffic_manager_profile`: a profile with its endpoints and their health.

use std::collections::BTreeMap;

use arm::ArmError;
use tf_plugin::cty::Type;
use tf_plugin::object::Object as _;
use tf_plugin::schema::{Attribute, Block, Schema};
use tf_plugin::{Context, DataSource, Diagnostics, Path, ReadData, Value, object};
use traffic_manager::id::{self, ProfileId};

use super::calls::{Calls, doing};
use super::model::{self, DnsConfig, Endpoint, MonitorConfig, Profile};
use crate::azure::Azure;
use crate::diagnostics;
use crate::session::Reader;
use crate::timeouts::ReadTimeouts;

/// The data source `azuretm_traffic_manager_profile`.
#[derive(Debug)]
pub(crate) struct TrafficManagerProfileSource;

object! {
    /// A profile that is read.
    pub struct Found {
        /// The id.
        pub id: Value<String>,
        /// The name.
        pub name: Value<String>,
        /// The resource group.
        pub resource_group_name: Value<String>,
        /// How an endpoint is chosen.
        pub traffic_routing_method: Value<String>,
        /// How it answers in DNS; one object.
        pub dns_config: Value<Vec<DnsConfig>>,
        /// How endpoints are probed; one object.
        pub monitor_config: Value<Vec<MonitorConfig>>,
        /// `Enabled` or `Disabled`.
        pub profile_status: Value<String>,
        /// Addresses in an answer of `MultiValue`.
        pub max_return: Value<i64>,
        /// `A`, `AAAA` or `CNAME`.
        pub record_type: Value<String>,
        /// Whether Traffic View is on.
        pub traffic_view_enabled: Value<bool>,
        /// Tags.
        pub tags: Value<BTreeMap<String, Value<String>>>,
        /// Endpoints by name.
        pub endpoints: Value<BTreeMap<String, Value<Endpoint>>>,
        /// The DNS name.
        pub fqdn: Value<String>,
        /// The health.
        pub monitor_status: Value<String>,
        /// How long the read may take.
        pub timeouts: Value<ReadTimeouts>,
    }
}

impl DataSource for TrafficManagerProfileSource {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_profile";
    type Model = Found;
    type Data = Azure;

    fn schema(&self) -> Schema {
        Schema::new(Block::new(attributes()).blocks([ReadTimeouts::block()]).describe(
            "Reads an existing Traffic Manager profile, including its endpoints and their health. Set `id`, or \
             `name` and `resource_group_name`.",
        ))
    }

    fn validate(&self, config: &Found, diagnostics: &mut Diagnostics) {
        ReadTimeouts::check(&config.timeouts, diagnostics);
        let both_known =
            |left: &Value<String>, right: &Value<String>| left.known().is_some() && right.known().is_some();
        let by_name = !config.name.is_null() || !config.resource_group_name.is_null();
        if both_known(&config.id, &config.name) || both_known(&config.id, &config.resource_group_name) {
            diagnostics.error(
                Path::of("id"),
                "Both id and name set",
                "Set either id, or name and resource_group_name.",
            );
        } else if config.id.is_null() && (config.name.is_null() || config.resource_group_name.is_null()) {
            let missing = if config.name.is_null() { "name" } else { "resource_group_name" };
            diagnostics.error(
                Path::of(if by_name { missing } else { "id" }),
                "No profile specified",
                "Set id, or both name and resource_group_name.",
            );
        }
        // The id itself is read later: in a test with a mocked provider it is a random text, and nothing is read.
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: ReadData<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Found> {
        let config = request.config;
        let id = told(context.provider(), &config, diagnostics)?;
        let asked = Profile {
            id: config.id.as_deref().map_or_else(|| id.to_string(), str::to_owned).as_str().into(),
            name: Value::Known(id.name.clone()),
            resource_group_name: Value::Known(id.resource_group_name.clone()),
            endpoints: Value::Known(BTreeMap::new()),
            ..Profile::null()
        };
        let calls = Calls::new(context, id, &asked, ReadTimeouts::time(&config.timeouts));
        match calls.newest(Reader::DataSource).await {
            Ok(answer) => Some(found(model::from_azure(answer, &asked), config.timeouts)),
            Err(error) => {
                failed(&error, &calls.id, &asked, diagnostics);
                None
            }
        }
    }
}

fn failed(error: &ArmError, id: &ProfileId, asked: &Profile, diagnostics: &mut Diagnostics) {
    diagnostics::failed(error, &doing("find", id, asked), diagnostics);
}

fn told(azure: &Azure, config: &Found, diagnostics: &mut Diagnostics) -> Option<ProfileId> {
    if let Some(text) = config.id.as_deref() {
        return ProfileId::parse(text)
            .map_err(|error| diagnostics.error(Path::of("id"), "Invalid profile ID", error.to_string()))
            .ok();
    }
    let parts = azure.subscription_id.as_deref().zip(config.resource_group_name.as_deref());
    let Some(((subscription, group), name)) = parts.zip(config.name.as_deref()) else {
        diagnostics.error(
            Path::root(),
            "No profile specified",
            "Set id, or set name and resource_group_name and configure subscription_id in the provider.",
        );
        return None;
    };
    Some(ProfileId::new(subscription, group, name))
}

fn found(profile: Profile, timeouts: Value<ReadTimeouts>) -> Found {
    Found {
        id: profile.id,
        name: profile.name,
        resource_group_name: profile.resource_group_name,
        traffic_routing_method: profile.traffic_routing_method,
        dns_config: profile.dns_config,
        monitor_config: profile.monitor_config,
        profile_status: profile.profile_status,
        max_return: profile.max_return,
        record_type: profile.record_type,
        traffic_view_enabled: profile.traffic_view_enabled,
        tags: profile.tags,
        endpoints: profile.endpoints,
        fqdn: profile.fqdn,
        monitor_status: profile.monitor_status,
        timeouts,
    }
}

fn attributes() -> Vec<Attribute> {
    let computed = |attribute: Attribute, text: &str| attribute.computed().describe(text);
    vec![
        Attribute::string("id")
            .optional_computed()
            .same_if(id::same)
            .describe("The ID of the profile. Letter case does not matter. Conflicts with `name` and `resource_group_name`."),
        Attribute::string("name").optional_computed().describe("The name of the profile."),
        Attribute::string("resource_group_name").optional_computed().describe("The name of the resource group."),
        computed(Attribute::string("traffic_routing_method"), "The routing method."),
        computed(
            Attribute::nested_list(
                "dns_config",
                [
                    computed(Attribute::string("relative_name"), "The part of the DNS name before `.trafficmanager.net`."),
                    computed(Attribute::number("ttl"), "The time to live of DNS responses in seconds."),
                ],
            ),
            "The DNS settings of the profile.",
        ),
        computed(Attribute::nested_list("monitor_config", monitor_attributes()), "The settings of the probes."),
        computed(Attribute::string("profile_status"), "`Enabled` or `Disabled`."),
        computed(
            Attribute::number("max_return"),
            "The maximum number of IP addresses in a DNS response of a `MultiValue` profile.",
        ),
        computed(Attribute::string("record_type"), "The DNS record type that the profile is limited to: `A`, `AAAA` or `CNAME`."),
        computed(Attribute::bool("traffic_view_enabled"), "Whether Traffic View is enabled."),
        computed(Attribute::of("tags", Type::map(Type::String)), "Tags."),
        computed(
            Attribute::nested_map("endpoints", super::schema::endpoint_attributes_computed()),
            "The endpoints by name, with their health.",
        ),
        computed(Attribute::string("fqdn"), "The DNS name of the profile."),
        computed(Attribute::string("monitor_status"), "The health of the profile."),
    ]
}

fn monitor_attributes() -> Vec<Attribute> {
    let computed = |attribute: Attribute, text: &str| attribute.computed().describe(text);
    vec![
        computed(Attribute::string("protocol"), "`HTTP`, `HTTPS` or `TCP`."),
        computed(Attribute::number("port"), "The port to probe."),
        computed(Attribute::string("path"), "The path to probe."),
        computed(Attribute::number("interval_in_seconds"), "The number of seconds between probes."),
        computed(Attribute::number("timeout_in_seconds"), "The timeout of a probe in seconds."),
        computed(
            Attribute::number("tolerated_number_of_failures"),
            "The number of consecutive failures that are tolerated.",
        ),
        computed(
            Attribute::of("expected_status_code_ranges", Type::set(Type::String)),
            "The HTTP status codes of a healthy endpoint.",
        ),
        computed(
            Attribute::nested_set(
                "custom_header",
                [
                    computed(Attribute::string("name"), "The name of the header."),
                    computed(Attribute::string("value"), "The value of the header."),
                ],
            ),
            "The HTTP headers that are sent with probes.",
        ),
    ]
}
