//! The API of a hub over HTTP: where it is, who may use it, faults, and the end of a watch.

use emulator::{By, Fault, FaultAnswer, RoleSeed, Running};
use serde_json::{Value, json};

use crate::client::{Client, ask};
use crate::{GROUP, start};

const HUB: &str = "/hubs/00000000-0000-0000-0000-000000000001/rg/demo";
const PROFILES: &str = "apis/networking.fleet.azure.com/v1beta1/namespaces/default/trafficmanagerprofiles";
const SERVERS: &str = "6dae42f8-4368-4678-94ff-3960e28e3630";

/// An emulator with the fleet `demo`, which has a hub.
async fn with_hub() -> Running {
    let running = start().await;
    let fleet = format!("{GROUP}/providers/Microsoft.ContainerService/fleets/demo?api-version=2025-03-01");
    let body = json!({"location": "westeurope", "properties": {"hubProfile": {}}});
    let made = ask(&running.url(), "PUT", &fleet, &body.to_string()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    running
}

fn profile() -> String {
    json!({
        "apiVersion": "networking.fleet.azure.com/v1beta1",
        "kind": "TrafficManagerProfile",
        "metadata": {"name": "shop", "namespace": "default"},
        "spec": {"resourceGroup": "rg"},
    })
    .to_string()
}

/// A token of the client `me` for an audience.
async fn token(client: &mut Client, audience: &str) -> String {
    let form =
        format!("grant_type=client_credentials&client_id=me&client_secret=s&scope={audience}%2F.default");
    let path = "/00000000-0000-0000-0000-00000000000a/oauth2/v2.0/token";
    let answer = client.send("POST", path, &form).await.unwrap();
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn post(client: &mut Client, path: &str, body: &str) -> (u16, Value) {
    client.headers = "content-type: application/json\r\n".to_owned();
    let answer = client.send("POST", path, body).await.unwrap();
    client.headers.clear();
    (answer.status, answer.json())
}

#[tokio::test]
async fn a_hub_is_a_kubernetes_api_below_its_path() {
    let running = with_hub().await;
    let mut client = Client::connect(&running.url()).await;
    let (status, made) = post(&mut client, &format!("{HUB}/{PROFILES}"), &profile()).await;
    assert_eq!(status, 201, "{made}");
    let read = ask(
        &running.url(),
        "GET",
        &format!("{}/{PROFILES}/shop", HUB.to_uppercase().replace("/HUBS", "/hubs")),
        "",
    )
    .await;
    assert_eq!((read.status, &read.json()["metadata"]["uid"]), (200, &made["metadata"]["uid"]));
    assert_eq!(read.header("content-type"), Some("application/json"));
    let missing = ask(&running.url(), "GET", &HUB.replace("demo", "none"), "").await;
    assert_eq!((missing.status, &missing.json()["kind"]), (404, &json!("Status")));
    let paths: Vec<String> = running.requests().into_iter().map(|request| request.path).collect();
    assert!(paths.contains(&format!("{HUB}/{PROFILES}")), "{paths:?}");
}

#[tokio::test]
async fn over_https_a_hub_wants_a_token_for_api_servers() {
    let running = with_hub().await;
    let (mut client, _) = Client::connect_tls(&running, "localhost", &["http/1.1"]).await.unwrap();
    client.host = "localhost".to_owned();
    let path = format!("{HUB}/{PROFILES}");
    let refused = client.send("GET", &path, "").await.unwrap();
    assert_eq!((refused.status, &refused.json()["reason"]), (401, &json!("Unauthorized")));
    for (audience, expected) in [("https%3A%2F%2Fmanagement.azure.com", 401), (SERVERS, 200)] {
        let token = token(&mut client, audience).await;
        client.authorization = Some(format!("Bearer {token}"));
        assert_eq!(client.send("GET", &path, "").await.unwrap().status, expected, "{audience}");
    }
}

#[tokio::test]
async fn only_one_role_reaches_the_kinds_of_fleet() {
    let running = with_hub().await;
    let (mut client, _) = Client::connect_tls(&running, "localhost", &["http/1.1"]).await.unwrap();
    client.host = "localhost".to_owned();
    let token = token(&mut client, SERVERS).await;
    client.authorization = Some(format!("Bearer {token}"));
    let path = format!("{HUB}/{PROFILES}");
    for (role, expected) in [("RBAC Writer", 403), ("Contributor", 403), ("RBAC Cluster Admin", 201)] {
        let role = format!("Azure Kubernetes Fleet Manager {role}");
        let seed = RoleSeed { principal: "me".to_owned(), role, scope: Some(GROUP.to_owned()) };
        running.with_service(|service| service.seed_role(&seed)).unwrap();
        let (status, body) = post(&mut client, &path, &profile()).await;
        assert_eq!(status, expected, "{body}");
        if expected == 403 {
            let message = body["message"].as_str().unwrap();
            let words = "cannot create resource \"trafficmanagerprofiles\" in API group \"networking.fleet.azure.com\"";
            assert!(message.contains(words), "{message}");
        }
    }
    assert_eq!(client.send("GET", &format!("{HUB}/readyz"), "").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_hub_can_be_forbidden_to_everyone_and_allowed_again() {
    let running = with_hub().await;
    let path = format!("{HUB}/{PROFILES}");
    for (forbidden, expected) in [(true, 403), (false, 200)] {
        let body = json!({ "forbidden": forbidden }).to_string();
        let set = ask(&running.url(), "PUT", "/emulator/fleets/demo/hub", &body).await;
        assert_eq!(set.status, 204, "{}", set.body);
        assert_eq!(ask(&running.url(), "GET", &path, "").await.status, expected);
    }
    let unknown = ask(&running.url(), "PUT", "/emulator/fleets/none/hub", r#"{"forbidden":true}"#).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn faults_meet_requests_to_a_hub_and_speak_its_language() {
    let running = with_hub().await;
    let answer = FaultAnswer { status: Some(429), ..FaultAnswer::default() };
    let path = Some("/hubs/".to_owned());
    running.faults([Fault { path, answer: Some(answer), ..Fault::default() }]).unwrap();
    let met = ask(&running.url(), "GET", &format!("{HUB}/{PROFILES}"), "").await;
    assert_eq!((met.status, &met.json()["reason"]), (429, &json!("TooManyRequests")));
    let of_fleet = Fault { by: By::Fleet, delay_ms: Some(600_000), ..Fault::default() };
    running.faults([of_fleet]).unwrap();
    assert_eq!(ask(&running.url(), "GET", &format!("{HUB}/{PROFILES}"), "").await.status, 200);
}

#[tokio::test]
async fn a_page_cannot_send_anything_to_a_hub() {
    let running = with_hub().await;
    let mut client = Client::connect(&running.url()).await;
    for content_type in ["", "content-type: text/plain\r\n"] {
        client.headers = content_type.to_owned();
        let refused = client.send("POST", &format!("{HUB}/{PROFILES}"), &profile()).await.unwrap();
        assert_eq!((refused.status, &refused.json()["kind"]), (415, &json!("Status")), "{content_type}");
    }
    client.headers = "origin: https://evil.example\r\n".to_owned();
    assert_eq!(client.send("GET", &format!("{HUB}/api"), "").await.unwrap().status, 403);
}

#[tokio::test]
async fn a_fleet_that_comes_again_has_an_empty_hub() {
    let running = with_hub().await;
    let mut client = Client::connect(&running.url()).await;
    post(&mut client, &format!("{HUB}/{PROFILES}"), &profile()).await;
    let fleet = format!("{GROUP}/providers/Microsoft.ContainerService/fleets/demo?api-version=2025-03-01");
    assert_eq!(ask(&running.url(), "DELETE", &fleet, "").await.status, 202);
    assert_eq!(ask(&running.url(), "GET", &format!("{HUB}/{PROFILES}"), "").await.status, 404);
    let body = json!({"location": "westeurope", "properties": {"hubProfile": {}}});
    ask(&running.url(), "PUT", &fleet, &body.to_string()).await;
    let list = ask(&running.url(), "GET", &format!("{HUB}/{PROFILES}"), "").await.json();
    assert_eq!(list["items"], json!([]));
}
