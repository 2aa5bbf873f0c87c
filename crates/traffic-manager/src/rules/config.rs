//! What the rules are asked about: a profile as its configuration gives it. It decides nothing.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::given::Given;
use crate::id::EndpointKind;
use crate::profile::{MonitorProtocol, RoutingMethod, defaults};

/// A profile as its configuration gives it. Names are those of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The profile's own id, where it can be told; for endpoints that lead back to it.
    pub id: Given<String>,
    /// The name of the resource.
    pub name: Given<String>,
    /// The name of its resource group.
    pub resource_group_name: Given<String>,
    /// How an endpoint is chosen, as a word.
    pub traffic_routing_method: Given<String>,
    /// The block `dns_config`.
    pub dns_config: DnsConfig,
    /// The block `monitor_config`.
    pub monitor_config: MonitorConfig,
    /// `Enabled` or `Disabled`.
    pub profile_status: Given<String>,
    /// How many addresses a `MultiValue` answer holds at most.
    pub max_return: Given<i64>,
    /// The kind of records that the profile is restricted to.
    pub record_type: Given<String>,
    /// Tags; a value may be unknown.
    pub tags: Given<BTreeMap<String, Given<String>>>,
    /// The endpoints by key, which is a name, or a kind and a name; absent when they are managed elsewhere.
    pub endpoints: Given<BTreeMap<String, Endpoint>>,
}

/// The block `dns_config`.
#[derive(Clone, Debug, Default)]
pub struct DnsConfig {
    /// The name below the suffix of the cloud.
    pub relative_name: Given<String>,
    /// Seconds that an answer may be kept.
    pub ttl: Given<i64>,
}

/// The block `monitor_config`.
#[derive(Clone, Debug, Default)]
pub struct MonitorConfig {
    /// How to probe, as a word.
    pub protocol: Given<String>,
    /// The port to probe.
    pub port: Given<i64>,
    /// The path to ask for.
    pub path: Given<String>,
    /// Seconds between probes.
    pub interval_in_seconds: Given<i64>,
    /// Seconds that a probe may take.
    pub timeout_in_seconds: Given<i64>,
    /// Failures in a row that are tolerated.
    pub tolerated_number_of_failures: Given<i64>,
    /// Status codes that count as healthy: `200-299` or `200`. A set.
    pub expected_status_code_ranges: Given<Vec<Given<String>>>,
    /// Headers of every probe. A set of blocks.
    pub custom_header: Given<Vec<Header>>,
}

/// A header of a probe.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// The name, equal to another in any letter case.
    pub name: Given<String>,
    /// The value.
    pub value: Given<String>,
}

/// An endpoint of the map `endpoints`.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    /// A DNS name or an address, of an external endpoint.
    pub target: Given<String>,
    /// The resource, of an azure or nested endpoint.
    pub target_resource_id: Given<String>,
    /// The share of an endpoint, for `Weighted`.
    pub weight: Given<i64>,
    /// The rank of an endpoint, for `Priority`.
    pub priority: Given<i64>,
    /// Whether the endpoint is in use; true when left out.
    pub enabled: Given<bool>,
    /// Whether the endpoint is served without probes; false when left out.
    pub always_serve_enabled: Given<bool>,
    /// The region of the endpoint, for `Performance`.
    pub endpoint_location: Given<String>,
    /// Codes of places, for `Geographic`. A set.
    pub geo_mappings: Given<Vec<Given<String>>>,
    /// Address ranges, for `Subnet`. A set.
    pub subnets: Given<Vec<Subnet>>,
    /// Headers of the probes of this endpoint. A map by name.
    pub custom_headers: Given<Vec<Header>>,
    /// Endpoints of the child that have to be online; 1 when left out.
    pub minimum_child_endpoints: Given<i64>,
    /// Those of them with an IPv4 address; 0 when left out.
    pub minimum_required_child_endpoints_ipv4: Given<i64>,
    /// Those of them with an IPv6 address; 0 when left out.
    pub minimum_required_child_endpoints_ipv6: Given<i64>,
}

/// A range of addresses: `first` alone, `first` to `last`, or the block `first`/`scope`.
#[derive(Clone, Debug, Default)]
pub struct Subnet {
    /// The first address.
    pub first: Given<String>,
    /// The last address, included.
    pub last: Given<String>,
    /// The number of leading bits that all addresses share.
    pub scope: Given<i64>,
}

impl Profile {
    /// The known endpoints, in the order of their names.
    pub(super) fn known_endpoints(&self) -> impl Iterator<Item = (&str, &Endpoint)> {
        self.endpoints.known().into_iter().flatten().map(|(name, endpoint)| (name.as_str(), endpoint))
    }

    /// The routing method, when it is known and a word that the service knows.
    pub(super) fn method(&self) -> Option<RoutingMethod> {
        self.traffic_routing_method.known().and_then(|word| RoutingMethod::parse_ignoring_case(word))
    }

    /// Whether the routing method is known to be this one.
    pub(super) fn routes_by(&self, method: RoutingMethod) -> bool {
        self.method() == Some(method)
    }
}

impl MonitorConfig {
    /// The protocol, when it is known and a word that the service knows.
    pub(super) fn known_protocol(&self) -> Option<MonitorProtocol> {
        self.protocol.known().and_then(|word| MonitorProtocol::parse_ignoring_case(word))
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
            target: Given::Unknown,
            target_resource_id: Given::Unknown,
            weight: Given::Unknown,
            priority: Given::Unknown,
            enabled: Given::Unknown,
            always_serve_enabled: Given::Unknown,
            endpoint_location: Given::Unknown,
            geo_mappings: Given::Unknown,
            subnets: Given::Unknown,
            custom_headers: Given::Unknown,
            minimum_child_endpoints: Given::Unknown,
            minimum_required_child_endpoints_ipv4: Given::Unknown,
            minimum_required_child_endpoints_ipv6: Given::Unknown,
        }
    }

    /// The kind, when it follows from what is known. Both or neither of the targets given tell no kind.
    pub(super) fn kind(&self) -> Option<EndpointKind> {
        match (&self.target, &self.target_resource_id) {
            (Given::Known(_) | Given::Unknown, Given::Absent) => Some(EndpointKind::External),
            (Given::Absent, Given::Known(id)) => Some(EndpointKind::of_target_resource_id(id)),
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
