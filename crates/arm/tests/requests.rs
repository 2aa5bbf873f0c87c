//! Requests as they go out: method, path, query and body.

use std::fmt::Write as _;

use arm::model::{Endpoint, Profile};
use arm::{Request, TYPED_RECORDS_API_VERSION, endpoints, geographic_hierarchy, profiles};
use serde_json::json;
use traffic_manager::id::{EndpointKind, ProfileId};

fn id() -> ProfileId {
    ProfileId::new("00000000-0000-0000-0000-000000000001", "rg (global)", "shop")
}

fn line<T>(table: &mut String, name: &str, request: &Request<T>) {
    let query: Vec<String> = request.query().iter().map(|(key, value)| format!("{key}={value}")).collect();
    writeln!(table, "{name}: {} {}?{}", request.method(), request.path(), query.join("&"))
        .expect("a String takes all");
    if let Some(body) = request.body() {
        writeln!(table, "{}", serde_json::to_string_pretty(body).expect("a value is JSON"))
            .expect("a String takes all");
    }
}

fn profile() -> Profile {
    serde_json::from_value(json!({
        "location": "global",
        "tags": { "team": "web" },
        "properties": {
            "profileStatus": "Enabled",
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": "contoso-shop", "ttl": 30 },
            "monitorConfig": {
                "protocol": "HTTPS", "port": 443, "path": "/health",
                "intervalInSeconds": 30, "toleratedNumberOfFailures": 3, "timeoutInSeconds": 10,
                "customHeaders": [{ "name": "Host", "value": "shop.example.com" }],
                "expectedStatusCodeRanges": [{ "min": 200, "max": 299 }]
            },
            "endpoints": [{
                "name": "east",
                "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                "properties": {
                    "endpointStatus": "Enabled", "target": "shop-east.example.com", "weight": 70, "priority": 1,
                    "endpointLocation": "eastus", "subnets": [{ "first": "10.0.0.0", "scope": 8 }],
                    "geoMapping": ["WORLD"], "alwaysServe": "Disabled", "fromTomorrow": { "kept": true }
                }
            }],
            "trafficViewEnrollmentStatus": "Disabled",
            "maxReturn": null,
            "fromTomorrow": [1]
        }
    }))
    .expect("the model takes it")
}

#[test]
fn requests_about_profiles_are_those_of_the_api() {
    let mut table = String::new();
    let table = &mut table;
    line(table, "get", &profiles::get(&id()));
    line(table, "put", &profiles::put(&id(), &profile()));
    let patch: Profile = serde_json::from_value(json!({ "properties": { "maxReturn": 2 } })).unwrap();
    line(table, "patch", &profiles::patch(&id(), &patch).api_version(TYPED_RECORDS_API_VERSION));
    line(table, "delete", &profiles::delete(&id()));
    line(table, "list in subscription", &profiles::list_in_subscription("s#1"));
    line(table, "list in resource group", &profiles::list_in_resource_group("s#1", "rg (global)"));
    line(table, "check name", &profiles::check_name("contoso-shop"));
    insta::assert_snapshot!(table);
}

#[test]
fn requests_about_endpoints_are_those_of_the_api() {
    let mut table = String::new();
    let table = &mut table;
    let east = id().endpoint(EndpointKind::External, "east #1/ä");
    let body = profile().properties.unwrap().endpoints.unwrap().remove(0);
    line(table, "get", &endpoints::get(&east));
    line(table, "put", &endpoints::put(&east, &body));
    let patch: Endpoint = serde_json::from_value(json!({ "properties": { "weight": 5 } })).unwrap();
    line(table, "patch", &endpoints::patch(&id().endpoint(EndpointKind::Azure, "ip"), &patch));
    line(table, "delete", &endpoints::delete(&id().endpoint(EndpointKind::Nested, "child")));
    insta::assert_snapshot!(table);
}

#[test]
fn the_request_about_places_is_that_of_the_api() {
    let mut table = String::new();
    line(&mut table, "places", &geographic_hierarchy::get());
    insta::assert_snapshot!(table, @"places: GET /providers/Microsoft.Network/trafficManagerGeographicHierarchies/default?api-version=2022-04-01");
}
