//! Controllers in the same process: reading, writing, hearing of changes, events, and the state of a server.

use kube_emulator::{Event, Notice, ResourceType, Severity, SnapshotError};
use serde_json::json;

use super::support::{Api, PATH, WIDGETS, widget};

const EVENTS: ResourceType = ResourceType::new("", "v1", "events");

#[tokio::test]
async fn a_client_reads_and_writes_the_same_objects() {
    let api = Api::new();
    let client = api.server.client("controller");
    let mut object = widget("a", &json!({ "owner": "me" }));
    object["metadata"]["namespace"] = json!("default");
    let mut object = client.create(WIDGETS, object).unwrap();
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    let mut object = client.update(WIDGETS, object).unwrap();
    object["status"] = json!({ "ready": true });
    client.update_status(WIDGETS, object.clone()).unwrap();
    assert_eq!(client.update(WIDGETS, object).unwrap_err().reason(), "Conflict");
    let found = api.get(&format!("{PATH}/a")).await.body;
    assert_eq!(found["status"], json!({ "ready": true }));
    let entry = &found["metadata"]["managedFields"][1];
    assert_eq!((&entry["manager"], &entry["subresource"]), (&json!("controller"), &json!("status")));
    assert!(client.delete(WIDGETS, "default", "a").unwrap().is_some(), "a finalizer holds it");
    assert_eq!(client.list(WIDGETS, Some("default")).unwrap().len(), 1);
    let mut object = client.get(WIDGETS, "default", "a").unwrap();
    object["metadata"]["finalizers"] = json!([]);
    client.update(WIDGETS, object).unwrap();
    assert_eq!(client.get(WIDGETS, "default", "a").unwrap_err().code(), 404);
}

#[tokio::test]
async fn a_subscriber_hears_of_every_change_with_what_was_before() {
    let api = Api::new();
    let mut changes = api.server.subscribe();
    api.create("a").await;
    api.delete(&format!("{PATH}/a")).await;
    let Notice::Change(change) = changes.next().await else { panic!("missed") };
    assert_eq!((change.group, change.plural, change.name.as_str()), ("example.com", "widgets", "a"));
    assert!(change.old.is_none() && change.new.is_some());
    let Notice::Change(change) = changes.next().await else { panic!("missed") };
    assert!(change.old.is_some() && change.new.is_none());
    api.server.reset();
    assert!(matches!(changes.next().await, Notice::Missed));
}

#[tokio::test]
async fn the_same_event_again_counts_up() {
    let api = Api::new();
    let client = api.server.client("controller");
    let object = api.create("a").await;
    let event = Event {
        severity: Severity::Warning,
        reason: "Failed".to_owned(),
        message: "it did not work".to_owned(),
    };
    client.record("controller", &object, &event).unwrap();
    api.pass(60);
    client.record("controller", &object, &event).unwrap();
    let events = client.list(EVENTS, Some("default")).unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((&event["count"], &event["type"]), (&json!(2), &json!("Warning")));
    assert_eq!(event["firstTimestamp"], "2027-01-15T08:00:00Z");
    assert_eq!(event["lastTimestamp"], "2027-01-15T08:01:00Z");
    let address = format!(
        "/api/v1/namespaces/default/events?fieldSelector=involvedObject.uid%3D{}",
        object["metadata"]["uid"].as_str().unwrap()
    );
    assert_eq!(api.get(&address).await.names().len(), 1);
}

#[tokio::test]
async fn a_snapshot_restores_all_objects() {
    let api = Api::new();
    let object = api.create("a").await;
    let snapshot = api.server.snapshot();
    let other = Api::new();
    other.create("b").await;
    other.server.restore(&snapshot).unwrap();
    assert_eq!(other.get(PATH).await.names(), ["a"]);
    assert_eq!(other.get(&format!("{PATH}/a")).await.body, object);
    assert!(other.server.revision() >= api.server.revision(), "revisions only grow");
    assert_eq!(other.server.restore(&json!({})), Err(SnapshotError::Shape));
    let strange = json!({ "revision": 1, "objects": [{ "group": "x", "resource": "y", "object": {} }] });
    assert!(matches!(other.server.restore(&strange), Err(SnapshotError::Object(_))));
}
