//! Resource groups: when they are missing, and what goes with them.

use http::Method;
use serde_json::{Value, json};

use super::{GROUP, create, get, path, profile, put, send, with_profile};
use crate::service::{Service, Settings};

#[test]
fn a_group_exists_for_its_content_until_it_is_deleted() {
    let mut service = Service::default();
    // Nobody created the group, so it cannot be read; a profile can be looked for in it.
    assert_eq!(send(&mut service, Method::GET, GROUP, &Value::Null).0, 404);
    let (status, answer) = send(&mut service, Method::GET, &path("p"), &Value::Null);
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("ResourceNotFound")));
    create(&mut service, "p", &Value::Null);
    assert_eq!(get(&mut service, GROUP)["name"], "rg");

    assert_eq!(send(&mut service, Method::DELETE, GROUP, &Value::Null).0, 202);
    for (method, path, code) in [
        (Method::GET, path("p"), "ResourceGroupNotFound"),
        (Method::PUT, path("p"), "ResourceGroupNotFound"),
        (Method::DELETE, path("p"), "ResourceGroupNotFound"),
        (Method::DELETE, format!("{}/externalEndpoints/e", path("p")), "ParentResourceNotFound"),
        (Method::GET, GROUP.to_owned(), "ResourceGroupNotFound"),
        (Method::DELETE, GROUP.to_owned(), "ResourceGroupNotFound"),
    ] {
        let (status, answer) = send(&mut service, method, &path, &profile("p", &Value::Null));
        assert_eq!((status, answer["error"]["code"].as_str()), (404, Some(code)), "{path}");
    }
    assert_eq!(put(&mut service, GROUP, &json!({"location": "West US"})).0, 201);
    create(&mut service, "p", &Value::Null);
}

#[test]
fn strict_groups_have_to_be_created() {
    let mut service = Service::new(Settings { strict_groups: true, ..Settings::default() });
    let (status, answer) = put(&mut service, &path("p"), &profile("p", &Value::Null));
    assert_eq!((status, &answer["error"]["code"]), (404, &json!("ResourceGroupNotFound")));
    put(&mut service, GROUP, &json!({"location": "westus"}));
    create(&mut service, "p", &Value::Null);
}

#[test]
fn a_group_is_answered_as_recorded() {
    let mut service = Service::default();
    let body = json!({"location": "West US", "tags": {"a": "b"}});
    let expected = json!({"id": GROUP, "name": "rg", "type": "Microsoft.Resources/resourceGroups",
        "location": "westus", "tags": {"a": "b"}, "properties": {"provisioningState": "Succeeded"}});
    assert_eq!(put(&mut service, GROUP, &body), (201, expected.clone()));
    assert_eq!(put(&mut service, &GROUP.to_uppercase(), &body).0, 200);
    let subscription = GROUP.rsplit_once('/').unwrap().0;
    assert_eq!(get(&mut service, subscription), json!({"value": [expected]}));
}

#[test]
fn the_names_of_a_deleted_group_are_free_again() {
    let mut service = with_profile("shop", &Value::Null);
    send(&mut service, Method::DELETE, GROUP, &Value::Null);
    let elsewhere = path("shop").replace("/rg/", "/other/");
    assert_eq!(put(&mut service, &elsewhere, &profile("shop", &Value::Null)).0, 201);
}
