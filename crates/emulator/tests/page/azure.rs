//! An emulator with profiles in it, and requests to its control API.

use bytes::Bytes;
use emulator::{Config, Emulator, Health, Request, Running};
use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PROFILES: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/\
                        Microsoft.Network/trafficManagerProfiles";

/// A running emulator.
pub(crate) struct Azure {
    pub(crate) running: Running,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Azure {
    pub(crate) async fn start() -> Self {
        let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() };
        Self { running: Emulator::start(config).await.unwrap() }
    }

    /// The same with a profile `shop` that nests another one, everything Online: by priority first `europe`, which is `blue` and
    /// `green` with weights of 70 and 30, then `backup`.
    pub(crate) async fn with_shop() -> Self {
        let azure = Self::start().await;
        azure.put(
            "shop-europe",
            "Weighted",
            &[
                external("blue", "blue.example.com", &json!({ "weight": 70 })),
                external("green", "green.example.com", &json!({ "weight": 30 })),
            ],
        );
        let priority = |priority: u32| json!({ "priority": priority });
        azure.put(
            "shop",
            "Priority",
            &[
                nested("europe", "shop-europe", &priority(1)),
                external("backup", "backup.example.com", &priority(2)),
            ],
        );
        for (profile, endpoint) in [("shop-europe", "blue"), ("shop-europe", "green"), ("shop", "backup")] {
            azure.set_health(profile, endpoint, "Online");
        }
        azure.running.clear_requests();
        azure
    }

    /// Puts a profile whose relative name is its name, with a TTL of 30 seconds.
    pub(crate) fn put(&self, name: &str, method: &str, endpoints: &[Value]) {
        let mut properties = json!({
            "trafficRoutingMethod": method,
            "dnsConfig": { "relativeName": name, "ttl": 30 },
            "monitorConfig": { "protocol": "TCP", "port": 443 },
            "endpoints": endpoints,
        });
        if method == "MultiValue" {
            properties["maxReturn"] = json!(2);
        }
        self.ask(Method::PUT, &id(name), &json!({ "location": "global", "properties": properties }));
    }

    pub(crate) fn delete(&self, name: &str) {
        self.ask(Method::DELETE, &id(name), &Value::Null);
    }

    /// Sends a request to Azure, which has to succeed.
    pub(crate) fn ask(&self, method: Method, path: &str, body: &Value) {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let request =
            Request { method, path: path.to_owned(), query: "api-version=2022-04-01".to_owned(), body };
        let answer = self.running.with_service(|service| service.answer(&request));
        assert!(answer.status.is_success(), "{path}: {}", answer.body);
    }

    pub(crate) fn set_health(&self, profile: &str, endpoint: &str, status: &str) {
        self.running.set_health(profile, endpoint, Health::parse_ignoring_case(status).unwrap()).unwrap();
    }

    /// The answer to a GET.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", "").await
    }

    /// The answer to a request with more headers, each with its line end.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let url = self.running.url();
        let address = url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }
}

/// The id of a profile.
pub(crate) fn id(name: &str) -> String {
    format!("{PROFILES}/{name}")
}

/// An external endpoint; with more properties than its target.
pub(crate) fn external(name: &str, target: &str, more: &Value) -> Value {
    endpoint("externalEndpoints", name, json!({ "target": target }), more)
}

/// An endpoint that nests a profile.
pub(crate) fn nested(name: &str, child: &str, more: &Value) -> Value {
    endpoint("nestedEndpoints", name, json!({ "targetResourceId": id(child), "minChildEndpoints": 1 }), more)
}

fn endpoint(kind: &str, name: &str, mut properties: Value, more: &Value) -> Value {
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let kind = format!("Microsoft.Network/trafficManagerProfiles/{kind}");
    json!({ "name": name, "type": kind, "properties": properties })
}
