//! Endpoints are what their kind and their name say, in any letter case.

use serde_json::json;

use crate::azure::{GROUP, id};
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

one_cli!(
    two_endpoints_of_one_name_are_refreshed_changed_and_imported,
    a_key_in_another_letter_case_is_the_same_endpoint,
    an_endpoint_of_the_other_kind_is_kept_and_told_when_endpoints_are_taken_over,
);

/// A public IP address and a DNS name, both `East`.
fn both(workspace: &Workspace, weight: u32) -> String {
    let address =
        workspace.azure.put_public_ip("east", &json!({ "dnsSettings": { "domainNameLabel": "east" } }));
    format!(
        r#"
    "azureEndpoints/East" = {{ target_resource_id = "{address}", weight = {weight} }}
    East                  = {{ target = "east.example.com", weight = 2 }}"#
    )
}

/// The weights in Azure, by the type of the endpoint.
fn weights(workspace: &Workspace) -> Vec<(String, i64)> {
    let profile = workspace.azure.profile("shop").unwrap();
    let endpoints = profile["properties"]["endpoints"].as_array().unwrap().iter();
    let weight = |it: &serde_json::Value| {
        let kind = it["type"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (kind, it["properties"]["weight"].as_i64().unwrap())
    };
    let mut weights: Vec<_> = endpoints.map(weight).collect();
    weights.sort();
    weights
}

fn two_endpoints_of_one_name_are_refreshed_changed_and_imported(workspace: &Workspace) {
    workspace.apply(Profile { endpoints: Some(&both(workspace, 7)), ..SHOP });
    workspace.plans_nothing();
    let expected = |azure| [("azureEndpoints".to_owned(), azure), ("externalEndpoints".to_owned(), 2)];
    assert_eq!(weights(workspace), expected(7));
    workspace.apply(Profile { endpoints: Some(&both(workspace, 8)), ..SHOP });
    workspace.plans_nothing();
    assert_eq!(weights(workspace), expected(8));

    let imported = workspace.imported(ADDRESS);
    let keys: Vec<&String> = imported["endpoints"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["azureEndpoints/East", "externalEndpoints/East"]);
    // As generated configuration writes them.
    let generated = both(workspace, 8).replace("    East  ", "    \"externalEndpoints/East\"  ");
    workspace.forget_state();
    let import = format!("import {{\n  to = {ADDRESS}\n  id = \"{}\"\n}}\n", id("shop"));
    let profile = Profile { endpoints: Some(&generated), ..SHOP };
    let outcome = workspace.apply(format_args!("{profile}{import}"));
    assert_eq!(outcome.done(), [""; 0], "an import alone, and no change");
    workspace.plans_nothing();
}

fn a_key_in_another_letter_case_is_the_same_endpoint(workspace: &Workspace) {
    let with = |key: &str| {
        let endpoints = format!(
            "    {key} = {{ target = \"east.example.com\", weight = 70 }}\n    west = {{ target = \"west.example.com\" }}"
        );
        Profile { method: "Priority", endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    workspace.apply(with("East"));
    let before = workspace.azure.profile("shop");
    workspace.configure(with("east"));
    let (old, new) = workspace.planned_change(ADDRESS);
    assert_eq!(old["endpoints"]["East"]["priority"], new["endpoints"]["east"]["priority"]);
    assert_eq!(old["endpoints"]["East"]["monitor_status"], new["endpoints"]["east"]["monitor_status"]);
    workspace.azure.take_requests();
    workspace.apply_again();
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().all(|request| request.starts_with("GET")), "{requests:?}");
    assert_eq!(workspace.azure.profile("shop"), before);
    workspace.plans_nothing();
}

fn an_endpoint_of_the_other_kind_is_kept_and_told_when_endpoints_are_taken_over(workspace: &Workspace) {
    workspace.apply(SHOP);
    workspace.azure.put_endpoint("shop", "East", &json!({ "target": "east.example.com", "weight": 5 }));
    let address =
        workspace.azure.put_public_ip("east", &json!({ "dnsSettings": { "domainNameLabel": "east" } }));
    assert!(address.starts_with(GROUP));
    let inline = format!("    East = {{ target_resource_id = \"{address}\", weight = 7 }}");
    let warnings = workspace.apply(Profile { endpoints: Some(&inline), ..SHOP }).warnings().join("\n");
    assert!(warnings.contains("not in the configuration: East"), "{warnings}");
    let external = workspace.azure.profile("shop").unwrap()["properties"]["endpoints"][0].clone();
    assert_has(
        &external,
        &json!({ "properties": { "target": "east.example.com", "weight": 5, "priority": 1 } }),
    );
    let (before, after) = workspace.planned_change(ADDRESS);
    assert_eq!(before["endpoints"]["externalEndpoints/East"]["weight"], 5);
    assert_eq!(after["endpoints"]["externalEndpoints/East"], json!(null));
}
