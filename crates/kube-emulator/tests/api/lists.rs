//! Lists, selectors, pages and tables.

use serde_json::{Value, json};

use super::support::{Api, PATH, widget};

async fn filled() -> Api {
    let api = Api::new();
    api.post("/api/v1/namespaces", &json!({ "metadata": { "name": "other" } })).await;
    for (number, name) in ["a", "b", "c"].iter().enumerate() {
        let mut object = widget(name, &json!({ "owner": "me" }));
        object["metadata"]["labels"] = json!({ "number": number.to_string() });
        assert_eq!(api.post(PATH, &object).await.status, 201);
    }
    let elsewhere = PATH.replace("default", "other");
    assert_eq!(api.post(&elsewhere, &widget("d", &json!({ "owner": "me" }))).await.status, 201);
    api
}

#[tokio::test]
async fn a_list_is_of_one_namespace_or_of_all() {
    let api = filled().await;
    let answer = api.get(PATH).await;
    assert_eq!(answer.names(), ["a", "b", "c"]);
    assert_eq!(
        (&answer.body["kind"], &answer.body["apiVersion"]),
        (&json!("WidgetList"), &json!("example.com/v1"))
    );
    let revision = api.server.revision().to_string();
    assert_eq!(answer.body["metadata"], json!({ "resourceVersion": revision, "continue": "" }));
    assert_eq!(api.get("/apis/example.com/v1/widgets").await.names(), ["a", "b", "c", "d"]);
    let secrets = api.get("/api/v1/secrets").await;
    assert_eq!(secrets.body["metadata"], json!({ "resourceVersion": revision }));
}

#[tokio::test]
async fn lists_are_narrowed_by_labels_and_fields() {
    let api = filled().await;
    let names = async |selector: &str| api.get(&format!("{PATH}?{selector}")).await.names().join(" ");
    assert_eq!(names("labelSelector=number%3D1").await, "b");
    assert_eq!(names("labelSelector=number+in+(0,2)").await, "a c");
    assert_eq!(names("fieldSelector=metadata.name%3Da").await, "a");
    assert_eq!(names("fieldSelector=metadata.name!%3Da,metadata.namespace%3Ddefault").await, "b c");
    let answer = api.get(&format!("{PATH}?fieldSelector=spec.owner%3Dme")).await;
    answer.fails(400, "BadRequest", "field label not supported: spec.owner");
}

#[tokio::test]
async fn a_list_can_be_read_in_pages() {
    let api = filled().await;
    let first = api.get(&format!("{PATH}?limit=2")).await;
    assert_eq!((first.names(), &first.body["metadata"]["remainingItemCount"]), (vec!["a", "b"], &json!(1)));
    let next = first.body["metadata"]["continue"].as_str().unwrap();
    let second = api.get(&format!("{PATH}?limit=2&continue={next}")).await;
    assert_eq!(second.names(), ["c"]);
    assert_eq!(second.body["metadata"]["continue"], "");
    assert_eq!(api.get(&format!("{PATH}?continue=x")).await.status, 400);
}

#[tokio::test]
async fn revisions_of_lists_are_checked() {
    let api = filled().await;
    let answer = api.get(&format!("{PATH}?resourceVersion=abc")).await;
    answer.fails(
        400,
        "BadRequest",
        "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": invalid \
         syntax",
    );
    let answer = api.get(&format!("{PATH}?resourceVersion=99999")).await;
    assert_eq!((answer.status, answer.body["details"]["retryAfterSeconds"].as_u64()), (504, Some(1)));
    let answer = api.get(&format!("{PATH}?resourceVersion=1&resourceVersionMatch=Exact")).await;
    assert_eq!(answer.status, 410);
}

#[tokio::test]
async fn a_table_has_the_columns_of_the_definition() {
    let api = filled().await;
    api.pass(125);
    let answer = api.get_as(PATH, "application/json;as=Table;v=v1;g=meta.k8s.io,application/json").await;
    let columns: Vec<&str> = answer.body["columnDefinitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(columns, ["Name", "Owner", "Ready"]);
    let row = &answer.body["rows"][0];
    assert_eq!(row["cells"], json!(["a", "me", null]));
    assert_eq!(row["object"]["kind"], "PartialObjectMetadata");
    for (included, expected) in [("Object", "Widget"), ("None", ""), ("Metadata", "PartialObjectMetadata")] {
        let accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
        let answer = api.get_as(&format!("{PATH}?includeObject={included}"), accept).await;
        assert_eq!(answer.body["rows"][0]["object"]["kind"].as_str().unwrap_or_default(), expected);
    }
    let answer = api.get_as("/api/v1/namespaces", "application/json;as=Table;v=v1;g=meta.k8s.io").await;
    assert_eq!(answer.body["rows"][0]["cells"], json!(["default", "Active", "2m5s"]));
}

#[tokio::test]
async fn metadata_can_be_asked_for_alone() {
    let api = filled().await;
    let accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    let answer = api.get_as(PATH, accept).await;
    assert_eq!(answer.body["kind"], "PartialObjectMetadataList");
    assert_eq!(answer.body["items"][0].get("spec"), None::<&Value>);
    let accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    assert_eq!(api.get_as(&format!("{PATH}/a"), accept).await.body["metadata"]["name"], "a");
    assert_eq!(api.get_as(PATH, "text/html").await.status, 406);
}
