//! Watches.

use serde_json::json;

use super::support::{Api, Events, MERGE, PATH};

#[tokio::test]
async fn a_watch_begins_with_what_is_there_and_tells_every_change() {
    let api = Api::new();
    api.create("a").await;
    let mut events = Events::new(&api, &format!("{PATH}?watch=1")).await;
    assert_eq!(events.next_brief().await, "ADDED a");
    let present = api.create("b").await;
    assert_eq!(events.next().await.unwrap(), json!({ "type": "ADDED", "object": present }));
    api.patch(&format!("{PATH}/a"), MERGE, &json!({ "metadata": { "labels": { "x": "y" } } })).await;
    api.delete(&format!("{PATH}/b")).await;
    assert_eq!(events.next_brief().await, "MODIFIED a");
    let deleted = events.next().await.unwrap();
    assert_eq!(deleted["type"], "DELETED");
    let revision = api.server.revision().to_string();
    assert_eq!(deleted["object"]["metadata"]["resourceVersion"], revision.as_str());
}

#[tokio::test]
async fn a_watch_goes_on_from_a_revision() {
    let api = Api::new();
    let first = api.create("a").await;
    api.create("b").await;
    let revision = first["metadata"]["resourceVersion"].as_str().unwrap();
    let mut events = Events::new(&api, &format!("{PATH}?watch=true&resourceVersion={revision}")).await;
    assert_eq!(events.next_brief().await, "ADDED b");
}

#[tokio::test]
async fn a_revision_that_is_forgotten_is_an_event_and_the_end() {
    let api = Api::new();
    for _ in 0..5000 {
        let client = api.server.client("test");
        let mut namespace = client.get(NAMESPACES, "", "default").unwrap();
        namespace["metadata"]["labels"]["at"] = namespace["metadata"]["resourceVersion"].clone();
        client.update(NAMESPACES, namespace).unwrap();
    }
    let mut events = Events::new(&api, &format!("{PATH}?watch=1&resourceVersion=2")).await;
    let event = events.next().await.unwrap();
    assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(410)));
    assert_eq!(event["object"]["reason"], "Expired");
    assert_eq!(events.next_brief().await, "end");
}

const NAMESPACES: kube_emulator::ResourceType = kube_emulator::ResourceType::new("", "v1", "namespaces");

#[tokio::test]
async fn a_watch_sees_objects_come_into_its_selection_and_leave_it() {
    let api = Api::new();
    api.create("a").await;
    let mut events = Events::new(&api, &format!("{PATH}?watch=1&labelSelector=x%3Dy")).await;
    let label = async |value: &str| {
        let patch = json!({ "metadata": { "labels": { "x": value } } });
        api.patch(&format!("{PATH}/a"), MERGE, &patch).await;
    };
    label("y").await;
    label("z").await;
    assert_eq!(events.next_brief().await, "ADDED a");
    let left = events.next().await.unwrap();
    assert_eq!((&left["type"], &left["object"]["metadata"]["labels"]["x"]), (&json!("DELETED"), &json!("y")));
}

#[tokio::test]
async fn the_end_of_what_was_there_is_marked_if_that_is_wanted() {
    let api = Api::new();
    api.create("a").await;
    let query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    let mut events = Events::new(&api, &format!("{PATH}?{query}")).await;
    assert_eq!(events.next_brief().await, "ADDED a");
    let mark = events.next().await.unwrap();
    assert_eq!(mark["type"], "BOOKMARK");
    assert_eq!(mark["object"]["metadata"]["annotations"], json!({ "k8s.io/initial-events-end": "true" }));
    let answer = api.get(&format!("{PATH}?watch=1&sendInitialEvents=true")).await;
    answer.fails(
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting \
         resourceVersionMatch to NotOlderThan",
    );
}

#[tokio::test(start_paused = true)]
async fn a_watch_ends_after_its_time_and_is_told_before_how_far_it_has_come() {
    let api = Api::new();
    let mut events =
        Events::new(&api, &format!("{PATH}?watch=1&timeoutSeconds=90&allowWatchBookmarks=true")).await;
    assert_eq!(events.next_brief().await, "BOOKMARK ");
    assert_eq!(events.next_brief().await, "BOOKMARK ");
    assert_eq!(events.next_brief().await, "end");
    for seconds in ["90", "9223372036854775807"] {
        let mut events = Events::new(&api, &format!("{PATH}?watch=1&timeoutSeconds={seconds}")).await;
        assert_eq!(events.next_brief().await, "end");
    }
}

#[tokio::test]
async fn a_closed_server_has_no_watches() {
    let api = Api::new();
    let mut events = Events::new(&api, &format!("{PATH}?watch=1")).await;
    let (event, ()) = tokio::join!(events.next_brief(), async { api.server.close() });
    assert_eq!(event, "end");
}

#[tokio::test]
async fn whoever_watches_is_told_when_everything_is_replaced() {
    let api = Api::new();
    let mut events = Events::new(&api, &format!("{PATH}?watch=1")).await;
    let (event, ()) = tokio::join!(events.next_brief(), async { api.server.reset() });
    assert_eq!(event, "ERROR ");
}
