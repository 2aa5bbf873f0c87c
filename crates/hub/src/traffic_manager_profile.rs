//! The kind `TrafficManagerProfile`: an Azure Traffic Manager profile that Fleet makes.

use serde::{Deserialize, Serialize};

use crate::bounded::{ELEMENTS, list, optional_list, optional_text};
use crate::object::{Condition, Kind, Object};

/// The kind `TrafficManagerProfile`.
#[derive(Clone, Debug)]
pub struct TrafficManagerProfile;

impl Kind for TrafficManagerProfile {
    const KIND: &'static str = "TrafficManagerProfile";
    const PLURAL: &'static str = "trafficmanagerprofiles";
    type Spec = ProfileSpec;
    type Status = ProfileStatus;

    fn conditions(status: &mut ProfileStatus) -> &mut Vec<Condition> {
        &mut status.conditions
    }
}

/// What is wanted of a profile.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileSpec {
    /// The resource group of the Azure profile, 1 to 90 characters. Cannot be changed.
    #[serde(default)]
    pub resource_group: String,
    /// How endpoints are probed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monitor_config: Option<MonitorConfig>,
}

/// How endpoints are probed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MonitorConfig {
    /// The seconds between probes: 10 or 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_in_seconds: Option<i64>,
    /// The path that is probed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The port that is probed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i64>,
    /// `HTTP`, `HTTPS` or `TCP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// The seconds that a probe may take: 5 to 10, and to 9 if the interval is 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_in_seconds: Option<i64>,
    /// How many probes in a row may fail: 0 to 9.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerated_number_of_failures: Option<i64>,
    /// Headers of the probes, at most 8.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_list::<_, _, ELEMENTS>"
    )]
    pub custom_headers: Option<Vec<CustomHeader>>,
}

/// A header of probes.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct CustomHeader {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its value.
    #[serde(default)]
    pub value: String,
}

/// What is said of a profile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileStatus {
    /// The DNS name, unless it is not known. A passing error of Azure empties it.
    #[serde(default, deserialize_with = "optional_text")]
    pub dns_name: Option<String>,
    /// The id of the Azure profile, unless it is not known. A passing error of Azure empties it.
    #[serde(rename = "resourceID", default, deserialize_with = "optional_text")]
    pub resource_id: Option<String>,
    /// The conditions.
    #[serde(default, deserialize_with = "list::<_, _, ELEMENTS>")]
    pub conditions: Vec<Condition>,
}

impl Object<TrafficManagerProfile> {
    /// Whether the Azure profile is as it is wanted.
    pub fn programmed(&self) -> Option<&Condition> {
        Condition::find(&self.status.conditions, "Programmed")
    }
}
