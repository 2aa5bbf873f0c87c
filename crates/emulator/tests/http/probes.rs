//! Probes that are really sent, to servers of the test.
//!
//! Beside what a test is about there is an endpoint `pulse`, which is always up. A test waits for its probes: with each of
//! them some time has passed.

use std::time::Duration;

use emulator::{Config, Emulator, Request, Running};
use serde_json::{Value, json};

use crate::client::ask;
use crate::{GROUP, TYPES, shop};

mod servers;

use servers::{Manner, Server};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const BROKEN: &str = "HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\nOops";

/// An emulator whose probes come a hundred times as fast: each endpoint is probed ten times in a second.
struct Scene {
    running: Running,
    pulse: Server,
}

impl Scene {
    async fn new() -> Self {
        let pulse = Server::start(Manner::Answers(OK)).await;
        let target_addresses = vec![format!("pulse.example.com={}", pulse.address).parse().unwrap()];
        let listen = ([127, 0, 0, 1], 0).into();
        let config = Config { listen, target_addresses, probe_time_scale: 100, ..Config::default() };
        Self { running: Emulator::start(config).await.unwrap(), pulse }
    }

    /// Makes the profile `shop`, whose monitor has these properties in place of the usual ones, with the endpoint `pulse`
    /// and these.
    fn profile(&self, monitor: &Value, endpoints: &[Value]) {
        let usual = json!({ "protocol": "HTTP", "port": 80, "path": "/health", "intervalInSeconds": 10,
            "timeoutInSeconds": 5, "toleratedNumberOfFailures": 1 });
        let mut all = vec![external("pulse", &Value::Null)];
        all.extend_from_slice(endpoints);
        let body = json!({ "location": "global", "properties": {
            "trafficRoutingMethod": "Weighted", "dnsConfig": { "relativeName": "shop", "ttl": 30 },
            "monitorConfig": with(usual, monitor), "endpoints": all,
        } });
        self.put("shop", &body);
    }

    fn put(&self, name: &str, body: &Value) {
        let (status, answer) = self.request(http::Method::PUT, name, &body.to_string());
        assert!(status < 300, "{answer}");
    }

    fn request(&self, method: http::Method, name: &str, body: &str) -> (u16, Value) {
        let request = Request {
            method,
            path: format!("{GROUP}/{TYPES}/{name}"),
            query: "api-version=2022-04-01".to_owned(),
            body: body.to_owned().into(),
        };
        let answer = self.running.with_service(|service| service.answer(&request));
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    }

    /// Maps the target of the endpoint to the server.
    fn map(&self, endpoint: &str, server: &Server) {
        let address = format!("{endpoint}.example.com={}", server.address).parse().unwrap();
        self.running.put_target_address(address);
    }

    fn status(&self, endpoint: &str) -> String {
        let name = format!("shop/externalEndpoints/{endpoint}");
        let (_, answer) = self.request(http::Method::GET, &name, "");
        answer["properties"]["endpointMonitorStatus"].as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the endpoint has the status, and tells which other ones it had before.
    async fn until(&mut self, endpoint: &str, status: &str) -> Vec<String> {
        let mut before = Vec::new();
        let waiting = async {
            loop {
                let found = self.status(endpoint);
                if found == status {
                    return;
                }
                before.push(found);
                self.pulse.connection().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(120), waiting).await;
        assert!(waited.is_ok(), "never {status}, but {before:?}");
        before
    }

    /// Waits as long as it takes to probe everything that is up so many times.
    async fn pulses(&mut self, count: usize) {
        self.pulse.forget();
        for _ in 0..count {
            self.pulse.connection().await;
        }
    }
}

fn external(name: &str, properties: &Value) -> Value {
    json!({ "name": name, "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
        "properties": with(json!({ "target": format!("{name}.example.com") }), properties) })
}

fn with(mut usual: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().into_iter().flatten() {
        usual[key] = value.clone();
    }
    usual
}

/// A profile whose endpoint `east` is at a server of this manner.
async fn scene_with_east(monitor: Value, manner: Manner) -> (Scene, Server) {
    let scene = Scene::new().await;
    let east = if monitor["protocol"] == "HTTPS" {
        Server::start_tls(manner).await
    } else {
        Server::start(manner).await
    };
    scene.map("east", &east);
    scene.profile(&monitor, &[external("east", &Value::Null)]);
    (scene, east)
}

#[tokio::test]
async fn an_endpoint_follows_its_server_down_and_up_again() {
    let (mut scene, mut east) = scene_with_east(Value::Null, Manner::Answers(OK)).await;
    scene.until("east", "Online").await;
    let (request, _) = east.request().await;
    assert!(request.starts_with("GET /health HTTP/1.1\r\nHost: east.example.com\r\n"), "{request}");
    // The next probe comes only when the result of this one is known.
    east.behave(Manner::Answers(BROKEN));
    let seen = scene.until("east", "Degraded").await;
    assert!(seen.iter().all(|status| status == "Online"), "{seen:?}");
    scene.until("pulse", "Online").await;
    let profile = ask(&scene.running.url(), "GET", &shop(), "").await.json();
    assert_eq!(profile["properties"]["monitorConfig"]["profileMonitorStatus"], "Degraded");
    east.behave(Manner::Answers(OK));
    scene.until("east", "Online").await;
    east.stop().await;
    scene.until("east", "Degraded").await;
}

#[tokio::test]
async fn a_failure_that_is_tolerated_leaves_the_endpoint_online() {
    let tolerant = json!({ "toleratedNumberOfFailures": 9 });
    let (mut scene, mut east) = scene_with_east(tolerant, Manner::Answers(OK)).await;
    scene.until("east", "Online").await;
    east.behave(Manner::Answers(BROKEN));
    // One with the old answer may be on its way.
    for _ in 0..9 {
        east.request().await;
        assert_eq!(scene.status("east"), "Online");
    }
    east.behave(Manner::Answers(OK));
    for _ in 0..9 {
        east.request().await;
        assert_eq!(scene.status("east"), "Online");
    }
}

#[tokio::test]
async fn the_expected_statuses_decide_and_a_redirect_is_not_followed() {
    let elsewhere = Server::start(Manner::Answers(OK)).await;
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: http://{}/\r\n\r\n", elsewhere.address);
    // It lives as long as the process, like the answers that are written down.
    let answer: &'static str = answer.leak();
    let (mut scene, _east) = scene_with_east(Value::Null, Manner::Answers(answer)).await;
    scene.until("east", "Degraded").await;
    let ranges = json!([{ "min": 200, "max": 200 }, { "min": 301, "max": 302 }]);
    scene.profile(&json!({ "expectedStatusCodeRanges": ranges }), &[external("east", &Value::Null)]);
    let seen = scene.until("east", "Online").await;
    assert!(seen.iter().all(|status| status == "CheckingEndpoint"), "it begins anew: {seen:?}");
    assert!(elsewhere.is_untouched());
}

#[tokio::test]
async fn https_takes_every_certificate_and_names_the_host() {
    let (mut scene, mut east) = scene_with_east(json!({ "protocol": "HTTPS" }), Manner::Answers(OK)).await;
    let (request, name) = east.request().await;
    assert!(request.starts_with("GET /health HTTP/1.1\r\nHost: east.example.com\r\n"), "{request}");
    assert_eq!(name.as_deref(), Some("east.example.com"));
    scene.until("east", "Online").await;
    east.behave(Manner::Answers(BROKEN));
    scene.until("east", "Degraded").await;
    // `pulse` does not speak TLS.
    scene.until("pulse", "Degraded").await;
}

#[tokio::test]
async fn tcp_connects_and_sends_nothing() {
    let tcp = json!({ "protocol": "TCP", "path": null });
    let (mut scene, mut east) = scene_with_east(tcp, Manner::Answers(BROKEN)).await;
    let (request, _) = east.request().await;
    assert_eq!(request, "");
    east.end().await;
    scene.until("east", "Online").await;
    east.stop().await;
    scene.until("east", "Degraded").await;
}

#[tokio::test]
async fn headers_arrive_and_those_of_the_endpoint_win() {
    let scene = Scene::new().await;
    let mut east = Server::start(Manner::Answers(OK)).await;
    scene.map("east", &east);
    let headers = |pairs: &[(&str, &str)]| {
        let list = pairs.iter().map(|(name, value)| json!({ "name": name, "value": value }));
        json!({ "customHeaders": list.collect::<Vec<_>>() })
    };
    let of_endpoint = headers(&[("host", "shop.example.com"), ("X-Both", "endpoint")]);
    scene.profile(
        &headers(&[("x-both", "profile"), ("x-profile", "profile")]),
        &[external("east", &of_endpoint)],
    );
    let (request, _) = east.request().await;
    let mut lines: Vec<&str> = request.lines().skip(1).collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "",
            "Accept: */*",
            "Connection: close",
            "Host: shop.example.com",
            "User-Agent: Azure Traffic Manager Endpoint Monitor",
            "x-both: endpoint",
            "x-profile: profile",
        ]
    );
}

#[tokio::test]
async fn nothing_but_mapped_targets_of_endpoints_that_are_on_is_connected_to() {
    let mut scene = Scene::new().await;
    let servers = [(); 4].map(|()| Server::start(Manner::Answers(OK)));
    let [unmapped, off, always, inactive] = servers;
    let (unmapped, off, always, inactive) = tokio::join!(unmapped, off, always, inactive);
    for (name, server) in [("off", &off), ("always", &always), ("inactive", &inactive)] {
        scene.map(name, server);
    }
    // Where it would be, had anybody said so.
    let unmapped_target = json!({ "target": "localhost" });
    scene.profile(
        &json!({ "port": unmapped.address.port() }),
        &[
            external("unmapped", &unmapped_target),
            external("off", &json!({ "endpointStatus": "Disabled" })),
            external("always", &json!({ "alwaysServe": "Enabled" })),
        ],
    );
    let body = json!({ "location": "global", "properties": {
        "trafficRoutingMethod": "Weighted", "profileStatus": "Disabled",
        "dnsConfig": { "relativeName": "idle", "ttl": 30 },
        "monitorConfig": { "protocol": "TCP", "port": 80 }, "endpoints": [external("inactive", &Value::Null)],
    } });
    scene.put("idle", &body);
    scene.pulses(10).await;
    for (name, server) in
        [("unmapped", &unmapped), ("off", &off), ("always", &always), ("inactive", &inactive)]
    {
        assert!(server.is_untouched(), "{name}");
    }
    let statuses = ["unmapped", "off", "always"].map(|name| scene.status(name));
    assert_eq!(statuses, ["CheckingEndpoint", "Disabled", "Unmonitored"]);
    // An address that is a target is no exception.
    let target = json!({ "target": "127.0.0.1" });
    let monitor = json!({ "protocol": "TCP", "port": unmapped.address.port() });
    let body = json!({ "location": "global", "properties": {
        "trafficRoutingMethod": "Weighted", "dnsConfig": { "relativeName": "idle", "ttl": 30 },
        "monitorConfig": monitor, "endpoints": [external("address", &target)],
    } });
    scene.put("idle", &body);
    scene.pulses(10).await;
    assert!(unmapped.is_untouched());
    let address = emulator::TargetAddress::new("127.0.0.1", [127, 0, 0, 1].into(), None).unwrap();
    scene.running.put_target_address(address);
    let mut unmapped = unmapped;
    unmapped.connection().await;
}

#[tokio::test]
async fn no_server_holds_a_probe_up_or_is_read_without_end() {
    const HEADER: &str = "x-filler: 0123456789abcdef\r\n";
    let ok = "HTTP/1.1 200 OK\r\n";
    for (manner, protocol, ends_by_probe, expected) in [
        (Manner::Floods(ok, HEADER), "HTTP", true, "Degraded"),
        (Manner::Floods(ok, HEADER), "HTTPS", true, "Degraded"),
        (Manner::Floods("", "HTTP/1.1 100 Continue\r\n\r\n"), "HTTP", true, "Degraded"),
        (Manner::Floods("", "garbage"), "HTTP", true, "Degraded"),
        (Manner::Floods("HTTP/1.1 200 OK\r\n\r\n", "body"), "HTTP", true, "Online"),
        (Manner::Floods("HTTP/1.1 200 OK\r\n\r\n", "body"), "HTTPS", true, "Online"),
        (Manner::Drips(ok, HEADER), "HTTP", true, "Degraded"),
        (Manner::Drips("", "garbage"), "HTTP", true, "Degraded"),
        (Manner::Silent, "HTTP", true, "Degraded"),
        (Manner::Silent, "HTTPS", true, "Degraded"),
        (Manner::Blurts(b""), "HTTP", false, "Degraded"),
        (Manner::Blurts(b"\0\xff\x16\x03\x01"), "HTTP", false, "Degraded"),
        (Manner::Blurts(b"HTTP/1.1 200 OK\r\nserver: x\r\n"), "HTTP", false, "Degraded"),
    ] {
        let (mut scene, mut east) = scene_with_east(json!({ "protocol": protocol }), manner).await;
        if protocol == "HTTPS" {
            scene.pulse = Server::start_tls(Manner::Answers(OK)).await;
            scene.map("pulse", &scene.pulse);
        }
        let statuses = scene.until("east", expected).await;
        assert!(statuses.iter().all(|it| it == "CheckingEndpoint"), "{manner:?} {protocol}: {statuses:?}");
        if ends_by_probe {
            let ended = tokio::time::timeout(Duration::from_secs(120), east.end()).await;
            assert!(ended.is_ok(), "{manner:?} {protocol}: the connection stays");
        }
        // Others are not held up.
        scene.until("pulse", "Online").await;
        scene.running.stop().await;
    }
}

#[tokio::test]
async fn a_tls_port_that_speaks_no_tls_is_down() {
    let mut scene = Scene::new().await;
    let plain = Server::start(Manner::Floods("", "garbage")).await;
    scene.map("plain", &plain);
    scene.profile(&json!({ "protocol": "HTTPS" }), &[external("plain", &Value::Null)]);
    scene.until("plain", "Degraded").await;
}

#[tokio::test]
async fn a_parent_follows_its_child() {
    let (mut scene, east) = scene_with_east(Value::Null, Manner::Answers(OK)).await;
    let nested = json!({ "name": "child", "type": "Microsoft.Network/trafficManagerProfiles/nestedEndpoints",
        "properties": { "targetResourceId": format!("{GROUP}/{TYPES}/shop"), "minChildEndpoints": 2 } });
    let body = json!({ "location": "global", "properties": {
        "trafficRoutingMethod": "Weighted", "dnsConfig": { "relativeName": "parent", "ttl": 30 },
        "monitorConfig": { "protocol": "TCP", "port": 80 }, "endpoints": [nested],
    } });
    scene.put("parent", &body);
    let parent = |scene: &Scene| {
        let (_, answer) = scene.request(http::Method::GET, "parent", "");
        answer["properties"]["monitorConfig"]["profileMonitorStatus"].clone()
    };
    scene.until("pulse", "Online").await;
    scene.until("east", "Online").await;
    assert_eq!(parent(&scene), "Online");
    east.behave(Manner::Answers(BROKEN));
    scene.until("east", "Degraded").await;
    assert_eq!(parent(&scene), "Degraded");
}

#[tokio::test]
async fn addresses_are_told_by_the_control_api_and_forgotten_with_the_rest() {
    let mut scene = Scene::new().await;
    let url = scene.running.url();
    let mut east = Server::start(Manner::Answers(OK)).await;
    let of_start = json!([
        { "target": "pulse.example.com", "address": "127.0.0.1", "port": scene.pulse.address.port() }
    ]);
    let list = async || ask(&url, "GET", "/emulator/target-addresses", "").await.json();
    assert_eq!(list().await, of_start);
    scene.profile(&Value::Null, &[external("east", &Value::Null)]);
    let address =
        json!({ "target": "East.example.com.", "address": "127.0.0.1", "port": east.address.port() });
    let put = async |body: &Value| {
        let answer = ask(&url, "PUT", "/emulator/target-addresses", &body.to_string()).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    };
    put(&address).await;
    east.connection().await;
    scene.until("east", "Online").await;
    put(&json!({ "target": "east.example.com", "address": "::1" })).await;
    let all = list().await;
    assert_eq!(all[0], with(address.clone(), &json!({ "target": "east.example.com" })));
    assert_eq!(all[1], json!({ "target": "east.example.com", "address": "::1" }));
    assert_eq!(all[2], of_start[0]);
    assert_eq!(ask(&url, "DELETE", "/emulator/target-addresses", "").await.status, 204);
    assert_eq!(list().await, of_start);
    put(&address).await;
    assert_eq!(ask(&url, "POST", "/emulator/reset", "").await.status, 204);
    assert_eq!(list().await, of_start);
    assert_eq!(scene.running.target_addresses().len(), 1);
    for (body, words) in [
        (json!({ "target": "a.example.com" }), "missing field `address`"),
        (json!({ "target": "http://a", "address": "::1" }), "target: 'http://a' is no DNS name"),
        (
            json!({ "target": "a", "address": "localhost" }),
            "address: 'localhost' is no IP address; write one",
        ),
        (
            json!({ "target": "a", "address": "::1", "port": 70_000 }),
            "port: 70000 is not possible; write 1 to",
        ),
        (json!({ "target": "a", "address": "::1", "port": "80" }), "port: invalid type"),
        (json!([{ "target": "a", "address": "::1" }]), "invalid type: map"),
    ] {
        let answer = ask(&url, "PUT", "/emulator/target-addresses", &body.to_string()).await;
        let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(answer.status == 400 && error.contains(words), "{body}: {answer:?}");
    }
    let answer = ask(&url, "POST", "/emulator/target-addresses", "{}").await;
    assert!(answer.status == 405 && answer.body.contains("PUT and DELETE /emulator/target-addresses"));
}
