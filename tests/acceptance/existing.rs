//! Profiles and names that are there already when a configuration wants them.

use serde_json::{Value, json};

use crate::azure::id;
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

every_cli!(
    a_replacement_that_adopts_its_predecessor_does_not_delete_it,
    generated_configuration_of_an_import_plans_nothing,
    a_renamed_resource_is_told_of_moved_at_plan,
);
one_cli!(
    an_existing_profile_is_adopted_without_losing_an_endpoint,
    a_taken_name_is_found_at_plan,
    a_profile_with_another_relative_name_is_not_adopted,
    a_replacement_keeps_its_own_name,
    a_priority_of_an_endpoint_that_is_kept_is_refused_at_plan,
    a_profile_that_exists_is_found_at_plan,
    two_resources_of_one_profile_are_refused,
    azure_out_of_reach_is_said_at_plan,
    profiles_that_nest_each_other_are_found_at_plan,
);

const EAST_AND_WEST: &str = r#"
    east = { target = "shop-east.example.com", weight = 70 }
    west = { target = "shop-west.example.com", weight = 30 }"#;

const INLINE: Profile<'static> = Profile { endpoints: Some(EAST_AND_WEST), ..SHOP };
const ADOPTING: Profile<'static> = Profile { more: "  adopt_existing = true", ..INLINE };

/// A profile of another hand with one endpoint.
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
    for text in
        ["Existing profile will be adopted", "dns_config[0].ttl: 5 -> 30", "not in the configuration: hand"]
    {
        assert!(warnings.contains(text), "{warnings}");
    }
    assert_eq!(workspace.azure.endpoints("shop"), ["hand", "east", "west"]);
    assert_has(
        &workspace.azure.endpoint("shop", "hand").unwrap(),
        &json!({ "target": "hand.example.com", "weight": 9, "priority": 1 }),
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
    workspace.refuses(ADOPTING, &["Existing profile has another relative name", "\"fabrikam\""]);
    assert_eq!(workspace.azure.profile("shop"), before);
}

fn a_taken_name_is_found_at_plan(workspace: &Workspace) {
    workspace.azure.put("somebody", &made_by_hand("contoso-shop"));
    workspace.configure(INLINE);
    workspace.azure.take_requests();
    let refused = workspace.run(&["plan", "-json", "-input=false"]).failed();
    refused.has_errors(&[
        "DNS name already taken",
        "contoso-shop.trafficmanager.net is already used",
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

fn a_priority_of_an_endpoint_that_is_kept_is_refused_at_plan(workspace: &Workspace) {
    workspace.azure.put("shop", &made_by_hand("contoso-shop"));
    let before = workspace.azure.profile("shop");
    let east = "    east = { target = \"shop-east.example.com\", priority = 1 }";
    workspace.refuses(
        Profile { endpoints: Some(east), ..ADOPTING },
        &["Priority is taken", "\"east\" cannot have the priority 1", "\"hand\" has it in Azure"],
    );
    assert_eq!(workspace.azure.profile("shop"), before);
}

/// As after a lost state, or a creation of which the CLI never heard.
fn a_profile_that_exists_is_found_at_plan(workspace: &Workspace) {
    workspace.apply(INLINE);
    workspace.forget_state();
    workspace.azure.take_requests();
    let refused = workspace.run(&["plan", "-json", "-input=false"]).failed();
    refused.has_errors(&["The profile \"shop\" already exists", "import {", &id("shop"), "`moved` block"]);
    assert!(workspace.azure.take_requests().iter().all(|request| !request.starts_with("PUT")));
}

fn a_renamed_resource_is_told_of_moved_at_plan(workspace: &Workspace) {
    workspace.apply(INLINE);
    let before = workspace.azure.profile("shop");
    workspace.refuses(Profile { label: "renamed", ..INLINE }, &["`moved` block"]);
    assert_eq!(workspace.azure.profile("shop"), before);
    let moved = format!("moved {{\n  from = {ADDRESS}\n  to = azuretm_traffic_manager_profile.renamed\n}}\n");
    let outcome = workspace.apply(format_args!("{}{moved}", Profile { label: "renamed", ..INLINE }));
    assert_eq!(outcome.done(), [""; 0]);
}

fn a_replacement_that_adopts_its_predecessor_does_not_delete_it(workspace: &Workspace) {
    let first = Profile {
        more: "  adopt_existing = true
  lifecycle {
    create_before_destroy = true
  }",
        ..INLINE
    };
    workspace.apply(first);
    let before = workspace.azure.profile("shop");
    let replace = format!("-replace={ADDRESS}");
    let outcome = workspace.run(&["apply", "-json", "-auto-approve", "-input=false", &replace]).succeeded();
    let warnings = outcome.warnings().join("\n");
    assert!(warnings.contains("Profile is kept"), "{warnings}");
    assert_eq!(workspace.azure.profile("shop"), before);
    workspace.plans_nothing();
}

fn two_resources_of_one_profile_are_refused(workspace: &Workspace) {
    for adopting in ["", "  adopt_existing = true"] {
        let one = Profile { more: adopting, ..INLINE };
        let two = Profile { label: "again", ..one };
        let outcome =
            workspace.refuses(format_args!("{one}{two}"), &["Two resources have the profile \"shop\""]);
        assert_eq!(outcome.errors().len(), 1, "one of them has it");
        let destroy = ["apply", "-destroy", "-refresh=false", "-json", "-auto-approve", "-input=false"];
        workspace.run(&destroy).succeeded();
        assert_eq!(workspace.azure.profile("shop"), None);
    }
}

fn azure_out_of_reach_is_said_at_plan(workspace: &Workspace) {
    workspace.configure(INLINE);
    workspace.azure.fault(json!({ "times": 1000, "drop": "before" }));
    let planned = workspace.run(&["plan", "-json", "-input=false"]).succeeded();
    let warnings = planned.warnings().join("\n");
    assert!(warnings.contains("Not checked against Azure"), "{warnings}");
    workspace.azure.clear_faults();
    workspace.apply_again();
}

/// Each names the other by its id, so that the CLI sees no cycle.
fn profiles_that_nest_each_other_are_found_at_plan(workspace: &Workspace) {
    let nesting = |label: &'static str, relative_name: &'static str, child: &str| {
        let endpoints = format!("    child = {{ target_resource_id = \"{}\" }}", id(child));
        Profile { label, name: label, relative_name, endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    let leaf = Profile { label: "b", name: "b", relative_name: "contoso-b", ..INLINE };
    workspace.apply(leaf);
    workspace.apply(format_args!("{leaf}{}", nesting("a", "contoso-a", "b")));
    let before = workspace.azure.profile("b");
    workspace.configure(format_args!("{}{}", nesting("b", "contoso-b", "a"), nesting("a", "contoso-a", "b")));
    let refused = workspace.run(&["plan", "-json", "-input=false"]).failed();
    refused.has_errors(&["Profiles nest each other", "lead back to where they began"]);
    assert_eq!(workspace.azure.profile("b"), before);
}
