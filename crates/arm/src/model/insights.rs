//! What the service tells beside profiles: the geographic hierarchy, heat maps, the key of user metrics.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    #[serde(default, deserialize_with = "super::null_as_empty")]
    pub regions: Vec<Region>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// Where the queries of a profile came from; needs Traffic View.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct HeatMap {
    /// `startTime`, `endTime`, `endpoints` and `trafficFlows`, as answered.
    #[serde(default)]
    pub properties: Map<String, Value>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The key with which web pages report measured latency.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct UserMetrics {
    /// The key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub properties: Option<UserMetricsProperties>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The properties of [`UserMetrics`].
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct UserMetricsProperties {
    /// 32 hexadecimal digits; empty when there is no key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
