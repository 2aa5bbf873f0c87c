//! The controllers of a hub on the emulated Traffic Manager, row by row of what Azure Kubernetes Fleet Manager does.
//!
//! The clock is paused, so that waits between retries take no time.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use kube_emulator::{Client, ResourceType};
use serde_json::{Value, json};

use crate::server::faults::{By, Dropped, Fault, FaultAnswer};
use crate::server::in_process::InProcess;
use crate::service::{
    ExportPlace, ExportSeed, FleetSeed, MemberExportSeed, MemberSeed, RoleSeed, ServiceSeed, Settings,
};

mod backends;
mod endpoints;
mod exports;
mod profiles;

const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg";
const FLEET: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerService/fleets/demo";
const PRINCIPAL: &str = "00000000-0000-0000-0000-0000000000f1";
const AGENT: &str = "Azure Kubernetes Fleet Manager Hub Agent Role";

const PROFILES: ResourceType =
    ResourceType::new("networking.fleet.azure.com", "v1beta1", "trafficmanagerprofiles");
const BACKENDS: ResourceType =
    ResourceType::new("networking.fleet.azure.com", "v1beta1", "trafficmanagerbackends");
const IMPORTS: ResourceType = ResourceType::new("networking.fleet.azure.com", "v1alpha1", "serviceimports");
const EXPORTS: ResourceType =
    ResourceType::new("networking.fleet.azure.com", "v1alpha1", "internalserviceexports");
const NAMESPACES: ResourceType = ResourceType::new("", "v1", "namespaces");
const EVENTS: ResourceType = ResourceType::new("", "v1", "events");

/// A fleet with a hub on which there is the namespace `shop`, and somebody who writes on it.
struct Scene {
    emulator: InProcess,
    hub: Client,
}

impl Scene {
    /// A fleet without members.
    async fn new() -> Self {
        Self::with_members(&[]).await
    }

    /// A fleet with members of these names, each of which exports the service `web` with its own name as DNS label and
    /// this weight.
    async fn with_members(members: &[(&str, i64)]) -> Self {
        let emulator = InProcess::new(Settings::default());
        let members = members.iter().map(|(name, weight)| MemberSeed {
            name: (*name).to_owned(),
            cluster: None,
            exports: vec![MemberExportSeed {
                namespace: "shop".to_owned(),
                name: "web".to_owned(),
                service: Some(balanced(name)),
                weight: Some(weight.to_string()),
            }],
        });
        let seed = FleetSeed {
            principal: Some(PRINCIPAL.to_owned()),
            members: members.collect(),
            ..FleetSeed::new(FLEET)
        };
        emulator.shared.service().seed_fleet(seed).unwrap();
        let key = emulator.shared.service().hub_named("demo").unwrap().key;
        let hub = emulator.shared.hubs.open(&key).api.client("somebody");
        hub.create(NAMESPACES, json!({"metadata": {"name": "shop"}})).unwrap();
        let scene = Self { emulator, hub };
        // The first request starts the controllers.
        scene.arm(Method::GET, GROUP, &Value::Null).await;
        scene
    }

    /// Somebody's request to Azure.
    async fn arm(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let uri = format!("{}?api-version=2022-04-01", path.replace('#', "%23"));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = http::Request::builder().method(method).uri(uri).header("host", "localhost:4653");
        let answer = self.emulator.answer(request.body(Bytes::from(body)).unwrap()).await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    fn fault(&self, fault: Fault) {
        self.emulator.shared.faults().add(Fault { by: By::Fleet, ..fault }).unwrap();
    }

    fn clear_faults(&self) {
        self.emulator.shared.faults().clear();
    }

    /// Gives a role to somebody. From the first on, whoever has none is refused.
    fn role(&self, principal: &str, role: &str, scope: &str) {
        let seed = RoleSeed {
            principal: principal.to_owned(),
            role: role.to_owned(),
            scope: Some(scope.to_owned()),
        };
        self.emulator.shared.service().seed_role(&seed).unwrap();
    }

    fn export(&self, member: &str, name: &str, seed: ExportSeed) {
        let place = ExportPlace { fleet: "demo", member, namespace: "shop", name };
        self.emulator.shared.service().seed_export(place, seed).unwrap();
    }

    fn withdraw(&self, member: &str, name: &str) {
        let place = ExportPlace { fleet: "demo", member, namespace: "shop", name };
        assert!(self.emulator.shared.service().withdraw_export(place).unwrap());
    }

    /// Waits until this holds. The clock jumps, so that this takes no time.
    async fn until<T>(&self, what: &str, holds: impl Fn() -> Option<T>) -> T {
        for _ in 0..200_000 {
            if let Some(found) = holds() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("never saw {what}: {:#?}", self.all());
    }

    /// Lets everything that is going on come to its end.
    async fn settle(&self) {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }

    /// Everything of Fleet on the hub, for failures.
    fn all(&self) -> Vec<Value> {
        let kinds = [PROFILES, BACKENDS, IMPORTS, EXPORTS];
        kinds.iter().flat_map(|kind| self.hub.list(*kind, None).unwrap()).collect()
    }

    fn create_profile(&self, name: &str, spec: &Value) -> Value {
        self.hub.create(PROFILES, object("TrafficManagerProfile", name, spec)).unwrap()
    }

    fn create_backend(&self, name: &str, profile: &str, weight: i64) -> Value {
        let spec = json!({"profile": {"name": profile}, "backend": {"name": "web"}, "weight": weight});
        self.hub.create(BACKENDS, object("TrafficManagerBackend", name, &spec)).unwrap()
    }

    fn profile(&self, name: &str) -> Value {
        self.hub.get(PROFILES, "shop", name).unwrap_or_default()
    }

    fn backend(&self, name: &str) -> Value {
        self.hub.get(BACKENDS, "shop", name).unwrap_or_default()
    }

    /// Changes the spec of an object.
    fn change(&self, kind: ResourceType, name: &str, change: impl Fn(&mut Value)) {
        let mut object = self.hub.get(kind, "shop", name).unwrap();
        change(&mut object);
        self.hub.update(kind, object).unwrap();
    }

    /// The profile, once its condition has this reason in its present generation.
    async fn programmed(&self, name: &str, reason: &str) -> Value {
        let what = format!("{name} {reason}");
        self.until(&what, || Some(self.profile(name)).filter(|it| says(it, reason))).await
    }

    /// The backend, once its condition has this status and message in its present generation.
    async fn accepted(&self, name: &str, status: &str, message: &str) -> Value {
        let what = format!("{name} {status} {message}");
        let fits = |it: &Value| {
            let condition = &it["status"]["conditions"][0];
            condition["status"] == status
                && condition["observedGeneration"] == it["metadata"]["generation"]
                && condition["message"].as_str().unwrap().starts_with(message)
        };
        self.until(&what, || {
            Some(self.backend(name)).filter(|it| it["status"]["conditions"].is_array() && fits(it))
        })
        .await
    }

    /// The profile in Azure of a profile on the hub.
    async fn azure(&self, profile: &Value) -> Option<Value> {
        let (status, body) = self.arm(Method::GET, &azure_path(profile), &Value::Null).await;
        (status == 200).then_some(body)
    }

    /// Cluster or name, and weight, of the endpoints in Azure.
    async fn endpoints(&self, profile: &Value) -> Vec<(String, i64)> {
        let azure = self.azure(profile).await.unwrap();
        let endpoints = azure["properties"]["endpoints"].as_array().unwrap();
        let mut pairs: Vec<(String, i64)> = endpoints
            .iter()
            .map(|endpoint| {
                let name = endpoint["name"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
                (name, endpoint["properties"]["weight"].as_i64().unwrap())
            })
            .collect();
        pairs.sort();
        pairs
    }

    /// Reasons and messages of events about an object.
    fn events(&self, name: &str) -> Vec<(String, String)> {
        let events = self.hub.list(EVENTS, Some("shop")).unwrap();
        let about = events.iter().filter(|event| event["involvedObject"]["name"] == name);
        let text = |event: &Value, key: &str| event[key].as_str().unwrap().to_owned();
        about.map(|event| (text(event, "reason"), text(event, "message"))).collect()
    }

    fn has_event(&self, name: &str, reason: &str, message: &str) -> bool {
        self.events(name).iter().any(|event| event.0 == reason && event.1.starts_with(message))
    }

    /// Methods of the requests of the fleet so far whose path has this in it.
    fn sent(&self, part: &str) -> Vec<String> {
        let requests = self.emulator.shared.fleet_requests().list();
        requests.into_iter().filter(|it| it.path.contains(part)).map(|it| it.method).collect()
    }
}

fn object(kind: &str, name: &str, spec: &Value) -> Value {
    json!({"apiVersion": "networking.fleet.azure.com/v1beta1", "kind": kind,
        "metadata": {"namespace": "shop", "name": name}, "spec": spec})
}

/// A service with a public IP address of its own.
fn balanced(label: &str) -> ServiceSeed {
    ServiceSeed { dns_label: Some(label.to_owned()), ..ServiceSeed::default() }
}

fn exported(label: &str, weight: &str) -> ExportSeed {
    ExportSeed { service: Some(balanced(label)), weight: Some(weight.to_owned()) }
}

/// Whether the condition has this reason, and is of the present generation.
fn says(object: &Value, reason: &str) -> bool {
    let condition = &object["status"]["conditions"][0];
    condition["reason"] == reason && condition["observedGeneration"] == object["metadata"]["generation"]
}

fn message(object: &Value) -> &str {
    object["status"]["conditions"][0]["message"].as_str().unwrap()
}

fn uid(object: &Value) -> &str {
    object["metadata"]["uid"].as_str().unwrap()
}

fn azure_path(profile: &Value) -> String {
    let group = profile["spec"]["resourceGroup"].as_str().unwrap();
    let group = GROUP.replace("/rg", &format!("/{group}"));
    format!("{group}/providers/Microsoft.Network/trafficManagerProfiles/fleet-{}", uid(profile))
}

/// A spec of a profile with every field of monitoring, so that no default is written back.
fn whole() -> Value {
    json!({"resourceGroup": "rg", "monitorConfig": {"intervalInSeconds": 30, "path": "/", "port": 80, "protocol": "HTTP",
        "timeoutInSeconds": 10, "toleratedNumberOfFailures": 3}})
}

fn answering(method: &str, path: &str, status: u16) -> Fault {
    let body = json!({"error": {"code": "Faulty", "message": "by a fault"}});
    let answer = FaultAnswer { status: Some(status), body: Some(body), ..FaultAnswer::default() };
    Fault {
        method: Some(method.to_owned()),
        path: Some(path.to_owned()),
        times: Some(1_000_000),
        answer: Some(answer),
        ..Fault::default()
    }
}

fn unanswered(method: &str, path: &str) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path: Some(path.to_owned()),
        times: Some(1_000_000),
        drop: Some(Dropped::Before),
        ..Fault::default()
    }
}
