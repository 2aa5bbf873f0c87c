//! Errors: who refuses first, with which shape and text.

use http::Method;
use serde_json::{Value, json};

use super::{GROUP, SUBSCRIPTION, external, path, profile, put, send, send_version, with_profile};
use crate::service::{Origin, Request, Service};

fn error(service: &mut Service, method: Method, path: &str, body: &Value) -> (u16, String, String) {
    let (status, answer) = send(service, method, path, body);
    let text = |key: &str| answer["error"][key].as_str().unwrap_or_default().to_owned();
    (status, text("code"), text("message"))
}

#[test]
fn a_missing_profile_is_told_by_the_gateway_for_itself_and_its_endpoints() {
    let mut service = with_profile("other", &Value::Null);
    let endpoint = format!("{}/ExternalEndpoints/e", path("Gone"));
    let body = json!({"properties": {"target": "e.example.com"}});
    for (method, path) in [
        (Method::GET, path("Gone")),
        (Method::PATCH, path("Gone")),
        (Method::GET, endpoint.clone()),
        (Method::PUT, endpoint.clone()),
        (Method::PATCH, endpoint.clone()),
    ] {
        let (status, code, message) = error(&mut service, method, &path, &body);
        assert_eq!((status, code.as_str()), (404, "ResourceNotFound"));
        assert_eq!(
            message,
            "The Resource 'Microsoft.Network/trafficmanagerprofiles/Gone' under resource group 'rg' was not found. For \
             more details please go to https://aka.ms/ARMResourceNotFoundFix"
        );
    }
    let (status, code, message) = error(&mut service, Method::DELETE, &endpoint, &Value::Null);
    assert_eq!((status, code.as_str()), (404, "ParentResourceNotFound"));
    assert_eq!(
        message,
        format!(
            "Failed to perform 'delete' on resource(s) of type 'trafficmanagerprofiles/externalendpoints', because the \
             parent resource '{}' could not be found.",
            path("Gone")
        )
    );
    assert_eq!(send(&mut service, Method::DELETE, &path("Gone"), &Value::Null).0, 204);
}

#[test]
fn a_missing_endpoint_is_told_by_the_provider_without_a_wrapper() {
    let mut service = with_profile("P", &json!({"endpoints": [external("MyEndpoint", &Value::Null)]}));
    let endpoint = format!("{}/NestedEndpoints/MyEndpoint", path("P"));
    for method in [Method::GET, Method::PATCH] {
        let (status, answer) = send(&mut service, method, &endpoint, &json!({"properties": {}}));
        assert_eq!(status, 404);
        assert_eq!(
            answer,
            json!({"code": "NotFound", "message":
                "The endpoint 'myendpoint' of type 'nestedendpoints' does not exist in the profile 'P'."})
        );
    }
}

#[test]
fn a_relative_name_is_unique_across_subscriptions_without_letter_case() {
    let mut service = with_profile("shop", &Value::Null);
    let elsewhere = path("p").replace(SUBSCRIPTION, "00000000-0000-0000-0000-000000000002");
    let (status, answer) = put(&mut service, &elsewhere, &profile("SHOP", &Value::Null));
    assert_eq!(status, 409);
    assert_eq!(
        answer,
        json!({"code": "Conflict", "message":
            "Domain name shop.trafficmanager.net is not available. Please choose a different DNS prefix"})
    );
}

#[test]
fn versions_and_paths_are_checked_before_everything_else() {
    let mut service = Service::default();
    let mut ask = |path: &str, query: &str| {
        let request = Request {
            method: Method::GET,
            path: path.to_owned(),
            query: query.to_owned(),
            body: bytes::Bytes::new(),
        };
        let answer = service.answer(&request);
        assert_eq!(answer.origin, Origin::GatewayError);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        (answer.status.as_u16(), body["error"]["code"].as_str().unwrap().to_owned())
    };
    let not_a_uuid = path("p").replace(SUBSCRIPTION, "my-subscription");
    for (path, query, status, code) in [
        (path("p").as_str(), "", 400, "MissingApiVersionParameter"),
        (&path("p"), "api-version=", 400, "MissingApiVersionParameter"),
        (&path("p"), "api-version=2021-01-01", 404, "InvalidResourceType"),
        (&not_a_uuid, "api-version=2022-04-01", 400, "InvalidSubscriptionId"),
        (
            &path("p").replace("trafficManagerProfiles", "virtualNetworks"),
            "api-version=2022-04-01",
            404,
            "InvalidResourceType",
        ),
        (&format!("{}/otherEndpoints/e", path("p")), "api-version=2022-04-01", 404, "InvalidResourceType"),
        (&format!("{}/heatMaps/other", path("p")), "api-version=2022-04-01", 404, "InvalidResourceType"),
        ("/nowhere", "api-version=2022-04-01", 404, "InvalidRequestUri"),
        (&path("p"), "API-Version=2022-04-01", 404, "ResourceNotFound"),
    ] {
        assert_eq!(ask(path, query), (status, code.to_owned()), "{path}?{query}");
    }
}

#[test]
fn the_full_type_as_a_path_segment_is_a_bad_request() {
    let mut service = with_profile("p", &Value::Null);
    let path = format!("{}/Microsoft.Network%2FtrafficManagerProfiles%2FazureEndpoints/e", path("p"));
    let (status, code, _) = error(&mut service, Method::PUT, &path, &json!({"properties": {}}));
    assert_eq!((status, code.as_str()), (400, "BadRequest"));
}

#[test]
fn bodies_that_are_no_json_objects_are_refused_by_the_gateway() {
    let mut service = Service::default();
    for body in ["", "{", "[]", r#""text""#] {
        let request = Request {
            method: Method::PUT,
            path: path("p"),
            query: "api-version=2022-04-01".to_owned(),
            body: body.into(),
        };
        let answer = service.answer(&request);
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("InvalidRequestContent"), "{body:?}: {}", answer.body);
    }
}

#[test]
fn profiles_are_only_in_the_location_global() {
    let mut service = Service::default();
    let mut body = profile("p", &Value::Null);
    body["location"] = json!("eastus2");
    assert_eq!(error(&mut service, Method::PUT, &path("p"), &body).1, "LocationNotAvailableForResourceType");
    body["location"] = Value::Null;
    assert_eq!(error(&mut service, Method::PUT, &path("p"), &body).1, "LocationRequired");
}

#[test]
fn methods_that_a_resource_lacks_are_not_allowed() {
    let mut service = with_profile("p", &Value::Null);
    for path in [path("p"), format!("{}/externalEndpoints/e", path("p")), GROUP.to_owned()] {
        assert_eq!(send(&mut service, Method::POST, &path, &json!({})).0, 405, "{path}");
    }
}

#[test]
fn a_patch_with_endpoints_is_refused() {
    let mut service = with_profile("p", &Value::Null);
    let (status, code, message) =
        error(&mut service, Method::PATCH, &path("p"), &json!({"properties": {"endpoints": []}}));
    assert_eq!((status, code.as_str()), (400, "BadRequest"));
    assert_eq!(
        message,
        "The 'endpoints' property cannot be specified when updating a profile using PATCH. Please use PUT to update the \
         profile instead."
    );
}

#[test]
fn a_blank_target_next_to_a_resource_id_is_an_internal_error() {
    let mut service = with_profile("p", &Value::Null);
    let id = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip");
    let body = json!({"properties": {"targetResourceId": id, "target": ""}});
    let answer = send_version(
        &mut service,
        Method::PUT,
        &format!("{}/azureEndpoints/e", path("p")),
        "2018-04-01",
        &body,
    );
    assert_eq!(answer.status, 500);
}

#[test]
fn a_refused_request_changes_nothing() {
    let mut service = with_profile("p", &json!({"endpoints": [external("a", &Value::Null)]}));
    let before = send(&mut service, Method::GET, &path("p"), &Value::Null);
    let twice = json!([external("x", &Value::Null), external("X", &Value::Null)]);
    assert_eq!(put(&mut service, &path("p"), &profile("q", &json!({"endpoints": twice}))).0, 400);
    let bad = json!({"properties": {"weight": 0}});
    assert_eq!(send(&mut service, Method::PATCH, &format!("{}/externalEndpoints/a", path("p")), &bad).0, 400);
    assert_eq!(send(&mut service, Method::GET, &path("p"), &Value::Null), before);
    // The refused name is still free.
    assert_eq!(put(&mut service, &path("q"), &profile("q", &Value::Null)).0, 201);
}
