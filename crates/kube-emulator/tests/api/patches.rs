//! Merge patches, JSON patches and strategic merge patches.

use serde_json::{Value, json};

use super::support::{Api, JSON, MERGE, PATH, STRATEGIC};

#[tokio::test]
async fn a_merge_patch_changes_what_it_names() {
    let api = Api::new();
    api.create("a").await;
    let address = format!("{PATH}/a");
    let answer = api.patch(&address, MERGE, &json!({ "spec": { "shape": { "size": 3 } } })).await;
    assert_eq!(answer.body["spec"], json!({ "owner": "me", "shape": { "colour": "red", "size": 3 } }));
    let answer =
        api.patch(&address, MERGE, &json!({ "spec": { "shape": null }, "status": { "ready": true } })).await;
    assert_eq!(answer.body["spec"], json!({ "owner": "me" }));
    assert!(answer.body.get("status").is_none());
    let answer =
        api.patch(&format!("{address}/status"), MERGE, &json!({ "status": { "ready": true } })).await;
    assert_eq!(answer.body["status"], json!({ "ready": true }));
}

#[tokio::test]
async fn a_patch_is_refused_for_what_it_would_make() {
    let api = Api::new();
    api.create("a").await;
    let address = format!("{PATH}/a");
    let answer = api.patch(&address, MERGE, &json!({ "kind": "Gadget" })).await;
    let message = "Gadget.example.com \"a\" is invalid: kind: Invalid value: \"Gadget\": must be Widget";
    answer.fails(422, "Invalid", message);
    let answer = api.patch(&address, MERGE, &json!({ "metadata": { "resourceVersion": "1" } })).await;
    assert_eq!(answer.body["reason"], "Conflict");
    let answer = api.patch(&address, MERGE, &json!([])).await;
    answer.fails(
        400,
        "BadRequest",
        "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
    );
    let answer = api.patch(&format!("{PATH}/b"), MERGE, &json!({})).await;
    answer.fails(404, "NotFound", "widgets.example.com \"b\" not found");
}

#[tokio::test]
async fn a_json_patch_is_applied_as_a_whole_or_not_at_all() {
    let api = Api::new();
    let before = api.create("a").await;
    let address = format!("{PATH}/a");
    let patch = json!([
        { "op": "add", "path": "/metadata/labels", "value": { "a": "b" } },
        { "op": "test", "path": "/spec/owner", "value": "you" },
    ]);
    let answer = api.patch(&address, JSON, &patch).await;
    answer.fails(422, "Invalid", "the server rejected our request due to an error in our request");
    assert_eq!(api.get(&address).await.body, before);
    let patch = json!([{ "op": "add", "path": "/spec/shape", "value": { "size": 2 }, "note": "x" }]);
    let answer = api.patch(&address, JSON, &patch).await;
    assert_eq!(answer.body["spec"]["shape"], json!({ "colour": "red", "size": 2 }));
    assert_eq!(answer.warnings, ["299 - \"json patch unknown field \\\"[0].note\\\"\""]);
}

#[tokio::test]
async fn a_strategic_patch_is_for_built_in_kinds_only() {
    let api = Api::new();
    api.create("a").await;
    let answer = api.patch(&format!("{PATH}/a"), STRATEGIC, &json!({})).await;
    answer.fails(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, \
         application/merge-patch+json, application/apply-patch+yaml",
    );
    let maps = "/api/v1/namespaces/default/configmaps";
    api.post(maps, &json!({ "metadata": { "name": "c", "finalizers": ["a/b"] }, "data": { "x": "1" } }))
        .await;
    let patch = json!({ "metadata": { "finalizers": ["c/d"] }, "data": { "x": null, "y": "2" } });
    let answer = api.patch(&format!("{maps}/c"), STRATEGIC, &patch).await;
    assert_eq!(answer.body["data"], json!({ "y": "2" }));
    assert_eq!(answer.body["metadata"]["finalizers"], json!(["c/d", "a/b"]), "new ones come first");
}

#[tokio::test]
async fn options_of_a_patch_are_checked() {
    let api = Api::new();
    api.create("a").await;
    let answer = api.patch(&format!("{PATH}/a?force=true"), MERGE, &json!({})).await;
    answer.fails(
        422,
        "Invalid",
        "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch",
    );
    let address = format!("{PATH}/a?dryRun=All");
    let answer = api.patch(&address, MERGE, &json!({ "spec": { "shape": { "size": 2 } } })).await;
    assert_eq!(answer.body["metadata"]["generation"], 2);
    assert_eq!(api.get(&format!("{PATH}/a")).await.body["spec"].get("shape"), None::<&Value>);
}
