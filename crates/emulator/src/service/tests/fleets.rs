//! Fleets, their members and the way to their hubs.

use base64::Engine;
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{GROUP, SUBSCRIPTION, get, send_version};
use crate::service::{Access, Answer, Arrival, Request, Service, Settings};

const NULL: Value = Value::Null;
const VERSION: &str = "2025-03-01";

fn fleet(name: &str) -> String {
    format!("{GROUP}/providers/Microsoft.ContainerService/fleets/{name}")
}

fn with_hub() -> Value {
    json!({"location": "West Europe", "identity": {"type": "SystemAssigned"},
        "properties": {"hubProfile": {"dnsPrefix": "demo"}}})
}

fn send(service: &mut Service, method: Method, path: &str, body: &Value) -> (u16, Value) {
    let answer = send_version(service, method, path, VERSION, body);
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
}

fn put(service: &mut Service, path: &str, body: &Value) -> (u16, Value) {
    send(service, Method::PUT, path, body)
}

fn read(service: &mut Service, path: &str) -> Value {
    let (status, body) = send(service, Method::GET, path, &NULL);
    assert_eq!(status, 200, "{body}");
    body
}

/// A service with the fleet `demo`, which has a hub.
fn demo() -> Service {
    let mut service = Service::new(Settings::default());
    let (status, body) = put(&mut service, &fleet("demo"), &with_hub());
    assert_eq!(status, 201, "{body}");
    service
}

#[test]
fn a_fleet_with_a_hub_is_made_as_a_long_operation_and_read() {
    let mut service = Service::new(Settings::default());
    let made = send_version(&mut service, Method::PUT, &fleet("demo"), VERSION, &with_hub());
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(made.body.contains(r#""provisioningState":"Creating""#), "{}", made.body);
    let operation = made.header("azure-asyncoperation").unwrap().to_owned();
    let done = read(&mut service, operation.split('?').next().unwrap());
    assert_eq!(done["status"], "Succeeded");
    let read = read(&mut service, &fleet("Demo"));
    assert_eq!(read["id"], fleet("demo"));
    assert_eq!(read["type"], "Microsoft.ContainerService/fleets");
    assert_eq!(read["location"], "westeurope");
    assert_eq!(Some(read["eTag"].as_str().unwrap()), made.header("etag"));
    assert_eq!(read["identity"]["type"], "SystemAssigned");
    assert!(read["identity"]["principalId"].is_string() && read["systemData"]["createdAt"].is_string());
    let properties = &read["properties"];
    assert_eq!(properties["provisioningState"], "Succeeded");
    let hub = &properties["hubProfile"];
    assert_eq!(hub["apiServerAccessProfile"]["enablePrivateCluster"], false);
    let fqdn = hub["fqdn"].as_str().unwrap();
    assert!(fqdn.starts_with("demo-") && fqdn.ends_with(".hcp.westeurope.azmk8s.io"), "{fqdn}");
    assert!(hub["kubernetesVersion"].is_string() && properties["status"]["lastOperationId"].is_string());
}

#[test]
fn what_a_version_does_not_know_is_not_in_its_answers() {
    let mut service = demo();
    let mut in_version = |version: &str| -> (u16, Value) {
        let answer = send_version(&mut service, Method::GET, &fleet("demo"), version, &NULL);
        (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap())
    };
    assert_eq!(in_version("2023-10-15").1["properties"], json!({"provisioningState": "Succeeded"}));
    let of_2024 = in_version("2024-04-01").1;
    let api = &of_2024["properties"]["hubProfile"]["apiServerAccessProfile"];
    assert_eq!((api, &of_2024["properties"]["status"]), (&json!({"enablePrivateCluster": false}), &NULL));
    let (status, refused) = in_version("2022-04-01");
    assert_eq!((status, &refused["error"]["code"]), (404, &json!("InvalidResourceType")));
    assert!(refused["error"]["message"].as_str().unwrap().contains("Microsoft.ContainerService"));
}

#[test]
fn a_patch_changes_tags_and_identity_and_a_put_keeps_the_hub() {
    let mut service = demo();
    let before = read(&mut service, &fleet("demo"));
    let (status, patched) = send(&mut service, Method::PATCH, &fleet("demo"), &json!({"tags": {"a": "b"}}));
    assert_eq!((status, &patched["tags"]), (200, &json!({"a": "b"})));
    assert_eq!(patched["identity"], before["identity"]);
    assert_ne!(patched["eTag"], before["eTag"]);
    let (status, again) = put(&mut service, &fleet("demo"), &with_hub());
    assert_eq!((status, &again["properties"]["provisioningState"]), (200, &json!("Updating")));
    assert_eq!(again["properties"]["hubProfile"], before["properties"]["hubProfile"]);
    assert_eq!(again["identity"], before["identity"], "the principal stays");
    for (changed, words) in [
        (json!({"hubProfile": {"dnsPrefix": "other"}}), "cannot be changed"),
        (json!({}), "cannot be removed"),
    ] {
        let body = json!({"location": "westeurope", "properties": changed});
        let (status, refused) = put(&mut service, &fleet("demo"), &body);
        assert_eq!(status, 400, "{refused}");
        assert!(refused["error"]["message"].as_str().unwrap().contains(words), "{refused}");
    }
    let (status, refused) = put(&mut service, &fleet("demo"), &json!({"location": "eastus"}));
    assert_eq!((status, &refused["error"]["code"]), (409, &json!("InvalidResourceLocation")));
}

#[test]
fn a_fleet_without_a_hub_has_no_credentials_and_can_get_a_hub() {
    let mut service = Service::new(Settings::default());
    put(&mut service, &fleet("plain"), &json!({"location": "westeurope"}));
    assert_eq!(read(&mut service, &fleet("plain"))["properties"]["hubProfile"], NULL);
    let credentials = format!("{}/listCredentials", fleet("plain"));
    let (status, refused) = send(&mut service, Method::POST, &credentials, &NULL);
    assert_eq!(status, 400);
    assert!(refused["error"]["message"].as_str().unwrap().contains("no hub"), "{refused}");
    assert_eq!(put(&mut service, &fleet("plain"), &with_hub()).0, 200);
    assert_eq!(send(&mut service, Method::POST, &credentials, &NULL).0, 200);
}

#[test]
fn conditions_of_a_request_are_held_to_the_present_version() {
    let mut service = demo();
    let etag = read(&mut service, &fleet("demo"))["eTag"].as_str().unwrap().to_owned();
    let mut with = |method: Method, if_match: Option<&str>, if_none_match: Option<&str>| {
        let request = Request {
            method,
            path: fleet("demo"),
            query: format!("api-version={VERSION}"),
            body: Bytes::from(with_hub().to_string()),
        };
        let arrival = Arrival { if_match, if_none_match, ..Arrival::unchecked() };
        service.answer_for(&request, &arrival).status.as_u16()
    };
    assert_eq!(with(Method::PUT, Some("\"old\""), None), 412);
    assert_eq!(with(Method::PUT, None, Some("*")), 412);
    assert_eq!(with(Method::PUT, Some(&etag), None), 200);
    assert_eq!(with(Method::DELETE, Some(&etag), None), 412, "the PUT made another version");
    assert_eq!(with(Method::DELETE, Some("*"), None), 202);
}

#[test]
fn fleets_and_members_are_listed_and_deleted() {
    let mut service = demo();
    let cluster = format!("{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-1");
    let member = format!("{}/members/aks-1", fleet("demo"));
    let body = json!({"properties": {"clusterResourceId": cluster, "group": "prod"}});
    let (status, joined) = put(&mut service, &member, &body);
    assert_eq!((status, &joined["properties"]["provisioningState"]), (201, &json!("Joining")));
    let read_member = read(&mut service, &member);
    assert_eq!(read_member["properties"]["clusterResourceId"], cluster);
    assert_eq!((&read_member["id"], &read_member["properties"]["group"]), (&json!(member), &json!("prod")));
    let members = format!("{}/members", fleet("demo"));
    assert_eq!(read(&mut service, &members)["value"], json!([read_member]));
    let of_subscription =
        format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerService/fleets");
    let of_group = format!("{GROUP}/providers/Microsoft.ContainerService/fleets");
    for list in [of_subscription, of_group] {
        assert_eq!(read(&mut service, &list)["value"][0]["name"], "demo");
    }
    let (status, refused) =
        put(&mut service, &member, &json!({"properties": {"clusterResourceId": "/other"}}));
    assert_eq!(status, 400, "{refused}");
    assert_eq!(send(&mut service, Method::DELETE, &member, &NULL).0, 202);
    assert_eq!(send(&mut service, Method::DELETE, &member, &NULL).0, 204);
    assert_eq!(send(&mut service, Method::GET, &member, &NULL).1["error"]["code"], "ResourceNotFound");
    assert_eq!(send(&mut service, Method::DELETE, &fleet("demo"), &NULL).0, 202);
    assert_eq!(send(&mut service, Method::DELETE, &fleet("demo"), &NULL).0, 204);
    assert_eq!(put(&mut service, &member, &body).0, 404);
}

#[test]
fn names_and_identities_that_cannot_be_are_refused() {
    let mut service = demo();
    for (name, body) in [
        ("Demo2", with_hub()),
        ("-x", with_hub()),
        ("x", json!({"location": "westeurope", "identity": {"type": "UserAssigned"}})),
        ("x", json!({"location": "westeurope", "identity": {"type": "Owner"}})),
        ("x", json!({"location": "westeurope", "properties": {"hubProfile": {"dnsPrefix": "-"}}})),
        ("x", json!({"location": "westeurope", "properties": {"hubProfile": 7}})),
    ] {
        assert_eq!(put(&mut service, &fleet(name), &body).0, 400, "{name} {body}");
    }
}

fn credentials(service: &mut Service, base: &str) -> String {
    let request = Request {
        method: Method::POST,
        path: format!("{}/listCredentials", fleet("demo")),
        query: format!("api-version={VERSION}"),
        body: Bytes::new(),
    };
    let access = Access::Unchecked;
    let arrival = Arrival { access: &access, base, ca_pem: "PEM", ..Arrival::unchecked() };
    let answer: Answer = service.answer_for(&request, &arrival);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["kubeconfigs"][0]["name"], "clusterUser");
    let text = body["kubeconfigs"][0]["value"].as_str().unwrap();
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text).unwrap()).unwrap()
}

#[test]
fn the_kubeconfig_leads_to_the_hub_of_the_emulator() {
    let mut service = demo();
    let secure = credentials(&mut service, "https://127.0.0.1:4653");
    let server = format!("server: \"https://127.0.0.1:4653/hubs/{SUBSCRIPTION}/rg/demo\"");
    assert!(secure.contains(&server), "{secure}");
    assert!(secure.contains("certificate-authority-data: UEVN\n"), "{secure}");
    assert!(secure.contains("- --server-id\n      - 6dae42f8-4368-4678-94ff-3960e28e3630\n"), "{secure}");
    let open = credentials(&mut service, "http://127.0.0.1:4653");
    assert!(open.contains("server: \"http://127.0.0.1:4653/hubs/"), "{open}");
    assert!(!open.contains("exec") && !open.contains("certificate"), "{open}");
}

#[test]
fn fleets_are_among_the_resources_and_have_tags_and_survive() {
    let mut service = demo();
    let resources = get(&mut service, &format!("{GROUP}/resources"));
    assert_eq!(resources["value"][0]["id"], fleet("demo"));
    let tags = format!("{}/providers/Microsoft.Resources/tags/default", fleet("demo"));
    put(&mut service, &tags, &json!({"properties": {"tags": {"a": "b"}}}));
    let before = read(&mut service, &fleet("demo"));
    assert_eq!(before["tags"], json!({"a": "b"}));
    let state = serde_json::to_value(service.remembered()).unwrap();
    let mut service = Service::with_state(Settings::default(), state).unwrap();
    assert_eq!(read(&mut service, &fleet("demo")), before);
    send(&mut service, Method::DELETE, GROUP, &NULL);
    assert_eq!(send(&mut service, Method::GET, &fleet("demo"), &NULL).0, 404);
}
