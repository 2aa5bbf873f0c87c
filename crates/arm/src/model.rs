//! The JSON of the Traffic Manager API. It checks nothing and fills in nothing.
//!
//! Every property is optional, as in the API: null and absent are the same. Words stay text, because the
//! API's enumerations are open. Keys that are not known here are kept in `extra`, so that an object that is
//! read, changed and written back loses nothing that a newer version of the API has added.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A profile.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The id; the service answers it with the resource group in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The resource type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Always `global`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Tags. The answer to a create without tags has none; a later GET has an empty map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// Everything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<ProfileProperties>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Profile {
    /// Its endpoints; none if it says nothing of them.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.properties.iter().flat_map(|properties| properties.endpoints.iter().flatten())
    }
}

/// The properties of a profile.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileProperties {
    /// `Enabled` or `Disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_status: Option<String>,
    /// The routing method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic_routing_method: Option<String>,
    /// The DNS name and how long answers may be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_config: Option<DnsConfig>,
    /// How endpoints are probed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitor_config: Option<MonitorConfig>,
    /// The endpoints, sorted by priority in answers. A PUT replaces the list; a PATCH must not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<Vec<Endpoint>>,
    /// Traffic View: `Enabled` or `Disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic_view_enrollment_status: Option<String>,
    /// How many addresses a `MultiValue` answer holds at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_return: Option<i64>,
    /// `A`, `AAAA` or `CNAME`; API 2026-09-01.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_type: Option<String>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The DNS settings of a profile.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DnsConfig {
    /// The name below the suffix of the cloud; answered in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_name: Option<String>,
    /// The whole name; read-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fqdn: Option<String>,
    /// Seconds; 0 when a request leaves it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<i64>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The probe settings of a profile.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MonitorConfig {
    /// The state of the profile; computed, and null in lists of older versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_monitor_status: Option<String>,
    /// `HTTP`, `HTTPS` or `TCP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i64>,
    /// The path; null or empty with TCP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Seconds between probes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_in_seconds: Option<i64>,
    /// Failures in a row that are tolerated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerated_number_of_failures: Option<i64>,
    /// Seconds that a probe may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_in_seconds: Option<i64>,
    /// Headers of probes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_headers: Option<Vec<CustomHeader>>,
    /// Status codes that count as healthy; 200 alone when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_status_code_ranges: Option<Vec<StatusCodeRange>>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A header of a probe.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct CustomHeader {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A range of HTTP status codes, both ends included.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct StatusCodeRange {
    /// The lowest code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The highest code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An endpoint.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name; required inside a profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The resource type, which tells the kind; required inside a profile.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Everything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<EndpointProperties>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The properties of an endpoint.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointProperties {
    /// `Enabled` or `Disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_status: Option<String>,
    /// The state of the endpoint; computed, and null at times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_monitor_status: Option<String>,
    /// The resource that an azure or nested endpoint leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_resource_id: Option<String>,
    /// The DNS name or address; computed for azure and nested endpoints, where it must not be sent blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// The priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// The region, answered as a display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_location: Option<String>,
    /// Endpoints of a child that have to be online.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_child_endpoints: Option<i64>,
    /// Those of them with an IPv4 address.
    #[serde(rename = "minChildEndpointsIPv4", skip_serializing_if = "Option::is_none")]
    pub min_child_endpoints_ipv4: Option<i64>,
    /// Those of them with an IPv6 address.
    #[serde(rename = "minChildEndpointsIPv6", skip_serializing_if = "Option::is_none")]
    pub min_child_endpoints_ipv6: Option<i64>,
    /// Headers of the probes of this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_headers: Option<Vec<CustomHeader>>,
    /// Address ranges, for `Subnet`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnets: Option<Vec<Subnet>>,
    /// Codes of places, for `Geographic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geo_mapping: Option<Vec<String>>,
    /// Always Serve: `Enabled` or `Disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always_serve: Option<String>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A range of addresses: `first` alone, up to `last`, or the block `first`/`scope`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Subnet {
    /// The first address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The last address, included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The number of leading bits that all addresses share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<i64>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Whether a relative name can be had.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NameAvailability {
    /// The relative name asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The resource type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// Whether nobody has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_available: Option<bool>,
    /// A word such as `AlreadyExists`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reason in a sentence, with the whole DNS name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The places that queries can be mapped from.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct GeographicHierarchy {
    /// The tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<GeographicHierarchyProperties>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The properties of the geographic hierarchy.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GeographicHierarchyProperties {
    /// The world.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geographic_hierarchy: Option<Region>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A place with the places in it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Region {
    /// The code that endpoints are mapped with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The places in it; empty for the smallest.
    #[serde(default, deserialize_with = "null_as_empty")]
    pub regions: Vec<Region>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn null_as_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
