//! Azure as the tests see it: an emulator of its own, what it holds, and the hands of others, which leave no trace in
//! the log of requests and meet no faults.

use std::time::Duration;

use bytes::Bytes;
use emulator::{Config, Emulator, Request, Running};
use http::Method;
use serde_json::{Value as Json, json};

pub(crate) const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";

/// An emulator that ends with the test.
pub(crate) struct Azure {
    pub(crate) running: Running,
}

impl Azure {
    pub(crate) async fn start() -> Self {
        let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() };
        Self { running: Emulator::start(config).await.unwrap() }
    }

    /// The profile as a GET answers it, if it exists.
    pub(crate) fn profile(&self, id: &str) -> Option<Json> {
        let (status, body) = self.ask(Method::GET, id, None);
        (status == 200).then_some(body)
    }

    /// The ids of all profiles.
    pub(crate) fn profiles(&self) -> Vec<String> {
        let path =
            format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/trafficManagerProfiles");
        let (_, list) = self.ask(Method::GET, &path, None);
        let each = list["value"].as_array().unwrap().iter();
        let mut ids: Vec<_> = each.map(|profile| profile["id"].as_str().unwrap().to_lowercase()).collect();
        ids.sort();
        ids
    }

    /// Another hand makes or replaces something.
    #[track_caller]
    pub(crate) fn put(&self, id: &str, body: &Json) {
        let (status, answer) = self.ask(Method::PUT, id, Some(body));
        assert!((200..300).contains(&status), "PUT {id}: {status} {answer}");
    }

    /// Another hand deletes something.
    #[track_caller]
    pub(crate) fn delete(&self, id: &str) {
        let (status, answer) = self.ask(Method::DELETE, id, None);
        assert!((200..300).contains(&status), "DELETE {id}: {status} {answer}");
    }

    /// Waits until this holds of the emulator.
    ///
    /// # Panics
    /// If it does not within ten minutes, which is a hang even on a busy machine; `what` says what was waited for.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Running) -> bool) {
        let waiting = async {
            while !holds(&self.running) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(600), waiting).await;
        assert!(waited.is_ok(), "never saw {what}: {:#?}", self.running.requests());
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Json>) -> (u16, Json) {
        let request = Request {
            method,
            path: path.to_owned(),
            query: "api-version=2022-04-01".to_owned(),
            body: Bytes::from(body.map(Json::to_string).unwrap_or_default()),
        };
        let answer = self.running.with_service(|service| service.answer(&request));
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    }
}

/// The id of a profile.
pub(crate) fn id(group: &str, name: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Network/trafficManagerProfiles/{name}"
    )
}

/// A profile of somebody else.
pub(crate) fn foreign_profile(relative_name: &str) -> Json {
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
pub(crate) fn foreign_endpoint() -> Json {
    json!({ "properties": { "target": "theirs.example.com", "weight": 77 } })
}
