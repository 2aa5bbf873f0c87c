//! A profile that others made comes under management.

use serde_json::{Value, json};

use crate::azure::{SUBSCRIPTION, id};
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

every_cli!(
    an_import_in_odd_letter_case_plans_nothing_with_endpoints_or_without,
    an_import_block_takes_an_id,
    an_import_block_takes_an_identity,
);
one_cli!(what_cannot_be_imported_is_told,);

/// What another hand made, and how it is written in HCL.
fn made_by_hand() -> Value {
    let endpoint = |name: &str, properties: Value| {
        let kind = "Microsoft.Network/trafficManagerProfiles/externalEndpoints";
        json!({ "name": name, "type": kind, "properties": properties })
    };
    json!({
        "location": "global",
        "tags": { "team": "web" },
        "properties": {
            "trafficRoutingMethod": "Performance",
            "dnsConfig": { "relativeName": "contoso-shop", "ttl": 300 },
            "monitorConfig": {
                "protocol": "HTTPS", "port": 8443, "path": "/",
                "intervalInSeconds": 10, "timeoutInSeconds": 8,
                "expectedStatusCodeRanges": [{ "min": 200, "max": 202 }, { "min": 301, "max": 301 }],
                "customHeaders": [{ "name": "Host", "value": "shop.example.com" }],
            },
            "endpoints": [
                endpoint("east", json!({ "target": "east.example.com", "endpointLocation": "East US",
                    "weight": 7 })),
                endpoint("west", json!({ "target": "west.example.com", "endpointLocation": "West US",
                    "endpointStatus": "Disabled" })),
            ],
        },
    })
}

const MONITOR: &str = r#"
    protocol                    = "HTTPS"
    port                        = 8443
    path                        = "/"
    interval_in_seconds         = 10
    timeout_in_seconds          = 8
    expected_status_code_ranges = ["200-202", "301"]
    custom_header {
      name  = "Host"
      value = "shop.example.com"
    }"#;

const WITHOUT_ENDPOINTS: Profile<'static> = Profile {
    method: "Performance",
    ttl: 300,
    monitor: MONITOR,
    more: "  tags = { team = \"web\" }",
    ..SHOP
};

const WITH_ENDPOINTS: Profile<'static> = Profile {
    endpoints: Some(
        r#"
    east = { target = "east.example.com", endpoint_location = "eastus", weight = 7 }
    west = { target = "west.example.com", endpoint_location = "West US", enabled = false }"#,
    ),
    ..WITHOUT_ENDPOINTS
};

fn an_import_in_odd_letter_case_plans_nothing_with_endpoints_or_without(workspace: &Workspace) {
    workspace.azure.put("shop", &made_by_hand());
    let odd = id("shop").to_uppercase().replace("/PROVIDERS/", "/Providers/");
    for profile in [WITH_ENDPOINTS, WITHOUT_ENDPOINTS] {
        workspace.configure(profile);
        let imported = workspace.import(ADDRESS, &odd);
        assert_eq!(imported.code, Some(0), "{imported}");
        workspace.plans_nothing();
        workspace.forget_state();
    }
    assert_eq!(workspace.azure.endpoints("shop"), ["east", "west"]);
}

/// Applies an import block, which changes nothing but the state.
fn check_block(workspace: &Workspace, what: &str) {
    workspace.azure.put("shop", &made_by_hand());
    let before = workspace.azure.profile("shop");
    let block = format!("import {{\n  to = {ADDRESS}\n{what}\n}}\n");
    let outcome = workspace.apply(format_args!("{WITH_ENDPOINTS}{block}"));
    assert_eq!(outcome.done(), [""; 0], "{outcome}");
    assert_eq!(workspace.azure.profile("shop"), before);
    assert_has(&workspace.state(ADDRESS), &json!({ "id": id("shop"), "dns_config": [{ "ttl": 300 }] }));
    workspace.plans_nothing();
}

fn an_import_block_takes_an_id(workspace: &Workspace) {
    check_block(workspace, &format!("  id = \"{}\"", id("shop")));
}

fn an_import_block_takes_an_identity(workspace: &Workspace) {
    if workspace.cli.is_at_least((1, 12), (1, 12), "an import by identity") {
        let identity = format!(
            "  identity = {{\n    subscription_id     = \"{SUBSCRIPTION}\"\n    resource_group_name = \
             \"rg-global\"\n    name                = \"shop\"\n  }}"
        );
        check_block(workspace, &identity);
    }
}

fn what_cannot_be_imported_is_told(workspace: &Workspace) {
    workspace.configure(SHOP);
    let words_of = |id: &str| workspace.import(ADDRESS, id).failed().words();
    let no_id = words_of("shop");
    assert!(no_id.contains("Invalid import ID") && no_id.contains("trafficManagerProfiles/"), "{no_id}");
    let endpoint = words_of(&format!("{}/externalEndpoints/east", id("shop")));
    assert!(endpoint.contains("Invalid import ID"), "{endpoint}");
    let nothing = words_of(&id("nothing"));
    assert!(nothing.contains("Cannot import non-existent remote object"), "{nothing}");
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().all(|request| request == "GET nothing 404"), "{requests:?}");
}
