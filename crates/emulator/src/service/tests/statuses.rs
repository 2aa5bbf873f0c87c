//! Monitor statuses: what settings, probes and children make of them.

use http::Method;
use serde_json::{Value, json};

use super::{create, external, get, path, profile, put, send, send_version, with_profile};
use crate::service::{Health, Service, UnknownEndpoint};

/// The profile's status and those of its endpoints, by name.
fn statuses(service: &mut Service, name: &str) -> Vec<String> {
    let answer = get(service, &path(name));
    let properties = &answer["properties"];
    let mut found = vec![properties["monitorConfig"]["profileMonitorStatus"].as_str().unwrap().to_owned()];
    for endpoint in properties["endpoints"].as_array().unwrap() {
        found.push(endpoint["properties"]["endpointMonitorStatus"].as_str().unwrap().to_owned());
    }
    found
}

fn set(service: &mut Service, profile: &str, endpoint: &str, status: &str) {
    service.set_health(profile, endpoint, Health::parse_ignoring_case(status).unwrap()).unwrap();
}

fn nested(child: &str, properties: &Value) -> Value {
    let mut usual = json!({"targetResourceId": path(child)});
    for (key, value) in properties.as_object().into_iter().flatten() {
        usual[key] = value.clone();
    }
    json!({"name": child, "type": "Microsoft.Network/trafficManagerProfiles/nestedEndpoints", "properties": usual})
}

#[test]
fn statuses_follow_from_settings_and_probes() {
    let endpoints = json!([
        external("a", &Value::Null),
        external("b", &Value::Null),
        external("off", &json!({"endpointStatus": "Disabled"})),
        external("always", &json!({"alwaysServe": "Enabled"})),
    ]);
    let mut service = with_profile("p", &json!({"endpoints": endpoints}));
    assert_eq!(
        statuses(&mut service, "p"),
        ["Online", "CheckingEndpoint", "CheckingEndpoint", "Disabled", "Unmonitored"]
    );
    set(&mut service, "p", "a", "Online");
    set(&mut service, "p", "b", "Degraded");
    assert_eq!(statuses(&mut service, "p"), ["Degraded", "Online", "Degraded", "Disabled", "Unmonitored"]);
    set(&mut service, "p", "b", "Stopped");
    assert_eq!(statuses(&mut service, "p")[..3], ["Online", "Online", "Stopped"]);
    send(&mut service, Method::PATCH, &path("p"), &json!({"properties": {"profileStatus": "Disabled"}}));
    assert_eq!(statuses(&mut service, "p"), ["Disabled", "Inactive", "Inactive", "Disabled", "Inactive"]);
}

#[test]
fn an_endpoint_is_checked_again_only_if_its_probes_change() {
    let mut service = with_profile("p", &json!({"endpoints": [external("a", &Value::Null)]}));
    let endpoint = format!("{}/externalEndpoints/a", path("p"));
    set(&mut service, "p", "a", "Online");
    let mut change = |path: &str, body: Value| {
        send(&mut service, Method::PATCH, path, &body);
        statuses(&mut service, "p")[1].clone()
    };
    assert_eq!(change(&endpoint, json!({"properties": {"weight": 9}})), "Online");
    assert_eq!(change(&path("p"), json!({"properties": {"dnsConfig": {"ttl": 9}}})), "Online");
    assert_eq!(change(&endpoint, json!({"properties": {"target": "b.example.com"}})), "CheckingEndpoint");
    set(&mut service, "p", "a", "Online");
    send(&mut service, Method::PATCH, &path("p"), &json!({"properties": {"monitorConfig": {"port": 8443}}}));
    assert_eq!(statuses(&mut service, "p"), ["CheckingEndpoints", "CheckingEndpoint"]);
}

#[test]
fn a_nested_endpoint_takes_the_state_of_its_child() {
    let mut service = with_profile("child", &Value::Null);
    create(&mut service, "p", &json!({"endpoints": [nested("child", &json!({"minChildEndpoints": 2}))]}));
    assert_eq!(statuses(&mut service, "p"), ["Inactive", "Stopped"]);
    for name in ["a", "b"] {
        let body = json!({"properties": {"target": format!("{name}.example.com")}});
        put(&mut service, &format!("{}/externalEndpoints/{name}", path("child")), &body);
    }
    assert_eq!(statuses(&mut service, "p"), ["CheckingEndpoints", "CheckingEndpoint"]);
    set(&mut service, "child", "a", "Online");
    set(&mut service, "child", "b", "Online");
    assert_eq!(statuses(&mut service, "p"), ["Online", "Online"]);
    set(&mut service, "child", "b", "Degraded");
    assert_eq!(statuses(&mut service, "p"), ["Degraded", "Degraded"]);
    send(&mut service, Method::DELETE, &path("child"), &Value::Null);
    assert_eq!(statuses(&mut service, "p"), ["Inactive", "Stopped"]);
}

#[test]
fn many_ways_to_one_child_do_not_multiply() {
    let mut service = with_profile("c9-0", &json!({"endpoints": [external("a", &Value::Null)]}));
    for number in 1..10 {
        create(&mut service, &format!("c9-{number}"), &json!({"endpoints": [external("a", &Value::Null)]}));
    }
    // Nine levels of ten profiles, each with all profiles of the next level below it: a thousand million ways down.
    for level in (1..9).rev() {
        let children: Vec<Value> =
            (0..10).map(|number| nested(&format!("c{}-{number}", level + 1), &Value::Null)).collect();
        for number in 0..10 {
            create(&mut service, &format!("c{level}-{number}"), &json!({"endpoints": children}));
        }
    }
    assert_eq!(statuses(&mut service, "c1-0")[..2], ["CheckingEndpoints", "CheckingEndpoint"]);
    for number in 0..10 {
        set(&mut service, &format!("c9-{number}"), "a", "Online");
    }
    assert_eq!(statuses(&mut service, "c1-0")[..2], ["Online", "Online"]);
}

#[test]
fn the_answer_of_a_put_does_not_know_nested_statuses_yet() {
    let mut service = with_profile("child", &json!({"endpoints": [external("a", &Value::Null)]}));
    create(&mut service, "empty", &Value::Null);
    let body =
        profile("p", &json!({"endpoints": [nested("child", &Value::Null), nested("empty", &Value::Null)]}));
    let answer = send_version(&mut service, Method::PUT, &path("p"), "2018-04-01", &body);
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    let properties = &answer["properties"];
    assert_eq!(properties["monitorConfig"]["profileMonitorStatus"], "CheckingEndpoints");
    assert_eq!(properties["endpoints"][0]["properties"]["endpointMonitorStatus"], Value::Null);
    assert_eq!(properties["endpoints"][1]["properties"]["endpointMonitorStatus"], "Stopped");
}

#[test]
fn lists_before_2022_have_no_statuses() {
    let mut service = with_profile("p", &json!({"endpoints": [external("a", &Value::Null)]}));
    let list = path("").trim_end_matches('/').to_owned();
    for (version, status) in [("2018-04-01", Value::Null), ("2022-04-01", json!("CheckingEndpoint"))] {
        let answer = send_version(&mut service, Method::GET, &list, version, &Value::Null);
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        let properties = &answer["value"][0]["properties"];
        assert_eq!(properties["endpoints"][0]["properties"]["endpointMonitorStatus"], status);
        assert_eq!(properties["monitorConfig"]["profileMonitorStatus"].is_null(), status.is_null());
    }
}

#[test]
fn health_is_set_where_exactly_one_probed_endpoint_is_meant() {
    let mut service = with_profile("child", &Value::Null);
    create(
        &mut service,
        "p",
        &json!({"endpoints": [nested("child", &Value::Null), external("child", &Value::Null)]}),
    );
    let other = path("P").replace("/rg/", "/other/");
    put(&mut service, &other, &profile("q", &json!({"endpoints": [external("a", &Value::Null)]})));
    let online = Health::parse_ignoring_case("Online").unwrap();
    let mut set = |profile: &str, endpoint: &str| service.set_health(profile, endpoint, online);
    let error = set("p", "a").unwrap_err();
    assert!(matches!(&error, UnknownEndpoint::AmbiguousProfile { ids, .. } if ids.len() == 2), "{error}");
    set(&other, "A").unwrap();
    assert_eq!(set(&path("p"), "child"), Err(UnknownEndpoint::AmbiguousEndpoint("child".to_owned())));
    assert_eq!(set(&path("p"), "nestedEndpoints/child"), Err(UnknownEndpoint::Nested("child".to_owned())));
    set(&path("p"), "externalendpoints/child").unwrap();
    assert!(matches!(set("gone", "a"), Err(UnknownEndpoint::NoProfile(_))));
}
