//! Endpoints that are there already when a configuration wants them.

use serde_json::json;

use crate::hcl::SHOP;
use crate::json::assert_has;
use crate::workspace::Workspace;

use super::{EAST, EAST_ADDRESS, Endpoint, properties};

every_cli!(
    an_existing_endpoint_is_adopted_when_that_is_wanted,
    a_replacement_that_adopts_its_predecessor_does_not_delete_it,
    a_renamed_resource_is_told_of_moved_at_plan,
);
one_cli!(
    an_endpoint_that_exists_is_found_at_plan,
    an_endpoint_made_since_the_plan_is_refused_at_apply,
    two_resources_of_one_endpoint_are_refused,
    azure_out_of_reach_is_said_at_plan,
);

const ADOPTING: Endpoint<'static> = Endpoint { more: "  weight = 7\n  adopt_existing = true", ..EAST };

/// Another hand makes the endpoint, with more than the configuration has.
fn made_by_hand(workspace: &Workspace) {
    let theirs = json!({ "target": "elsewhere.example.com", "weight": 5, "priority": 17,
        "endpointLocation": "West US", "customHeaders": [{ "name": "X-Theirs", "value": "1" }] });
    workspace.azure.put_endpoint("shop", "east", &theirs);
}

fn an_existing_endpoint_is_adopted_when_that_is_wanted(workspace: &Workspace) {
    workspace.apply(SHOP);
    made_by_hand(workspace);
    let adopted = workspace.apply(format_args!("{SHOP}{ADOPTING}"));
    let warnings = adopted.warnings().join("\n");
    assert!(warnings.contains("Existing endpoint will be adopted"), "{warnings}");
    assert_eq!(adopted.done(), [format!("create {EAST_ADDRESS}")]);
    let expected = json!({ "target": "east.example.com", "weight": 7, "priority": 17, "endpointLocation": null,
        "customHeaders": null });
    assert_has(&properties(workspace, "east"), &expected);
    workspace.plans_nothing();
    // And a creation where there is none is no reason to warn.
    workspace.destroy();
    let created = workspace.apply_again();
    assert_eq!(created.warnings(), [""; 0]);
    workspace.plans_nothing();
}

fn an_endpoint_that_exists_is_found_at_plan(workspace: &Workspace) {
    workspace.apply(SHOP);
    made_by_hand(workspace);
    workspace.configure(format_args!("{SHOP}{EAST}"));
    workspace.azure.take_requests();
    let refused = workspace.run(&["plan", "-json", "-input=false"]).failed();
    let import = format!("id = {:?}", EAST.id());
    refused.has_errors(&[
        "The endpoint \"east\" already exists",
        "import {",
        &import,
        "`moved` block",
        "adopt_existing = true",
        "at: name",
    ]);
    assert!(workspace.azure.take_requests().iter().all(|request| request.starts_with("GET ")));
    assert_eq!(properties(workspace, "east")["weight"], 5);
}

fn an_endpoint_made_since_the_plan_is_refused_at_apply(workspace: &Workspace) {
    workspace.apply(SHOP);
    workspace.configure(format_args!("{SHOP}{EAST}"));
    workspace.plan();
    made_by_hand(workspace);
    let before = workspace.azure.profile("shop");
    let refused = workspace.run(&["apply", "-json", "-input=false", "saved"]).failed();
    refused.has_errors(&["The endpoint \"east\" already exists", "import {"]);
    assert_eq!(workspace.azure.profile("shop"), before);
}

fn two_resources_of_one_endpoint_are_refused(workspace: &Workspace) {
    let after = format!(" {{\n  depends_on = [{EAST_ADDRESS}]\n");
    // One after the other, and side by side.
    for (more, start) in [("", after.as_str()), ("  adopt_existing = true", &after), ("", " {\n")] {
        let one = Endpoint { more, ..EAST };
        let two = one.to_string().replacen("\" \"east\"", "\" \"again\"", 1);
        let two = two.replacen(" {\n", start, 1);
        let refused = workspace
            .refuses(format_args!("{SHOP}{one}{two}"), &["Two resources have the endpoint \"east\""]);
        assert_eq!(refused.errors().len(), 1, "one of them has it: {refused}");
        workspace
            .run(&["apply", "-destroy", "-refresh=false", "-json", "-auto-approve", "-input=false"])
            .succeeded();
        assert_eq!(workspace.azure.profile("shop"), None);
    }
}

fn a_replacement_that_adopts_its_predecessor_does_not_delete_it(workspace: &Workspace) {
    let more = "  adopt_existing = true\n  lifecycle {\n    create_before_destroy = true\n  }";
    workspace.apply(format_args!("{SHOP}{}", Endpoint { more, ..EAST }));
    let before = workspace.azure.profile("shop");
    let replace = format!("-replace={EAST_ADDRESS}");
    let replaced = workspace.run(&["apply", "-json", "-auto-approve", "-input=false", &replace]).succeeded();
    let warnings = replaced.warnings().join("\n");
    assert!(warnings.contains("Endpoint is kept"), "{warnings}");
    assert_eq!(workspace.azure.profile("shop"), before);
    workspace.plans_nothing();
}

fn a_renamed_resource_is_told_of_moved_at_plan(workspace: &Workspace) {
    workspace.apply(format_args!("{SHOP}{EAST}"));
    let before = workspace.azure.profile("shop");
    let renamed = EAST.to_string().replacen("\" \"east\"", "\" \"renamed\"", 1);
    workspace.refuses(format_args!("{SHOP}{renamed}"), &["`moved` block"]);
    assert_eq!(workspace.azure.profile("shop"), before);
    let moved = format!("moved {{\n  from = {EAST_ADDRESS}\n  to   = {}.renamed\n}}\n", EAST.kind.resource);
    let outcome = workspace.apply(format_args!("{SHOP}{renamed}{moved}"));
    assert_eq!(outcome.done(), [""; 0]);
    workspace.plans_nothing();
}

fn azure_out_of_reach_is_said_at_plan(workspace: &Workspace) {
    workspace.apply(SHOP);
    let alone = EAST
        .to_string()
        .replace("azuretm_traffic_manager_profile.shop.id", &format!("{:?}", crate::azure::id("shop")));
    workspace.run(&["state", "rm", crate::hcl::ADDRESS]).succeeded();
    workspace.configure(alone);
    workspace.azure.fault(json!({ "times": 1000, "drop": "before" }));
    let planned = workspace.run(&["plan", "-json", "-input=false"]).succeeded();
    let warnings = planned.warnings().join("\n");
    assert!(warnings.contains("Not checked against Azure"), "{warnings}");
    workspace.azure.clear_faults();
    workspace.apply_again();
    workspace.plans_nothing();
}
