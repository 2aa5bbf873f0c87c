//! A server with one kind, and short ways to ask it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use futures_util::StreamExt as _;
use kube_emulator::{
    ApiServer, Body, Clock, Definition, Request, ResourceType, Response, Rule, Schema, Version,
};
use serde_json::{Value, json};

/// The kind of the tests, in the version in which it is kept.
pub(crate) const WIDGETS: ResourceType = ResourceType::new("example.com", "v1", "widgets");
/// Where its objects are.
pub(crate) const PATH: &str = "/apis/example.com/v1/namespaces/default/widgets";
/// Where the same objects are in the other version.
pub(crate) const OLD_PATH: &str = "/apis/example.com/v1alpha1/namespaces/default/widgets";
/// What a merge patch is sent as.
pub(crate) const MERGE: &str = "application/merge-patch+json";
/// What a JSON patch is sent as.
pub(crate) const JSON: &str = "application/json-patch+json";
/// What a strategic merge patch is sent as.
pub(crate) const STRATEGIC: &str = "application/strategic-merge-patch+json";

/// The definition of the kind. Only its newer version limits the size by the colour.
pub(crate) fn widgets() -> Definition {
    let part =
        Schema::object().required("name", Schema::string().min_length(1)).required("value", Schema::string());
    let shape = |rule: Option<Rule>| {
        let size = Schema::int64().minimum(1).maximum(9);
        let shape = Schema::object()
            .property("colour", Schema::string().one_of(["red", "blue"]).default("red"))
            .property("size", size)
            .property("parts", Schema::map_list(["name"], part.clone()).max_items(3));
        rule.into_iter().fold(shape, Schema::rule)
    };
    let schema = |rule| {
        let owner = Schema::string().max_length(5).rule(Rule::transition(
            "self == oldSelf",
            "owner is immutable",
            |new, old| new == old,
        ));
        let spec = Schema::object().required("owner", owner).property("shape", shape(rule));
        let status = Schema::object().property("ready", Schema::boolean());
        Schema::resource().required("spec", spec).property("status", status)
    };
    let rule = Rule::new("self.colour != 'blue' || self.size < 5", "blue ones are small", |shape| {
        shape["colour"] != "blue" || shape["size"].as_i64().is_none_or(|size| size < 5)
    });
    let version = Version::new("v1", schema(Some(rule))).storage();
    let version =
        version.column("Owner", "string", ".spec.owner").column("Ready", "boolean", ".status.ready");
    Definition::new("example.com", "Widget", "widgets")
        .with_status()
        .short_name("wd")
        .version(Version::new("v1alpha1", schema(None)))
        .version(version)
}

/// A server at a time that the test sets.
pub(crate) struct Api {
    pub(crate) server: ApiServer,
    seconds: Arc<AtomicU64>,
}

/// An answer that is all there.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) warnings: Vec<String>,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) fn new() -> Self {
        let seconds = Arc::new(AtomicU64::new(1_800_000_000));
        let now = Arc::clone(&seconds);
        let clock =
            Clock::new(move || SystemTime::UNIX_EPOCH + Duration::from_secs(now.load(Ordering::Relaxed)));
        Self { server: ApiServer::with_clock(vec![widgets()], clock), seconds }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Sends a request. The address may have a query.
    pub(crate) async fn send(&self, method: &str, address: &str, content_type: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send_text(method, address, content_type, body).await
    }

    pub(crate) async fn send_text(
        &self,
        method: &str,
        address: &str,
        content_type: &str,
        body: impl Into<String>,
    ) -> Answer {
        let mut request = request(method, address);
        content_type.clone_into(&mut request.content_type);
        request.body = body.into().into();
        Answer::from(self.server.answer(request).await)
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.send("GET", address, "", &Value::Null).await
    }

    /// Gets something in a form.
    pub(crate) async fn get_as(&self, address: &str, accept: &str) -> Answer {
        let mut request = request("GET", address);
        accept.clone_into(&mut request.accept);
        Answer::from(self.server.answer(request).await)
    }

    pub(crate) async fn post(&self, address: &str, body: &Value) -> Answer {
        self.send("POST", address, "application/json", body).await
    }

    pub(crate) async fn put(&self, address: &str, body: &Value) -> Answer {
        self.send("PUT", address, "application/json", body).await
    }

    pub(crate) async fn patch(&self, address: &str, content_type: &str, body: &Value) -> Answer {
        self.send("PATCH", address, content_type, body).await
    }

    pub(crate) async fn apply(&self, address: &str, body: &Value) -> Answer {
        self.send("PATCH", address, "application/apply-patch+yaml", body).await
    }

    pub(crate) async fn delete(&self, address: &str) -> Answer {
        self.send("DELETE", address, "", &Value::Null).await
    }

    /// Creates a widget.
    pub(crate) async fn create(&self, name: &str) -> Value {
        let answer = self.post(PATH, &widget(name, &json!({ "owner": "me" }))).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body
    }
}

/// A request without a body.
pub(crate) fn request(method: &str, address: &str) -> Request {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        user_agent: "tester/1".to_owned(),
        ..Request::default()
    }
}

/// A widget.
pub(crate) fn widget(name: &str, spec: &Value) -> Value {
    json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": name }, "spec": spec })
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        let Body::Full(body) = response.body else { panic!("a stream") };
        let text = String::from_utf8_lossy(&body).into_owned();
        let body = serde_json::from_slice(&body).unwrap_or(Value::String(text));
        let warnings = response.headers.into_iter().filter(|(name, _)| *name == "Warning");
        Self { status: response.status, warnings: warnings.map(|(_, value)| value).collect(), body }
    }
}

impl Answer {
    /// Checks the status and the message of a failure.
    #[track_caller]
    pub(crate) fn fails(&self, status: u16, reason: &str, message: &str) {
        assert_eq!(self.body["message"], message);
        assert_eq!((self.status, self.body["reason"].as_str().unwrap_or_default()), (status, reason));
        assert_eq!(self.body["code"], status);
    }

    /// The fields of the causes of a failure with what is wrong with them.
    pub(crate) fn causes(&self) -> Vec<String> {
        let causes = self.body["details"]["causes"].as_array().cloned().unwrap_or_default();
        causes
            .iter()
            .map(|cause| {
                let text = |key: &str| cause[key].as_str().unwrap_or_default();
                format!("{}: {}", text("field"), text("message"))
            })
            .collect()
    }

    /// The names of the objects of a list.
    pub(crate) fn names(&self) -> Vec<&str> {
        let items = self.body["items"].as_array().expect("a list has items");
        items.iter().map(|item| item["metadata"]["name"].as_str().unwrap_or_default()).collect()
    }
}

/// The events of a watch.
pub(crate) struct Events(Body);

impl Events {
    pub(crate) async fn new(api: &Api, address: &str) -> Self {
        let response = api.server.answer(request("GET", address)).await;
        assert_eq!(response.status, 200, "{response:?}");
        Self(response.body)
    }

    /// The next event, or nothing at the end.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let Body::Stream(stream) = &mut self.0 else { panic!("no stream") };
        stream.next().await.map(|line| serde_json::from_slice(&line).expect("a line is JSON"))
    }

    /// The type and the name of the next event's object.
    pub(crate) async fn next_brief(&mut self) -> String {
        match self.next().await {
            Some(event) => {
                let name = event["object"]["metadata"]["name"].as_str().unwrap_or_default();
                format!("{} {name}", event["type"].as_str().unwrap_or_default())
            }
            None => "end".to_owned(),
        }
    }
}
