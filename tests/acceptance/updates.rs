//! Every property changes in place, and what is taken out of the configuration goes back to Azure's default.

use serde_json::json;

use crate::hcl::{HTTPS, Profile, SHOP, header};
use crate::json::assert_has;
use crate::workspace::Workspace;

one_cli!(
    every_property_of_a_profile_changes_in_place,
    every_attribute_of_an_endpoint_changes_in_place,
    max_return_is_set_and_removed,
    no_tags_are_the_same_in_each_spelling,
);

fn every_property_of_a_profile_changes_in_place(workspace: &Workspace) {
    workspace.apply(SHOP);
    let plain = Profile { method: "Priority", ttl: 60, ..SHOP };
    workspace.changes_in_place(
        Profile { more: "  profile_status = \"Disabled\"", ..plain },
        &json!({ "properties": {
            "trafficRoutingMethod": "Priority", "dnsConfig": { "ttl": 60 }, "profileStatus": "Disabled",
        } }),
    );

    let monitor = r#"
    protocol                     = "HTTP"
    port                         = 8080
    path                         = "/live"
    interval_in_seconds          = 10
    timeout_in_seconds           = 5
    tolerated_number_of_failures = 0"#;
    workspace.changes_in_place(
        Profile { monitor, ..plain },
        &json!({ "properties": { "profileStatus": "Enabled", "monitorConfig": {
            "protocol": "HTTP", "port": 8080, "path": "/live", "intervalInSeconds": 10, "timeoutInSeconds": 5,
            "toleratedNumberOfFailures": 0,
        } } }),
    );
    lists_change_in_place(workspace, &plain);

    workspace.changes_in_place(
        Profile { monitor: "\n    protocol = \"TCP\"\n    port     = 443", ..SHOP },
        &json!({
            "tags": {},
            "properties": {
                "trafficViewEnrollmentStatus": "Disabled",
                "monitorConfig": {
                    "protocol": "TCP", "path": null, "intervalInSeconds": 30, "timeoutInSeconds": 10,
                    "toleratedNumberOfFailures": 3, "customHeaders": null, "expectedStatusCodeRanges": null,
                },
            },
        }),
    );
}

/// Headers, ranges and tags come, change and go one by one; Traffic View goes on.
fn lists_change_in_place(workspace: &Workspace, plain: &Profile<'_>) {
    let view = "  traffic_view_enabled = true\n";
    let ranges = |ranges: &str| format!("\n    expected_status_code_ranges = [{ranges}]");
    let first = format!("{HTTPS}{}{}", ranges("\"200-299\", \"301\""), header("Host", "a.example.com"));
    let tags = format!("{view}  tags = {{ team = \"web\", cost = \"1\" }}");
    workspace.changes_in_place(
        Profile { monitor: &first, more: &tags, ..*plain },
        &json!({
            "tags": { "team": "web", "cost": "1" },
            "properties": { "trafficViewEnrollmentStatus": "Enabled", "monitorConfig": {
                "protocol": "HTTPS",
                "customHeaders": [{ "name": "Host", "value": "a.example.com" }],
                "expectedStatusCodeRanges": [{ "min": 200, "max": 299 }, { "min": 301, "max": 301 }],
            } },
        }),
    );

    let headers = [header("Host", "b.example.com"), header("X-Probe", "1")].concat();
    let second = format!("{HTTPS}{}{headers}", ranges("\"200-204\""));
    let tags = format!("{view}  tags = {{ team = \"shop\", env = \"live\" }}");
    workspace.changes_in_place(
        Profile { monitor: &second, more: &tags, ..*plain },
        &json!({ "properties": { "monitorConfig": {
            "customHeaders": [
                { "name": "Host", "value": "b.example.com" }, { "name": "X-Probe", "value": "1" },
            ],
            "expectedStatusCodeRanges": [{ "min": 200, "max": 204 }],
        } } }),
    );
    assert_eq!(workspace.azure.profile("shop").unwrap()["tags"], json!({ "team": "shop", "env": "live" }));
}

fn every_attribute_of_an_endpoint_changes_in_place(workspace: &Workspace) {
    let with = |east: &str| {
        let endpoints = format!("    east = {{ {east} }}\n    west = {{ target = \"west.example.com\" }}");
        Profile { endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    let is = |expected| assert_has(&workspace.azure.endpoint("shop", "east").unwrap(), &expected);
    workspace.apply(with("target = \"east.example.com\""));
    workspace.changes_in_place(
        with(
            r#"target = "east-2.example.com", weight = 500, priority = 9, enabled = false,
      always_serve_enabled = true, endpoint_location = "westeurope", geo_mappings = ["DE", "GEO-AP"],
      subnets = [{ first = "198.51.100.0", scope = 24 }, { first = "203.0.113.1", last = "203.0.113.9" }],
      custom_headers = { Host = "east.example.com", X-Probe = "1" }"#,
        ),
        &json!({}),
    );
    is(json!({
        "target": "east-2.example.com", "weight": 500, "priority": 9, "endpointStatus": "Disabled",
        "alwaysServe": "Enabled", "endpointLocation": "West Europe", "geoMapping": ["DE", "GEO-AP"],
        "subnets": [
            { "first": "198.51.100.0", "scope": 24 }, { "first": "203.0.113.1", "last": "203.0.113.9" },
        ],
        "customHeaders": [
            { "name": "Host", "value": "east.example.com" }, { "name": "X-Probe", "value": "1" },
        ],
    }));
    workspace.changes_in_place(
        with(
            r#"target = "east.example.com", weight = 2, priority = 8, endpoint_location = "North Europe",
      geo_mappings = ["GEO-AP", "FR"], subnets = [{ first = "203.0.113.1" }],
      custom_headers = { Host = "shop.example.com" }"#,
        ),
        &json!({}),
    );
    is(json!({
        "target": "east.example.com", "weight": 2, "priority": 8, "endpointStatus": "Enabled",
        "alwaysServe": "Disabled", "endpointLocation": "North Europe",
        "subnets": [{ "first": "203.0.113.1" }],
        "customHeaders": [{ "name": "Host", "value": "shop.example.com" }],
    }));
    workspace.changes_in_place(with("target = \"east.example.com\""), &json!({}));
    is(json!({
        "weight": 1, "endpointLocation": null, "geoMapping": null, "subnets": null, "customHeaders": null,
    }));
}

fn max_return_is_set_and_removed(workspace: &Workspace) {
    let multi_value = Profile { method: "MultiValue", more: "  max_return = 2", ..SHOP };
    workspace.apply(multi_value);
    workspace.plans_nothing();
    let more = Profile { more: "  max_return = 8", ..multi_value };
    workspace.changes_in_place(more, &json!({ "properties": { "maxReturn": 8 } }));
    workspace.changes_in_place(SHOP, &json!({ "properties": { "maxReturn": null } }));
}

fn no_tags_are_the_same_in_each_spelling(workspace: &Workspace) {
    workspace.apply(Profile { more: "  tags = {}", ..SHOP });
    workspace.plans_nothing();
    let tagged = Profile { more: "  tags = { team = \"web\" }", ..SHOP };
    workspace.changes_in_place(tagged, &json!({ "tags": { "team": "web" } }));
    workspace.changes_in_place(Profile { more: "  tags = {}", ..SHOP }, &json!({ "tags": {} }));
    workspace.changes_in_place(tagged, &json!({ "tags": { "team": "web" } }));
    workspace.changes_in_place(Profile { more: "  tags = null", ..SHOP }, &json!({ "tags": {} }));
}
