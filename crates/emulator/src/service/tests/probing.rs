//! Which endpoints are probed, and what becomes of results: with the clock and the network left out.

use http::Method;
use serde_json::{Value, json};

use super::{create, external, get, path, send, with_profile};
use crate::service::{Health, ProbeResult, ProbedEndpoint, Service};

const FAILURE: ProbeResult = ProbeResult::Failure;
const SUCCESS: ProbeResult = ProbeResult::Success;

/// The names of the endpoints that are probed, of those that are reachable.
fn probed(service: &Service, is_reachable: impl Fn(&str) -> bool) -> Vec<String> {
    let all = service.probed_endpoints(is_reachable);
    all.iter().map(|endpoint| endpoint.key.endpoint_name().to_owned()).collect()
}

fn the_probed(service: &Service) -> ProbedEndpoint {
    let mut all = service.probed_endpoints(|_| true);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// The status of the endpoint `a` of the profile `p` after these results.
fn status_after(service: &mut Service, results: &[ProbeResult]) -> String {
    for result in results {
        let endpoint = the_probed(service);
        service.count_probe(&endpoint, *result);
    }
    status(service)
}

fn status(service: &mut Service) -> String {
    let answer = get(service, &format!("{}/externalEndpoints/a", path("p")));
    answer["properties"]["endpointMonitorStatus"].as_str().unwrap().to_owned()
}

fn patch(service: &mut Service, path: &str, properties: &Value) {
    let (status, body) = send(service, Method::PATCH, path, &json!({ "properties": properties }));
    assert_eq!(status, 200, "{body}");
}

fn set(service: &mut Service, status: &str) {
    service.set_health("p", "a", Health::parse_ignoring_case(status).unwrap()).unwrap();
}

/// A profile `p` with the endpoint `a`, and one failure that is tolerated.
fn tolerating_one() -> Service {
    let monitor = json!({ "protocol": "HTTP", "port": 80, "path": "/", "toleratedNumberOfFailures": 1 });
    with_profile("p", &json!({ "monitorConfig": monitor, "endpoints": [external("a", &Value::Null)] }))
}

#[test]
fn only_endpoints_that_are_on_and_have_a_reachable_target_are_probed() {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Network/\
              publicIPAddresses/ip";
    let mut service = with_profile("child", &json!({ "endpoints": [external("inner", &Value::Null)] }));
    service.seed_target(id, "ip.example.com", "westeurope");
    let types = "Microsoft.Network/trafficManagerProfiles";
    let endpoints = json!([
        external("On", &Value::Null),
        external("off", &json!({ "endpointStatus": "Disabled" })),
        external("always", &json!({ "alwaysServe": "Enabled" })),
        external("elsewhere", &json!({ "target": "elsewhere.example.org" })),
        { "name": "azure", "type": format!("{types}/azureEndpoints"), "properties": { "targetResourceId": id } },
        { "name": "nested", "type": format!("{types}/nestedEndpoints"),
            "properties": { "targetResourceId": path("child") } },
    ]);
    create(&mut service, "p", &json!({ "endpoints": endpoints }));
    let reachable = |target: &str| target.ends_with(".example.com");
    assert_eq!(probed(&service, reachable), ["inner", "on", "azure"]);
    assert!(probed(&service, |_| false).is_empty());
    patch(&mut service, &path("p"), &json!({ "profileStatus": "Disabled" }));
    assert_eq!(probed(&service, reachable), ["inner"]);
}

#[test]
fn results_show_in_answers_and_only_a_change_of_health_is_a_change_of_the_state() {
    let mut service = tolerating_one();
    let revision = service.revision();
    assert_eq!(status_after(&mut service, &[FAILURE]), "CheckingEndpoint");
    assert_eq!(service.revision(), revision);
    assert_eq!(status_after(&mut service, &[FAILURE]), "Degraded");
    assert_ne!(service.revision(), revision);
    assert_eq!(status_after(&mut service, &[SUCCESS]), "Online");
    let revision = service.revision();
    assert_eq!(status_after(&mut service, &[SUCCESS, FAILURE, SUCCESS, FAILURE]), "Online");
    assert_eq!(service.revision(), revision);
}

#[test]
fn failures_are_counted_anew_when_the_probes_change() {
    let endpoint = format!("{}/externalEndpoints/a", path("p"));
    for (path, properties) in [
        (path("p"), json!({ "monitorConfig": { "path": "/other" } })),
        (endpoint.clone(), json!({ "target": "b.example.com" })),
        (endpoint, json!({ "customHeaders": [{ "name": "x", "value": "y" }] })),
    ] {
        let mut service = tolerating_one();
        assert_eq!(status_after(&mut service, &[SUCCESS, FAILURE]), "Online");
        patch(&mut service, &path, &properties);
        assert_eq!(status_after(&mut service, &[FAILURE]), "CheckingEndpoint", "{properties}");
        assert_eq!(status_after(&mut service, &[FAILURE]), "Degraded");
        // What no probe sees counts on.
        patch(&mut service, &super::path("p"), &json!({ "dnsConfig": { "ttl": 9 } }));
        assert_eq!(status(&mut service), "Degraded");
    }
}

#[test]
fn failures_from_before_a_profile_was_off_are_not_in_a_row_with_later_ones() {
    let mut service = tolerating_one();
    assert_eq!(status_after(&mut service, &[SUCCESS, FAILURE]), "Online");
    for status in ["Disabled", "Enabled"] {
        patch(&mut service, &path("p"), &json!({ "profileStatus": status }));
    }
    assert_eq!(status_after(&mut service, &[FAILURE]), "Online");
    assert_eq!(status_after(&mut service, &[FAILURE]), "Degraded");
}

#[test]
fn the_result_of_a_probe_that_is_out_of_date_does_not_count() {
    let mut service = tolerating_one();
    let old = the_probed(&service);
    let endpoint = format!("{}/externalEndpoints/a", path("p"));
    patch(&mut service, &path("p"), &json!({ "monitorConfig": { "toleratedNumberOfFailures": 0 } }));
    assert_eq!(service.count_probe(&old, FAILURE), None);
    assert_eq!(status(&mut service), "CheckingEndpoint");
    let old = the_probed(&service);
    patch(&mut service, &endpoint, &json!({ "endpointStatus": "Disabled" }));
    assert_eq!(service.count_probe(&old, FAILURE), None);
    patch(&mut service, &endpoint, &json!({ "endpointStatus": "Enabled" }));
    assert_eq!(status(&mut service), "CheckingEndpoint");
    let old = the_probed(&service);
    send(&mut service, Method::DELETE, &path("p"), &Value::Null);
    assert_eq!(service.count_probe(&old, FAILURE), None);
}

#[test]
fn health_that_was_set_by_hand_holds_until_it_is_let_go_or_the_probes_change() {
    let mut service = tolerating_one();
    for held in ["Online", "Degraded", "Stopped"] {
        let old = the_probed(&service);
        set(&mut service, held);
        assert!(probed(&service, |_| true).is_empty(), "{held}");
        for result in [SUCCESS, FAILURE, FAILURE] {
            assert_eq!(service.count_probe(&old, result), None);
        }
        assert_eq!(status(&mut service), held);
        // A change that no probe sees does not let it go, nor does a restart.
        patch(&mut service, &path("p"), &json!({ "dnsConfig": { "ttl": 9 } }));
        let kept = serde_json::to_value(service.remembered()).unwrap();
        service = Service::with_state(super::Settings::default(), kept).unwrap();
        assert!(probed(&service, |_| true).is_empty(), "{held}");
        assert_eq!(status(&mut service), held);
        set(&mut service, "CheckingEndpoint");
        assert_eq!(status_after(&mut service, &[FAILURE]), "CheckingEndpoint");
    }
    set(&mut service, "Online");
    patch(&mut service, &path("p"), &json!({ "monitorConfig": { "port": 8080 } }));
    assert_eq!(status_after(&mut service, &[FAILURE, FAILURE]), "Degraded");
}
