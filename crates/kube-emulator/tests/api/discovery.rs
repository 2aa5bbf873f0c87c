//! What a server says about itself.

use kube_emulator::Definition;
use serde_json::{Value, json};

use super::support::{Api, widgets};

#[tokio::test]
async fn groups_versions_and_resources_are_found() {
    let api = Api::new();
    assert_eq!(api.get("/api").await.body["versions"], json!(["v1"]));
    let group = api.get("/apis/example.com").await.body;
    assert_eq!(group["preferredVersion"], json!({ "groupVersion": "example.com/v1", "version": "v1" }));
    let resources = api.get("/apis/example.com/v1").await.body["resources"].clone();
    assert_eq!(resources[0]["name"], "widgets");
    assert_eq!(resources[0]["shortNames"], json!(["wd"]));
    assert_eq!(resources[1]["name"], "widgets/status");
    let core = api.get("/api/v1").await.body["resources"].clone();
    let names: Vec<&str> = core.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"namespaces") && names.contains(&"secrets"), "{names:?}");
    assert_eq!(api.get("/version").await.body["gitVersion"], "v1.36.3");
    assert_eq!(api.get("/readyz").await.body, "ok");
    assert_eq!(api.get("/apis/other.example").await.status, 404);
}

#[tokio::test]
async fn everything_is_found_at_once_by_who_asks_so() {
    let api = Api::new();
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    let groups = api.get_as("/apis", accept).await.body;
    assert_eq!(groups["kind"], "APIGroupDiscoveryList");
    let group = groups["items"].as_array().unwrap().iter().find(|it| it["metadata"]["name"] == "example.com");
    let resource = &group.unwrap()["versions"][0]["resources"][0];
    assert_eq!((&resource["resource"], &resource["scope"]), (&json!("widgets"), &json!("Namespaced")));
    assert_eq!(api.get_as("/api", accept).await.body["items"][0]["versions"][0]["version"], "v1");
}

#[tokio::test]
async fn schemas_are_described_where_clients_look_for_them() {
    let api = Api::new();
    let index = api.get("/openapi/v3").await.body;
    let address = index["paths"]["apis/example.com/v1"]["serverRelativeURL"].as_str().unwrap();
    let document = api.get(address).await.body;
    let schema = &document["components"]["schemas"]["com.example.v1.Widget"];
    assert_eq!(schema["properties"]["spec"]["properties"]["owner"]["maxLength"], 5);
    let path = "/apis/example.com/v1/namespaces/{namespace}/widgets/{name}";
    let parameters = document["paths"][path]["patch"]["parameters"].as_array().unwrap();
    assert!(parameters.iter().any(|parameter| parameter["name"] == "fieldValidation"));
    let text = api.get("/openapi/v2").await.body.to_string();
    assert!(text.contains("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"));
    assert!(!text.contains("#/components"));
}

#[tokio::test]
async fn definitions_are_objects_that_are_established() {
    let api = Api::new();
    let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    assert_eq!(api.get(path).await.names(), ["widgets.example.com"]);
    let definition = api.get(&format!("{path}/widgets.example.com")).await.body;
    assert_eq!(definition["spec"]["versions"], Definition::crd(&widgets())["spec"]["versions"]);
    let conditions = definition["status"]["conditions"].as_array().unwrap();
    assert!(conditions.iter().all(|condition| condition["status"] == "True"));
}

#[test]
fn the_document_of_a_definition_says_all_of_its_schema() {
    let document = widgets().crd();
    assert_eq!(document["metadata"]["name"], "widgets.example.com");
    let versions = document["spec"]["versions"].as_array().unwrap();
    let kept: Vec<&Value> = versions.iter().map(|version| &version["storage"]).collect();
    assert_eq!(kept, [false, true]);
    let spec = &versions[1]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"];
    let rule = json!([{ "message": "owner is immutable", "rule": "self == oldSelf" }]);
    assert_eq!(spec["owner"]["x-kubernetes-validations"], rule);
    let parts = &spec["shape"]["properties"]["parts"];
    assert_eq!(parts["x-kubernetes-list-map-keys"], json!(["name"]));
    assert_eq!(versions[1]["subresources"], json!({ "status": {} }));
}
