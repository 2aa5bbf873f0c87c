//! Azure as the tests see it: an emulator of its own, what it holds, and the hands of others, which leave no trace in
//! the log of requests and meet no faults.

use std::time::Duration;

use bytes::Bytes;
use emulator::{Config, Emulator, Request, Running};
use http::Method;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// The subscription of all tests.
pub const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";

/// The version of the API of Traffic Manager that other hands use.
const TRAFFIC_MANAGER: &str = "2022-04-01";

/// An emulator that ends with the test.
#[derive(Debug)]
pub struct Azure {
    /// The emulator itself.
    pub running: Running,
    // Dropped after the emulator, which ends on it.
    _runtime: Option<Runtime>,
}

impl Azure {
    /// Starts one on the runtime of the test.
    pub async fn start() -> Self {
        // A free port.
        let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() };
        Self { running: Emulator::start(config).await.expect("the machine has a free port"), _runtime: None }
    }

    /// Starts one on a runtime of its own, for a test without any.
    pub fn start_alone() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("the machine has room for a thread");
        let azure = runtime.block_on(Self::start());
        Self { _runtime: Some(runtime), ..azure }
    }

    /// The profile as a GET answers it, if it exists.
    pub fn profile(&self, id: &str) -> Option<Value> {
        let (status, body) = self.ask(Method::GET, id, None);
        (status == 200).then_some(body)
    }

    /// The ids of all profiles.
    pub fn profiles(&self) -> Vec<String> {
        let path =
            format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/trafficManagerProfiles");
        let (_, list) = self.ask(Method::GET, &path, None);
        let each = list["value"].as_array().expect("a list has a value").iter();
        let id = |profile: &Value| profile["id"].as_str().expect("a profile has an id").to_lowercase();
        let mut ids: Vec<_> = each.map(id).collect();
        ids.sort();
        ids
    }

    /// Another hand makes or replaces a profile or an endpoint.
    #[track_caller]
    pub fn put(&self, id: &str, body: &Value) {
        self.must(TRAFFIC_MANAGER, Method::PUT, id, Some(body));
    }

    /// Another hand changes some properties.
    #[track_caller]
    pub fn patch(&self, id: &str, properties: &Value) {
        self.must(TRAFFIC_MANAGER, Method::PATCH, id, Some(&json!({ "properties": properties })));
    }

    /// Another hand deletes a profile or an endpoint.
    #[track_caller]
    pub fn delete(&self, id: &str) {
        self.must(TRAFFIC_MANAGER, Method::DELETE, id, None);
    }

    /// Another hand asks for something, in this version of its API, and is not refused.
    #[track_caller]
    pub fn must(&self, version: &str, method: Method, path: &str, body: Option<&Value>) {
        let what = format!("{method} {path}");
        let (status, answer) = self.ask_in(version, method, path, body);
        assert!((200..300).contains(&status), "{what}: {status} {answer}");
    }

    /// The answer to a request of another hand to Traffic Manager.
    pub fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        self.ask_in(TRAFFIC_MANAGER, method, path, body)
    }

    fn ask_in(&self, version: &str, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let query = format!("api-version={version}");
        let request = Request { query, ..request(method, path, body) };
        let answer = self.running.with_service(|service| service.answer(&request));
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    }

    /// Waits until this holds of the emulator.
    ///
    /// # Panics
    /// If it does not within ten minutes, which is a hang even on a busy machine; `what` says what was waited for.
    pub async fn until(&self, what: &str, holds: impl Fn(&Running) -> bool) {
        let waiting = async {
            while !holds(&self.running) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(600), waiting).await;
        assert!(waited.is_ok(), "never saw {what}: {:#?}", self.running.requests());
    }
}

/// A request to Traffic Manager, for an emulated service without a server.
pub fn request(method: Method, path: &str, body: Option<&Value>) -> Request {
    Request {
        method,
        path: path.to_owned(),
        query: format!("api-version={TRAFFIC_MANAGER}"),
        body: Bytes::from(body.map(Value::to_string).unwrap_or_default()),
    }
}

/// The configuration of the provider that makes it take what is at this address for Azure.
pub fn provider_config(url: &str) -> Value {
    json!({ "environment": "emulator", "subscription_id": SUBSCRIPTION, "emulator_url": url })
}

/// A configuration of the provider with this block `fleet_hub`.
#[must_use]
pub fn with_fleet_hub(mut config: Value, hub: Value) -> Value {
    config["fleet_hub"] = hub;
    config
}

/// The id of a profile.
pub fn profile_id(group: &str, name: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Network/trafficManagerProfiles/{name}"
    )
}

/// A profile of somebody else.
pub fn foreign_profile(relative_name: &str) -> Value {
    json!({
        "location": "global",
        "tags": { "owner": "somebody else" },
        "properties": {
            "trafficRoutingMethod": "Priority",
            "dnsConfig": { "relativeName": relative_name, "ttl": 77 },
            "monitorConfig": { "protocol": "TCP", "port": 8443 },
            "endpoints": [{
                "name": "theirs",
                "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                "properties": { "target": "theirs.example.com", "priority": 9 },
            }],
        },
    })
}

/// An endpoint of somebody else in a profile of ours.
pub fn foreign_endpoint() -> Value {
    json!({ "properties": { "target": "theirs.example.com", "weight": 77 } })
}
