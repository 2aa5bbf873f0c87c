//! What Fleet wants of a profile in Azure, and what it says of one on the hub. Nothing is sent or written here.

use serde_json::{Map, Value, json};

use super::azure::Refusal;
use super::names::{self, TAG};
use super::object::{Condition, meta};

pub(super) mod controller;

/// The type of the one condition of a profile.
pub(super) const PROGRAMMED: &str = "Programmed";

/// The TTL of DNS answers, which no profile on a hub can choose.
const TTL: i64 = 60;

/// The fields of monitoring that Fleet sets.
const MONITOR: [&str; 6] =
    ["intervalInSeconds", "path", "port", "protocol", "timeoutInSeconds", "toleratedNumberOfFailures"];

/// How far Fleet came with a profile.
#[derive(Clone, Copy, Debug)]
pub(super) enum Attempt<'a> {
    /// It is in Azure as it should be.
    Done,
    /// It could not be read.
    ReadFailed(&'a Refusal),
    /// It could not be written.
    WriteFailed(&'a Refusal),
}

/// The object with the defaults that the controller fills in.
pub(super) fn defaulted(object: &Value) -> Value {
    let mut object = object.clone();
    if !object["spec"]["monitorConfig"].is_object() {
        object["spec"]["monitorConfig"] = json!({});
    }
    let monitor = &mut object["spec"]["monitorConfig"];
    let mut default = |key: &str, value: Value| {
        if monitor[key].is_null() {
            monitor[key] = value;
        }
    };
    default("intervalInSeconds", json!(30));
    default("path", json!("/"));
    default("port", json!(80));
    default("protocol", json!("HTTP"));
    default("toleratedNumberOfFailures", json!(3));
    if monitor["timeoutInSeconds"].is_null() {
        monitor["timeoutInSeconds"] = json!(if monitor["intervalInSeconds"] == 10 { 9 } else { 10 });
    }
    object
}

/// The profile in Azure that an object with its defaults wants.
pub(super) fn desired(object: &Value) -> Value {
    let monitor = &object["spec"]["monitorConfig"];
    let mut wanted: Map<String, Value> =
        MONITOR.iter().map(|key| ((*key).to_owned(), monitor[*key].clone())).collect();
    if let Some(headers) = monitor["customHeaders"].as_array().filter(|headers| !headers.is_empty()) {
        wanted.insert("customHeaders".to_owned(), json!(headers));
    }
    let (namespace, name) = (meta(object, "namespace"), meta(object, "name"));
    json!({
        "location": "global",
        "tags": { TAG: format!("{namespace}/{name}") },
        "properties": {
            "profileStatus": "Enabled",
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": format!("{namespace}-{name}"), "ttl": TTL },
            "monitorConfig": wanted,
        },
    })
}

/// Whether a profile in Azure is as it should be, as far as Fleet looks. It does not look at the relative name, the
/// location, endpoints, expected status codes, and tags of others.
pub(super) fn is_as_desired(current: &Value, desired: &Value) -> bool {
    let (now, wanted) = (&current["properties"], &desired["properties"]);
    let monitor = |key: &&str| now["monitorConfig"][*key] == wanted["monitorConfig"][*key];
    MONITOR.iter().all(monitor)
        && headers(&now["monitorConfig"]) == headers(&wanted["monitorConfig"])
        && now["profileStatus"] == wanted["profileStatus"]
        && now["trafficRoutingMethod"] == wanted["trafficRoutingMethod"]
        && now["dnsConfig"]["ttl"] == wanted["dnsConfig"]["ttl"]
        && current["tags"][TAG] == desired["tags"][TAG]
}

/// Headers in an order of their own: theirs does not count.
fn headers(monitor: &Value) -> Vec<(&str, &str)> {
    let headers = monitor["customHeaders"].as_array().into_iter().flatten();
    let mut pairs: Vec<(&str, &str)> = headers
        .map(|header| {
            (header["name"].as_str().unwrap_or_default(), header["value"].as_str().unwrap_or_default())
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

/// The profile to send in place of one that is there: what is not Fleet's stays, endpoints among it.
pub(super) fn merged(current: &Value, desired: &Value) -> Value {
    let mut merged = current.clone();
    merged["location"] = desired["location"].clone();
    if !merged["tags"].is_object() {
        merged["tags"] = json!({});
    }
    merged["tags"][TAG] = desired["tags"][TAG].clone();
    let wanted = &desired["properties"];
    let properties = &mut merged["properties"];
    for key in ["dnsConfig", "profileStatus", "trafficRoutingMethod"] {
        properties[key] = wanted[key].clone();
    }
    if !properties["monitorConfig"].is_object() {
        properties["monitorConfig"] = json!({});
    }
    let monitor = &mut properties["monitorConfig"];
    for key in MONITOR {
        monitor[key] = wanted["monitorConfig"][key].clone();
    }
    monitor["customHeaders"] = wanted["monitorConfig"]["customHeaders"].clone();
    merged
}

/// What the status says after an attempt; `None` if it is not written at all.
pub(super) fn condition(attempt: Attempt<'_>) -> Option<Condition> {
    let told = |status, reason, message| Some(Condition { kind: PROGRAMMED, status, reason, message });
    match attempt {
        Attempt::Done => {
            let message = "Successfully configured the Azure Traffic Manager profile".to_owned();
            told("True", "Programmed", message)
        }
        Attempt::ReadFailed(refusal) if refusal.status == Some(403) => {
            told("False", "Invalid", format!("Invalid profile: {refusal}"))
        }
        Attempt::ReadFailed(_) => None,
        Attempt::WriteFailed(refusal) => match refusal.status {
            None => None,
            Some(409) => {
                let message =
                    "Domain name is not available. Please choose a different profile name or namespace";
                told("False", "DNSNameNotAvailable", message.to_owned())
            }
            Some(_) if refusal.is_client_error() => {
                told("False", "Invalid", format!("Invalid profile: {refusal}"))
            }
            Some(_) => {
                told("Unknown", "Pending", format!("Failed to configure profile and retrying: {refusal}"))
            }
        },
    }
}

/// The status of an object after an attempt. `azure`: the profile as Azure has it; without it, name and id are gone.
pub(super) fn with_status(object: &Value, condition: &Condition, azure: Option<&Value>, now: &str) -> Value {
    let mut object = object.clone();
    super::object::set_condition(&mut object, condition, now);
    let fields = [
        ("dnsName", azure.map(|azure| &azure["properties"]["dnsConfig"]["fqdn"])),
        ("resourceID", azure.map(|azure| &azure["id"])),
    ];
    for (key, value) in fields {
        match value.filter(|value| value.is_string()) {
            Some(value) => object["status"][key] = value.clone(),
            None => {
                if let Some(status) = object["status"].as_object_mut() {
                    status.remove(key);
                }
            }
        }
    }
    object
}

/// The path in Azure of the profile that belongs to an object.
pub(super) fn path(subscription: &str, object: &Value) -> String {
    let group = object["spec"]["resourceGroup"].as_str().unwrap_or_default();
    names::profile_path(subscription, group, &names::azure_profile(meta(object, "uid")))
}

#[cfg(test)]
mod tests;
