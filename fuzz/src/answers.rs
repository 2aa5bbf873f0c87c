//! What Resource Manager answers: statuses, headers, bodies, and connections that break.
//!
//! The first part of the input names a request, the others are answers, each as HTTP writes it: a status, headers, an
//! empty line, a body. The client neither panics nor takes longer than it was given; the token leaves for Resource
//! Manager alone and shows in no error; a read writes nothing; what is returned was answered, and nothing is lost of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arm::model::Profile;
use arm::{ArmError, Client, Deadline, Service, endpoints, geographic_hierarchy, profiles};
use bytes::Bytes;
use http::Method;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use tokio::time::Instant;
use traffic_manager::id::{EndpointKind, ProfileId};

use crate::scripted::{FixedClock, FixedToken, SECRET, Script, run, shown};
use crate::text;

/// How long a request may take.
const ALLOWED: Duration = Duration::from_secs(600);

/// How long it may take longer: an attempt that runs at the end, and a last look.
const OVER: Duration = Duration::from_secs(80);

/// The profile that a PUT sends and a PATCH changes.
const SENT: &str = r#"{"location":"global","properties":{"trafficRoutingMethod":"Weighted",
    "dnsConfig":{"relativeName":"shop","ttl":30},"monitorConfig":{"protocol":"HTTPS","port":443,"path":"/"}}}"#;

/// Sends the request, and looks at what came of it.
pub fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let mut parts = text::parts(&input);
    let word = parts.next().unwrap_or_default();
    let script = Script::from_parts(parts);
    let scene = Scene { answers: bodies(&input), script };
    run(scene.play(word));
}

/// The bodies of all answers.
fn bodies(input: &str) -> Vec<Json> {
    let bodies = text::parts(input).skip(1).filter_map(|part| part.split_once("\n\n").map(|(_, body)| body));
    bodies.filter_map(|body| serde_json::from_str(body).ok()).collect()
}

struct Scene {
    script: Arc<Script>,
    answers: Vec<Json>,
}

impl Scene {
    async fn play(&self, word: &str) {
        let id = ProfileId::new("00000000-0000-0000-0000-000000000001", "rg", "shop");
        let endpoint = id.endpoint(EndpointKind::External, "east");
        let sent: Profile = serde_json::from_str(SENT).expect("it is a profile");
        let east = serde_json::from_str(r#"{"properties":{"target":"e.example"}}"#);
        let east = east.expect("it is an endpoint");
        match word {
            "get" => self.send(profiles::get(&id)).await,
            "get just created" => self.send(profiles::get(&id).just_created()).await,
            "create" => self.send(profiles::put(&id, &sent).creating()).await,
            "put" => self.send(profiles::put(&id, &sent)).await,
            "patch" => self.send(profiles::patch(&id, &sent)).await,
            "delete" => self.send_without_answer(profiles::delete(&id)).await,
            "list" => self.list().await,
            "check name" => self.send(profiles::check_name("shop")).await,
            "get endpoint" => self.send(endpoints::get(&endpoint)).await,
            "put endpoint" => self.send(endpoints::put(&endpoint, &east)).await,
            "delete endpoint" => self.send_without_answer(endpoints::delete(&endpoint)).await,
            "hierarchy" => self.send(geographic_hierarchy::get()).await,
            _ => {}
        }
    }

    fn client(&self) -> Client {
        let transport: Arc<dyn arm::Transport> = Arc::clone(&self.script) as Arc<dyn arm::Transport>;
        let client =
            Client::with_transport(Service::public(), Some(Arc::new(FixedToken)), "fuzz/1", transport);
        client.with_clock(Arc::new(FixedClock))
    }

    async fn send<T>(&self, request: arm::Request<T>)
    where
        T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        if let Some(value) = self.sent(request).await {
            self.was_answered(&value);
        }
    }

    async fn send_without_answer(&self, request: arm::Request<()>) {
        self.sent(request).await;
    }

    /// Sends a request, and checks what holds however it ends.
    async fn sent<T>(&self, request: arm::Request<T>) -> Option<T> {
        let method = request.method().clone();
        let began = Instant::now();
        let result = self.client().send(request, &Deadline::after(ALLOWED)).await;
        assert!(began.elapsed() <= ALLOWED + OVER, "{:?}", began.elapsed());
        self.asked_politely(&method);
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.is_sound(&error);
                None
            }
        }
    }

    async fn list(&self) {
        let began = Instant::now();
        let listed = profiles::list_in_subscription("00000000-0000-0000-0000-000000000001");
        let result = self.client().list(listed, &Deadline::after(ALLOWED)).await;
        assert!(began.elapsed() <= ALLOWED + OVER, "{:?}", began.elapsed());
        self.asked_politely(&Method::GET);
        match result {
            Ok(profiles) => {
                let all = self.answers.iter().filter_map(|page| page.get("value")?.as_array()).map(Vec::len);
                assert!(profiles.len() <= all.sum());
            }
            Err(error) => self.is_sound(&error),
        }
    }

    /// Only Resource Manager is asked, with the token, and only what may be.
    fn asked_politely(&self, method: &Method) {
        for request in self.script.asked() {
            let uri = request.uri();
            assert_eq!(uri.scheme_str(), Some("https"), "{uri}");
            assert_eq!(
                uri.authority().map(http::uri::Authority::as_str),
                Some("management.azure.com"),
                "{uri}"
            );
            assert!(request.method() == method || request.method() == Method::GET, "{}", request.method());
            assert_eq!(
                request.headers().get("authorization").map(http::HeaderValue::as_bytes),
                Some(format!("Bearer {SECRET}").as_bytes())
            );
        }
    }

    fn is_sound(&self, error: &ArmError) {
        shown(error);
        let call = error.call();
        let asked = u32::try_from(self.script.asked().len()).unwrap_or(u32::MAX);
        assert!(call.attempts <= asked, "{} attempts, {asked} requests", call.attempts);
        assert!(call.elapsed <= ALLOWED + OVER, "{:?}", call.elapsed);
        if call.method == Method::GET || call.method == Method::POST {
            let wrote = |request: &http::Request<Bytes>| {
                request.method() != Method::GET && request.method() != Method::POST
            };
            assert!(!call.in_doubt || self.script.asked().iter().any(wrote));
        }
        if let Some(answer) = error.answer() {
            assert!(answer.excerpt.chars().count() <= 500);
        }
    }

    /// What is returned is one of the answers, with every key that it had, but for those that are null.
    fn was_answered<T>(&self, value: &T)
    where
        T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        let written = serde_json::to_value(value).expect("what was read can be written");
        let again: T = serde_json::from_value(written.clone()).expect("what was written can be read");
        assert_eq!(&again, value);
        let written = without_nulls(&written);
        assert!(
            self.answers.iter().any(|answer| without_nulls(answer) == written),
            "{written} is none of the answers"
        );
    }
}

/// A value without the keys that hold null, and without empty lists, which some of the model take for the same.
fn without_nulls(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let kept: BTreeMap<&String, Json> = members
                .iter()
                .map(|(key, member)| (key, without_nulls(member)))
                .filter(|(_, member)| !member.is_null())
                .collect();
            kept.into_iter().map(|(key, member)| (key.clone(), member)).collect()
        }
        Json::Array(elements) if elements.is_empty() => Json::Null,
        Json::Array(elements) => elements.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
