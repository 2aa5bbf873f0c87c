//! Creating, reading and replacing.

use serde_json::{Value, json};

use super::support::{Api, OLD_PATH, PATH, widget};

#[tokio::test]
async fn a_new_object_gets_what_the_server_gives_and_its_defaults() {
    let api = Api::new();
    let mut object = widget("a", &json!({ "owner": "me", "shape": {} }));
    object["status"] = json!({ "ready": true });
    object["metadata"]["uid"] = json!("chosen");
    object["metadata"]["generation"] = json!(7);
    let answer = api.post(PATH, &object).await;
    assert_eq!(answer.status, 201);
    let metadata = &answer.body["metadata"];
    assert_eq!(metadata["creationTimestamp"], "2027-01-15T08:00:00Z");
    assert_eq!((&metadata["generation"], &metadata["namespace"]), (&json!(1), &json!("default")));
    assert_ne!(metadata["uid"], "chosen");
    assert!(metadata["resourceVersion"].is_string());
    assert_eq!(answer.body["spec"], json!({ "owner": "me", "shape": { "colour": "red" } }));
    assert!(answer.body.get("status").is_none(), "a status is written at its own address");
    assert_eq!(api.get(&format!("{PATH}/a")).await.body, answer.body);
}

#[tokio::test]
async fn every_field_that_is_wrong_is_a_cause() {
    let api = Api::new();
    let spec = json!({ "owner": "too long", "shape": {
        "colour": "green", "size": 10, "parts": [{ "name": "", "value": "x" }, { "name": "b" }],
    } });
    let answer = api.post(PATH, &widget("A_", &spec)).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.body["details"]["kind"], "Widget");
    let causes = answer.causes();
    assert_eq!(
        causes[1..],
        [
            "spec.owner: Too long: may not be more than 5 bytes",
            "spec.shape.colour: Unsupported value: \"green\": supported values: \"red\", \"blue\"",
            "spec.shape.parts[0].name: Invalid value: \"\": spec.shape.parts[0].name in body should be at least 1 chars \
             long",
            "spec.shape.parts[1].value: Required value",
            "spec.shape.size: Invalid value: 10: spec.shape.size in body should be less than or equal to 9",
            "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct \
             the existing errors to complete validation",
        ]
    );
    assert!(causes[0].starts_with("metadata.name: Invalid value: \"A_\": a lowercase RFC 1123 subdomain"));
}

#[tokio::test]
async fn a_rule_is_said_by_its_message_and_a_transition_rule_is_not_asked_of_a_new_object() {
    let api = Api::new();
    let spec = json!({ "owner": "me", "shape": { "colour": "blue", "size": 6 } });
    let answer = api.post(PATH, &widget("a", &spec)).await;
    answer.fails(
        422,
        "Invalid",
        "Widget.example.com \"a\" is invalid: spec.shape: Invalid value: blue ones are small",
    );
    let mut changed = api.create("a").await;
    changed["spec"]["owner"] = json!("you");
    let answer = api.put(&format!("{PATH}/a"), &changed).await;
    answer.fails(
        422,
        "Invalid",
        "Widget.example.com \"a\" is invalid: spec.owner: Invalid value: \"you\": owner is immutable",
    );
}

#[tokio::test]
async fn what_another_version_let_pass_is_kept_with_a_warning_until_it_changes() {
    let api = Api::new();
    let mut object = widget("a", &json!({ "owner": "me", "shape": { "colour": "blue", "size": 6 } }));
    object["apiVersion"] = json!("example.com/v1alpha1");
    assert_eq!(api.post(OLD_PATH, &object).await.status, 201);
    let mut same = api.get(&format!("{PATH}/a")).await.body;
    assert_eq!(same["apiVersion"], "example.com/v1");
    same["metadata"]["labels"] = json!({ "a": "b" });
    let answer = api.put(&format!("{PATH}/a"), &same).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.warnings, ["299 - \"spec.shape: Invalid value: blue ones are small\""]);
    let mut other = answer.body;
    other["spec"]["shape"]["size"] = json!(7);
    assert_eq!(api.put(&format!("{PATH}/a"), &other).await.status, 422);
}

#[tokio::test]
async fn unknown_fields_are_dropped_with_a_warning_or_refused() {
    let api = Api::new();
    let object = widget("a", &json!({ "owner": "me", "strange": 1 }));
    let answer = api.post(&format!("{PATH}?fieldValidation=Strict"), &object).await;
    answer.fails(
        400,
        "BadRequest",
        "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.strange\"",
    );
    let twice = r#"{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"owner":"x","owner":"y"}}"#;
    let answer = api.send_text("POST", &format!("{PATH}?dryRun=All"), "application/json", twice).await;
    assert_eq!(answer.warnings, ["299 - \"duplicate field \\\"spec.owner\\\"\""]);
    assert_eq!(answer.body["spec"]["owner"], "y");
    let answer = api.post(PATH, &object).await;
    assert_eq!(answer.warnings, ["299 - \"unknown field \\\"spec.strange\\\"\""]);
    assert_eq!(answer.body["spec"], json!({ "owner": "me" }));
    let answer = api
        .post(
            &format!("{PATH}?fieldValidation=Ignore&dryRun=All"),
            &widget("b", &json!({ "owner": "me", "x": 1 })),
        )
        .await;
    assert_eq!((answer.status, answer.warnings.len()), (201, 0));
    assert_eq!(api.get(&format!("{PATH}/b")).await.status, 404, "a dry run keeps nothing");
}

#[tokio::test]
async fn an_object_has_to_fit_its_address() {
    let api = Api::new();
    let mut object = widget("a", &json!({ "owner": "me" }));
    object["metadata"]["namespace"] = json!("other");
    let message = "the namespace of the provided object does not match the namespace sent on the request";
    api.post(PATH, &object).await.fails(400, "BadRequest", message);
    let mut object = widget("a", &json!({ "owner": "me" }));
    object["apiVersion"] = json!("example.com/v2");
    let message = "the API version in the data (example.com/v2) does not match the expected API version (example.com/v1)";
    api.post(PATH, &object).await.fails(400, "BadRequest", message);
    let nowhere = PATH.replace("default", "nowhere");
    let answer = api.post(&nowhere, &widget("a", &json!({ "owner": "me" }))).await;
    answer.fails(404, "NotFound", "namespaces \"nowhere\" not found");
    api.create("a").await;
    let answer = api.post(PATH, &widget("a", &json!({ "owner": "me" }))).await;
    answer.fails(409, "AlreadyExists", "widgets.example.com \"a\" already exists");
    let answer = api.put(&format!("{PATH}/a"), &widget("b", &json!({ "owner": "me" }))).await;
    answer.fails(400, "BadRequest", "the name of the object (b) does not match the name on the URL (a)");
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused_with_what_is_wrong() {
    let api = Api::new();
    for (body, what) in [
        ("", "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)"),
        ("{", "couldn't get version/kind; json parse error: unexpected end of JSON input ({)"),
        ("{}", "Object 'Kind' is missing in '{}' ({})"),
    ] {
        let answer = api.send_text("POST", PATH, "application/json", body).await;
        let message = format!("the object provided is unrecognized (must be of type Widget): {what}");
        answer.fails(400, "BadRequest", &message);
    }
    assert_eq!(api.send_text("POST", PATH, "text/plain", "{}").await.status, 415);
    let large = format!("\"{}\"", "x".repeat(4 << 20));
    assert_eq!(api.send_text("POST", PATH, "application/json", large).await.status, 413);
    let deep = "[".repeat(100_000);
    assert_eq!(api.send_text("POST", PATH, "application/json", deep).await.status, 400);
}

#[tokio::test]
async fn a_name_can_be_made_up_by_the_server() {
    let api = Api::new();
    let mut object = widget("", &json!({ "owner": "me" }));
    object["metadata"] = json!({ "generateName": "w-" });
    let answer = api.post(PATH, &object).await;
    let name = answer.body["metadata"]["name"].as_str().unwrap();
    assert!(name.starts_with("w-") && name.len() == 7, "{name}");
    object["metadata"] = json!({});
    let causes = api.post(PATH, &object).await.causes();
    assert_eq!(causes[0], "metadata.name: Required value: name or generateName is required");
}

#[tokio::test]
async fn the_generation_counts_changes_of_the_spec_only() {
    let api = Api::new();
    let address = format!("{PATH}/a");
    let mut object = api.create("a").await;
    object["metadata"]["annotations"] = json!({ "a": "b" });
    object["status"] = json!({ "ready": true });
    let mut object = api.put(&address, &object).await.body;
    assert_eq!(object["metadata"]["generation"], 1);
    assert!(object.get("status").is_none());
    object["status"] = json!({ "ready": true });
    object["spec"]["owner"] = json!("you");
    let mut object = api.put(&format!("{address}/status"), &object).await.body;
    assert_eq!((&object["metadata"]["generation"], &object["spec"]["owner"]), (&json!(1), &json!("me")));
    assert_eq!(object["status"], json!({ "ready": true }));
    object["spec"]["shape"] = json!({});
    let object = api.put(&address, &object).await.body;
    assert_eq!((&object["metadata"]["generation"], &object["status"]["ready"]), (&json!(2), &json!(true)));
}

#[tokio::test]
async fn a_write_has_to_be_based_on_the_present_version() {
    let api = Api::new();
    let address = format!("{PATH}/a");
    let old = api.create("a").await;
    let mut new = old.clone();
    new["metadata"]["labels"] = json!({ "a": "b" });
    let new = api.put(&address, &new).await.body;
    assert_ne!(new["metadata"]["resourceVersion"], old["metadata"]["resourceVersion"]);
    api.put(&address, &old).await.fails(
        409,
        "Conflict",
        "Operation cannot be fulfilled on widgets.example.com \"a\": the object has been modified; please apply your \
         changes to the latest version and try again",
    );
    let mut unconditional = new.clone();
    unconditional["metadata"]["resourceVersion"] = json!("");
    api.put(&address, &unconditional).await.fails(
        422,
        "Invalid",
        "widgets.example.com \"a\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an \
         update",
    );
    let same = api.put(&address, &new).await.body;
    assert_eq!(same, new, "a write that changes nothing is none");
}

#[tokio::test]
async fn secrets_keep_texts_as_data_and_cannot_change_their_type() {
    let api = Api::new();
    let path = "/api/v1/namespaces/default/secrets";
    let secret = json!({ "metadata": { "name": "s" }, "stringData": { "a": "b" } });
    let answer = api.post(path, &secret).await;
    assert_eq!((&answer.body["data"], &answer.body["type"]), (&json!({ "a": "Yg==" }), &json!("Opaque")));
    let answer =
        api.put(&format!("{path}/s"), &json!({ "metadata": { "name": "s" }, "type": "other" })).await;
    answer.fails(
        422,
        "Invalid",
        "Secret \"s\" is invalid: type: Invalid value: \"other\": field is immutable",
    );
    let answer = api.post(path, &json!({ "metadata": { "name": "t" }, "data": { "a": "!" } })).await;
    answer.fails(
        400,
        "BadRequest",
        "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 0",
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let api = Api::new();
    let answer = api.get(&format!("{PATH}/a")).await;
    answer.fails(404, "NotFound", "widgets.example.com \"a\" not found");
    assert_eq!(answer.body["details"], json!({ "name": "a", "group": "example.com", "kind": "widgets" }));
    let answer = api.get("/apis/example.com/v9/widgets").await;
    assert_eq!((answer.status, answer.body), (404, json!("404 page not found\n")));
    let answer = api.get("/api/v1/namespaces/default/things").await;
    answer.fails(404, "NotFound", "the server could not find the requested resource");
    assert_eq!(api.post(&format!("{PATH}/a/status"), &Value::Null).await.status, 400);
    assert_eq!(api.send("TRACE", PATH, "", &Value::Null).await.status, 405);
}
