//! Server-side apply, and the account of who owns what.

use serde_json::{Value, json};

use super::support::{Api, MERGE, PATH, widget};

fn address(manager: &str) -> String {
    format!("{PATH}/a?fieldManager={manager}")
}

/// Manager, operation and fields of each entry.
fn account(object: &Value) -> Vec<(String, Value)> {
    let entries = object["metadata"]["managedFields"].as_array().cloned().unwrap_or_default();
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    entries
        .iter()
        .map(|entry| {
            let name = format!(
                "{} {}{}",
                text(entry, "manager"),
                text(entry, "operation"),
                text(entry, "subresource")
            );
            (name, entry["fieldsV1"].clone())
        })
        .collect()
}

#[tokio::test]
async fn apply_creates_an_object_and_owns_what_it_says_but_no_defaults() {
    let api = Api::new();
    let config = widget("a", &json!({ "owner": "me", "shape": { "size": 2 } }));
    let answer = api.apply(&address("one"), &config).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.body["spec"]["shape"]["colour"], "red");
    let fields = json!({ "f:spec": { "f:owner": {}, "f:shape": { "f:size": {} } } });
    assert_eq!(account(&answer.body), [("one Apply".to_owned(), fields)]);
    api.pass(60);
    assert_eq!(api.apply(&address("one"), &config).await.body, answer.body, "the same again changes nothing");
}

#[tokio::test]
async fn fields_of_others_are_a_conflict_unless_they_are_the_same_or_taken_by_force() {
    let api = Api::new();
    let config = |size: u8| widget("a", &json!({ "owner": "me", "shape": { "size": size } }));
    api.apply(&address("one"), &config(2)).await;
    let answer = api.apply(&address("two"), &config(2)).await;
    assert_eq!(account(&answer.body).len(), 2, "both own it");
    let answer = api.apply(&address("two"), &config(3)).await;
    let message = "Apply failed with 1 conflict: conflict with \"one\": .spec.shape.size";
    answer.fails(409, "Conflict", message);
    let cause = json!({
        "reason": "FieldManagerConflict", "message": "conflict with \"one\"", "field": ".spec.shape.size",
    });
    assert_eq!(answer.body["details"], json!({ "causes": [cause] }));
    let answer = api.apply(&format!("{}&force=true", address("two")), &config(3)).await;
    assert_eq!(answer.body["spec"]["shape"]["size"], 3);
    let account = account(&answer.body);
    let one = account.iter().find(|(name, _)| name == "one Apply").unwrap();
    assert_eq!(one.1, json!({ "f:spec": { "f:owner": {} } }));
}

#[tokio::test]
async fn what_is_no_longer_applied_is_removed_unless_somebody_else_owns_it() {
    let api = Api::new();
    let full = json!({ "owner": "me", "shape": { "size": 2, "parts": [
        { "name": "a", "value": "1" }, { "name": "b", "value": "2" },
    ] } });
    api.apply(&address("one"), &widget("a", &full)).await;
    let shared = json!({ "owner": "me", "shape": { "parts": [{ "name": "b", "value": "2" }] } });
    api.apply(&address("two"), &widget("a", &shared)).await;
    let answer = api.apply(&address("one"), &widget("a", &json!({ "owner": "me" }))).await;
    let left = json!({ "colour": "red", "parts": [{ "name": "b", "value": "2" }] });
    assert_eq!(answer.body["spec"]["shape"], left);
}

#[tokio::test]
async fn whoever_writes_a_field_owns_it() {
    let api = Api::new();
    api.apply(&address("one"), &widget("a", &json!({ "owner": "me", "shape": { "size": 2 } }))).await;
    let answer = api.patch(&address("two"), MERGE, &json!({ "spec": { "shape": { "size": 3 } } })).await;
    let expected = [
        ("one Apply".to_owned(), json!({ "f:spec": { "f:owner": {} } })),
        ("two Update".to_owned(), json!({ "f:spec": { "f:shape": { "f:size": {} } } })),
    ];
    assert_eq!(account(&answer.body), expected);
    let answer =
        api.apply(&address("one"), &widget("a", &json!({ "owner": "me", "shape": { "size": 2 } }))).await;
    let message =
        "Apply failed with 1 conflict: conflict with \"two\" using example.com/v1: .spec.shape.size";
    answer.fails(409, "Conflict", message);
}

#[tokio::test]
async fn the_status_has_an_account_of_its_own() {
    let api = Api::new();
    api.create("a").await;
    let status = |ready: bool| json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": { "name": "a" }, "status": { "ready": ready } });
    let at = |manager: &str| format!("{PATH}/a/status?fieldManager={manager}");
    let answer = api.apply(&at("one"), &status(true)).await;
    let (name, fields) = account(&answer.body).remove(0);
    assert_eq!((name.as_str(), fields), ("one Applystatus", json!({ "f:status": { "f:ready": {} } })));
    let answer = api.apply(&at("two"), &status(false)).await;
    let message =
        "Apply failed with 1 conflict: conflict with \"one\" with subresource \"status\": .status.ready";
    answer.fails(409, "Conflict", message);
}

#[tokio::test]
async fn a_configuration_has_to_fit_the_schema_and_the_kind() {
    let api = Api::new();
    let message =
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch";
    api.apply(&format!("{PATH}/a"), &json!({})).await.fails(422, "Invalid", message);
    api.apply(&address("one"), &json!({})).await.fails(400, "BadRequest", "invalid object type: /, Kind=");
    let answer = api.apply(&address("one"), &widget("a", &json!({ "owner": 5, "strange": 1 }))).await;
    answer.fails(
        500,
        "",
        "failed to create typed patch object (/a; example.com/v1, Kind=Widget): errors:\n  .spec.owner: expected string, \
         got &value.valueUnstructured{Value:5}\n  .spec.strange: field not declared in schema",
    );
    let mut config = widget("a", &json!({ "owner": "me" }));
    config["metadata"]["managedFields"] = json!([]);
    api.apply(&address("one"), &config).await.fails(400, "BadRequest", "metadata.managedFields must be nil");
}

#[tokio::test]
async fn a_configuration_can_be_yaml() {
    let api = Api::new();
    let text = "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: a\nspec:\n  owner: me\n";
    let answer = api.send_text("PATCH", &address("one"), "application/apply-patch+yaml", text).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[tokio::test]
async fn kubectl_owns_what_it_applied_before_the_server_kept_account() {
    let api = Api::new();
    let mut object = widget("a", &json!({ "owner": "me", "shape": { "size": 2 } }));
    let annotation = "kubectl.kubernetes.io/last-applied-configuration";
    object["metadata"]["annotations"] = json!({ annotation: object.to_string() });
    api.post(&format!("{PATH}?fieldManager=kubectl-client-side-apply"), &object).await;
    let config = widget("a", &json!({ "owner": "me", "shape": { "size": 3 } }));
    assert_eq!(api.apply(&address("somebody"), &config).await.status, 409);
    let answer = api.apply(&address("kubectl"), &config).await;
    assert_eq!(answer.body["spec"]["shape"]["size"], 3);
    let text = answer.body["metadata"]["annotations"][annotation].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), config);
}

#[tokio::test]
async fn more_updaters_than_can_be_told_apart_are_taken_together() {
    let api = Api::new();
    api.create("a").await;
    for number in 0..15 {
        api.pass(1);
        let patch = json!({ "metadata": { "labels": { format!("l{number}"): "x" } } });
        api.patch(&address(&format!("m{number}")), MERGE, &patch).await;
    }
    let account = account(&api.get(&format!("{PATH}/a")).await.body);
    assert_eq!(account.len(), 10);
    assert!(account.iter().any(|(name, _)| name == "ancient-changes Update"));
}

#[tokio::test]
async fn the_account_survives_clients_that_do_not_know_it_and_can_be_forgotten() {
    let api = Api::new();
    let mut object = api.create("a").await;
    object["metadata"].as_object_mut().unwrap().remove("managedFields");
    let mut object = api.put(&format!("{PATH}/a"), &object).await.body;
    assert_eq!(account(&object).len(), 1);
    object["metadata"]["managedFields"] = json!([{}]);
    let object = api.put(&format!("{PATH}/a"), &object).await.body;
    assert_eq!(account(&object).len(), 0);
}
