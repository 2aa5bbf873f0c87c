//! Requests to the emulator, one after another: methods, paths, queries, headers and bodies, without a socket.
//!
//! Each part of the input is a request as HTTP writes it: method and target, headers, an empty line, a body. In a target,
//! `~` stands for a subscription and `^` for the type of profiles, and one without a query has an API version. The
//! emulator answers every request, and never that it failed; what it answers is JSON, or its page at `/`, and a refusal says
//! code and message, in the way of Azure, of its login or of a hub; a request that is refused changes nothing; what a PUT
//! answered, a GET answers, and can be PUT again; what is deleted is gone; every profile of a list is there.

use std::cell::RefCell;
use std::collections::BTreeSet;

use bytes::Bytes;
use emulator::{InProcess, Settings};
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use serde_json::Value as Json;

use crate::scripted::run;
use crate::text;

const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000001";
const PROFILES: &str = "/providers/Microsoft.Network/trafficManagerProfiles";
const VERSION: &str = "api-version=2022-04-01";

/// More requests than this tell nothing more.
const MOST: usize = 12;

thread_local! {
    static AZURE: RefCell<InProcess> = RefCell::new(InProcess::new(Settings::default()));
}

/// Sends the requests to an emulator that remembers nothing, and looks at it after each.
pub fn check(input: &[u8]) {
    let input = String::from_utf8_lossy(input);
    let requests: Vec<Asked> = text::parts(&input).filter_map(Asked::parse).take(MOST).collect();
    AZURE.with_borrow(|azure| {
        azure.reset();
        run(async {
            let mut scene = Scene { azure, disturbed: false, seen: None };
            for request in &requests {
                scene.sends(request).await;
            }
            scene.is_consistent().await;
        });
    });
}

/// A request of the input.
struct Asked {
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// What was answered.
struct Answered {
    status: StatusCode,
    text: String,
}

impl Asked {
    fn parse(part: &str) -> Option<Self> {
        let (line, rest) = text::first_line(part);
        let (method, target) = line.split_once(' ')?;
        let target = target.replace('~', SUBSCRIPTION).replace('^', PROFILES);
        let target = if target.contains('?') { target } else { format!("{target}?{VERSION}") };
        let (headers, body) = match rest.strip_prefix('\n') {
            Some(body) => ("", body),
            None => rest.split_once("\n\n").unwrap_or((rest, "")),
        };
        let header = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            Some((name.parse().ok()?, HeaderValue::from_bytes(value.as_bytes()).ok()?))
        };
        Some(Self {
            method: method.parse().ok()?,
            uri: target.parse().ok()?,
            headers: headers.lines().filter_map(header).collect(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        })
    }

    fn with(&self, method: Method, body: Bytes) -> Self {
        Self { method, uri: self.uri.clone(), headers: self.headers.clone(), body }
    }

    fn get(target: &str) -> Self {
        Self {
            method: Method::GET,
            uri: target.parse().expect("a path of our own can be asked for"),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    fn is_of(&self, name: &str) -> bool {
        self.uri.path().to_ascii_lowercase().contains(name)
    }

    fn writes(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// Whether it names a profile or an endpoint, so that a GET tells what a PUT did.
    fn is_of_profile(&self) -> bool {
        self.is_of("/trafficmanagerprofiles/") && !self.is_of("microsoft.authorization")
    }
}

impl Answered {
    fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

struct Scene<'a> {
    azure: &'a InProcess,
    /// Whether the control API was told something, so that an answer can be anything.
    disturbed: bool,
    /// What could be read when nothing had happened since.
    seen: Option<String>,
}

impl Scene<'_> {
    async fn ask(&self, request: &Asked) -> Option<Answered> {
        let mut sent = http::Request::new(request.body.clone());
        *sent.method_mut() = request.method.clone();
        *sent.uri_mut() = request.uri.clone();
        for (name, value) in &request.headers {
            sent.headers_mut().append(name, value.clone());
        }
        for (name, usual) in [(HOST, "localhost:4653"), (CONTENT_TYPE, "application/json")] {
            sent.headers_mut().entry(name).or_insert(HeaderValue::from_static(usual));
        }
        let answer = self.azure.answer(sent).await;
        assert!(answer.is_some() || self.disturbed, "{} {} has no answer", request.method, request.uri);
        let (parts, body) = answer?.into_parts();
        let text = String::from_utf8(body.to_vec());
        let text = text.unwrap_or_else(|_| panic!("{} {}: no UTF-8", request.method, request.uri));
        Some(Answered { status: parts.status, text })
    }

    async fn sends(&mut self, request: &Asked) {
        let control = request.uri.path().starts_with("/emulator");
        self.disturbed |= control && request.writes();
        if self.disturbed || control {
            self.ask(request).await;
            return;
        }
        let before = match self.seen.take() {
            Some(seen) => seen,
            None => self.snapshot().await,
        };
        let Some(answer) = self.ask(request).await else { return };
        is_sound(request, &answer);
        let after = self.snapshot().await;
        let refused = answer.status.is_client_error() || answer.status.is_server_error();
        let unchanged = !request.writes() && !request.is_of("operationresults");
        assert!(
            before == after || !(refused || unchanged),
            "{} {} was answered {} and changed {before} to {after}",
            request.method,
            request.uri,
            answer.status
        );
        if request.uri.scheme().is_none() && answer.status.is_success() && request.is_of_profile() {
            match request.method {
                Method::PUT => return self.is_there(request, &answer).await,
                Method::DELETE => self.is_gone(request).await,
                _ => {}
            }
        }
        self.seen = Some(after);
    }

    /// What a PUT answered, a GET answers, and so it is when that is PUT again.
    async fn is_there(&self, put: &Asked, answer: &Answered) {
        let get = put.with(Method::GET, Bytes::new());
        let Some(found) = self.ask(&get).await else { return };
        assert_eq!(found.status, StatusCode::OK, "{} after a PUT: {}", put.uri, found.text);
        assert_eq!(settled(&answer.json()), settled(&found.json()), "{}", put.uri);
        let again = put.with(Method::PUT, Bytes::from(found.text.clone()));
        let Some(answer) = self.ask(&again).await else { return };
        assert!(answer.status.is_success(), "{}: {} is answered {}", put.uri, found.text, answer.text);
        let Some(still) = self.ask(&get).await else { return };
        assert_eq!(settled(&still.json()), settled(&found.json()), "{}", put.uri);
    }

    async fn is_gone(&self, delete: &Asked) {
        let Some(found) = self.ask(&delete.with(Method::GET, Bytes::new())).await else { return };
        assert_eq!(found.status, StatusCode::NOT_FOUND, "{} after a DELETE: {}", delete.uri, found.text);
    }

    /// What can be read of the subscription.
    async fn snapshot(&self) -> String {
        let mut all = String::new();
        for path in [
            format!("{SUBSCRIPTION}{PROFILES}"),
            format!("{SUBSCRIPTION}/resourceGroups"),
            format!("{SUBSCRIPTION}/providers/Microsoft.Network/publicIPAddresses"),
            format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/locks"),
        ] {
            let answer = self.ask(&Asked::get(&format!("{path}?{VERSION}"))).await;
            all.push_str(&answer.map(|answer| answer.text).unwrap_or_default());
            all.push('\n');
        }
        all
    }

    /// Every profile of the list is there as listed, once.
    async fn is_consistent(&self) {
        if self.disturbed {
            return;
        }
        let list = self.ask(&Asked::get(&format!("{SUBSCRIPTION}{PROFILES}?{VERSION}"))).await;
        let list = list.map(|list| list.json()).unwrap_or_default();
        let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
        for listed in list["value"].as_array().into_iter().flatten() {
            let id = listed["id"].as_str().unwrap_or_default();
            let name = listed["properties"]["dnsConfig"]["relativeName"].as_str().unwrap_or_default();
            assert!(ids.insert(id.to_lowercase()), "{id} is listed twice");
            assert!(names.insert(name.to_lowercase()), "{name} is the name of two profiles");
            let encoded: String = id.split('/').map(|part| format!("/{}", encoded(part))).skip(1).collect();
            let Some(found) = self.ask(&Asked::get(&format!("{encoded}?{VERSION}"))).await else { return };
            assert_eq!(found.status, StatusCode::OK, "{id} is listed: {}", found.text);
            assert_eq!(settled(&found.json()), settled(listed));
        }
    }
}

fn encoded(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    part.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// An answer that the emulator may give.
fn is_sound(request: &Asked, answer: &Answered) {
    let Answered { status, text } = answer;
    let told = || format!("{} {} is answered {status}: {text}", request.method, request.uri);
    if request.uri.path() == "/" && *status == StatusCode::OK {
        assert!(text.is_empty() || text.starts_with("<!doctype html>"), "{}", told());
        return;
    }
    assert!(text.is_empty() || serde_json::from_str::<Json>(text).is_ok(), "{}", told());
    if status.is_server_error() {
        // What the service itself was seen to do: a blank target beside a resource, a heat map without Traffic View.
        let blank = text.contains("An error has occurred.") && request.writes();
        let heat_map = *status == StatusCode::BAD_GATEWAY && request.is_of("/heatmaps/");
        assert!(blank || heat_map, "{}", told());
    }
    if status.as_u16() >= 400 && !text.is_empty() {
        let json = answer.json();
        let error = if json["error"].is_object() { &json["error"] } else { &json };
        let says = |key: &str| error[key].as_str().is_some_and(|text| !text.is_empty());
        let of_azure = says("code") && says("message");
        let of_login = says("error") && says("error_description");
        let of_hub = json["kind"] == "Status" && json["code"] == status.as_u16() && says("message");
        assert!(of_azure || of_login || of_hub, "{}", told());
    }
}

/// A profile or endpoint without what differs between a PUT, a GET and a list: health, tags that are not there, and keys
/// that are null.
fn settled(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let kept = members.iter().filter(|(key, _)| !key.ends_with("onitorStatus"));
            let kept = kept.map(|(key, member)| (key.clone(), settled(member)));
            let is_there =
                |member: &Json| !member.is_null() && member.as_object().is_none_or(|it| !it.is_empty());
            kept.filter(|(_, member)| is_there(member)).collect()
        }
        Json::Array(elements) => elements.iter().map(settled).collect(),
        other => other.clone(),
    }
}
