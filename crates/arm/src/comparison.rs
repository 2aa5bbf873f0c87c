//! Whether a profile or an endpoint is as it was sent: what tells that a write whose answer was lost took effect.
//!
//! The comparison is strict where the service keeps what it is sent. When in doubt a write counts as not
//! done, because sending it again is harmless and believing in it is not.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use traffic_manager::region;

use crate::request::Outcome;

/// Keys that the service computes; it ignores what is sent.
const COMPUTED: [&str; 4] = ["id", "fqdn", "profileMonitorStatus", "endpointMonitorStatus"];

/// Keys whose letter case the service changes or ignores.
const WITHOUT_CASE: [&str; 11] = [
    "name",
    "type",
    "location",
    "trafficRoutingMethod",
    "protocol",
    "profileStatus",
    "endpointStatus",
    "alwaysServe",
    "trafficViewEnrollmentStatus",
    "relativeName",
    "recordType",
];

/// Keys that are not there unless they were sent: a PUT without them clears them.
const CLEARED_BY_ABSENCE: [&str; 7] =
    ["tags", "endpoints", "customHeaders", "expectedStatusCodeRanges", "subnets", "geoMapping", "maxReturn"];

/// Tells what became of a PUT.
pub(crate) fn replaced<T: DeserializeOwned>(sent: Option<&Value>, found: Option<&[u8]>) -> Outcome<T> {
    written(sent, found, true)
}

/// Tells what became of a PATCH, which keeps what it does not have.
pub(crate) fn merged<T: DeserializeOwned>(sent: Option<&Value>, found: Option<&[u8]>) -> Outcome<T> {
    written(sent, found, false)
}

fn written<T: DeserializeOwned>(sent: Option<&Value>, found: Option<&[u8]>, whole: bool) -> Outcome<T> {
    let Some(found) = found else { return Outcome::Open { something: false } };
    let found: Option<Value> = serde_json::from_slice(found).ok();
    let same = found.filter(|found| sent.is_some_and(|sent| holds(sent, found, whole)));
    match same.and_then(|found| serde_json::from_value(found).ok()) {
        Some(value) => Outcome::TookEffect(value),
        None => Outcome::Open { something: true },
    }
}

/// Whether what was sent is what is there. `whole`: what was not sent must not be there either.
pub(crate) fn holds(sent: &Value, found: &Value, whole: bool) -> bool {
    match (sent, found) {
        (Value::Object(sent), Value::Object(found)) => object_holds(sent, found, whole),
        _ => false,
    }
}

fn object_holds(sent: &Map<String, Value>, found: &Map<String, Value>, whole: bool) -> bool {
    // An endpoint with a resource gets its target and region from it, whatever was sent.
    let has_resource = sent.get("targetResourceId").is_some_and(|id| !is_empty(id));
    let counts = |key: &str| {
        let from_resource = has_resource && matches!(key, "target" | "endpointLocation");
        !from_resource && !COMPUTED.contains(&key)
    };
    let none = Value::Null;
    let all_sent = sent.iter().filter(|(key, _)| counts(key)).all(|(key, sent)| {
        let found = found.get(key).unwrap_or(&none);
        value_holds(key, sent, found, whole)
    });
    let cleared = |key: &str| sent.contains_key(key) || found.get(key).is_none_or(is_empty);
    all_sent && (!whole || CLEARED_BY_ABSENCE.into_iter().all(cleared))
}

fn value_holds(key: &str, sent: &Value, found: &Value, whole: bool) -> bool {
    if is_empty(sent) || is_empty(found) {
        return is_empty(sent) && is_empty(found);
    }
    match (sent, found) {
        // Free keys: the tags of a PATCH are all tags.
        (Value::Object(sent), Value::Object(found)) if key == "tags" => sent == found,
        (Value::Object(sent), Value::Object(found)) => object_holds(sent, found, whole),
        (Value::Array(sent), Value::Array(found)) => array_holds(key, sent, found, whole),
        (Value::String(sent), Value::String(found)) if key == "endpointLocation" => region::same(sent, found),
        (Value::String(sent), Value::String(found)) if WITHOUT_CASE.contains(&key) => {
            sent.eq_ignore_ascii_case(found)
        }
        _ => sent == found,
    }
}

/// The service sorts endpoints by priority, and keeps the order of everything else.
fn array_holds(key: &str, sent: &[Value], found: &[Value], whole: bool) -> bool {
    let same_key = |a: &Value, b: &Value| {
        ["name", "type"].into_iter().all(|key| {
            let text = |value: &Value| value.get(key).and_then(Value::as_str).map(str::to_lowercase);
            text(a) == text(b)
        })
    };
    let one_holds = |(position, sent): (usize, &Value)| {
        let found = match key {
            "endpoints" => found.iter().find(|found| same_key(sent, found)),
            _ => found.get(position),
        };
        found.is_some_and(|found| value_holds("", sent, found, whole))
    };
    sent.len() == found.len() && sent.iter().enumerate().all(one_holds)
}

/// Null, absent and empty are the same to the service.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn profile() -> Value {
        json!({
            "location": "global",
            "properties": {
                "trafficRoutingMethod": "Weighted",
                "dnsConfig": { "relativeName": "Shop", "ttl": 30 },
                "monitorConfig": { "protocol": "https", "port": 443, "path": "/", "customHeaders": [] },
                "endpoints": [
                    {
                        "name": "east",
                        "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                        "properties": { "target": "e.example", "priority": 2, "endpointLocation": "westus2" }
                    },
                    {
                        "name": "ip",
                        "type": "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
                        "properties": { "targetResourceId": "/x", "priority": 1, "target": "stale" }
                    }
                ]
            }
        })
    }

    fn answered() -> Value {
        json!({
            "id": "/x", "name": "shop", "location": "global", "tags": {},
            "properties": {
                "profileStatus": "Enabled",
                "trafficRoutingMethod": "Weighted",
                "dnsConfig": { "relativeName": "shop", "fqdn": "shop.trafficmanager.net", "ttl": 30 },
                "monitorConfig": { "protocol": "HTTPS", "port": 443, "path": "/", "intervalInSeconds": 30 },
                "endpoints": [
                    {
                        "name": "ip",
                        "type": "Microsoft.Network/trafficManagerProfiles/azureEndpoints",
                        "properties": { "targetResourceId": "/x", "priority": 1, "target": "fresh", "weight": 1 }
                    },
                    {
                        "name": "east",
                        "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                        "properties": { "target": "e.example", "priority": 2, "endpointLocation": "West US 2" }
                    }
                ],
                "maxReturn": null
            }
        })
    }

    #[test]
    fn what_the_service_normalises_is_what_was_sent() {
        assert!(holds(&profile(), &answered(), true));
    }

    #[test]
    fn what_differs_is_not_what_was_sent() {
        for (pointer, value) in [
            ("/properties/dnsConfig/ttl", json!(31)),
            ("/properties/monitorConfig/path", json!("/other")),
            ("/properties/endpoints/1/properties/priority", json!(3)),
            ("/properties/endpoints/1/properties/target", json!("E.example")),
            ("/properties/endpoints/1/name", json!("west")),
            ("/properties/endpoints", json!([])),
            ("/properties/endpoints", Value::Null),
        ] {
            let mut found = answered();
            *found.pointer_mut(pointer).unwrap() = value.clone();
            assert!(!holds(&profile(), &found, true), "{pointer} {value}");
        }
        for (pointer, key) in [
            ("/properties/monitorConfig", "customHeaders"),
            ("/properties/monitorConfig", "expectedStatusCodeRanges"),
            ("/properties/endpoints/1/properties", "geoMapping"),
        ] {
            let mut found = answered();
            found.pointer_mut(pointer).unwrap()[key] = json!(["x"]);
            assert!(!holds(&profile(), &found, true), "{key} should have been cleared");
        }
    }

    #[test]
    fn a_put_without_endpoints_has_not_taken_effect_while_there_are_some() {
        let mut sent = profile();
        sent["properties"].as_object_mut().unwrap().remove("endpoints");
        assert!(!holds(&sent, &answered(), true));
        assert!(holds(&sent, &answered(), false));
    }

    #[test]
    fn a_patch_says_nothing_of_what_it_does_not_have() {
        let mut found = answered();
        found["properties"]["maxReturn"] = json!(3);
        let patch = json!({ "properties": { "dnsConfig": { "ttl": 30 } } });
        assert!(holds(&patch, &found, false));
        assert!(!holds(&json!({ "tags": { "a": "b" } }), &found, false));
        assert!(!holds(&profile(), &found, true));
    }
}
