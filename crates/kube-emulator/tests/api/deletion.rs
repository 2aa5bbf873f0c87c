//! Deleting objects and namespaces.

use serde_json::{Value, json};

use super::support::{Api, MERGE, PATH, widget};

async fn held(api: &Api, name: &str) {
    let mut object = widget(name, &json!({ "owner": "me" }));
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    assert_eq!(api.post(PATH, &object).await.status, 201);
}

#[tokio::test]
async fn an_object_without_finalizers_is_gone_at_once() {
    let api = Api::new();
    let object = api.create("a").await;
    let answer = api.delete(&format!("{PATH}/a")).await;
    let details = json!({
        "name": "a", "group": "example.com", "kind": "widgets", "uid": object["metadata"]["uid"],
    });
    let expected = json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details });
    assert_eq!((answer.status, answer.body), (200, expected));
    assert_eq!(api.delete(&format!("{PATH}/a")).await.status, 404);
    assert_ne!(api.create("a").await["metadata"]["uid"], object["metadata"]["uid"]);
}

#[tokio::test]
async fn finalizers_hold_an_object_until_the_last_one_is_removed() {
    let api = Api::new();
    held(&api, "a").await;
    let address = format!("{PATH}/a");
    let object = api.delete(&address).await.body;
    assert_eq!(object["metadata"]["deletionTimestamp"], "2027-01-15T08:00:00Z");
    assert_eq!(object["metadata"]["generation"], 2);
    assert_eq!(api.delete(&address).await.body, object, "a second request changes nothing");
    let more = json!({ "metadata": { "finalizers": ["example.com/hold", "example.com/more"] } });
    let answer = api.patch(&address, MERGE, &more).await;
    assert!(answer.causes()[0].starts_with("metadata.finalizers: Forbidden: no new finalizers can be added"));
    let answer = api.post(PATH, &widget("a", &json!({ "owner": "me" }))).await;
    answer.fails(409, "AlreadyExists", "object is being deleted: widgets.example.com \"a\" already exists");
    let answer = api.patch(&address, MERGE, &json!({ "metadata": { "finalizers": null } })).await;
    assert_eq!(answer.status, 200);
    assert_eq!(api.get(&address).await.status, 404);
}

#[tokio::test]
async fn a_deletion_can_depend_on_uid_and_version() {
    let api = Api::new();
    api.create("a").await;
    let address = format!("{PATH}/a");
    let options = json!({ "preconditions": { "uid": "other" } });
    let answer = api.send("DELETE", &address, "application/json", &options).await;
    assert_eq!((answer.status, &answer.body["reason"]), (409, &json!("Conflict")));
    let options = json!({ "preconditions": { "resourceVersion": "1" } });
    assert_eq!(api.send("DELETE", &address, "application/json", &options).await.status, 409);
    let options = json!({ "dryRun": ["All"] });
    assert_eq!(api.send("DELETE", &address, "application/json", &options).await.status, 200);
    let options = json!({ "propagationPolicy": "Sideways" });
    assert_eq!(api.send("DELETE", &address, "application/json", &options).await.status, 422);
    assert_eq!(api.get(&address).await.status, 200);
}

#[tokio::test]
async fn all_that_are_selected_can_be_deleted_together() {
    let api = Api::new();
    api.create("a").await;
    api.create("b").await;
    held(&api, "c").await;
    let answer = api.delete(&format!("{PATH}?fieldSelector=metadata.name!%3Da")).await;
    assert_eq!(answer.names(), ["b", "c"]);
    let left = api.get(PATH).await;
    assert_eq!(left.names(), ["a", "c"]);
    assert!(left.body["items"][1]["metadata"]["deletionTimestamp"].is_string());
}

#[tokio::test]
async fn a_namespace_goes_with_everything_in_it() {
    let api = Api::new();
    let namespace = "/api/v1/namespaces/team";
    let path = PATH.replace("default", "team");
    api.post("/api/v1/namespaces", &json!({ "metadata": { "name": "team" } })).await;
    api.post(&path, &widget("a", &json!({ "owner": "me" }))).await;
    let mut object = widget("b", &json!({ "owner": "me" }));
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    api.post(&path, &object).await;
    let answer = api.delete(namespace).await;
    assert_eq!(answer.body["status"]["phase"], "Terminating");
    assert_eq!(api.get(&path).await.names(), ["b"]);
    let answer = api.post(&path, &widget("c", &json!({ "owner": "me" }))).await;
    answer.fails(
        403,
        "Forbidden",
        "widgets.example.com \"c\" is forbidden: unable to create new content in namespace team because it is being \
         terminated",
    );
    assert_eq!(answer.causes(), ["metadata.namespace: namespace team is being terminated"]);
    api.patch(&format!("{path}/b"), MERGE, &json!({ "metadata": { "finalizers": null } })).await;
    assert_eq!(api.get(namespace).await.status, 404);
}

#[tokio::test]
async fn definitions_cannot_be_deleted() {
    let api = Api::new();
    let address = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com";
    assert_eq!(api.delete(address).await.status, 403);
    assert_eq!(api.patch(address, MERGE, &Value::Object(serde_json::Map::new())).await.status, 403);
}

#[tokio::test]
async fn the_first_namespaces_stay() {
    let api = Api::new();
    let answer = api.delete("/api/v1/namespaces/default").await;
    let message = "namespaces \"default\" is forbidden: this namespace may not be deleted";
    answer.fails(403, "Forbidden", message);
}
