//! Whole fleets, as tests and seed files tell them: a fleet, its members, and what these export.

use bytes::Bytes;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::exports::{ExportPlace, ExportSeed, ServiceSeed, text_or_number};
use crate::service::route::{FleetAddress, FleetRoute, Route};
use crate::service::seed::SeedError;
use crate::service::{Answer, Request, Service};

/// The version of the API that fleets are made with.
const VERSION: &str = "2025-03-01";

/// A fleet. What is there of it already stays, and is changed to what the seed says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FleetSeed {
    /// The id of the fleet: `/subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerService/fleets/…`.
    pub id: String,
    /// The region; by default `westeurope`.
    #[serde(default)]
    pub location: Option<String>,
    /// Whether it has a hub; by default it has.
    #[serde(default = "yes")]
    pub hub: bool,
    /// The object id of the identity that it acts with, a UUID; by default a new one.
    #[serde(default)]
    pub principal: Option<String>,
    /// Its members.
    #[serde(default)]
    pub members: Vec<MemberSeed>,
}

/// A member cluster.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberSeed {
    /// Its name in the fleet.
    pub name: String,
    /// The id of the cluster; by default one of the same name in the group of the fleet.
    #[serde(default)]
    pub cluster: Option<String>,
    /// What it exports.
    #[serde(default)]
    pub exports: Vec<MemberExportSeed>,
}

/// Something that a member exports.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberExportSeed {
    /// The namespace in the cluster.
    pub namespace: String,
    /// The name of the export and of its service.
    pub name: String,
    /// As in [`ExportSeed`].
    #[serde(default)]
    pub service: Option<ServiceSeed>,
    /// As in [`ExportSeed`].
    #[serde(default, deserialize_with = "text_or_number")]
    pub weight: Option<String>,
}

fn yes() -> bool {
    true
}

impl FleetSeed {
    /// A fleet with a hub and without members.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), location: None, hub: true, principal: None, members: Vec::new() }
    }
}

impl Service {
    /// Makes a fleet with its members and their exports.
    ///
    /// # Errors
    /// If the id is not one of a fleet, or if something is not possible; what came before that is made.
    pub fn seed_fleet(&mut self, seed: FleetSeed) -> Result<(), SeedError> {
        let Route::Fleets(FleetRoute::Fleet(address)) = Route::parse(&seed.id) else {
            let expected =
                "use the id of a fleet: /subscriptions/…/providers/Microsoft.ContainerService/fleets/…";
            return Err(SeedError::Field { field: "id", value: seed.id, expected });
        };
        let location = seed.location.as_deref().unwrap_or("westeurope");
        let mut body = json!({ "location": location, "identity": { "type": "SystemAssigned" } });
        if seed.hub {
            body["properties"] = json!({ "hubProfile": {} });
        }
        self.must(&seed.id, &body)?;
        if let Some(principal) = seed.principal {
            self.set_principal(&address, principal)?;
        }
        for member in seed.members {
            let group = format!(
                "/subscriptions/{}/resourceGroups/{}",
                address.group.subscription, address.group.group
            );
            let cluster = member.cluster.unwrap_or_else(|| {
                format!("{group}/providers/Microsoft.ContainerService/managedClusters/{}", member.name)
            });
            let id = format!("{}/members/{}", seed.id.trim_end_matches('/'), member.name);
            self.must(&id, &json!({ "properties": { "clusterResourceId": cluster } }))?;
            for export in member.exports {
                let MemberExportSeed { namespace, name, service, weight } = export;
                let place =
                    ExportPlace { fleet: &seed.id, member: &member.name, namespace: &namespace, name: &name };
                self.seed_export(place, ExportSeed { service, weight })?;
            }
        }
        Ok(())
    }

    fn set_principal(&mut self, address: &FleetAddress, principal: String) -> Result<(), SeedError> {
        if uuid::Uuid::try_parse(&principal).is_err() {
            let expected = "use a UUID such as 00000000-0000-0000-0000-000000000001";
            return Err(SeedError::Field { field: "principal", value: principal, expected });
        }
        let identity = self.fleet_mut(address).ok().and_then(|fleet| fleet.identity.as_mut());
        if let Some(identity) = identity {
            identity.system = Some(principal);
        }
        Ok(())
    }

    /// Puts a resource as a request would, which is not refused.
    fn must(&mut self, path: &str, body: &Value) -> Result<(), SeedError> {
        let request = Request {
            method: Method::PUT,
            path: path.to_owned(),
            query: format!("api-version={VERSION}"),
            body: Bytes::from(body.to_string()),
        };
        let Answer { status, body, .. } = self.answer(&request);
        if status.is_success() {
            return Ok(());
        }
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        let why = body["error"]["message"].as_str().unwrap_or_default().to_owned();
        Err(SeedError::Refused { what: path.to_owned(), why })
    }
}
