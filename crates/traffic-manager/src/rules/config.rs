//! What the rules are asked about: a profile or an endpoint as its configuration gives it. It decides nothing.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::config_value::ConfigValue;
use crate::id::EndpointKind;
use crate::profile::{MonitorProtocol, RoutingMethod, defaults};

/// A profile as its configuration gives it. Names are those of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The profile's own id, where it is known; for endpoints that lead back to it.
    pub id: ConfigValue<String>,
    /// The name of the resource.
    pub name: ConfigValue<String>,
    /// The name of its resource group.
    pub resource_group_name: ConfigValue<String>,
    /// How an endpoint is chosen, as a word.
    pub traffic_routing_method: ConfigValue<String>,
    /// The block `dns_config`.
    pub dns_config: DnsConfig,
    /// The block `monitor_config`.
    pub monitor_config: MonitorConfig,
    /// `Enabled` or `Disabled`.
    pub profile_status: ConfigValue<String>,
    /// How many addresses a `MultiValue` answer holds at most.
    pub max_return: ConfigValue<i64>,
    /// The kind of records that the profile is restricted to.
    pub record_type: ConfigValue<String>,
    /// Tags; a value may be unknown.
    pub tags: ConfigValue<BTreeMap<String, ConfigValue<String>>>,
    /// The endpoints by key, which is a name, or a kind and a name; absent when they are managed elsewhere.
    pub endpoints: ConfigValue<BTreeMap<String, Endpoint>>,
}

/// The block `dns_config`.
#[derive(Clone, Debug, Default)]
pub struct DnsConfig {
    /// The name below the suffix of the cloud.
    pub relative_name: ConfigValue<String>,
    /// Seconds that an answer may be kept.
    pub ttl: ConfigValue<i64>,
}

/// The block `monitor_config`.
#[derive(Clone, Debug, Default)]
pub struct MonitorConfig {
    /// How to probe, as a word.
    pub protocol: ConfigValue<String>,
    /// The port to probe.
    pub port: ConfigValue<i64>,
    /// The path to ask for.
    pub path: ConfigValue<String>,
    /// Seconds between probes.
    pub interval_in_seconds: ConfigValue<i64>,
    /// Seconds that a probe may take.
    pub timeout_in_seconds: ConfigValue<i64>,
    /// Failures in a row that are tolerated.
    pub tolerated_number_of_failures: ConfigValue<i64>,
    /// Status codes that count as healthy: `200-299` or `200`. A set.
    pub expected_status_code_ranges: ConfigValue<Vec<ConfigValue<String>>>,
    /// Headers of every probe. A set of blocks.
    pub custom_header: ConfigValue<Vec<Header>>,
}

/// A header of a probe.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// The name, equal to another in any letter case.
    pub name: ConfigValue<String>,
    /// The value.
    pub value: ConfigValue<String>,
}

/// An endpoint: an element of the map `endpoints`, or a resource of its own.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    /// A DNS name or an address, of an external endpoint.
    pub target: ConfigValue<String>,
    /// The resource, of an azure or nested endpoint.
    pub target_resource_id: ConfigValue<String>,
    /// The share of an endpoint, for `Weighted`.
    pub weight: ConfigValue<i64>,
    /// The rank of an endpoint, for `Priority`.
    pub priority: ConfigValue<i64>,
    /// Whether the endpoint is in use; true when left out.
    pub enabled: ConfigValue<bool>,
    /// Whether the endpoint is served without probes; false when left out.
    pub always_serve_enabled: ConfigValue<bool>,
    /// The region of the endpoint, for `Performance`.
    pub endpoint_location: ConfigValue<String>,
    /// Codes of places, for `Geographic`. A set.
    pub geo_mappings: ConfigValue<Vec<ConfigValue<String>>>,
    /// Address ranges, for `Subnet`. A set.
    pub subnets: ConfigValue<Vec<Subnet>>,
    /// Headers of the probes of this endpoint. A map by name, or a set of blocks of a resource.
    pub custom_headers: ConfigValue<Vec<Header>>,
    /// Endpoints of the child that have to be online; 1 when left out.
    pub minimum_child_endpoints: ConfigValue<i64>,
    /// Those of them with an IPv4 address; 0 when left out.
    pub minimum_required_child_endpoints_ipv4: ConfigValue<i64>,
    /// Those of them with an IPv6 address; 0 when left out.
    pub minimum_required_child_endpoints_ipv6: ConfigValue<i64>,
}

/// A range of addresses: `first` alone, `first` to `last`, or the block `first`/`scope`.
#[derive(Clone, Debug, Default)]
pub struct Subnet {
    /// The first address.
    pub first: ConfigValue<String>,
    /// The last address, included.
    pub last: ConfigValue<String>,
    /// The number of leading bits that all addresses share.
    pub scope: ConfigValue<i64>,
}

/// An object on the hub, as its configuration gives it. What its kind does not have is absent.
#[derive(Clone, Debug, Default)]
pub struct FleetObject {
    /// The namespace.
    pub namespace: ConfigValue<String>,
    /// The name.
    pub name: ConfigValue<String>,
    /// Whether a DNS name is made of both.
    pub has_dns_name: bool,
    /// Whether the name may have dots.
    pub allows_dots: bool,
    /// The resource group of the profile in Azure.
    pub resource_group_name: ConfigValue<String>,
    /// How endpoints are probed.
    pub monitor_config: MonitorConfig,
    /// The profile of a backend.
    pub profile_name: ConfigValue<String>,
    /// The service of a backend.
    pub service_name: ConfigValue<String>,
    /// The weight of a backend or an export.
    pub weight: ConfigValue<i64>,
    /// The weights of the exports that share the weight of a backend, as far as they are known.
    pub export_weights: Vec<i64>,
}

impl Profile {
    /// The known endpoints, in the order of their names.
    pub(super) fn known_endpoints(&self) -> impl Iterator<Item = (&str, &Endpoint)> {
        self.endpoints.known().into_iter().flatten().map(|(name, endpoint)| (name.as_str(), endpoint))
    }

    /// The routing method, when it is known and a word that the service knows.
    pub(super) fn method(&self) -> Option<RoutingMethod> {
        self.traffic_routing_method.parsed(RoutingMethod::parse_ignoring_case)
    }

    /// Whether the routing method is known to be this one.
    pub(super) fn routes_by(&self, method: RoutingMethod) -> bool {
        self.method() == Some(method)
    }
}

impl MonitorConfig {
    /// The protocol, when it is known and a word that the service knows.
    pub(super) fn known_protocol(&self) -> Option<MonitorProtocol> {
        self.protocol.parsed(MonitorProtocol::parse_ignoring_case)
    }

    /// Seconds between probes, the default included; `None` when unknown.
    pub(super) fn interval(&self) -> Option<i64> {
        self.interval_in_seconds.or_default(defaults::INTERVAL)
    }
}

impl Endpoint {
    /// An endpoint of which nothing is known yet.
    pub fn unknown() -> Self {
        Self {
            target: ConfigValue::Unknown,
            target_resource_id: ConfigValue::Unknown,
            weight: ConfigValue::Unknown,
            priority: ConfigValue::Unknown,
            enabled: ConfigValue::Unknown,
            always_serve_enabled: ConfigValue::Unknown,
            endpoint_location: ConfigValue::Unknown,
            geo_mappings: ConfigValue::Unknown,
            subnets: ConfigValue::Unknown,
            custom_headers: ConfigValue::Unknown,
            minimum_child_endpoints: ConfigValue::Unknown,
            minimum_required_child_endpoints_ipv4: ConfigValue::Unknown,
            minimum_required_child_endpoints_ipv6: ConfigValue::Unknown,
        }
    }

    /// The kind, when it follows from what is known. Both or neither of the targets given tell no kind.
    pub(super) fn kind(&self) -> Option<EndpointKind> {
        match (&self.target, &self.target_resource_id) {
            (ConfigValue::Known(_) | ConfigValue::Unknown, ConfigValue::Absent) => {
                Some(EndpointKind::External)
            }
            (ConfigValue::Absent, ConfigValue::Known(id)) => Some(EndpointKind::from_target_resource_id(id)),
            _ => None,
        }
    }

    /// Whether the endpoint is known to be of this kind.
    pub(super) fn is(&self, kind: EndpointKind) -> bool {
        self.kind() == Some(kind)
    }

    /// The target, when it is a known address.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.target.known().and_then(|target| target.trim().parse().ok())
    }
}
