//! The profile in Terraform's terms, and the one mapping between it, Azure's API and the rules.

mod from_azure;
mod to_azure;
mod to_rules;

use std::collections::BTreeMap;

use tf_plugin::{Set, Value, object};
use traffic_manager::id::{EndpointKey, EndpointKind, ProfileId};

pub(super) use from_azure::from_azure;
pub(super) use to_azure::to_azure;
pub(super) use to_rules::to_rules;

object! {
    /// A profile.
    pub struct Profile {
        /// The id.
        pub id: Value<String>,
        /// The name.
        pub name: Value<String>,
        /// The resource group.
        pub resource_group_name: Value<String>,
        /// How an endpoint is chosen.
        pub traffic_routing_method: Value<String>,
        /// How it answers in DNS; one block.
        pub dns_config: Value<Vec<DnsConfig>>,
        /// How endpoints are probed; one block.
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
        /// Endpoints by name; null when they are managed elsewhere.
        pub endpoints: Value<BTreeMap<String, Value<Endpoint>>>,
        /// Whether to take over one that exists.
        pub adopt_existing: Value<bool>,
        /// Whether to wait until it serves.
        pub wait_for_online: Value<WaitForOnline>,
        /// The DNS name.
        pub fqdn: Value<String>,
        /// The health.
        pub monitor_status: Value<String>,
        /// How long operations may take.
        pub timeouts: Value<Timeouts>,
    }
}

object! {
    /// The attribute `wait_for_online`.
    pub struct WaitForOnline {
        /// How long to wait.
        pub timeout: Value<String>,
    }
}

object! {
    /// The block `dns_config`.
    pub struct DnsConfig {
        /// The name below the suffix of the cloud.
        pub relative_name: Value<String>,
        /// Seconds.
        pub ttl: Value<i64>,
    }
}

object! {
    /// The block `monitor_config`.
    pub struct MonitorConfig {
        /// `HTTP`, `HTTPS` or `TCP`.
        pub protocol: Value<String>,
        /// The port.
        pub port: Value<i64>,
        /// The path; null for TCP.
        pub path: Value<String>,
        /// Seconds.
        pub interval_in_seconds: Value<i64>,
        /// Seconds.
        pub timeout_in_seconds: Value<i64>,
        /// Failures in a row.
        pub tolerated_number_of_failures: Value<i64>,
        /// Such as `200-299`.
        pub expected_status_code_ranges: Value<Set<Value<String>>>,
        /// Headers of probes.
        pub custom_header: Value<Set<CustomHeader>>,
    }
}

object! {
    /// The block `custom_header`.
    pub struct CustomHeader {
        /// Its name.
        pub name: Value<String>,
        /// Its value.
        pub value: Value<String>,
    }
}

object! {
    /// An endpoint of the map `endpoints`.
    pub struct Endpoint {
        /// A DNS name or address.
        pub target: Value<String>,
        /// The resource that it leads to.
        pub target_resource_id: Value<String>,
        /// Its share.
        pub weight: Value<i64>,
        /// Its rank.
        pub priority: Value<i64>,
        /// Whether it is in use.
        pub enabled: Value<bool>,
        /// Whether it is served without probes.
        pub always_serve_enabled: Value<bool>,
        /// Its region.
        pub endpoint_location: Value<String>,
        /// Codes of places.
        pub geo_mappings: Value<Set<Value<String>>>,
        /// Address ranges.
        pub subnets: Value<Set<Value<Subnet>>>,
        /// Headers of its probes.
        pub custom_headers: Value<BTreeMap<String, Value<String>>>,
        /// Endpoints of the child that have to be online.
        pub minimum_child_endpoints: Value<i64>,
        /// Those with an IPv4 address.
        pub minimum_required_child_endpoints_ipv4: Value<i64>,
        /// Those with an IPv6 address.
        pub minimum_required_child_endpoints_ipv6: Value<i64>,
        /// The id.
        pub id: Value<String>,
        /// The resource type.
        pub r#type: Value<String>,
        /// Where it leads, as Azure says.
        pub resolved_target: Value<String>,
        /// The health.
        pub monitor_status: Value<String>,
    }
}

object! {
    /// An address range.
    pub struct Subnet {
        /// The first address.
        pub first: Value<String>,
        /// The last address.
        pub last: Value<String>,
        /// The length of the prefix.
        pub scope: Value<i64>,
    }
}

object! {
    /// The block `timeouts`.
    pub struct Timeouts {
        /// Of a creation.
        pub create: Value<String>,
        /// Of a refresh.
        pub read: Value<String>,
        /// Of a change.
        pub update: Value<String>,
        /// Of a deletion.
        pub delete: Value<String>,
    }
}

object! {
    /// What tells a profile from all others.
    pub struct Identity {
        /// The subscription.
        pub subscription_id: Value<String>,
        /// The resource group.
        pub resource_group_name: Value<String>,
        /// The name.
        pub name: Value<String>,
    }
}

impl Profile {
    /// The id, read from the text that the state or plan has.
    pub(super) fn profile_id(&self) -> Option<ProfileId> {
        self.id.as_deref().and_then(|text| ProfileId::parse(text).ok())
    }

    pub(super) fn dns(&self) -> Option<&DnsConfig> {
        self.dns_config.known().and_then(|blocks| blocks.first())
    }

    pub(super) fn monitor(&self) -> Option<&MonitorConfig> {
        self.monitor_config.known().and_then(|blocks| blocks.first())
    }
}

impl Endpoint {
    /// The kind that follows from the target; `None` while that is not known.
    pub(super) fn kind(&self) -> Option<EndpointKind> {
        match &self.target_resource_id {
            Value::Known(id) => Some(EndpointKind::from_target_resource_id(id)),
            Value::Null => Some(EndpointKind::External),
            Value::Unknown(_) => None,
        }
    }

    /// What tells the endpoint from the others of the profile. Its key in the map is its name, or kind and name where
    /// two endpoints of different kinds have one name: `azureEndpoints/east`. `None` while the kind is not known.
    pub(super) fn key(&self, map_key: &str) -> Option<EndpointKey> {
        let (kind, name) = EndpointKey::split(map_key);
        kind.or_else(|| self.kind()).map(|kind| EndpointKey::new(kind, name))
    }
}

/// Whether a key of the map may be that of this endpoint; `value` is what stands there. As long as nobody knows where it
/// leads, the name decides.
pub(super) fn is_key_of(map_key: &str, value: &Value<Endpoint>, endpoint: &EndpointKey) -> bool {
    let (kind, name) = EndpointKey::split(map_key);
    let key = value.known().and_then(|value| value.key(map_key));
    key.unwrap_or_else(|| EndpointKey::new(kind.unwrap_or(endpoint.kind), name)) == *endpoint
}

/// The ends of a range of status codes: `200-299`, or `301` for one code.
pub(super) fn status_range(text: &str) -> Option<(i64, i64)> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    Some((min.trim().parse().ok()?, max.trim().parse().ok()?))
}

/// The known elements of a set.
fn elements<T>(set: &Value<Set<Value<T>>>) -> impl Iterator<Item = &T> {
    set.known().into_iter().flat_map(|set| set.0.iter().filter_map(Value::known))
}
