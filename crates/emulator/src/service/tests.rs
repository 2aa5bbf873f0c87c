//! Tests of the service without a server.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{Answer, Request, Service, Settings};

mod answers;
mod beside;
mod errors;
mod fleets;
mod gateway;
mod groups;
mod insight;
mod probing;
mod rules;
mod statuses;

const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";
const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg";
const EXTERNAL: &str = "Microsoft.Network/trafficManagerProfiles/externalEndpoints";

/// The newest version that does not need `recordType`.
const VERSION: &str = "2022-04-01";

fn path(profile: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Network/trafficManagerProfiles/{profile}")
}

fn send_version(service: &mut Service, method: Method, path: &str, version: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let query = format!("api-version={version}");
    service.answer(&Request { method, path: path.to_owned(), query, body: Bytes::from(body) })
}

fn send(service: &mut Service, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let answer = send_version(service, method, path, VERSION, body);
    let json = serde_json::from_str(&answer.body).unwrap_or(Value::String(answer.body));
    (answer.status.as_u16(), json)
}

fn put(service: &mut Service, path: &str, body: &Value) -> (u16, Value) {
    send(service, Method::PUT, path, body)
}

fn get(service: &mut Service, path: &str) -> Value {
    let (status, body) = send(service, Method::GET, path, &Value::Null);
    assert_eq!(status, 200, "{body}");
    body
}

/// A profile that the service takes, with these properties in place of the usual ones.
fn profile(relative_name: &str, properties: &Value) -> Value {
    let mut usual = json!({
        "trafficRoutingMethod": "Weighted",
        "dnsConfig": { "relativeName": relative_name, "ttl": 30 },
        "monitorConfig": { "protocol": "HTTPS", "port": 443, "path": "/health" },
    });
    for (key, value) in properties.as_object().into_iter().flatten() {
        usual[key] = value.clone();
    }
    json!({ "location": "global", "properties": usual })
}

/// An external endpoint inside a profile.
fn external(name: &str, properties: &Value) -> Value {
    let mut usual = json!({ "target": format!("{name}.example.com") });
    for (key, value) in properties.as_object().into_iter().flatten() {
        usual[key] = value.clone();
    }
    json!({ "name": name, "type": EXTERNAL, "properties": usual })
}

/// A service with a profile of these properties, which it has to take.
fn with_profile(name: &str, properties: &Value) -> Service {
    let mut service = Service::new(Settings::default());
    create(&mut service, name, properties);
    service
}

/// Creates a profile whose relative name is its name.
fn create(service: &mut Service, name: &str, properties: &Value) {
    let (status, body) = put(service, &path(name), &profile(name, properties));
    assert_eq!(status, 201, "{body}");
}
