//! Azure as a scenario sees it: profiles by their names, who asked for what, and what Azure is told of the world.

use emulator::{Fault, Health};
use http::Method;
use serde_json::{Value, json};
use test_support::profile_id;

pub(crate) use test_support::SUBSCRIPTION;
pub(crate) const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global";

/// An emulator that ends with the scenario.
pub(crate) struct Azure(test_support::Azure);

impl Azure {
    pub(crate) fn start() -> Self {
        Self(test_support::Azure::start_alone())
    }

    pub(crate) fn url(&self) -> String {
        self.0.running.url()
    }

    /// The hands of others.
    pub(crate) fn others(&self) -> &test_support::Azure {
        &self.0
    }

    /// The requests since the last call, such as `PUT shop 201`.
    pub(crate) fn take_requests(&self) -> Vec<String> {
        let requests = self.0.running.requests();
        self.0.running.clear_requests();
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
        self.0.profile(&id(name))
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
        self.0.put(&id(name), body);
    }

    /// Another hand makes the profile in another resource group, which it makes first.
    pub(crate) fn put_in(&self, group: &str, name: &str, body: &Value) {
        let path = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}");
        self.0.must("2024-07-01", Method::PUT, &path, Some(&json!({ "location": "westeurope" })));
        self.0.put(&profile_id(group, name), body);
    }

    /// Another hand changes the profile.
    pub(crate) fn patch(&self, name: &str, properties: &Value) {
        self.0.patch(&id(name), properties);
    }

    /// Another hand deletes the profile.
    pub(crate) fn delete(&self, name: &str) {
        self.0.delete(&id(name));
    }

    /// Another hand adds or replaces an external endpoint.
    pub(crate) fn put_endpoint(&self, profile: &str, name: &str, properties: &Value) {
        let path = format!("{}/externalEndpoints/{name}", id(profile));
        self.0.put(&path, &json!({ "properties": properties }));
    }

    /// Another hand nests a profile in another one.
    pub(crate) fn put_nested(&self, profile: &str, name: &str, child: &str) {
        let path = format!("{}/nestedEndpoints/{name}", id(profile));
        let properties = json!({ "targetResourceId": id(child), "minChildEndpoints": 1 });
        self.0.put(&path, &json!({ "properties": properties }));
    }

    /// Another hand deletes an endpoint, whose kind is spelled as in ids.
    pub(crate) fn delete_endpoint(&self, profile: &str, kind: &str, name: &str) {
        self.0.delete(&format!("{}/{kind}/{name}", id(profile)));
    }

    /// Another hand deletes the resource group and everything in it.
    pub(crate) fn delete_group(&self) {
        self.0.must("2024-07-01", Method::DELETE, GROUP, None);
    }

    /// Sets the health of an endpoint, as `PUT /emulator/health/{profile}/{endpoint}` does.
    pub(crate) fn set_health(&self, profile: &str, endpoint: &str, health: &str) {
        self.0.running.set_health(profile, endpoint, Health::parse_ignoring_case(health).unwrap()).unwrap();
    }

    /// Says what Azure knows of a resource that endpoints lead to.
    pub(crate) fn seed_target(&self, id: &str, target: &str, location: &str) {
        self.0.running.with_service(|service| service.seed_target(id, target, location));
    }

    /// Another hand makes or replaces a public IP address in West Europe, and is answered its id.
    pub(crate) fn put_public_ip(&self, name: &str, properties: &Value) -> String {
        let id = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/{name}");
        let body = json!({ "location": "westeurope", "properties": properties });
        self.0.must("2024-05-01", Method::PUT, &id, Some(&body));
        id
    }

    /// Sets how many profiles a subscription may have.
    pub(crate) fn set_limits(&self, profiles: usize) {
        self.0.running.with_service(|service| service.set_limits(Some(profiles), None));
    }

    /// Says what Azure knows of a web app, with the tier of its plan.
    pub(crate) fn seed_web_app(&self, id: &str, target: &str, location: &str, tier: &str) {
        self.0.running.with_service(|service| service.seed_web_app(id, target, location, tier)).unwrap();
    }

    /// Answers everything late, so that calls of one step overlap on a busy machine too.
    pub(crate) fn slow_down(&self) {
        self.0.running.set_latency(200);
    }

    /// Adds a fault in the words of `POST /emulator/faults`.
    pub(crate) fn fault(&self, fault: Value) {
        let fault: Fault = serde_json::from_value(fault).unwrap();
        self.0.running.faults([fault]).unwrap();
    }

    pub(crate) fn clear_faults(&self) {
        self.0.running.clear_faults();
    }
}

/// The id of a profile in the group of all scenarios.
pub(crate) fn id(name: &str) -> String {
    profile_id("rg-global", name)
}
