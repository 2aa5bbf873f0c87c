//! What Fleet makes of the services behind a backend, and what it says of it. Nothing is sent or written here.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::azure::Refusal;
use super::names::{self, ENDPOINT_TYPE};
use super::object::{Condition, Key, meta, set_condition};

pub(super) mod controller;
mod endpoints;

/// The type of the one condition of a backend.
const ACCEPTED: &str = "Accepted";

/// An endpoint that has to be in Azure.
#[derive(Clone, Debug, PartialEq)]
struct Desired {
    target: String,
    /// Its share of the backend's weight.
    weight: i64,
    cluster: String,
    export_weight: i64,
}

/// The services behind a backend.
#[derive(Debug, Default, PartialEq)]
struct Services {
    /// What has to be in Azure, by the name of the endpoint.
    endpoints: BTreeMap<String, Desired>,
    /// Why a service cannot be an endpoint, by cluster.
    invalid: BTreeMap<String, String>,
}

/// What came of a backend.
#[derive(Clone, Debug)]
enum Verdict<'a> {
    /// So many endpoints are in Azure as they should be.
    Accepted(usize),
    ProfileNotFound(&'a str),
    ProfileInvalid(&'a str),
    /// The profile says nothing yet of its present generation.
    ProfilePending(&'a str),
    AzureProfileNotFound {
        name: &'a str,
        group: &'a str,
    },
    AzureProfileUnread {
        name: &'a str,
        group: &'a str,
        refusal: &'a Refusal,
    },
    ImportNotFound(&'a str),
    /// No cluster exports the service yet.
    NoClusters,
    /// An import names a cluster whose export is gone.
    ExportNotFound {
        service: &'a Key,
        cluster: &'a str,
    },
    EndpointNotDeleted {
        endpoint: &'a str,
        profile: &'a str,
        refusal: &'a Refusal,
    },
    EndpointNotWritten {
        endpoint: &'a str,
        profile: &'a str,
        refusal: &'a Refusal,
    },
    /// Some services are no endpoints.
    Partial {
        refused: &'a [Refusal],
        invalid: &'a BTreeMap<String, String>,
    },
}

impl Verdict<'_> {
    fn condition(&self) -> Condition {
        let (status, reason) = match self {
            Self::Accepted(_) => ("True", "Accepted"),
            Self::ProfileNotFound(_)
            | Self::ProfileInvalid(_)
            | Self::AzureProfileNotFound { .. }
            | Self::ImportNotFound(_)
            | Self::Partial { .. } => ("False", "Invalid"),
            _ => ("Unknown", "Pending"),
        };
        Condition { kind: ACCEPTED, status, reason, message: self.message() }
    }

    fn message(&self) -> String {
        match self {
            Self::Accepted(number) => format!(
                "{number} service(s) exported from clusters have been accepted as Traffic Manager endpoints"
            ),
            Self::ProfileNotFound(name) => format!("TrafficManagerProfile {name:?} is not found"),
            Self::ProfileInvalid(name) => format!(
                "Invalid trafficManagerProfile {name:?}, please check the trafficManagerProfile status"
            ),
            Self::ProfilePending(name) => format!("In the processing of trafficManagerProfile {name:?}"),
            Self::AzureProfileNotFound { name, group } => {
                format!("Azure Traffic Manager profile {name:?} under {group:?} is not found")
            }
            Self::AzureProfileUnread { name, group, refusal } => {
                format!("Failed to get the Azure Traffic Manager profile {name:?} under {group:?}: {refusal}")
            }
            Self::ImportNotFound(name) => format!("ServiceImport {name:?} is not found"),
            Self::NoClusters => "In the process of exporting the services".to_owned(),
            Self::ExportNotFound { service: Key { namespace, name }, cluster } => format!(
                "Failed to find the exported service \"{namespace}/{name}\" for {cluster:?}: failed to find the \
                 internalServiceExport for the cluster {cluster:?}"
            ),
            Self::EndpointNotDeleted { endpoint, profile, refusal } => {
                format!("Failed to cleanup the existing {endpoint:?} for {profile:?}: {refusal}")
            }
            Self::EndpointNotWritten { endpoint, profile, refusal } => {
                format!("Failed to create or update {endpoint:?} for {profile:?}: {refusal}")
            }
            Self::Partial { refused, invalid } => partial(refused, invalid),
        }
    }
}

/// Both halves if there is something to say in both. The first one ends as if the second always followed.
fn partial(refused: &[Refusal], invalid: &BTreeMap<String, String>) -> String {
    let of_refused = refused.first().map(|first| {
        let number = refused.len();
        format!(
            "{number} endpoint(s) failed to be created/updated in the Azure Traffic Manager, for example, {first}; "
        )
    });
    let of_invalid = invalid.first_key_value().map(|(cluster, why)| {
        let number = invalid.len();
        format!(
            "{number} service(s) exported from clusters cannot be exposed as the Azure Traffic Manager, for example, \
             service exported from {cluster} is invalid: {why}"
        )
    });
    of_refused.unwrap_or_default() + &of_invalid.unwrap_or_default()
}

/// Why an exported service cannot be an endpoint. The first reason counts.
fn invalidity(export: &Value) -> Option<String> {
    let spec = &export["spec"];
    let kind = spec["type"].as_str().unwrap_or_default();
    let is = |key: &str| spec[key].as_bool().unwrap_or(false);
    if kind != "LoadBalancer" {
        return Some(format!("unsupported service type {kind:?}"));
    }
    if is("isInternalLoadBalancer") {
        return Some("internal load balancer is not supported".to_owned());
    }
    if spec["publicIPResourceID"].is_null() {
        return Some("in the processing of configuring public IP".to_owned());
    }
    (!is("isDNSLabelConfigured")).then(|| "DNS label is not configured to the public IP".to_owned())
}

/// The share of a backend's weight that an export gets, rounded up. `total`: the sum of the weights of all exports.
fn share(backend: i64, export: i64, total: i64) -> i64 {
    let (product, total) = (i128::from(backend) * i128::from(export), i128::from(total.max(1)));
    i64::try_from((product + total - 1) / total).unwrap_or(i64::MAX)
}

/// The services of the clusters that an import names. `exports`: what all clusters export under its name. An error
/// is a cluster that exports nothing.
fn services(backend: &Value, clusters: &[&str], exports: &[Value]) -> Result<Services, String> {
    let mut services = Services::default();
    let import = backend["spec"]["backend"]["name"].as_str().unwrap_or_default();
    for cluster in clusters {
        let of_cluster = |export: &&Value| export["spec"]["serviceReference"]["clusterId"] == *cluster;
        let export = exports.iter().find(of_cluster).ok_or_else(|| (*cluster).to_owned())?;
        if let Some(why) = invalidity(export) {
            services.invalid.insert((*cluster).to_owned(), why);
            continue;
        }
        let desired = Desired {
            target: export["spec"]["publicIPResourceID"].as_str().unwrap_or_default().to_owned(),
            weight: 0,
            cluster: (*cluster).to_owned(),
            export_weight: export["spec"]["weight"].as_i64().unwrap_or(1),
        };
        services.endpoints.insert(names::endpoint(meta(backend, "uid"), import, cluster), desired);
    }
    let total =
        services.endpoints.values().fold(0_i64, |total, desired| total.saturating_add(desired.export_weight));
    for desired in services.endpoints.values_mut() {
        desired.weight = share(weight(backend), desired.export_weight, total);
    }
    Ok(services)
}

/// The weight of a backend; the API gives one to every object that has none.
fn weight(backend: &Value) -> i64 {
    backend["spec"]["weight"].as_i64().unwrap_or(1)
}

/// What has to be done to the endpoints of a profile.
#[derive(Debug, Default, PartialEq)]
struct Plan {
    /// Names as Azure has them, of endpoints of the backend that are not wanted.
    delete: Vec<String>,
    /// What is there as it should be, by name, with the endpoint as Azure has it.
    keep: BTreeMap<String, Value>,
}

/// Compares the endpoints of a profile with those that a backend wants. Those of others are not looked at.
fn plan(profile: &Value, uid: &str, wanted: &BTreeMap<String, Desired>) -> Plan {
    let mut plan = Plan::default();
    let prefix = names::endpoint_prefix(uid);
    for endpoint in profile["properties"]["endpoints"].as_array().into_iter().flatten() {
        let Some(given) = endpoint["name"].as_str() else { continue };
        let name = given.to_lowercase();
        if !name.starts_with(&prefix) {
            continue;
        }
        match wanted.get(&name) {
            None => plan.delete.push(given.to_owned()),
            Some(desired) if is_as_desired(endpoint, desired) => {
                plan.keep.insert(name, endpoint.clone());
            }
            Some(_) => {}
        }
    }
    plan
}

/// The endpoints of a profile that a backend put there, by their names as Azure has them.
fn owned(profile: &Value, uid: &str) -> Vec<String> {
    let prefix = names::endpoint_prefix(uid);
    let endpoints = profile["properties"]["endpoints"].as_array().into_iter().flatten();
    let names = endpoints.filter_map(|endpoint| endpoint["name"].as_str());
    names.filter(|name| name.starts_with(&prefix)).map(str::to_owned).collect()
}

fn is_as_desired(endpoint: &Value, desired: &Desired) -> bool {
    let properties = &endpoint["properties"];
    let same =
        |value: &Value, text: &str| value.as_str().is_some_and(|value| value.eq_ignore_ascii_case(text));
    same(&endpoint["type"], ENDPOINT_TYPE)
        && same(&properties["targetResourceId"], &desired.target)
        && properties["weight"] == desired.weight
        && properties["endpointStatus"] == "Enabled"
}

/// The endpoint to send.
fn endpoint_body(desired: &Desired) -> Value {
    json!({
        "type": ENDPOINT_TYPE,
        "properties": {
            "targetResourceId": desired.target,
            "endpointStatus": "Enabled",
            "weight": desired.weight,
        },
    })
}

/// What the status says of an endpoint that Azure answered.
fn accepted(endpoint: &Value, desired: &Desired) -> Value {
    let properties = &endpoint["properties"];
    let mut accepted = json!({
        "name": endpoint["name"].as_str().unwrap_or_default().to_lowercase(),
        "resourceID": endpoint["id"].as_str().unwrap_or_default(),
        "from": { "cluster": desired.cluster, "weight": desired.export_weight },
    });
    for key in ["target", "weight"] {
        if !properties[key].is_null() {
            accepted[key] = properties[key].clone();
        }
    }
    accepted
}

/// A backend with a verdict and its accepted endpoints in the status.
fn with_status(backend: &Value, verdict: &Verdict<'_>, endpoints: &[Value], now: &str) -> Value {
    let mut backend = backend.clone();
    set_condition(&mut backend, &verdict.condition(), now);
    if endpoints.is_empty() {
        if let Some(status) = backend["status"].as_object_mut() {
            status.remove("endpoints");
        }
    } else {
        backend["status"]["endpoints"] = json!(endpoints);
    }
    backend
}

#[cfg(test)]
mod tests;
