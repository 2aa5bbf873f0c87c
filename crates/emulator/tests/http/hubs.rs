//! The API of a hub over HTTP: where it is, who may use it, faults, and the end of a watch.

use emulator::{By, Config, Emulator, Fault, FaultAnswer, FleetSeed, RoleSeed, Running};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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
    "content-type: application/json\r\n".clone_into(&mut client.headers);
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
    assert_eq!(ask(&running.url(), "POST", "/emulator/tokens/expire", "").await.status, 204);
    assert_eq!(client.send("GET", &path, "").await.unwrap().status, 401, "it is expired");
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
async fn exports_are_put_listed_and_withdrawn_over_the_control_api() {
    let running = start().await;
    let url = running.url();
    let id = format!("{GROUP}/providers/Microsoft.ContainerService/fleets/demo");
    let fleet = json!({ "id": id, "members": [{ "name": "aks-1" }] }).to_string();
    assert_eq!(ask(&url, "PUT", "/emulator/fleets", &fleet).await.status, 204);
    let export = "/emulator/fleets/demo/members/aks-1/exports/shop/web";
    let body = r#"{"service": {"dns_label": "east"}, "weight": 7}"#;
    assert_eq!(ask(&url, "PUT", export, body).await.status, 204);
    let listed = ask(&url, "GET", "/emulator/fleets/demo/exports", "").await.json();
    assert_eq!((&listed[0]["name"], &listed[0]["weight"]), (&json!("web"), &json!("7")));
    assert_eq!(listed[0]["conditions"][0]["reason"], "ServiceIsValid");
    assert_eq!(ask(&url, "DELETE", export, "").await.status, 204);
    assert_eq!(ask(&url, "DELETE", export, "").await.status, 404);
    for (path, body, status, words) in [
        (export.replace("aks-1", "aks-9"), body, 404, "the fleet has no such member"),
        (export.replace("demo", "none"), body, 404, "there is no such fleet"),
        (export.replace("/shop/", "/Shop/"), body, 400, "namespace: 'Shop'"),
        (export.to_owned(), r#"{"service": {"dns_label": "-"}}"#, 400, "service.dns_label: '-'"),
        (export.to_owned(), r#"{"service": {"public_ip": "/x"}}"#, 400, "there is no such public IP address"),
        (export.to_owned(), r#"{"service": {"type": "Ingress"}}"#, 400, "service.type: unknown variant"),
        (export.to_owned(), r#"{"wait": 1}"#, 400, "unknown field `wait`"),
    ] {
        let answer = ask(&url, "PUT", &path, body).await;
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(answer.status == status && error.contains(words), "{path} {body}: {answer:?}");
    }
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

#[tokio::test]
async fn hubs_survive_a_restart_and_their_controllers_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        state: Some(folder.path().join("state.json")),
        ..Config::default()
    };
    let running = Emulator::start(config.clone()).await.unwrap();
    let id = format!("{GROUP}/providers/Microsoft.ContainerService/fleets/demo");
    running.with_service(|service| service.seed_fleet(FleetSeed::new(&id))).unwrap();
    let mut client = Client::connect(&running.url()).await;
    post(&mut client, &format!("{HUB}/{PROFILES}"), &profile()).await;
    let before = programmed(&running).await;
    running.stop().await;

    let running = Emulator::start(config).await.unwrap();
    let after = programmed(&running).await;
    assert_eq!(after["metadata"]["uid"], before["metadata"]["uid"]);
    // A start looks at everything: what was deleted by hand comes again.
    let azure = before["status"]["resourceID"].as_str().unwrap();
    assert_eq!(ask(&running.url(), "GET", &format!("{azure}?api-version=2022-04-01"), "").await.status, 200);
    let delete = ask(&running.url(), "DELETE", &format!("{HUB}/{PROFILES}/shop"), "").await;
    assert_eq!(delete.status, 200, "{}", delete.body);
    while ask(&running.url(), "GET", &format!("{HUB}/{PROFILES}/shop"), "").await.status != 404 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask(&running.url(), "GET", &format!("{azure}?api-version=2022-04-01"), "").await.status, 404);
}

/// The profile, once it is in Azure.
async fn programmed(running: &Running) -> Value {
    loop {
        let profile = ask(&running.url(), "GET", &format!("{HUB}/{PROFILES}/shop"), "").await.json();
        if profile["status"]["conditions"][0]["reason"] == "Programmed" {
            return profile;
        }
        tokio::task::yield_now().await;
    }
}

/// A watch of the profiles, with what came of it so far.
struct Watch {
    stream: TcpStream,
    text: String,
}

impl Watch {
    async fn begin(running: &Running) -> Self {
        let mut stream = TcpStream::connect(running.url().strip_prefix("http://").unwrap()).await.unwrap();
        let request = format!("GET {HUB}/{PROFILES}?watch=true HTTP/1.1\r\nhost: emulator\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut watch = Self { stream, text: String::new() };
        watch.until("\r\n\r\n").await;
        watch
    }

    /// Reads until this came.
    async fn until(&mut self, words: &str) {
        while !self.text.contains(words) {
            assert!(self.read().await, "it ended before {words:?}: {}", self.text);
        }
    }

    /// Reads to the end. Whether the end was a regular one.
    async fn end(mut self) -> bool {
        while !self.text.ends_with("\r\n0\r\n\r\n") {
            if !self.read().await {
                return false;
            }
        }
        true
    }

    async fn read(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let length = self.stream.read(&mut bytes).await.unwrap_or_default();
        self.text.push_str(&String::from_utf8_lossy(&bytes[..length]));
        length > 0
    }
}

#[tokio::test]
async fn a_watch_hears_of_changes_as_they_come() {
    let running = with_hub().await;
    let mut watch = Watch::begin(&running).await;
    let mut client = Client::connect(&running.url()).await;
    post(&mut client, &format!("{HUB}/{PROFILES}"), &profile()).await;
    watch.until(r#""type":"ADDED""#).await;
    watch.until(r#""type":"MODIFIED""#).await;
}

#[tokio::test]
async fn a_fault_cuts_a_watch_in_the_middle() {
    let running = with_hub().await;
    let cut = FaultAnswer { truncate_at: Some(20), ..FaultAnswer::default() };
    let query = Some("watch=true".to_owned());
    running.faults([Fault { query, answer: Some(cut), ..Fault::default() }]).unwrap();
    let mut client = Client::connect(&running.url()).await;
    post(&mut client, &format!("{HUB}/{PROFILES}"), &profile()).await;
    assert!(!Watch::begin(&running).await.end().await);
    // Only the first one was met.
    Watch::begin(&running).await.until(r#""type":"ADDED""#).await;
}

#[tokio::test]
async fn a_watch_ends_with_its_hub_and_with_the_emulator() {
    let running = with_hub().await;
    let watch = Watch::begin(&running).await;
    let fleet = format!("{GROUP}/providers/Microsoft.ContainerService/fleets/demo?api-version=2025-03-01");
    assert_eq!(ask(&running.url(), "DELETE", &fleet, "").await.status, 202);
    assert!(watch.end().await);
    let running = with_hub().await;
    let watch = Watch::begin(&running).await;
    let (ended, ()) = tokio::join!(watch.end(), running.stop());
    assert!(ended);
}
