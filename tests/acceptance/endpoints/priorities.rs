//! Priorities of endpoints that are resources of their own: Azure gives a number where nobody does.

use serde_json::{Value, json};

use crate::hcl::{Profile, SHOP};
use crate::workspace::Workspace;

use super::{EAST, EAST_ADDRESS, Endpoint, properties};

every_cli!(a_priority_that_is_removed_becomes_a_new_number,);
one_cli!(
    a_priority_that_azure_gave_stays_when_endpoints_come_and_go,
    a_priority_that_is_taken_is_refused_at_plan,
    priorities_are_swapped_in_one_apply,
);

const WEST_ADDRESS: &str = "azuretm_traffic_manager_external_endpoint.west";

/// Endpoints of a `Priority` profile with these priorities, if any.
fn with(priorities: &[(&str, Option<u32>)]) -> String {
    let mut text = Profile { method: "Priority", ..SHOP }.to_string();
    for (name, priority) in priorities {
        let more = priority.map(|number| format!("  priority = {number}")).unwrap_or_default();
        let target = format!("\"{name}.example.com\"");
        text += &Endpoint { name, target: &target, more: &more, ..EAST }.to_string();
    }
    text
}

fn priority(workspace: &Workspace, name: &str) -> Value {
    properties(workspace, name)["priority"].clone()
}

fn a_priority_that_is_removed_becomes_a_new_number(workspace: &Workspace) {
    workspace.apply(with(&[("east", Some(1)), ("west", Some(2))]));
    workspace.plans_nothing();
    workspace.configure(with(&[("east", None), ("west", Some(2))]));
    let plan = workspace.plan();
    let changes = plan["resource_changes"].as_array().unwrap();
    let change = &changes.iter().find(|change| change["address"] == EAST_ADDRESS).unwrap()["change"];
    assert_eq!(change["actions"], json!(["update"]));
    assert_eq!(change["after_unknown"]["priority"], true, "(known after apply)");
    let shown = workspace.run(&["show", "-no-color", "saved"]).succeeded().words();
    assert!(shown.contains("priority = 1 -> (known after apply)"), "{shown}");

    workspace.apply_again();
    let given = workspace.state(EAST_ADDRESS)["priority"].clone();
    assert!(given.as_i64().is_some_and(|number| number != 2), "{given}");
    assert_eq!(priority(workspace, "east"), given);
    workspace.plans_nothing();
    // Later changes leave the number alone.
    let weighted = with(&[("east", None), ("west", Some(2))])
        .replace("  target = \"east.example.com\"", "  target = \"east.example.com\"\n  weight = 7");
    workspace.updates(&[EAST_ADDRESS], weighted);
    assert_eq!(priority(workspace, "east"), given);
}

fn a_priority_that_azure_gave_stays_when_endpoints_come_and_go(workspace: &Workspace) {
    workspace.apply(with(&[("east", None)]));
    workspace.apply(with(&[("east", None), ("west", None)]));
    workspace.plans_nothing();
    assert_eq!((priority(workspace, "east"), priority(workspace, "west")), (json!(1), json!(2)));
    workspace.apply(with(&[("west", None)]));
    workspace.plans_nothing();
    workspace.apply(with(&[("west", None), ("north", None)]));
    workspace.plans_nothing();
    assert_eq!(priority(workspace, "west"), 2);
    assert_ne!(priority(workspace, "north"), 2);
}

fn a_priority_that_is_taken_is_refused_at_plan(workspace: &Workspace) {
    workspace.apply(with(&[("east", Some(1)), ("west", Some(2))]));
    let before = workspace.azure.profile("shop");
    let taken = with(&[("east", Some(1)), ("west", Some(2)), ("north", Some(2))]);
    workspace.refuses(taken, &["Priority used twice", "north", "at: priority = 2"]);
    assert_eq!(workspace.azure.profile("shop"), before);
}

fn priorities_are_swapped_in_one_apply(workspace: &Workspace) {
    workspace.apply(with(&[("east", Some(1)), ("west", Some(2))]));
    workspace.updates(&[EAST_ADDRESS, WEST_ADDRESS], with(&[("east", Some(2)), ("west", Some(1))]));
    assert_eq!((priority(workspace, "east"), priority(workspace, "west")), (json!(2), json!(1)));
}
