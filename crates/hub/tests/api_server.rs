//! The client on a real API server, if its programs are there. On the hub of the emulator, the provider is tested with it.
//!
//! No controller acts on the objects. The server has the kinds as the emulated one defines them.
#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use std::collections::BTreeMap;
use std::time::Duration;

use hub::{
    Access, Apply, BackendSpec, Deadline, Hub, MonitorConfig, NameReference, Object, ObjectKey, ProfileSpec,
    ServiceExport, TrafficManagerBackend, TrafficManagerProfile, WEIGHT_ANNOTATION,
};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use test_support::{Azure, KubeApiServer, SUBSCRIPTION};
use tokio_util::sync::CancellationToken;

const GROUP: &str = "/apis/networking.fleet.azure.com/v1beta1/namespaces/team-a";
const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// A server, the client that is tested, and the hands of others.
struct Server {
    url: String,
    others: Client,
    hub: Hub,
}

impl Server {
    async fn ask(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let request =
            self.others.request(method, format!("{}{path}", self.url)).header("content-type", content_type);
        let request = body.into_iter().fold(request, |request, body| request.body(body.to_string()));
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    async fn make(&self, path: &str, body: &Value) {
        let (status, answer) = self.ask(Method::POST, path, "application/json", Some(body)).await;
        assert_eq!(status, 201, "{answer}");
    }

    /// Another hand changes an object.
    async fn change(&self, path: &str, fields: &Value) {
        let kind = "application/merge-patch+json";
        let (status, answer) = self.ask(Method::PATCH, &format!("{GROUP}{path}"), kind, Some(fields)).await;
        assert_eq!(status, 200, "{answer}");
    }
}

/// The kinds, as the hub of the emulator lists their definitions.
async fn definitions() -> Vec<Value> {
    let azure = Azure::start().await;
    azure.seed_fleet("bare", &[]);
    let url = format!("{}/hubs/{SUBSCRIPTION}/rg-global/bare{DEFINITIONS}", azure.running.url());
    // Tests ask loopback only, whatever proxies the environment names.
    let client = Client::builder().no_proxy().build().unwrap();
    let list: Value =
        serde_json::from_str(&client.get(url).send().await.unwrap().text().await.unwrap()).unwrap();
    list["items"].as_array().unwrap().clone()
}

async fn start() -> Option<(Server, KubeApiServer)> {
    let real = KubeApiServer::start().await?;
    let access = Access::new(real.url()).unwrap().trusting(real.certificate()).unwrap();
    let hub = Hub::new(access.with_token(real.token().to_owned())).unwrap();
    let server = Server { url: real.url().to_owned(), others: real.client().clone(), hub };
    let definitions = definitions().await;
    assert_eq!(definitions.len(), 6);
    for definition in &definitions {
        let metadata = json!({ "name": definition["metadata"]["name"], "annotations": definition["metadata"]["annotations"] });
        let body = json!({ "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": metadata, "spec": definition["spec"] });
        server.make(DEFINITIONS, &body).await;
    }
    let ready = async {
        for path in ["trafficmanagerprofiles", "trafficmanagerbackends", "serviceexports"] {
            while server.ask(Method::GET, &format!("{GROUP}/{path}"), "application/json", None).await.0 != 200
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(120), ready).await.unwrap();
    Some((server, real))
}

fn minutes(minutes: u64) -> Deadline {
    Deadline::new(Duration::from_secs(minutes * 60), CancellationToken::new())
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::new("team-a", name)
}

fn profile(interval: i64, timeout: i64) -> ProfileSpec {
    let monitor = MonitorConfig {
        interval_in_seconds: Some(interval),
        timeout_in_seconds: Some(timeout),
        ..MonitorConfig::default()
    };
    ProfileSpec { resource_group: "rg".to_owned(), monitor_config: Some(monitor) }
}

async fn apply(
    server: &Server,
    name: &str,
    spec: &ProfileSpec,
    force: bool,
) -> Result<Object<TrafficManagerProfile>, hub::HubError> {
    let (key, annotations) = (key(name), BTreeMap::new());
    server.hub.apply(&Apply { key: &key, spec, annotations, force }, &minutes(2)).await
}

#[tokio::test]
async fn objects_are_applied_watched_and_deleted() {
    let Some((server, _running)) = start().await else { return };
    let missing = apply(&server, "shop", &profile(30, 10), false).await.unwrap_err();
    assert_eq!(
        (missing.refusal().unwrap().code, missing.refusal().unwrap().kind.as_str()),
        (404, "namespaces")
    );
    server.make("/api/v1/namespaces", &json!({ "metadata": { "name": "team-a" } })).await;
    changed(&server).await;
    refused(&server).await;
    waited_for(&server).await;
    deleted(&server).await;
    others(&server).await;
}

async fn changed(server: &Server) {
    assert!(server.hub.find::<TrafficManagerProfile>(&key("shop"), &minutes(2)).await.unwrap().is_none());
    let made = apply(server, "shop", &profile(30, 10), false).await.unwrap();
    assert_eq!((made.metadata.generation, made.spec.monitor_config.unwrap().port), (1, Some(80)));
    let again = apply(server, "shop", &profile(30, 10), false).await.unwrap();
    assert_eq!(again.metadata.resource_version, made.metadata.resource_version, "it changes nothing");
    let changed = apply(server, "shop", &profile(10, 9), false).await.unwrap();
    assert_eq!(changed.metadata.generation, 2);
    assert!(Hub::has_applied(&changed));
    let found = server.hub.find::<TrafficManagerProfile>(&key("shop"), &minutes(2)).await.unwrap().unwrap();
    assert_eq!((found.metadata.uid, found.spec), (made.metadata.uid, changed.spec));
}

async fn refused(server: &Server) {
    let invalid = apply(server, "shop", &profile(10, 10), false).await.unwrap_err();
    let refusal = invalid.refusal().unwrap();
    assert_eq!((refusal.code, refusal.reason.as_str()), (422, "Invalid"));
    let fields: Vec<&str> = refusal.causes.iter().map(|cause| cause.field.as_str()).collect();
    assert_eq!(fields, ["spec.monitorConfig"]);

    let patch = json!({ "spec": { "monitorConfig": { "intervalInSeconds": 30 } } });
    server.change("/trafficmanagerprofiles/shop?fieldManager=somebody", &patch).await;
    let conflict = apply(server, "shop", &profile(10, 9), false).await.unwrap_err();
    assert!(conflict.is_conflict_of_managers(), "{conflict}");
    let cause = &conflict.refusal().unwrap().causes[0];
    assert_eq!(cause.field, ".spec.monitorConfig.intervalInSeconds");
    assert!(cause.message.contains("\"somebody\""), "{}", cause.message);
    let forced = apply(server, "shop", &profile(10, 9), true).await.unwrap();
    assert_eq!(forced.spec.monitor_config.unwrap().interval_in_seconds, Some(10));
}

/// A controller sets the condition, first for an older generation.
async fn waited_for(server: &Server) {
    let shop = key("shop");
    let object = server.hub.find::<TrafficManagerProfile>(&shop, &minutes(2)).await.unwrap().unwrap();
    let generation = object.metadata.generation;
    let condition = |status: &str, of: i64| {
        json!({ "status": { "conditions": [{ "type": "Programmed", "status": status, "reason": "R", "message": "m",
            "observedGeneration": of, "lastTransitionTime": "2026-01-01T00:00:00Z" }] } })
    };
    let (told, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let deadline = minutes(2);
    let waiting = server.hub.wait(&shop, &deadline, |object: Option<&Object<TrafficManagerProfile>>| {
        let object = object?;
        let found = object.programmed()?;
        let is_current = found.is_current(&object.metadata);
        told.send((found.status.clone(), is_current)).unwrap();
        (found.is_true() && is_current).then_some(())
    });
    let controller = async {
        for (status, of) in [("True", generation - 1), ("False", generation), ("True", generation)] {
            server.change("/trafficmanagerprofiles/shop/status", &condition(status, of)).await;
            let expected = (status.to_owned(), of == generation);
            while seen.recv().await.unwrap() != expected {}
        }
    };
    let (ended, ()) = tokio::join!(waiting, controller);
    ended.unwrap();
}

async fn deleted(server: &Server) {
    let shop = key("shop");
    let finalizers = json!({ "metadata": { "finalizers": ["networking.fleet.azure.com/cleanup"] } });
    server.change("/trafficmanagerprofiles/shop", &finalizers).await;
    let found = server.hub.find::<TrafficManagerProfile>(&shop, &minutes(2)).await.unwrap().unwrap();
    let delete = async |uid: &str| server.hub.delete::<TrafficManagerProfile>(&shop, uid, &minutes(2)).await;
    assert!(!delete("00000000-0000-0000-0000-000000000000").await.unwrap(), "it is another object");
    assert!(delete(&found.metadata.uid).await.unwrap());
    let kept = server.hub.find::<TrafficManagerProfile>(&shop, &minutes(2)).await.unwrap().unwrap();
    assert!(kept.is_being_deleted() && kept.metadata.finalizers.len() == 1);
    let deadline = minutes(2);
    let gone = server.hub.wait(&shop, &deadline, |object: Option<&Object<TrafficManagerProfile>>| {
        object.is_none().then_some(())
    });
    let none = json!({ "metadata": { "finalizers": null } });
    let release = server.change("/trafficmanagerprofiles/shop", &none);
    let (ended, ()) = tokio::join!(gone, release);
    ended.unwrap();
    assert!(!delete(&found.metadata.uid).await.unwrap(), "it is gone");
}

async fn others(server: &Server) {
    let (web, export) = (key("web"), key("api"));
    let reference = |name: &str| NameReference { name: name.to_owned() };
    let spec = BackendSpec { profile: reference("shop"), backend: reference("web"), weight: Some(0) };
    let backend: Apply<'_, TrafficManagerBackend> =
        Apply { key: &web, spec: &spec, annotations: BTreeMap::new(), force: false };
    assert_eq!(server.hub.apply(&backend, &minutes(2)).await.unwrap().spec, spec);
    let listed = server.hub.list::<TrafficManagerBackend>(Some("team-a"), &minutes(2)).await.unwrap();
    assert_eq!(listed.len(), 1);

    let annotations = BTreeMap::from([(WEIGHT_ANNOTATION.to_owned(), "5".to_owned())]);
    let nothing = hub::Nothing::default();
    let with =
        |annotations| Apply::<'_, ServiceExport> { key: &export, spec: &nothing, annotations, force: false };
    let made = server.hub.apply(&with(annotations), &minutes(2)).await.unwrap();
    assert_eq!(made.weight(), Some("5"));
    let without = server.hub.apply(&with(BTreeMap::new()), &minutes(2)).await.unwrap();
    assert_eq!(without.weight(), None, "what is not applied any more is gone");
    let events = server.hub.events(&made, &minutes(2)).await.unwrap();
    assert!(events.is_empty());
}
