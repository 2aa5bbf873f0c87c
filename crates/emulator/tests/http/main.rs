//! The emulator over HTTP: headers, the control API, faults, probes.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

use emulator::{Config, Emulator, Running, StartError};
use serde_json::{Value, json};

mod client;
mod connections;
mod https;
mod hubs;
mod keeping;
mod pages;
mod probes;
mod seeding;

use client::{Client, ask, send};

const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg";
const TYPES: &str = "providers/Microsoft.Network/trafficManagerProfiles";
const PROFILE: &str = r#"{"location":"global","properties":{"trafficRoutingMethod":"Priority",
    "dnsConfig":{"relativeName":"shop","ttl":30},
    "monitorConfig":{"protocol":"HTTPS","port":443,"path":"/health"},
    "endpoints":[{"name":"east","type":"Microsoft.Network/trafficManagerProfiles/externalEndpoints",
        "properties":{"target":"east.example.com"}}]}}"#;

async fn start() -> Running {
    Emulator::start(Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() }).await.unwrap()
}

fn shop() -> String {
    format!("{GROUP}/{TYPES}/shop?api-version=2022-04-01")
}

async fn fault(url: &str, fault: Value) {
    let answer = ask(url, "POST", "/emulator/faults", &fault.to_string()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

#[tokio::test]
async fn a_profile_is_created_read_and_deleted_with_the_headers_of_the_provider() {
    let running = start().await;
    let url = running.url();
    let created = ask(&url, "PUT", &shop(), PROFILE).await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!(created.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(created.header("cache-control"), Some("private"));
    assert_eq!(created.header("x-ms-ratelimit-remaining-subscription-resource-requests"), Some("4499"));
    assert_eq!(created.header("x-ms-failure-cause"), None);
    let correlation = created.header("x-ms-correlation-request-id").unwrap();
    assert!(created.header("x-ms-routing-request-id").unwrap().ends_with(correlation));
    assert_ne!(created.header("x-ms-request-id"), Some(correlation));
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 200);
    let deleted = ask(&url, "DELETE", &shop(), "").await;
    assert_eq!((deleted.status, deleted.body.as_str()), (200, r#"{"properties":{"boolean":true}}"#));
    let again = ask(&url, "DELETE", &shop(), "").await;
    assert_eq!((again.status, again.body.as_str()), (204, ""));
    running.stop().await;
}

#[tokio::test]
async fn errors_of_the_gateway_tell_that_it_refused() {
    let running = start().await;
    let missing = ask(&running.url(), "GET", &shop(), "").await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.header("x-ms-failure-cause"), Some("gateway"));
    assert_eq!(missing.header("cache-control"), Some("no-cache"));
    assert_eq!(missing.header("x-ms-request-id"), missing.header("x-ms-correlation-request-id"));
    assert_eq!(missing.json()["error"]["code"], "ResourceNotFound");
}

#[tokio::test]
async fn a_deleted_group_tells_where_its_result_is() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    let deleted = ask(&url, "DELETE", &format!("{GROUP}?api-version=2021-04-01"), "").await;
    assert_eq!(deleted.status, 202);
    let location = deleted.header("location").unwrap();
    let path = location.strip_prefix("http://emulator").unwrap();
    assert_eq!(ask(&url, "GET", path, "").await.status, 200);
    let answer = ask(&url, "PUT", &shop(), PROFILE).await;
    assert_eq!(
        (answer.status, answer.json()["error"]["code"].as_str()),
        (404, Some("ResourceGroupNotFound"))
    );
}

#[tokio::test]
async fn the_request_log_tells_azure_requests_and_their_connections() {
    let running = start().await;
    let url = running.url();
    let mut first = Client::connect(&url).await;
    first.send("PUT", &shop(), PROFILE).await.unwrap();
    first.send("GET", &shop(), "").await.unwrap();
    let log = ask(&url, "GET", "/emulator/requests", "").await.json();
    let mut second = Client::connect(&url).await;
    second.send("GET", "/nowhere", "").await.unwrap();

    let path = format!("{GROUP}/{TYPES}/shop");
    let seen: Vec<Value> = log.as_array().unwrap().clone();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0]["index"], 0);
    assert_eq!(seen[0]["method"], "PUT");
    assert_eq!(seen[0]["path"], *path);
    assert_eq!(seen[0]["query"], "api-version=2022-04-01");
    assert_eq!(seen[0]["status"], 201);
    assert!(seen[0]["milliseconds"].as_f64().unwrap() > 0.0);
    assert_eq!(seen[0]["connection"], seen[1]["connection"]);
    let requests = running.requests();
    assert_eq!((requests[2].path.as_str(), requests[2].status), ("/nowhere", Some(400)));
    assert_ne!(requests[2].connection, requests[0].connection);

    assert_eq!(ask(&url, "DELETE", "/emulator/requests", "").await.status, 204);
    assert_eq!(running.requests(), []);
}

#[tokio::test]
async fn a_dropped_request_has_an_effect_only_after_it() {
    let running = start().await;
    let url = running.url();
    fault(&url, json!({ "method": "PUT", "drop": "before" })).await;
    assert!(send(&url, "PUT", &shop(), PROFILE).await.is_none());
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 404);

    fault(&url, json!({ "method": "PUT", "drop": "after" })).await;
    assert!(send(&url, "PUT", &shop(), PROFILE).await.is_none());
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 200);
    let statuses: Vec<_> = running.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [None, Some(404), None, Some(200)]);
}

#[tokio::test]
async fn answers_of_faults_have_their_status_headers_and_body_and_no_effect() {
    let running = start().await;
    let url = running.url();
    let headers = json!({ "Retry-After": "7", "x-ms-request-id": "mine" });
    let answer = json!({ "status": 429, "headers": headers, "body": { "error": { "code": "X" } } });
    fault(&url, json!({ "path": "/trafficmanagerprofiles/SHOP", "nth": 2, "answer": answer })).await;
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 404);
    let throttled = ask(&url, "PUT", &shop(), PROFILE).await;
    assert_eq!((throttled.status, throttled.header("retry-after")), (429, Some("7")));
    assert_eq!(throttled.header("x-ms-request-id"), Some("mine"), "in the place of the usual one");
    assert_eq!(throttled.body, r#"{"error":{"code":"X"}}"#);
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 404);

    let listed = ask(&url, "GET", "/emulator/faults", "").await.json();
    assert_eq!((&listed[0]["id"], &listed[0]["seen"], &listed[0]["hits"]), (&json!(1), &json!(3), &json!(1)));
    assert_eq!(ask(&url, "DELETE", "/emulator/faults", "").await.status, 204);
    assert_eq!(ask(&url, "GET", "/emulator/faults", "").await.body, "[]");
}

#[tokio::test]
async fn a_fault_can_lie_about_a_request_that_took_effect() {
    let running = start().await;
    let url = running.url();
    fault(&url, json!({ "answer": { "status": 500, "after_effect": true } })).await;
    let answer = ask(&url, "PUT", &shop(), PROFILE).await;
    assert_eq!((answer.status, answer.body.as_str()), (500, ""));
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 200);
}

#[tokio::test]
async fn a_body_can_be_garbage_or_end_in_the_middle() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    let whole = ask(&url, "GET", &shop(), "").await;
    fault(&url, json!({ "answer": { "truncate_at": 20 } })).await;
    let half = ask(&url, "GET", &shop(), "").await;
    assert_eq!((half.status, half.body.as_str()), (200, &whole.body[..20]));
    assert_eq!(half.header("content-length"), Some(whole.body.len().to_string().as_str()));

    fault(&url, json!({ "answer": { "status": 200, "body": "<html>oops" } })).await;
    assert_eq!(ask(&url, "GET", &shop(), "").await.body, "<html>oops");
}

#[tokio::test(start_paused = true)]
async fn delays_are_waited_for() {
    let running = start().await;
    let url = running.url();
    let set = ask(&url, "PUT", "/emulator/latency", r#"{"milliseconds": 30000}"#).await;
    assert_eq!(set.status, 204, "{}", set.body);
    assert_eq!(ask(&url, "GET", "/emulator/latency", "").await.body, r#"{"milliseconds":30000}"#);
    fault(&url, json!({ "delay_ms": 40000 })).await;
    ask(&url, "GET", &shop(), "").await;
    ask(&url, "GET", &shop(), "").await;
    let took: Vec<f64> = running.requests().iter().map(|request| request.milliseconds).collect();
    assert!(took[0] >= 70_000.0 && took[1] >= 30_000.0, "{took:?}");
}

#[tokio::test]
async fn health_is_set_by_name_and_by_id() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    let set = ask(&url, "PUT", "/emulator/health/SHOP/East", r#"{"status":"Online"}"#).await;
    assert_eq!(set.status, 204, "{}", set.body);
    let status =
        |answer: client::Answer| answer.json()["properties"]["monitorConfig"]["profileMonitorStatus"].clone();
    assert_eq!(status(ask(&url, "GET", &shop(), "").await), "Online");

    let id = format!("{GROUP}/{TYPES}/shop").replace('/', "%2F");
    let path = format!("/emulator/health/{id}/externalEndpoints%2Feast");
    assert_eq!(ask(&url, "PUT", &path, r#"{"status":"degraded"}"#).await.status, 204);
    assert_eq!(status(ask(&url, "GET", &shop(), "").await), "Degraded");
}

#[tokio::test]
async fn bad_input_to_the_control_api_is_refused_with_the_field() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    for (method, path, body, status, words) in [
        ("POST", "/emulator/faults", r#"{"methd":"PUT"}"#, 400, "unknown field `methd`"),
        ("POST", "/emulator/faults", r#"{"nth":"two","drop":"after"}"#, 400, "nth: invalid type: string"),
        ("POST", "/emulator/faults", r#"{"drop":"during"}"#, 400, "drop: unknown variant `during`"),
        ("POST", "/emulator/faults", r#"{"answer":{"status":9}}"#, 400, "answer.status: 9 is not possible"),
        ("POST", "/emulator/faults", "{}", 400, "nothing happens"),
        ("POST", "/emulator/faults", "nonsense", 400, "expected"),
        ("PUT", "/emulator/latency", r#"{"milliseconds":-1}"#, 400, "milliseconds: invalid value"),
        ("PUT", "/emulator/latency", r#"{"milliseconds":9999999}"#, 400, "milliseconds: 9999999"),
        ("PUT", "/emulator/health/shop/east", r#"{"status":"Fine"}"#, 400, "status: 'Fine' cannot be set"),
        ("PUT", "/emulator/health/shop/east", r#"{"state":"Online"}"#, 400, "unknown field `state`"),
        ("PUT", "/emulator/health/none/east", r#"{"status":"Online"}"#, 404, "there is no profile 'none'"),
        ("PUT", "/emulator/health/shop/none", r#"{"status":"Online"}"#, 404, "has no endpoint 'none'"),
        (
            "PUT",
            "/emulator/targets",
            r#"{"id":"","target":"a","location":"b"}"#,
            400,
            "id: must not be blank",
        ),
        (
            "PUT",
            "/emulator/targets",
            r#"{"id":"/x/Microsoft.Web/sites/a","target":"a","location":"b","tier":"Gold"}"#,
            400,
            "tier: 'Gold' is not possible",
        ),
        ("GET", "/emulator/reset", "", 405, "POST /emulator/reset"),
        ("GET", "/emulator/helth", "", 404, "GET /emulator/health"),
    ] {
        let answer = ask(&url, method, path, body).await;
        let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == status && error.contains(words), "{method} {path} {body}: {answer:?}");
    }
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    let running = start().await;
    let url = running.url();
    ask(&url, "PUT", &shop(), PROFILE).await;
    fault(&url, json!({ "drop": "before" })).await;
    ask(&url, "PUT", "/emulator/latency", r#"{"milliseconds": 600000}"#).await;
    assert_eq!(ask(&url, "POST", "/emulator/reset", "").await.status, 204);
    assert_eq!(running.requests(), []);
    assert_eq!(ask(&url, "GET", &shop(), "").await.status, 404);
    let health = ask(&url, "GET", "/emulator/health", "").await;
    assert_eq!((health.status, &health.json()["status"]), (200, &json!("ok")));
}

#[tokio::test]
async fn only_loopback_addresses_are_listened_on() {
    let config = Config { listen: ([0, 0, 0, 0], 0).into(), ..Config::default() };
    let error = Emulator::start(config.clone()).await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
    let running = Emulator::start(Config { beyond_loopback: true, ..config }).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_stopped_emulator_gives_its_port_back() {
    let running = start().await;
    let address = running.url().strip_prefix("http://").unwrap().parse().unwrap();
    let config = Config { listen: address, ..Config::default() };
    let error = Emulator::start(config.clone()).await.unwrap_err();
    assert!(matches!(error, StartError::PortTaken(_)), "{error}");
    running.stop().await;
    Emulator::start(config).await.unwrap().stop().await;
}
