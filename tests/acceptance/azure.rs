//! Azure as a scenario sees it: an emulator of its own, what it holds, who asked for what, and the hands of
//! others, which leave no trace in the log of requests.

use bytes::Bytes;
use emulator::{Config, Emulator, Fault, Health, Request, Running, Settings};
use http::Method;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub(crate) const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";
pub(crate) const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global";
const TYPE: &str = "providers/Microsoft.Network/trafficManagerProfiles";

/// An emulator that ends with the scenario.
pub(crate) struct Azure {
    running: Running,
    // Dropped after the emulator, which ends on it.
    _runtime: Runtime,
}

impl Azure {
    pub(crate) fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let settings = Settings::default();
        let config = Config { listen: ([127, 0, 0, 1], 0).into(), settings, ..Config::default() };
        let running = runtime.block_on(Emulator::start(config)).unwrap();
        Self { running, _runtime: runtime }
    }

    pub(crate) fn url(&self) -> String {
        self.running.url()
    }

    /// The requests since the last call, such as `PUT shop 201`.
    pub(crate) fn take_requests(&self) -> Vec<String> {
        let requests = self.running.requests();
        self.running.clear_requests();
        let in_words = |path: &str| match path.split_once("/trafficManagerProfiles/") {
            Some((_, rest)) => rest.to_owned(),
            None => path.rsplit('/').next().unwrap_or_default().to_owned(),
        };
        let words = requests.iter().map(|request| {
            let status = request.status.map_or_else(|| "dropped".to_owned(), |status| status.to_string());
            format!("{} {} {status}", request.method, in_words(&request.path))
        });
        words.collect()
    }

    /// The profile as a GET answers it, if it exists.
    pub(crate) fn profile(&self, name: &str) -> Option<Value> {
        let (status, body) = self.ask(Method::GET, &id(name), None);
        (status == 200).then_some(body)
    }

    /// The properties of an endpoint of the profile.
    pub(crate) fn endpoint(&self, profile: &str, name: &str) -> Option<Value> {
        let profile = self.profile(profile)?;
        let endpoints = profile["properties"]["endpoints"].as_array()?;
        endpoints.iter().find(|endpoint| endpoint["name"] == name).map(|it| it["properties"].clone())
    }

    /// The names of the endpoints of the profile.
    pub(crate) fn endpoints(&self, profile: &str) -> Vec<String> {
        let profile = self.profile(profile).unwrap_or_default();
        let endpoints = profile["properties"]["endpoints"].as_array().cloned().unwrap_or_default();
        endpoints.iter().map(|endpoint| endpoint["name"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Another hand makes or replaces the profile.
    pub(crate) fn put(&self, name: &str, body: &Value) {
        self.must(&Method::PUT, &id(name), Some(body));
    }

    /// Another hand changes the profile.
    pub(crate) fn patch(&self, name: &str, properties: &Value) {
        self.must(&Method::PATCH, &id(name), Some(&json!({ "properties": properties })));
    }

    /// Another hand deletes the profile.
    pub(crate) fn delete(&self, name: &str) {
        self.must(&Method::DELETE, &id(name), None);
    }

    /// Another hand adds or replaces an external endpoint.
    pub(crate) fn put_endpoint(&self, profile: &str, name: &str, properties: &Value) {
        let path = format!("{}/externalEndpoints/{name}", id(profile));
        self.must(&Method::PUT, &path, Some(&json!({ "properties": properties })));
    }

    /// Another hand deletes the resource group and everything in it.
    pub(crate) fn delete_group(&self) {
        let (status, body) = self.ask_with("2024-07-01", Method::DELETE, GROUP, None);
        assert!((200..300).contains(&status), "{status} {body}");
    }

    /// Sets the health of an endpoint, as `PUT /emulator/health/{profile}/{endpoint}` does.
    pub(crate) fn set_health(&self, profile: &str, endpoint: &str, health: &str) {
        self.running.set_health(profile, endpoint, Health::parse(health).unwrap()).unwrap();
    }

    /// Says what Azure knows of a resource that endpoints lead to.
    pub(crate) fn seed_target(&self, id: &str, target: &str, location: &str) {
        self.running.with_service(|service| service.seed_target(id, target, location));
    }

    /// Another hand makes or replaces a public IP address in West Europe, and is answered its id.
    pub(crate) fn put_public_ip(&self, name: &str, properties: &Value) -> String {
        let id = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/{name}");
        let body = json!({ "location": "westeurope", "properties": properties });
        let (status, answer) = self.ask_with("2024-05-01", Method::PUT, &id, Some(&body));
        assert!((200..300).contains(&status), "{status} {answer}");
        id
    }

    /// Sets how many profiles a subscription may have.
    pub(crate) fn set_limits(&self, profiles: usize) {
        self.running.with_service(|service| service.set_limits(Some(profiles), None));
    }

    /// Says what Azure knows of a web app, with the tier of its plan.
    pub(crate) fn seed_web_app(&self, id: &str, target: &str, location: &str, tier: &str) {
        self.running.with_service(|service| service.seed_web_app(id, target, location, tier)).unwrap();
    }

    /// Adds a fault in the words of `POST /emulator/faults`.
    pub(crate) fn fault(&self, fault: Value) {
        let fault: Fault = serde_json::from_value(fault).unwrap();
        self.running.faults([fault]).unwrap();
    }

    pub(crate) fn clear_faults(&self) {
        self.running.clear_faults();
    }

    #[track_caller]
    fn must(&self, method: &Method, path: &str, body: Option<&Value>) {
        let (status, answer) = self.ask(method.clone(), path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        self.ask_with("2022-04-01", method, path, body)
    }

    fn ask_with(&self, version: &str, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = Request {
            method,
            path: path.to_owned(),
            query: format!("api-version={version}"),
            body: Bytes::from(body.map(Value::to_string).unwrap_or_default()),
        };
        let answer = self.running.with_service(|service| service.answer(&request));
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
    }
}

/// The id of a profile in the group of all scenarios.
pub(crate) fn id(name: &str) -> String {
    format!("{GROUP}/{TYPE}/{name}")
}
