//! Priorities: swapped at once, and assigned once where nobody gave one.

use serde_json::json;

use crate::hcl::{Profile, SHOP};
use crate::workspace::Workspace;

one_cli!(a_swap_of_two_priorities_is_one_put, an_assigned_priority_stays_when_endpoints_come_and_go,);

/// The priorities of the endpoints in Azure.
fn priorities(workspace: &Workspace, names: &[&str]) -> Vec<i64> {
    let of = |name: &&str| workspace.azure.endpoint("shop", name).unwrap()["priority"].as_i64().unwrap();
    names.iter().map(of).collect()
}

fn a_swap_of_two_priorities_is_one_put(workspace: &Workspace) {
    let with = |east, west| {
        let endpoints = format!(
            r#"
    east = {{ target = "east.example.com", priority = {east} }}
    west = {{ target = "west.example.com", priority = {west} }}"#
        );
        Profile { method: "Priority", endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    workspace.apply(with(1, 2));
    workspace.azure.take_requests();
    workspace.apply(with(2, 1));
    assert_eq!(workspace.azure.take_requests(), ["GET shop 200", "GET shop 200", "PUT shop 200"]);
    assert_eq!(priorities(workspace, &["east", "west"]), [2, 1]);
    workspace.plans_nothing();
}

fn an_assigned_priority_stays_when_endpoints_come_and_go(workspace: &Workspace) {
    let with = |names: &[&str]| {
        let endpoint = |name: &&str| format!("    {name} = {{ target = \"{name}.example.com\" }}\n");
        let endpoints: String = names.iter().map(endpoint).collect();
        Profile { method: "Priority", endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    workspace.apply(with(&["m", "n"]));
    workspace.plans_nothing();
    assert_eq!(priorities(workspace, &["m", "n"]), [1, 2]);
    // One that comes earlier in the alphabet does not push the others aside,
    workspace.changes_in_place(with(&["a", "m", "n"]), &json!({}));
    assert_eq!(priorities(workspace, &["a", "m", "n"]), [3, 1, 2]);
    // and one that goes leaves its number behind.
    workspace.changes_in_place(with(&["a", "n"]), &json!({}));
    assert_eq!(priorities(workspace, &["a", "n"]), [3, 2]);
}
