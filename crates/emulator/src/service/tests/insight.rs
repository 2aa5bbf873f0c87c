//! User metrics keys and heat maps.

use http::Method;
use serde_json::{Value, json};

use super::{SUBSCRIPTION, external, get, path, send, send_version, with_profile};
use crate::service::{HeatMapSeed, Service};

#[test]
fn a_user_metrics_key_is_empty_until_it_is_made_and_after_it_is_deleted() {
    let mut service = Service::default();
    let path =
        format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/trafficManagerUserMetricsKeys");
    let key = |answer: &Value| answer["properties"]["key"].as_str().unwrap().to_owned();
    assert_eq!(key(&get(&mut service, &path)), "");
    let (status, made) = send(&mut service, Method::PUT, &path, &Value::Null);
    assert_eq!((status, key(&made).len()), (201, 32));
    assert_eq!(made["id"], "/providers/Microsoft.Network/trafficManagerUserMetricsKeys/default");
    assert_eq!(get(&mut service, &format!("{path}/default")), made);
    let (_, newer) = send(&mut service, Method::PUT, &path, &Value::Null);
    assert_ne!(key(&newer), key(&made));
    assert_eq!(send(&mut service, Method::DELETE, &path, &Value::Null), (200, json!("")));
    assert_eq!(key(&get(&mut service, &path)), "");
    let newer = send_version(&mut service, Method::DELETE, &path, "2026-09-01", &Value::Null);
    assert_eq!(newer.body, r#"{"properties":{"boolean":true}}"#);
}

fn seed() -> HeatMapSeed {
    let flow = |ip: &str, latitude: f64, queries: Value| json!({"source_ip": ip, "latitude": latitude, "longitude": -93.6, "queries": queries});
    let seed = json!({"start": "2026-11-13T00:00:00Z", "end": "2026-11-20T00:00:00Z", "flows": [
        flow("192.0.2.1", 41.5, json!([{"endpoint": "b", "count": 4, "latency": 12.5}, {"endpoint": "A", "count": 1}])),
        flow("192.0.2.2", 10.0, json!([{"endpoint": "a", "count": 7}])),
    ]});
    serde_json::from_value(seed).unwrap()
}

#[test]
fn a_heat_map_needs_traffic_view_and_queries() {
    let endpoints = json!([external("a", &Value::Null), external("b", &Value::Null)]);
    let mut service = with_profile("p", &json!({ "endpoints": endpoints }));
    let map = format!("{}/heatMaps/default", path("P"));
    let code = |answer: (u16, Value)| (answer.0, answer.1["code"].as_str().unwrap_or_default().to_owned());
    let off = send(&mut service, Method::GET, &map, &Value::Null);
    assert_eq!(code(off), (502, "NotAuthorized".to_owned()));
    let on = json!({"properties": {"trafficViewEnrollmentStatus": "Enabled"}});
    send(&mut service, Method::PATCH, &path("p"), &on);
    assert_eq!(code(send(&mut service, Method::GET, &map, &Value::Null)), (404, "NotFound".to_owned()));

    service.seed_heat_map("p", seed()).unwrap();
    let answer = get(&mut service, &map);
    assert_eq!(answer["id"], format!("{}/heatMaps/default", path("p")));
    let properties = &answer["properties"];
    assert_eq!(
        properties["endpoints"],
        json!([{"endpointId": 0, "resourceId": format!("{}/externalEndpoints/b", path("p"))},
            {"endpointId": 1, "resourceId": format!("{}/externalEndpoints/a", path("p"))}])
    );
    assert_eq!(
        properties["trafficFlows"][0],
        json!({"latitude": 41.5, "longitude": -93.6, "queryExperiences": [
            {"endpointId": 0, "latency": 12.5, "queryCount": 4}, {"endpointId": 1, "queryCount": 1}],
            "sourceIp": "192.0.2.1"})
    );
    assert_eq!(properties["trafficFlows"][1]["queryExperiences"][0]["endpointId"], 1);
}

#[test]
fn a_heat_map_is_filtered_by_its_corners() {
    let mut service = with_profile("p", &json!({"trafficViewEnrollmentStatus": "Enabled"}));
    service.seed_heat_map(&path("p"), seed()).unwrap();
    let mut count = |corners: &str| {
        let request = crate::service::Request {
            method: Method::GET,
            path: format!("{}/heatMaps/default", path("p")),
            query: format!("api-version=2022-04-01{corners}"),
            body: bytes::Bytes::new(),
        };
        let answer = service.answer(&request);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        (answer.status.as_u16(), body["properties"]["trafficFlows"].as_array().map(Vec::len))
    };
    assert_eq!(count(""), (200, Some(2)));
    assert_eq!(count("&topLeft=50%2C-100&botRight=40%2C-90"), (200, Some(1)));
    assert_eq!(count("&topLeft=50,-90&botRight=40,-80"), (200, Some(0)));
    assert_eq!(count("&topLeft=50,-90"), (400, None));
    assert_eq!(count("&topLeft=north&botRight=40,-80"), (400, None));
}

#[test]
fn an_impossible_heat_map_is_not_seeded() {
    let mut service = with_profile("p", &Value::Null);
    let mut refused = |profile: &str, change: fn(&mut HeatMapSeed)| {
        let mut seed = seed();
        change(&mut seed);
        service.seed_heat_map(profile, seed).unwrap_err().to_string()
    };
    assert!(refused("q", |_| {}).contains("there is no profile 'q'"));
    assert!(refused(&path("q"), |_| {}).contains("there is no profile"));
    assert!(refused("p", |seed| seed.start = "yesterday".to_owned()).starts_with("start: 'yesterday'"));
    assert!(refused("p", |seed| seed.flows[0].latitude = 91.0).starts_with("latitude: '91'"));
}
