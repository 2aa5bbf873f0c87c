//! What another hand does between a plan and its apply: nothing is lost that the plan did not show.

use serde_json::json;

use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

scenarios!(
    an_endpoint_added_since_the_plan_is_kept_and_shown_by_the_next,
    an_endpoint_added_since_the_plan_is_kept_where_endpoints_are_managed_elsewhere,
    settings_changed_since_the_plan_are_as_planned,
    a_profile_deleted_since_the_plan_is_not_made_again_unasked,
    a_profile_that_is_gone_already_is_destroyed,
);

const EAST: &str = "    east = { target = \"east.example.com\", weight = 70 }";
const INLINE: Profile<'static> = Profile { endpoints: Some(EAST), ..SHOP };

/// Plans these resources, lets another hand act, and applies that plan.
fn applied_late(
    workspace: &Workspace,
    resources: impl std::fmt::Display,
    other_hand: impl FnOnce(),
) -> crate::outcome::Outcome {
    workspace.configure(resources);
    workspace.plan();
    other_hand();
    workspace.azure.take_requests();
    workspace.run(&["apply", "-json", "-input=false", "saved"])
}

fn an_endpoint_added_since_the_plan_is_kept_and_shown_by_the_next(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.apply(INLINE);
    // It even has the priority that the plan gives to one of its own.
    let both = format!("{EAST}\n    west = {{ target = \"west.example.com\" }}");
    let wanted = Profile { endpoints: Some(&both), ..SHOP };
    let foreign =
        json!({ "target": "foreign.example.com", "weight": 5, "priority": 2, "alwaysServe": "Enabled" });
    let late = || azure.put_endpoint("shop", "foreign", &foreign);
    let outcome = applied_late(workspace, wanted, late).succeeded();
    let warnings = outcome.warnings().join("\n");
    assert!(warnings.contains("after the plan was made: foreign. They are kept"), "{warnings}");
    assert_eq!(azure.take_requests(), ["GET shop 200", "PUT shop 200"]);
    let kept =
        json!({ "target": "foreign.example.com", "weight": 5, "priority": 3, "alwaysServe": "Enabled" });
    assert_has(&azure.endpoint("shop", "foreign").unwrap(), &kept);
    assert_eq!(azure.endpoint("shop", "west").unwrap()["priority"], 2);

    let (before, after) = workspace.planned_change(ADDRESS);
    assert_has(&before["endpoints"]["foreign"], &json!({ "target": "foreign.example.com", "weight": 5 }));
    assert_eq!(after["endpoints"]["foreign"], json!(null));
    let removed = workspace.apply_again();
    assert_eq!(removed.warnings(), [""; 0], "this time the plan has shown it");
    assert_eq!(azure.endpoints("shop"), ["east", "west"]);
    workspace.plans_nothing();
}

fn an_endpoint_added_since_the_plan_is_kept_where_endpoints_are_managed_elsewhere(workspace: &Workspace) {
    let azure = &workspace.azure;
    let multi_value = Profile { method: "MultiValue", more: "  max_return = 2", ..SHOP };
    workspace.apply(multi_value);
    let add = |name: &str, target: &str| azure.put_endpoint("shop", name, &json!({ "target": target }));
    // A PATCH, and then a PUT, because something is cleared.
    applied_late(workspace, Profile { ttl: 60, ..multi_value }, || add("one", "192.0.2.1")).succeeded();
    applied_late(workspace, Profile { ttl: 60, ..SHOP }, || add("two", "192.0.2.2")).succeeded();
    assert_eq!(azure.endpoints("shop"), ["one", "two"]);
    workspace.plans_nothing();
}

fn settings_changed_since_the_plan_are_as_planned(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.apply(INLINE);
    let late = || {
        azure.patch("shop", &json!({ "dnsConfig": { "relativeName": "contoso-shop", "ttl": 99 } }));
        azure.put_endpoint("shop", "east", &json!({ "target": "elsewhere.example.com", "weight": 1 }));
    };
    applied_late(workspace, Profile { method: "Priority", ..INLINE }, late).succeeded();
    assert_has(
        &azure.profile("shop").unwrap(),
        &json!({ "properties": { "trafficRoutingMethod": "Priority", "dnsConfig": { "ttl": 30 } } }),
    );
    let east = json!({ "target": "east.example.com", "weight": 70 });
    assert_has(&azure.endpoint("shop", "east").unwrap(), &east);
    workspace.plans_nothing();
}

fn a_profile_deleted_since_the_plan_is_not_made_again_unasked(workspace: &Workspace) {
    for wanted in [SHOP, INLINE] {
        workspace.apply(wanted);
        let late = || workspace.azure.delete("shop");
        let refused = applied_late(workspace, Profile { ttl: 60, ..wanted }, late).failed();
        refused.has_errors(&["Cannot change the profile \"shop\"", "ResourceNotFound"]);
        assert_eq!(workspace.azure.profile("shop"), None);
        let again = workspace.apply_again();
        assert_eq!(again.actions(), [format!("create {ADDRESS}")]);
        workspace.destroy();
    }
}

fn a_profile_that_is_gone_already_is_destroyed(workspace: &Workspace) {
    let destroy = ["apply", "-destroy", "-refresh=false", "-json", "-auto-approve", "-input=false"];
    workspace.apply(INLINE);
    workspace.azure.delete("shop");
    workspace.run(&destroy).succeeded();
    workspace.apply(INLINE);
    workspace.azure.delete_group();
    workspace.azure.take_requests();
    workspace.run(&destroy).succeeded();
    assert_eq!(workspace.azure.take_requests(), ["DELETE shop 404"]);
}
