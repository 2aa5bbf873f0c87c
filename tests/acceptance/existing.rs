//! Profiles and names that are there already when a configuration wants them.

use serde_json::{Value, json};

use crate::azure::id;
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

scenarios!(
    an_existing_profile_is_adopted_without_losing_an_endpoint,
    a_taken_name_is_found_at_plan,
    generated_configuration_of_an_import_plans_nothing,
);
once!(a_profile_with_another_relative_name_is_not_adopted, a_replacement_keeps_its_own_name);

const EAST_AND_WEST: &str = r#"
    east = { target = "shop-east.example.com", weight = 70 }
    west = { target = "shop-west.example.com", weight = 30 }"#;

const INLINE: Profile<'static> = Profile { endpoints: Some(EAST_AND_WEST), ..SHOP };
const ADOPTING: Profile<'static> = Profile { more: "  adopt_existing = true", ..INLINE };

/// A profile of another hand with one endpoint, which has the priority that the configuration's first gets.
fn made_by_hand(relative_name: &str) -> Value {
    json!({
        "location": "global",
        "properties": {
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": relative_name, "ttl": 5 },
            "monitorConfig": { "protocol": "HTTPS", "port": 443, "path": "/health" },
            "endpoints": [{
                "name": "hand",
                "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                "properties": { "target": "hand.example.com", "weight": 9 },
            }],
        },
    })
}

fn an_existing_profile_is_adopted_without_losing_an_endpoint(workspace: &Workspace) {
    workspace.azure.put("shop", &made_by_hand("contoso-shop"));
    let adopted = workspace.apply(ADOPTING);
    let warnings = adopted.warnings().join("\n");
    for text in ["Existing profile is taken over", "dns_config[0].ttl: 5 -> 30", "lacks: hand"] {
        assert!(warnings.contains(text), "{warnings}");
    }
    assert_eq!(workspace.azure.endpoints("shop"), ["east", "west", "hand"]);
    assert_has(
        &workspace.azure.endpoint("shop", "hand").unwrap(),
        &json!({ "target": "hand.example.com", "weight": 9, "priority": 3 }),
    );
    // Nothing goes without a plan that says so.
    let (before, after) = workspace.planned_change(ADDRESS);
    assert_eq!(before["endpoints"]["hand"]["target"], "hand.example.com");
    assert_eq!(after["endpoints"]["hand"], json!(null));
    workspace.apply_again();
    assert_eq!(workspace.azure.endpoints("shop"), ["east", "west"]);
    workspace.plans_nothing();
}

fn a_profile_with_another_relative_name_is_not_adopted(workspace: &Workspace) {
    workspace.azure.put("shop", &made_by_hand("fabrikam"));
    let before = workspace.azure.profile("shop");
    workspace.refuses(ADOPTING, &["Relative name of the existing profile differs", "\"fabrikam\""]);
    assert_eq!(workspace.azure.profile("shop"), before);
}

fn a_taken_name_is_found_at_plan(workspace: &Workspace) {
    workspace.azure.put("somebody", &made_by_hand("contoso-shop"));
    workspace.configure(INLINE);
    workspace.azure.take_requests();
    let refused = workspace.run(&["plan", "-json", "-input=false"]).failed();
    refused.has_errors(&[
        "Name already taken",
        "contoso-shop.trafficmanager.net is taken",
        "Choose another relative_name",
    ]);
    assert!(workspace.azure.take_requests().iter().all(|request| !request.starts_with("PUT")));
    workspace.apply(Profile { relative_name: "contoso-shop-2", ..INLINE });
}

/// The name of a profile that is replaced, or made again because it is tainted, is taken by itself.
fn a_replacement_keeps_its_own_name(workspace: &Workspace) {
    workspace.apply(INLINE);
    let replaced = workspace.apply(Profile { name: "shop-2", ..INLINE });
    assert_eq!(replaced.actions(), [format!("replace {ADDRESS}")]);
    assert_eq!(workspace.azure.profile("shop"), None);
    workspace.run(&["taint", ADDRESS]).succeeded();
    workspace.apply_again();
    workspace.plans_nothing();
}

fn generated_configuration_of_an_import_plans_nothing(workspace: &Workspace) {
    workspace.azure.put("shop", &made_by_hand("contoso-shop"));
    workspace.configure(format_args!("import {{\n  to = {ADDRESS}\n  id = \"{}\"\n}}\n", id("shop")));
    workspace.run(&["plan", "-input=false", "-generate-config-out=generated.tf"]).succeeded();
    let imported = workspace.apply_again();
    assert_eq!(imported.done(), [""; 0], "an import alone, and no change");
    workspace.plans_nothing();
    assert_eq!(workspace.azure.endpoints("shop"), ["hand"]);
}
