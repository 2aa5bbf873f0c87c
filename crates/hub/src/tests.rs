//! What the client makes of the answers of a hub, right ones and wrong ones. The hub is a script.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use http::{HeaderValue, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use kube::client::Body;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::{BoxError, Service};

use crate::authorization::{Authorized, Tokens, TokensError};
use crate::said::Carried;
use crate::{
    Apply, Deadline, ErrorKind, Hub, MonitorConfig, Object, ObjectKey, ProfileSpec, TrafficManagerProfile,
};

type Bytes = <Body as http_body::Body>::Data;

/// What the hub answers.
enum Answer {
    Json(u16, Value),
    Text(u16, &'static str),
    /// Events of a watch, of which the connection ends as it is said.
    Events(Vec<Value>, End),
    /// The connection breaks before anything is answered.
    Broken,
    /// A body without end.
    Endless,
}

enum End {
    Closed,
    Broken,
    /// Nothing more is said.
    Silent,
}

/// What was asked: method, path with query, body, and the token.
#[derive(Clone, Debug)]
struct Asked {
    call: String,
    body: Value,
    content_type: String,
    token: String,
}

/// A hub that answers what it is told, in order; the last answer again and again.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Self::default();
        script.answers.lock().unwrap().extend(answers);
        script
    }

    fn hub(&self) -> Hub {
        self.hub_with(None)
    }

    fn hub_with(&self, tokens: Option<Arc<dyn Tokens>>) -> Hub {
        let carried = Arc::new(Carried::default());
        let service = Authorized::new(self.clone(), tokens, Arc::clone(&carried));
        Hub::with_client(kube::Client::new(service, "default"), "https://hub".to_owned(), carried)
    }

    fn calls(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|asked| asked.call.clone()).collect()
    }
}

impl Service<Request<Body>> for Script {
    type Response = Response<UnsyncBoxBody<Bytes, BoxError>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (answers, asked) = (Arc::clone(&self.answers), Arc::clone(&self.asked));
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let header = |name| {
                let value = parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
                value.unwrap_or_default().to_owned()
            };
            asked.lock().unwrap().push(Asked {
                call: format!("{} {}", parts.method, parts.uri),
                body: serde_json::from_slice(&body).unwrap_or_default(),
                content_type: header(http::header::CONTENT_TYPE),
                token: header(http::header::AUTHORIZATION),
            });
            let answer = answers.lock().unwrap().pop_front();
            response(answer.unwrap_or_else(|| panic!("the script has no answer to {}", parts.uri)))
        })
    }
}

fn response(answer: Answer) -> Result<Response<UnsyncBoxBody<Bytes, BoxError>>, BoxError> {
    let full = |text: String| {
        Full::new(Bytes::from(text)).map_err(|never: Infallible| match never {}).boxed_unsync()
    };
    let (status, body) = match answer {
        Answer::Json(status, body) => (status, full(body.to_string())),
        Answer::Text(status, text) => (status, full(text.to_owned())),
        Answer::Broken => return Err("connection reset".into()),
        Answer::Endless => {
            let frame = || Ok(http_body::Frame::data(Bytes::from(vec![b' '; 1 << 20])));
            (200, StreamBody::new(stream::repeat_with(frame)).boxed_unsync())
        }
        Answer::Events(events, end) => {
            let line = |event: Value| Ok(http_body::Frame::data(Bytes::from(format!("{event}\n"))));
            let events = stream::iter(events.into_iter().map(line).collect::<Vec<Result<_, BoxError>>>());
            let body = match end {
                End::Closed => events.boxed(),
                End::Broken => events.chain(stream::iter([Err("connection reset".into())])).boxed(),
                End::Silent => events.chain(stream::pending()).boxed(),
            };
            (200, StreamBody::new(body).boxed_unsync())
        }
    };
    Ok(Response::builder().status(status).body(body)?)
}

fn key() -> ObjectKey {
    ObjectKey::new("team-a", "shop")
}

fn profile(version: u32, programmed: Option<&str>) -> Value {
    let conditions: Vec<Value> = programmed
        .map(|status| json!({ "type": "Programmed", "status": status, "reason": "R", "message": "m", "observedGeneration": 1 }))
        .into_iter()
        .collect();
    json!({
        "apiVersion": "networking.fleet.azure.com/v1beta1",
        "kind": "TrafficManagerProfile",
        "metadata": {
            "name": "shop", "namespace": "team-a", "uid": "u-1", "generation": 1, "resourceVersion": version.to_string(),
        },
        "spec": { "resourceGroup": "rg" },
        "status": { "conditions": conditions },
    })
}

fn status(code: u16, reason: &str, kind: &str, name: &str) -> Answer {
    Answer::Json(
        code,
        json!({
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason,
            "message": "said", "details": { "kind": kind, "name": name },
        }),
    )
}

fn list(version: u32, items: &[Value]) -> Answer {
    Answer::Json(
        200,
        json!({
            "kind": "TrafficManagerProfileList", "metadata": { "resourceVersion": version.to_string() },
            "items": items,
        }),
    )
}

fn event(kind: &str, object: &Value) -> Value {
    json!({ "type": kind, "object": object })
}

fn minutes(minutes: u64) -> Deadline {
    Deadline::new(Duration::from_secs(minutes * 60), CancellationToken::new())
}

async fn find(
    hub: &Hub,
    deadline: &Deadline,
) -> Result<Option<Object<TrafficManagerProfile>>, crate::HubError> {
    hub.find(&key(), deadline).await
}

/// Waits until the profile is programmed, and answers each state that was seen.
async fn programmed(hub: &Hub, deadline: &Deadline) -> (Vec<String>, Result<(), crate::HubError>) {
    let mut seen = Vec::new();
    let judge = |object: Option<&Object<TrafficManagerProfile>>| {
        let condition = object.and_then(Object::programmed);
        let word = match (object, condition) {
            (None, _) => "gone".to_owned(),
            (_, None) => "none".to_owned(),
            (_, Some(condition)) => condition.status.clone(),
        };
        seen.push(word);
        condition.is_some_and(crate::Condition::is_true).then_some(())
    };
    let ended = hub.wait(&key(), deadline, judge).await;
    (seen, ended)
}

#[tokio::test(start_paused = true)]
async fn an_object_is_there_or_not_and_what_is_not_kubernetes_says_neither() {
    let found = Script::new([Answer::Json(200, profile(1, None))]);
    assert_eq!(find(&found.hub(), &minutes(1)).await.unwrap().unwrap().spec.resource_group, "rg");
    let path = "/apis/networking.fleet.azure.com/v1beta1/namespaces/team-a/trafficmanagerprofiles/shop";
    assert!(found.calls()[0].starts_with(&format!("GET {path}")), "{:?}", found.calls());
    let absent = Script::new([status(404, "NotFound", "trafficmanagerprofiles", "shop")]);
    assert!(find(&absent.hub(), &minutes(1)).await.unwrap().is_none());
    for other in [
        Answer::Text(404, "404 page not found"),
        status(404, "NotFound", "namespaces", "team-a"),
        Answer::Text(200, "<html>"),
        Answer::Json(200, json!([])),
        Answer::Endless,
    ] {
        assert!(find(&Script::new([other]).hub(), &minutes(1)).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_another_object_is_not_believed() {
    let with = |path: &str, value: Value| {
        let mut other = profile(1, None);
        *other.pointer_mut(path).unwrap() = value;
        other
    };
    for other in [
        with("/kind", json!("TrafficManagerBackend")),
        with("/apiVersion", json!("example.com/v1")),
        with("/metadata/name", json!("other")),
        with("/metadata/namespace", json!("team-b")),
        with("/metadata/uid", json!("")),
    ] {
        let error = find(&Script::new([Answer::Json(200, other)]).hub(), &minutes(1)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotTheObject(_)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_pass_is_tried_again_until_the_deadline() {
    let passing =
        [Answer::Broken, status(500, "InternalError", "", ""), status(429, "TooManyRequests", "", "")];
    let script = Script::new(passing.into_iter().chain([Answer::Json(200, profile(1, None))]));
    assert!(find(&script.hub(), &minutes(5)).await.unwrap().is_some());
    assert_eq!(script.calls().len(), 4);

    let never = Script::new((0..500).map(|_| Answer::Broken));
    let error = find(&never.hub(), &minutes(1)).await.unwrap_err();
    assert!(error.call().out_of_time && matches!(error.kind(), ErrorKind::Transport(_)), "{error}");
    assert!((5..60).contains(&never.calls().len()), "{}", never.calls().len());
}

#[tokio::test(start_paused = true)]
async fn what_is_forbidden_is_tried_again_only_while_permissions_are_awaited() {
    let forbidden = || status(403, "Forbidden", "trafficmanagerprofiles", "shop");
    let script = Script::new([forbidden()]);
    assert_eq!(find(&script.hub(), &minutes(5)).await.unwrap_err().refusal().unwrap().code, 403);
    let script = Script::new([forbidden(), forbidden(), Answer::Json(200, profile(1, None))]);
    let patient = minutes(5).awaiting_permissions(Duration::from_secs(60));
    assert!(find(&script.hub(), &patient).await.unwrap().is_some());
    let script = Script::new((0..500).map(|_| forbidden()));
    let patient = minutes(5).awaiting_permissions(Duration::from_secs(60));
    let error = find(&script.hub(), &patient).await.unwrap_err();
    assert!(!error.call().out_of_time && error.call().elapsed < Duration::from_secs(75), "{error:?}");
}

/// Gives another token each time that one was refused.
#[derive(Default)]
struct Counted(Mutex<u32>);

#[async_trait]
impl Tokens for Counted {
    async fn authorization(&self) -> Result<HeaderValue, TokensError> {
        Ok(HeaderValue::from_str(&format!("Bearer token-{}", self.0.lock().unwrap())).unwrap())
    }

    fn refused(&self) {
        *self.0.lock().unwrap() += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_is_renewed_once() {
    let unauthorized = || status(401, "Unauthorized", "", "");
    let script = Script::new([unauthorized(), Answer::Json(200, profile(1, None))]);
    let hub = script.hub_with(Some(Arc::new(Counted::default())));
    assert!(find(&hub, &minutes(5)).await.unwrap().is_some());
    let tokens: Vec<_> = script.asked.lock().unwrap().iter().map(|asked| asked.token.clone()).collect();
    assert_eq!(tokens, ["Bearer token-0", "Bearer token-1"]);

    let script = Script::new([unauthorized(), unauthorized()]);
    let hub = script.hub_with(Some(Arc::new(Counted::default())));
    assert_eq!(find(&hub, &minutes(5)).await.unwrap_err().refusal().unwrap().code, 401);
}

#[tokio::test(start_paused = true)]
async fn an_apply_says_whose_fields_it_sends_and_nothing_that_is_not_set() {
    let script = Script::new([Answer::Json(200, profile(1, None))]);
    let monitor =
        MonitorConfig { interval_in_seconds: Some(10), timeout_in_seconds: Some(9), ..Default::default() };
    let spec = ProfileSpec { resource_group: "rg".to_owned(), monitor_config: Some(monitor) };
    let apply: Apply<'_, TrafficManagerProfile> =
        Apply { key: &key(), spec: &spec, annotations: BTreeMap::new(), force: true };
    script.hub().apply(&apply, &minutes(1)).await.unwrap();
    let asked = script.asked.lock().unwrap()[0].clone();
    assert!(asked.call.starts_with("PATCH ") && asked.call.contains("force=true"), "{}", asked.call);
    assert!(asked.call.contains("fieldManager=terraform-provider-azuretm"), "{}", asked.call);
    assert_eq!(asked.content_type, "application/apply-patch+yaml");
    assert_eq!(
        asked.body,
        json!({
            "apiVersion": "networking.fleet.azure.com/v1beta1",
            "kind": "TrafficManagerProfile",
            "metadata": { "name": "shop", "namespace": "team-a" },
            "spec": { "resourceGroup": "rg", "monitorConfig": { "intervalInSeconds": 10, "timeoutInSeconds": 9 } },
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_deletion_is_of_one_object_and_not_of_its_successor() {
    let delete = async |answer| {
        let script = Script::new([answer]);
        let deleted = script.hub().delete::<TrafficManagerProfile>(&key(), "u-1", &minutes(1)).await;
        let body = script.asked.lock().unwrap()[0].body.clone();
        assert_eq!(body["preconditions"], json!({ "uid": "u-1" }));
        deleted
    };
    assert!(delete(Answer::Json(200, profile(2, None))).await.unwrap());
    assert!(delete(Answer::Json(200, json!({ "kind": "Status", "status": "Success" }))).await.unwrap());
    for no_success in [json!({ "kind": "Status", "status": "Failure" }), json!({ "kind": "Status" })] {
        assert!(delete(Answer::Json(200, no_success)).await.is_err());
    }
    assert!(!delete(status(404, "NotFound", "trafficmanagerprofiles", "shop")).await.unwrap());
    assert!(!delete(status(409, "Conflict", "trafficmanagerprofiles", "shop")).await.unwrap());
    assert!(delete(Answer::Text(404, "404 page not found")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_where_it_ended_and_anew_where_it_broke() {
    let modified = |version, programmed| event("MODIFIED", &profile(version, programmed));
    let script = Script::new([
        list(1, &[profile(1, None)]),
        Answer::Events(vec![modified(2, Some("False"))], End::Closed),
        Answer::Events(
            vec![event(
                "BOOKMARK",
                &json!({ "kind": "TrafficManagerProfile", "apiVersion": "networking.fleet.azure.com/v1beta1", "metadata": { "resourceVersion": "9" } }),
            )],
            End::Closed,
        ),
        Answer::Events(vec![modified(10, Some("Unknown"))], End::Broken),
        list(11, &[profile(10, Some("Unknown"))]),
        Answer::Events(
            vec![event(
                "ERROR",
                &json!({ "kind": "Status", "code": 410, "reason": "Expired", "message": "too old" }),
            )],
            End::Closed,
        ),
        Answer::Broken,
        list(12, &[profile(12, None)]),
        status(403, "Forbidden", "", ""),
        list(12, &[profile(12, None)]),
        Answer::Events(vec![modified(13, Some("True"))], End::Silent),
    ]);
    let (seen, ended) = programmed(&script.hub(), &minutes(30)).await;
    ended.unwrap();
    assert_eq!(seen, ["none", "False", "Unknown", "Unknown", "none", "none", "True"]);
    let versions: Vec<String> = script
        .calls()
        .iter()
        .filter(|call| call.contains("watch=true"))
        .filter_map(|call| call.split("resourceVersion=").nth(1)?.split('&').next().map(str::to_owned))
        .collect();
    assert_eq!(versions, ["1", "2", "9", "11", "12", "12"]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_with_its_deadline_and_when_the_user_stops() {
    let endless = || {
        (0..200)
            .flat_map(|_| [list(1, &[profile(1, Some("False"))]), Answer::Events(Vec::new(), End::Silent)])
    };
    let script = Script::new(endless());
    let (_, ended) = programmed(&script.hub(), &minutes(30)).await;
    assert!(matches!(ended.unwrap_err().kind(), ErrorKind::TimedOut));
    assert!(script.calls().len() >= 8, "a watch that says nothing is begun anew: {:?}", script.calls());

    let stopped = CancellationToken::new();
    let deadline = Deadline::new(Duration::from_secs(600), stopped.clone());
    let hub = Script::new(endless()).hub();
    let waiting = programmed(&hub, &deadline);
    let stop = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        stopped.cancel();
    };
    let ((_, ended), ()) = tokio::join!(waiting, stop);
    assert!(matches!(ended.unwrap_err().kind(), ErrorKind::Cancelled));
}

#[tokio::test(start_paused = true)]
async fn events_about_other_objects_are_not_looked_at() {
    let mut other = profile(5, Some("True"));
    other["metadata"]["name"] = json!("other");
    let script = Script::new([
        list(1, &[other.clone()]),
        Answer::Events(
            vec![event("ADDED", &other), event("DELETED", &profile(6, Some("True")))],
            End::Silent,
        ),
    ]);
    let (seen, ended) = programmed(&script.hub(), &minutes(2)).await;
    assert!(ended.is_err());
    assert_eq!(seen, ["gone", "gone"]);
}

/// Anything that has no items would be an empty list, and an object that is there would be gone.
#[tokio::test(start_paused = true)]
async fn what_is_no_list_does_not_say_that_an_object_is_gone() {
    for other in [json!({}), json!({ "kind": "Status", "status": "Success" }), json!({ "items": [] })] {
        let wrong = Answer::Json(200, other);
        let (seen, ended) = programmed(&Script::new([wrong]).hub(), &minutes(1)).await;
        assert!(matches!(ended.unwrap_err().kind(), ErrorKind::NotTheObject(_)));
        assert_eq!(seen, [""; 0]);
    }
    let script = Script::new([Answer::Json(200, json!({}))]);
    let deleted = script.hub().delete::<TrafficManagerProfile>(&key(), "u-1", &minutes(1)).await;
    assert!(matches!(deleted.unwrap_err().kind(), ErrorKind::NotTheObject(_)));
}

/// A server that ends each watch at once is asked every ten seconds in the end, and not without a pause.
#[tokio::test(start_paused = true)]
async fn watches_that_end_at_once_are_not_begun_without_a_pause() {
    let silent = || [list(1, &[profile(1, None)]), Answer::Events(Vec::new(), End::Closed)];
    let modified = event("MODIFIED", &profile(2, Some("False")));
    let brief = || [Answer::Events(vec![modified.clone()], End::Closed)];
    let scripts = [
        Script::new((0..500).flat_map(|_| silent())),
        Script::new([list(1, &[profile(1, None)])].into_iter().chain((0..500).flat_map(|_| brief()))),
    ];
    for script in scripts {
        let (_, outcome) = programmed(&script.hub(), &minutes(10)).await;
        assert!(matches!(outcome.unwrap_err().kind(), ErrorKind::TimedOut));
        assert!((50..250).contains(&script.calls().len()), "{}", script.calls().len());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_event_and_what_is_no_version_is_not_believed() {
    let mut odd = profile(2, Some("False"));
    odd["metadata"]["resourceVersion"] = json!("a version\n");
    let bookmark = json!({ "metadata": { "resourceVersion": "x".repeat(1000) } });
    let script = Script::new([
        list(1, &[profile(1, None)]),
        Answer::Events(vec![event("MODIFIED", &odd), event("BOOKMARK", &bookmark)], End::Closed),
        Answer::Events(vec![event("BOOKMARK", &json!([]))], End::Closed),
        list(3, &[profile(3, None)]),
        Answer::Events(vec![event("NEWS", &profile(4, Some("True")))], End::Closed),
        list(5, &[profile(5, None)]),
        Answer::Events(vec![json!({ "object": profile(6, Some("True")) })], End::Closed),
        list(7, &[profile(7, None)]),
        Answer::Text(200, "<html>\n"),
        list(8, &[profile(8, None)]),
        Answer::Text(200, ""),
        list(8, &[profile(8, Some("True"))]),
    ]);
    let (seen, ended) = programmed(&script.hub(), &minutes(10)).await;
    ended.unwrap();
    assert_eq!(seen, ["none", "False", "none", "none", "none", "none", "True"]);
    let watches: Vec<String> =
        script.calls().into_iter().filter(|call| call.contains("watch=true")).collect();
    assert!(watches[1].contains("resourceVersion=1"), "{watches:?}");
}

/// A redirect could lead to somebody who must not see the token.
#[tokio::test(start_paused = true)]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 307, 308] {
        let script = Script::new([Answer::Json(status, json!({}))]);
        let hub = script.hub_with(Some(Arc::new(Counted::default())));
        let error = find(&hub, &minutes(1)).await.unwrap_err();
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert_eq!(script.calls().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_hub_quotes_shows_no_secret() {
    let quote = "you sent Bearer token-0 and p@ssw0rd \u{1b}[2J";
    let refused = json!({ "kind": "Status", "reason": quote, "message": quote, "details": { "causes": [{ "message": quote }] } });
    let header = crate::CustomHeader { name: "X-Key".to_owned(), value: "p@ssw0rd".to_owned() };
    let monitor = MonitorConfig { custom_headers: Some(vec![header]), ..Default::default() };
    let spec = ProfileSpec { resource_group: "rg".to_owned(), monitor_config: Some(monitor) };
    let apply: Apply<'_, TrafficManagerProfile> =
        Apply { key: &key(), spec: &spec, annotations: BTreeMap::new(), force: false };
    for answer in [Answer::Json(422, refused), Answer::Json(400, json!(quote))] {
        let script = Script::new([answer]);
        let hub = script.hub_with(Some(Arc::new(Counted::default())));
        let said = format!("{:?}", hub.apply(&apply, &minutes(1)).await.unwrap_err());
        for secret in ["token-0", "p@ssw0rd", "\u{1b}"] {
            assert!(!said.contains(secret), "{said}");
        }
        assert!(said.contains("you sent"), "{said}");
    }
    let mut found = profile(1, None);
    found["spec"] = serde_json::to_value(&spec).unwrap();
    found["status"]["conditions"] =
        json!([{ "type": "Programmed", "reason": quote, "message": quote.repeat(500) }]);
    let script = Script::new([Answer::Json(200, found)]);
    let object = find(&script.hub(), &minutes(1)).await.unwrap().unwrap();
    let condition = object.programmed().unwrap();
    assert!(
        !condition.message.contains("p@ssw0rd") && condition.message.contains("you sent"),
        "{condition:?}"
    );
    assert!(condition.message.chars().count() <= 2001);
}

#[tokio::test(start_paused = true)]
async fn what_is_out_of_bounds_is_not_believed() {
    let with = |path: &str, value: Value| {
        let mut other = profile(1, None);
        *other.pointer_mut(path).unwrap() = value;
        other
    };
    for other in [
        with("/metadata/uid", json!("u".repeat(1000))),
        with("/metadata/uid", json!("u\n1")),
        with("/metadata/generation", json!("1")),
        with("/metadata/generation", json!(1.5)),
        with("/metadata/generation", json!(u64::MAX)),
        with("/status", json!([])),
        with("/status", json!({ "dnsName": 1 })),
        with("/status", json!({ "dnsName": "\u{1b}[2J" })),
        with("/status", json!({ "resourceID": "x".repeat(10_000) })),
        with("/status", json!({ "conditions": {} })),
        with("/status", json!({ "conditions": vec![json!({}); 10_000] })),
        with("/spec", json!({ "monitorConfig": { "customHeaders": vec![json!({}); 10_000] } })),
    ] {
        let error = find(&Script::new([Answer::Json(200, other)]).hub(), &minutes(1)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotTheObject(_)), "{error}");
    }
    let absurd = with("/metadata/generation", json!(i64::MIN));
    assert!(find(&Script::new([Answer::Json(200, absurd)]).hub(), &minutes(1)).await.is_ok());
}
