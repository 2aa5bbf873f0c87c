//! Tags, whose names Azure compares without letter case and keeps as they were written.

use serde_json::{Value, json};

use crate::azure::Azure;
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::workspace::Workspace;

one_cli!(
    a_change_of_letter_case_alone_is_applied_once,
    letter_case_that_another_hand_changes_is_no_drift,
    tags_that_azure_would_not_keep_are_refused,
);

fn with(tags: &str) -> String {
    let more = format!("  tags = {{ {tags} }}");
    Profile { more: &more, ..SHOP }.to_string()
}

/// Another hand replaces the tags.
fn put_tags(azure: &Azure, tags: &Value) {
    let mut profile = azure.profile("shop").unwrap();
    profile["tags"] = tags.clone();
    azure.put("shop", &profile);
}

fn a_change_of_letter_case_alone_is_applied_once(workspace: &Workspace) {
    workspace.apply(with("team = \"web\", Cost = \"1\""));
    let changed = json!({ "tags": { "Team": "web", "cost": "1" } });
    workspace.changes_in_place(with("Team = \"web\", cost = \"1\""), &changed);
    assert_eq!(workspace.state(ADDRESS)["tags"], changed["tags"]);
}

fn letter_case_that_another_hand_changes_is_no_drift(workspace: &Workspace) {
    let wanted = with("team = \"web\"");
    workspace.apply(&wanted);
    put_tags(&workspace.azure, &json!({ "TEAM": "web" }));
    workspace.plans_nothing();
    workspace.refresh();
    assert_eq!(workspace.state(ADDRESS)["tags"], json!({ "team": "web" }));
    // The value is another matter, and so is another tag.
    put_tags(&workspace.azure, &json!({ "TEAM": "WEB", "owner": "me" }));
    let (before, after) = workspace.planned_change(ADDRESS);
    assert_eq!(before["tags"], json!({ "team": "WEB", "owner": "me" }));
    assert_eq!(after["tags"], json!({ "team": "web" }));
    workspace.changes_in_place(&wanted, &json!({}));
    assert_eq!(workspace.azure.profile("shop").unwrap()["tags"], json!({ "team": "web" }));
}

fn tags_that_azure_would_not_keep_are_refused(workspace: &Workspace) {
    let bad =
        with("team = \"web\", Team = \"shop\", \"cost center\" = \"1\", \"a:b\" = \"2\", \"1st\" = \"3\"");
    workspace.refuses(
        bad,
        &[
            "The tags \"Team\" and \"team\" are the same tag for Azure",
            "The tag name \"cost center\" contains ' '",
            "The tag name \"a:b\" contains ':'",
            "The tag name \"1st\" starts with a digit",
        ],
    );
    assert_eq!(workspace.azure.take_requests(), [""; 0]);
}
