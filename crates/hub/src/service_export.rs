//! The kind `ServiceExport`: makes a service of a cluster known to the fleet.

use serde::{Deserialize, Serialize};

use crate::bounded::{ELEMENTS, list};
use crate::object::{Condition, Kind, Object};

/// The annotation with the weight of an export among all clusters that export the service.
pub const WEIGHT_ANNOTATION: &str = "networking.fleet.azure.com/weight";

/// The kind `ServiceExport`. It has no spec: its name is that of the service, and its weight an annotation.
#[derive(Clone, Debug)]
pub struct ServiceExport;

impl Kind for ServiceExport {
    const KIND: &'static str = "ServiceExport";
    const PLURAL: &'static str = "serviceexports";
    type Spec = Nothing;
    type Status = ExportStatus;

    fn conditions(status: &mut ExportStatus) -> &mut Vec<Condition> {
        &mut status.conditions
    }
}

/// A spec without fields.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Nothing {}

/// What is said of an export. On a hub, nothing is.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ExportStatus {
    /// The conditions.
    #[serde(default, deserialize_with = "list::<_, _, ELEMENTS>")]
    pub conditions: Vec<Condition>,
}

impl Object<ServiceExport> {
    /// Whether the service can be exported.
    pub fn valid(&self) -> Option<&Condition> {
        Condition::find(&self.status.conditions, "Valid")
    }

    /// The text of the weight, if it has one.
    pub fn weight(&self) -> Option<&str> {
        self.metadata.annotations.get(WEIGHT_ANNOTATION).map(String::as_str)
    }
}
