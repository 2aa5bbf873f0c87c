//! The kind `TrafficManagerBackend`: the endpoints of one service, in the clusters that export it.

use serde::{Deserialize, Serialize};

use crate::bounded::{ELEMENTS, list, optional_text, text};
use crate::object::{Condition, Kind, Object};

/// The kind `TrafficManagerBackend`.
#[derive(Clone, Debug)]
pub struct TrafficManagerBackend;

impl Kind for TrafficManagerBackend {
    const KIND: &'static str = "TrafficManagerBackend";
    const PLURAL: &'static str = "trafficmanagerbackends";
    type Spec = BackendSpec;
    type Status = BackendStatus;

    fn conditions(status: &mut BackendStatus) -> &mut Vec<Condition> {
        &mut status.conditions
    }
}

/// What is wanted of a backend.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct BackendSpec {
    /// The profile, in the same namespace. Cannot be changed.
    #[serde(default)]
    pub profile: NameReference,
    /// The exported service, in the same namespace. Cannot be changed.
    #[serde(default)]
    pub backend: NameReference,
    /// The weight of all endpoints of the backend together, 0 to 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
}

/// Names an object in the same namespace.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct NameReference {
    /// Its name.
    #[serde(default)]
    pub name: String,
}

/// What is said of a backend.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct BackendStatus {
    /// The endpoints that were accepted. A passing error empties the list while Azure goes on serving.
    #[serde(default, deserialize_with = "list::<_, _, ELEMENTS>")]
    pub endpoints: Vec<BackendEndpoint>,
    /// The conditions.
    #[serde(default, deserialize_with = "list::<_, _, ELEMENTS>")]
    pub conditions: Vec<Condition>,
}

/// An endpoint that was accepted.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct BackendEndpoint {
    /// Its name in Azure.
    #[serde(default, deserialize_with = "text")]
    pub name: String,
    /// Its id in Azure.
    #[serde(rename = "resourceID", default, deserialize_with = "optional_text")]
    pub resource_id: Option<String>,
    /// The DNS name that it leads to.
    #[serde(default, deserialize_with = "optional_text")]
    pub target: Option<String>,
    /// Its weight in Azure.
    pub weight: Option<i64>,
    /// Where it comes from.
    pub from: Option<EndpointSource>,
}

/// The export that an endpoint comes from.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
pub struct EndpointSource {
    /// The name of the member cluster.
    #[serde(default, deserialize_with = "text")]
    pub cluster: String,
    /// The weight of the export.
    pub weight: Option<i64>,
}

impl Object<TrafficManagerBackend> {
    /// Whether the endpoints are as they are wanted.
    pub fn accepted(&self) -> Option<&Condition> {
        Condition::find(&self.status.conditions, "Accepted")
    }
}
