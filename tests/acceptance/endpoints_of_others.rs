//! Endpoints that are not in the configuration: never touched where it has none, gone where it has its own.

use serde_json::{Value, json};

use crate::hcl::{ADDRESS, HTTPS, Profile, SHOP, header};
use crate::json::assert_has;
use crate::workspace::Workspace;

one_cli!(
    endpoints_of_others_survive_changes_of_the_profile,
    an_endpoint_beside_inline_ones_is_drift_and_goes_in_one_put,
    endpoints_taken_out_of_the_configuration_stay,
    a_data_source_reads_all_endpoints_whoever_manages_them,
);

const EAST: &str = "    east = { target = \"east.example.com\", weight = 70 }\n";
const EAST_AND_WEST: &str =
    "    east = { target = \"east.example.com\", weight = 70 }\n    west = { target = \"west.example.com\" }";

/// An endpoint with something in every field, so that one that gets lost is missed.
fn foreign() -> Value {
    json!({
        "target": "foreign.example.com", "weight": 5, "priority": 17, "endpointStatus": "Disabled",
        "endpointLocation": "West Europe", "alwaysServe": "Enabled", "geoMapping": ["FR"],
        "subnets": [{ "first": "203.0.113.0", "scope": 24 }],
        "customHeaders": [{ "name": "Host", "value": "foreign.example.com" }],
    })
}

fn endpoints_of_others_survive_changes_of_the_profile(workspace: &Workspace) {
    let azure = &workspace.azure;
    let header = format!("{HTTPS}{}", header("Host", "a.example.com"));
    let full = Profile { method: "MultiValue", monitor: &header, more: "  max_return = 2", ..SHOP };
    workspace.apply(full);
    let foreign = json!({ "target": "192.0.2.7", "weight": 5, "priority": 17, "endpointStatus": "Disabled",
        "geoMapping": ["FR"], "customHeaders": [{ "name": "Host", "value": "foreign.example.com" }] });
    azure.put_endpoint("shop", "foreign", &foreign);
    let endpoint = azure.endpoint("shop", "foreign");
    workspace.plans_nothing();

    azure.take_requests();
    workspace.apply(Profile { ttl: 60, ..full });
    assert_eq!(azure.take_requests(), ["GET shop 200", "GET shop 200", "PATCH shop 200"]);
    assert_eq!(azure.endpoint("shop", "foreign"), endpoint);

    // A PATCH cannot take something away, so what is there is read and written back.
    workspace.apply(Profile { ttl: 60, ..SHOP });
    assert_eq!(azure.take_requests(), ["GET shop 200", "GET shop 200", "PUT shop 200"]);
    let cleared = json!({ "maxReturn": null, "monitorConfig": { "customHeaders": null } });
    assert_has(&azure.profile("shop").unwrap()["properties"], &cleared);
    assert_eq!(azure.endpoint("shop", "foreign"), endpoint);
    workspace.plans_nothing();
    assert_eq!(workspace.state(ADDRESS)["endpoints"], json!(null));
}

fn a_data_source_reads_all_endpoints_whoever_manages_them(workspace: &Workspace) {
    workspace.apply(Profile { endpoints: Some(EAST), ..SHOP });
    workspace.azure.put_endpoint("shop", "foreign", &foreign());
    workspace.azure.set_health("shop", "east", "Degraded");
    let source = r#"
data "azuretm_traffic_manager_endpoints" "shop" {
  profile_id = upper("/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/trafficManagerProfiles/shop")
}
"#;
    workspace.forget_state();
    let output = "output \"found\" {\n  value = data.azuretm_traffic_manager_endpoints.shop.endpoints\n}\n";
    let found = &workspace.apply(format_args!("{source}{output}")).outputs()["found"]["value"];
    let endpoint = |status: &str, target: &str| json!({ "monitor_status": status, "target": target });
    let expected = json!({
        "east": endpoint("Degraded", "east.example.com"), "foreign": endpoint("Disabled", "foreign.example.com"),
    });
    assert_has(found, &expected);
    let missing = source.replace("/shop\")", "/other\")");
    workspace.refuses(missing, &["Cannot find the profile \"OTHER\"", "There is no such profile"]);
}

fn an_endpoint_beside_inline_ones_is_drift_and_goes_in_one_put(workspace: &Workspace) {
    let inline = Profile { endpoints: Some(EAST), ..SHOP };
    workspace.apply(inline);
    workspace.azure.put_endpoint("shop", "foreign", &foreign());
    let (before, after) = workspace.planned_change(ADDRESS);
    assert_eq!(before["endpoints"]["foreign"]["target"], "foreign.example.com");
    assert_eq!(after["endpoints"]["foreign"], json!(null));
    workspace.azure.take_requests();
    workspace.apply(inline);
    assert_eq!(workspace.azure.take_requests(), ["GET shop 200", "GET shop 200", "PUT shop 200"]);
    assert_eq!(workspace.azure.endpoints("shop"), ["east"]);
    workspace.plans_nothing();
}

fn endpoints_taken_out_of_the_configuration_stay(workspace: &Workspace) {
    workspace.apply(Profile { endpoints: Some(EAST_AND_WEST), ..SHOP });
    let taken_out = workspace.changes_in_place(SHOP, &json!({}));
    let warnings = taken_out.warnings().join("\n");
    assert!(warnings.contains("Endpoints are no longer managed"), "{warnings}");
    assert!(warnings.contains("endpoints = {}"), "{warnings}");
    assert_eq!(workspace.azure.endpoints("shop"), ["east", "west"]);

    // Taken back, they are what is there; empty, they go.
    workspace.changes_in_place(Profile { endpoints: Some(EAST_AND_WEST), ..SHOP }, &json!({}));
    workspace.azure.take_requests();
    workspace.apply(Profile { endpoints: Some(""), ..SHOP });
    assert_eq!(workspace.azure.take_requests(), ["GET shop 200", "GET shop 200", "PUT shop 200"]);
    assert_eq!(workspace.azure.endpoints("shop"), [""; 0]);
    workspace.plans_nothing();
}
