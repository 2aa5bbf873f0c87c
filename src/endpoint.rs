//! An endpoint, be it an element of a profile's `endpoints` or a resource of its own: its settings, the one mapping between
//! them, Azure's API and the rules, and how a write of it is decided.

mod from_azure;
pub(crate) mod merge;
mod to_azure;
mod to_rules;

use std::collections::BTreeMap;

use tf_plugin::{Set, Value, object};
use traffic_manager::id::{self, EndpointKey, EndpointKind};
use traffic_manager::profile::defaults;
use traffic_manager::region;

use crate::words::without_case;
pub(crate) use from_azure::{enabled, from_azure, kind_of};
pub(crate) use to_azure::{elements, filled, header, status, to_azure};
pub(crate) use to_rules::{by_name, config_value, context_of, map, named, subnet_to_rules, to_rules};

object! {
    /// An endpoint of a profile.
    pub struct Endpoint {
        /// The DNS name or IP address of an external endpoint, without protocol, port and path.
        ///
        /// Exactly one of `target` and `target_resource_id` is required.
        pub target: Value<String> => [same_if(without_case)],
        /// The ID of an Azure resource, such as a public IP address with a DNS label or an App Service, or of another
        /// Traffic Manager profile, which becomes a nested profile.
        ///
        /// Exactly one of `target` and `target_resource_id` is required.
        pub target_resource_id: Value<String> => [same_if(id::same)],
        /// The weight of the endpoint for `Weighted` routing, from 1 to 1000.
        ///
        /// Defaults to `1`.
        pub weight: Value<i64> => [default(defaults::WEIGHT)],
        /// The priority of the endpoint for `Priority` routing, from 1 to 1000, where 1 is the highest.
        ///
        /// No two endpoints may have the same priority. If not set, a number after the highest is assigned once and
        /// does not change.
        pub priority: Value<i64> => [optional_computed],
        /// Whether the endpoint is enabled.
        ///
        /// Defaults to `true`.
        pub enabled: Value<bool> => [default(true)],
        /// Whether Always Serve is on: the endpoint is used without being probed.
        ///
        /// Not available for nested profiles. Defaults to `false`.
        pub always_serve_enabled: Value<bool> => [default(false)],
        /// The Azure region of the endpoint, such as `westeurope`.
        ///
        /// Required for external and nested endpoints with `Performance` routing. Not allowed for endpoints of Azure
        /// resources, whose region Azure knows.
        pub endpoint_location: Value<String> => [same_if(region::same)],
        /// The geographic codes that are mapped to the endpoint for `Geographic` routing, such as `WORLD`, `GEO-EU`,
        /// `DE` or `US-CA`.
        ///
        /// A code can be mapped to only one endpoint of a profile. Letter case does not matter.
        pub geo_mappings: Value<Set<Value<String>>> => [same_if(without_case), no_null_elements],
        /// The IP addresses that are mapped to the endpoint for `Subnet` routing. An endpoint without subnets serves
        /// all remaining addresses.
        pub subnets: Value<Set<Value<Subnet>>> => [no_null_elements],
        /// The HTTP headers that are sent with probes of this endpoint, by name, at most 8.
        pub custom_headers: Value<BTreeMap<String, Value<String>>> => [no_null_elements],
        /// The minimum number of endpoints of a nested profile that have to be online.
        ///
        /// Defaults to `1`.
        pub minimum_child_endpoints: Value<i64> => [optional_computed],
        /// The minimum number of endpoints of a nested profile with an IPv4 address that have to be online.
        ///
        /// Defaults to `0`.
        pub minimum_required_child_endpoints_ipv4: Value<i64> => [optional_computed],
        /// The minimum number of endpoints of a nested profile with an IPv6 address that have to be online.
        ///
        /// Defaults to `0`.
        pub minimum_required_child_endpoints_ipv6: Value<i64> => [optional_computed],
        /// The resolved target of the endpoint: `target`, or the DNS name of the resource in `target_resource_id`.
        pub resolved_target: Value<String> => [computed, same_if(without_case)],
        /// The ID of the endpoint.
        pub id: Value<String> => [computed, same_if(id::same)],
        /// The resource type of the endpoint: `Microsoft.Network/trafficManagerProfiles/azureEndpoints`,
        /// `.../externalEndpoints` or `.../nestedEndpoints`.
        pub r#type: Value<String> => [computed, same_if(without_case)],
        /// The health of the endpoint when it was last read: `CheckingEndpoint`, `Online`, `Degraded`, `Disabled`,
        /// `Inactive`, `Stopped` or `Unmonitored`.
        pub monitor_status: Value<String> => [computed],
    }
}

object! {
    /// An address, a range of addresses, or a CIDR block.
    pub struct Subnet {
        /// The first IP address.
        pub first: Value<String> => [required],
        /// The last IP address of a range.
        ///
        /// Conflicts with `scope`. Without both, the subnet is the single address `first`.
        pub last: Value<String>,
        /// The prefix length of a CIDR block, from 0 to 32, or to 128 for IPv6.
        ///
        /// Conflicts with `last`.
        pub scope: Value<i64>,
    }
}

impl Endpoint {
    /// The kind that follows from the target; `None` while that is not known.
    pub(crate) fn kind(&self) -> Option<EndpointKind> {
        match &self.target_resource_id {
            Value::Known(id) => Some(EndpointKind::from_target_resource_id(id)),
            Value::Null => Some(EndpointKind::External),
            Value::Unknown(_) => None,
        }
    }

    /// What tells the endpoint from the others of the profile. Its key in the map is its name, or kind and name where
    /// two endpoints of different kinds have one name: `azureEndpoints/east`. `None` while the kind is not known.
    pub(crate) fn key(&self, map_key: &str) -> Option<EndpointKey> {
        let (kind, name) = EndpointKey::split(map_key);
        kind.or_else(|| self.kind()).map(|kind| EndpointKey::new(kind, name))
    }
}
