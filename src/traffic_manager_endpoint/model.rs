//! A single endpoint in Terraform's terms. Names are azurerm's where azurerm has the same thing. What it has in common with
//! an element of a profile's `endpoints` is mapped as that is.

use arm::model as azure;
use tf_plugin::object::Object as _;
use tf_plugin::{Set, Value, object};
use traffic_manager::id::{self, EndpointId, EndpointKey, EndpointKind};
use traffic_manager::profile::defaults;
use traffic_manager::{region, rules};

use crate::custom_headers::{self, CustomHeader};
use crate::endpoint::{self, Endpoint as Settings, Subnet, map};
use crate::timeouts::Timeouts;
use crate::waiting::WaitForOnline;
use crate::words::without_case;

object! {
    /// An endpoint of a profile. The attributes of all kinds; each resource type leaves out what its kind does not have.
    pub struct Endpoint {
        /// The name of the endpoint.
        ///
        /// It has 1 to 260 characters. Changing it replaces the endpoint.
        pub name: Value<String> => [required, replaces, same_if(without_case)],
        /// The ID of the profile.
        ///
        /// Changing it replaces the endpoint.
        pub profile_id: Value<String> => [required, replaces, same_if(id::same)],
        /// The DNS name or IP address that the endpoint points to, without protocol, port and path.
        pub target: Value<String> => [same_if(without_case)],
        /// The ID of the Azure resource that the endpoint points to.
        pub target_resource_id: Value<String> => [same_if(id::same)],
        /// Whether the endpoint is enabled.
        ///
        /// Defaults to `true`.
        pub enabled: Value<bool> => [default(true)],
        /// Whether Always Serve is on: the endpoint is used without being probed.
        ///
        /// Defaults to `false`.
        pub always_serve_enabled: Value<bool> => [default(false)],
        /// The weight of the endpoint for `Weighted` routing, from 1 to 1000.
        ///
        /// Defaults to `1`.
        pub weight: Value<i64> => [default(defaults::WEIGHT)],
        /// The priority of the endpoint for `Priority` routing, from 1 to 1000, where 1 is the highest.
        ///
        /// No two endpoints of a profile may have the same priority. If not set, Azure assigns the number after the highest,
        /// which then does not change. If removed from the configuration, the endpoint gets a new number.
        pub priority: Value<i64> => [optional_computed],
        /// The Azure region of the endpoint, such as `westeurope`.
        ///
        /// Required with `Performance` routing.
        pub endpoint_location: Value<String> => [same_if(region::same)],
        /// The geographic codes that are mapped to the endpoint for `Geographic` routing, such as `WORLD`, `GEO-EU`,
        /// `DE` or `US-CA`.
        ///
        /// A code can be mapped to only one endpoint of a profile. Letter case does not matter.
        pub geo_mappings: Value<Set<Value<String>>> => [same_if(without_case), no_null_elements],
        /// An address, a range of addresses or a CIDR block that is mapped to the endpoint for `Subnet` routing. An endpoint
        /// without subnets serves all remaining addresses.
        pub subnet: Value<Set<Subnet>> => [block],
        /// An HTTP header that is sent with probes of this endpoint, at most 8.
        pub custom_header: Value<Set<CustomHeader>> => [block],
        /// The minimum number of endpoints of the nested profile that have to be online.
        ///
        /// Defaults to `1`.
        pub minimum_child_endpoints: Value<i64>,
        /// The minimum number of endpoints of the nested profile with an IPv4 address that have to be online.
        ///
        /// Defaults to `0`.
        pub minimum_required_child_endpoints_ipv4: Value<i64>,
        /// The minimum number of endpoints of the nested profile with an IPv6 address that have to be online.
        ///
        /// Defaults to `0`.
        pub minimum_required_child_endpoints_ipv6: Value<i64>,
        /// Whether to adopt the endpoint if it already exists, instead of failing.
        ///
        /// The plan says so. Defaults to `false`.
        pub adopt_existing: Value<bool>,
        /// Waits until the endpoint is `Online` after it was created or changed.
        pub wait_for_online: Value<WaitForOnline>,
        /// The ID of the endpoint.
        ///
        /// Known at plan.
        pub id: Value<String> => [computed, same_if(id::same)],
        /// The DNS name of the resource that the endpoint points to.
        pub resolved_target: Value<String> => [computed, same_if(without_case)],
        /// The health of the endpoint when it was last read: `CheckingEndpoint`, `Online`, `Degraded`, `Disabled`,
        /// `Inactive`, `Stopped` or `Unmonitored`.
        pub monitor_status: Value<String> => [computed],
        /// The timeouts of operations, including retries.
        pub timeouts: Value<Timeouts> => [block],
    }
}

object! {
    /// What tells an endpoint from all others of its kind.
    pub struct Identity {
        /// The ID of the subscription. Defaults to the one of the provider.
        pub subscription_id: Value<String>,
        /// The name of the resource group.
        pub resource_group_name: Value<String> => [required],
        /// The name of the profile.
        pub profile_name: Value<String> => [required],
        /// The name of the endpoint.
        pub name: Value<String> => [required],
    }
}

impl Endpoint {
    /// What is known of an endpoint before it is read.
    pub(super) fn imported(id: &EndpointId) -> Self {
        Self {
            id: Value::Known(id.to_string()),
            profile_id: Value::Known(id.profile.to_string()),
            name: Value::Known(id.name.clone()),
            ..Self::null()
        }
    }

    /// The id, read from the text that the state or plan has.
    pub(super) fn endpoint_id(&self) -> Option<EndpointId> {
        self.id.as_deref().and_then(|text| EndpointId::parse(text).ok())
    }

    /// Whether an endpoint that exists is wanted.
    pub(super) fn adopts(&self) -> bool {
        self.adopt_existing.known() == Some(&true)
    }

    /// What it has in common with an element of a profile's `endpoints`.
    fn settings(&self) -> Settings {
        let subnets = self.subnet.known().filter(|subnets| !subnets.0.is_empty());
        let subnets = subnets.map(|Set(subnets)| Set(subnets.iter().cloned().map(Value::Known).collect()));
        Settings {
            target: self.target.clone(),
            target_resource_id: self.target_resource_id.clone(),
            weight: self.weight.clone(),
            priority: self.priority.clone(),
            enabled: self.enabled.clone(),
            always_serve_enabled: self.always_serve_enabled.clone(),
            endpoint_location: self.endpoint_location.clone(),
            geo_mappings: self.geo_mappings.clone(),
            subnets: subnets.into(),
            custom_headers: Value::Null,
            minimum_child_endpoints: self.minimum_child_endpoints.clone(),
            minimum_required_child_endpoints_ipv4: self.minimum_required_child_endpoints_ipv4.clone(),
            minimum_required_child_endpoints_ipv6: self.minimum_required_child_endpoints_ipv6.clone(),
            resolved_target: self.resolved_target.clone(),
            id: self.id.clone(),
            r#type: Value::Null,
            monitor_status: self.monitor_status.clone(),
        }
    }
}

/// The whole endpoint as Azure is sent it.
pub(super) fn to_azure(key: &EndpointKey, planned: &Endpoint) -> azure::Endpoint {
    let mut endpoint = endpoint::to_azure(key, &planned.settings());
    if let Some(properties) = &mut endpoint.properties {
        properties.custom_headers = custom_headers::to_azure(&planned.custom_header);
        // Azure knows the region of a resource.
        properties.endpoint_location =
            properties.endpoint_location.take().filter(|_| key.kind != EndpointKind::Azure);
    }
    endpoint
}

/// The state that follows from an answer. What Azure does not know is taken from `current`, and so are id, name and profile,
/// which are the user's spelling of the same.
pub(super) fn from_azure(answer: azure::Endpoint, current: &Endpoint) -> Endpoint {
    let properties = answer.properties.clone().unwrap_or_default();
    let settings = endpoint::from_azure(answer);
    let subnets = settings.subnets.into_known().into_iter().flat_map(|Set(subnets)| subnets);
    let subnets = subnets.filter_map(Value::into_known);
    Endpoint {
        name: current.name.clone(),
        profile_id: current.profile_id.clone(),
        target: settings.target,
        target_resource_id: settings.target_resource_id,
        enabled: settings.enabled,
        always_serve_enabled: settings.always_serve_enabled,
        weight: settings.weight,
        priority: settings.priority,
        endpoint_location: properties.endpoint_location.into(),
        geo_mappings: settings.geo_mappings,
        subnet: Value::Known(Set(subnets.collect())),
        custom_header: custom_headers::from_azure(properties.custom_headers),
        minimum_child_endpoints: settings.minimum_child_endpoints,
        minimum_required_child_endpoints_ipv4: settings.minimum_required_child_endpoints_ipv4,
        minimum_required_child_endpoints_ipv6: settings.minimum_required_child_endpoints_ipv6,
        adopt_existing: current.adopt_existing.clone(),
        wait_for_online: current.wait_for_online.clone(),
        id: current.id.clone(),
        resolved_target: settings.resolved_target,
        monitor_status: settings.monitor_status,
        timeouts: current.timeouts.clone(),
    }
}

/// A configuration as the rules see it. Of a kind that has no `target` or no `target_resource_id`, the type says so.
pub(super) fn to_rules(config: &Endpoint) -> rules::Endpoint {
    let subnets = map(&config.subnet, |Set(subnets)| subnets.iter().map(endpoint::subnet_to_rules).collect());
    let settings = endpoint::to_rules(&Value::Known(config.settings()));
    rules::Endpoint { custom_headers: custom_headers::to_rules(&config.custom_header), subnets, ..settings }
}
