//! The client on a scripted transport, with the clock paused.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use traffic_manager::id::{EndpointKind, ProfileId};

use super::*;
use crate::endpoints;
use crate::model::Profile;
use crate::profiles;
use crate::service::Service;
use crate::token::{AccessToken, TokenError};
use crate::transport::TransportError;

mod bounds;
mod cancelled;
mod lost;
mod objects;
mod refused;
mod renewal;
mod retries;
mod secrets;

/// The token that no error, log or Debug may show.
const SECRET: &str = "eyJ-not-to-be-seen";

/// One line of a script: what the transport does with the next request.
enum Line {
    Answer(http::Response<Bytes>),
    Broken,
    Refused,
    Untrusted,
    TooLarge,
    Hang,
}

fn answer(status: u16, body: &Value) -> Line {
    with(status, &[], body)
}

fn with(status: u16, headers: &[(&str, &str)], body: &Value) -> Line {
    let mut response = http::Response::builder().status(status).header("x-ms-request-id", "r-1");
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    Line::Answer(response.body(body).unwrap())
}

fn text(status: u16, body: &'static str) -> Line {
    Line::Answer(http::Response::builder().status(status).body(Bytes::from(body)).unwrap())
}

/// A transport that follows a script, and keeps what it was asked and when.
struct Script {
    lines: Mutex<VecDeque<Line>>,
    asked: Mutex<Vec<(Duration, http::Request<Bytes>)>>,
    started: Instant,
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        self.asked.lock().unwrap().push((self.started.elapsed(), request));
        let line = self.lines.lock().unwrap().pop_front().expect("the script has a line for each request");
        match line {
            Line::Answer(response) => Ok(response),
            Line::Broken => Err(TransportError::Broken("reset by peer".into())),
            Line::Refused => Err(TransportError::Unreachable("connection refused".into())),
            Line::Untrusted => Err(TransportError::Tls("unknown issuer".into())),
            Line::TooLarge => Err(TransportError::TooLarge { limit: 7 }),
            Line::Hang => std::future::pending().await,
        }
    }
}

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        httpdate::parse_http_date("Thu, 08 Jun 2023 02:49:36 GMT").unwrap()
    }

    fn jitter(&self) -> f64 {
        1.0
    }
}

struct FixedToken;

#[async_trait]
impl TokenSource for FixedToken {
    async fn token(&self, scope: &str) -> Result<AccessToken, TokenError> {
        assert_eq!(scope, "https://management.azure.com/.default");
        Ok(AccessToken::new(SECRET, None))
    }
}

/// A client with its script.
struct Play {
    client: Client,
    script: Arc<Script>,
}

impl Play {
    fn new(lines: impl IntoIterator<Item = Line>) -> Self {
        Self::on(Service::public(), lines)
    }

    fn on(service: Service, lines: impl IntoIterator<Item = Line>) -> Self {
        let script = Arc::new(Script {
            lines: Mutex::new(lines.into_iter().collect()),
            asked: Mutex::new(Vec::new()),
            started: Instant::now(),
        });
        let transport: Arc<dyn Transport> = Arc::clone(&script) as Arc<dyn Transport>;
        let client = Client::with_transport(service, Some(Arc::new(FixedToken)), "test/1", transport);
        Self { client: client.with_clock(Arc::new(FixedClock)), script }
    }

    async fn send<T>(&self, request: Request<T>) -> Result<T, ArmError> {
        self.client.send(request, &Deadline::after(Duration::from_mins(5))).await
    }

    /// What was asked: milliseconds since the start, and the method.
    fn asked(&self) -> Vec<(u128, String)> {
        let asked = self.script.asked.lock().unwrap();
        asked.iter().map(|(at, request)| (at.as_millis(), request.method().to_string())).collect()
    }

    fn methods(&self) -> String {
        self.asked().into_iter().map(|(_, method)| method).collect::<Vec<_>>().join(" ")
    }

    fn is_over(&self) -> bool {
        self.script.lines.lock().unwrap().is_empty()
    }
}

fn id() -> ProfileId {
    ProfileId::new("s", "g", "shop")
}

/// A profile with this time to live, as sent and as answered.
fn profile(ttl: i64) -> (Profile, Value) {
    let body = json!({
        "id": id().to_string(),
        "name": "shop",
        "type": "Microsoft.Network/trafficManagerProfiles",
        "properties": {
            "trafficRoutingMethod": "Priority",
            "dnsConfig": { "relativeName": "shop", "fqdn": "shop.trafficmanager.net", "ttl": ttl },
            "monitorConfig": { "protocol": "HTTPS", "port": 443 },
        },
    });
    (serde_json::from_value(body.clone()).unwrap(), body)
}

fn not_found() -> Line {
    answer(404, &json!({ "error": { "code": "ResourceNotFound", "message": "gone" } }))
}

#[tokio::test(start_paused = true)]
async fn a_request_carries_what_azure_wants() {
    let play = Play::new([answer(200, &profile(30).1)]);
    play.send(profiles::put(&id(), &profile(30).0)).await.unwrap();
    let asked = play.script.asked.lock().unwrap();
    let request = &asked[0].1;
    assert_eq!(
        request.uri().to_string(),
        "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.Network\
         /trafficManagerProfiles/shop?api-version=2022-04-01"
    );
    let header = |name: &str| request.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("authorization"), format!("Bearer {SECRET}"));
    assert!(request.headers()["authorization"].is_sensitive());
    assert_eq!(header("user-agent"), "test/1");
    assert_eq!(header("content-type"), "application/json; charset=utf-8");
    assert_eq!(header("x-ms-correlation-request-id").len(), 36);
    assert_eq!(serde_json::from_slice::<Value>(request.body()).unwrap(), profile(30).1);
}

#[tokio::test(start_paused = true)]
async fn a_name_of_dots_never_addresses_the_thing_above() {
    for name in [".", ".."] {
        let play = Play::new([]);
        let endpoint = id().endpoint(EndpointKind::External, name);
        let error = play.send(endpoints::delete(&endpoint)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Name), "{error}");
        assert_eq!(play.methods(), "");
    }
}

#[tokio::test(start_paused = true)]
async fn an_emulator_gets_no_token() {
    let emulator = Service::emulator("http://127.0.0.1:4653").unwrap();
    let play = Play::on(emulator, [answer(200, &profile(30).1)]);
    play.send(profiles::get(&id())).await.unwrap();
    assert!(!play.script.asked.lock().unwrap()[0].1.headers().contains_key("authorization"));
}

#[tokio::test(start_paused = true)]
async fn a_request_can_run_in_a_task_of_its_own() {
    let play = Play::new([answer(200, &profile(30).1)]);
    let client = play.client.clone();
    let task = tokio::spawn(async move {
        client.send(profiles::get(&id()), &Deadline::after(Duration::from_secs(9))).await
    });
    assert_eq!(task.await.unwrap().unwrap(), profile(30).0);
}

#[tokio::test(start_paused = true)]
async fn no_credentials_is_an_error_before_anything_is_sent() {
    let script = Play::new([]).script;
    let client = Client::with_transport(Service::public(), None, "t", script.clone());
    let deadline = Deadline::after(Duration::from_secs(9));
    let error = client.send(profiles::get(&id()), &deadline).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Token { .. }), "{error}");
    assert!(script.asked.lock().unwrap().is_empty());
}
