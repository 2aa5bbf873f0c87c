//! What another hand does between a plan and its apply: nothing is lost that the plan did not show.

use serde_json::json;

use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;
use test_support::say;

every_cli!(a_profile_deleted_since_the_plan_is_not_made_again_unasked,);
one_cli!(
    weights_that_a_canary_moves_meanwhile_stay_where_the_plan_changes_something_else,
    weights_that_are_ignored_stay_as_a_canary_moved_them,
    an_endpoint_added_since_the_plan_is_kept_and_shown_by_the_next,
    an_endpoint_added_since_the_plan_is_kept_where_endpoints_are_managed_elsewhere,
    settings_changed_since_the_plan_stay_unless_the_plan_changes_them,
    a_profile_that_is_gone_already_is_destroyed,
    an_endpoint_removed_since_the_plan_is_not_made_again_unasked,
    a_priority_taken_since_the_plan_is_refused_before_anything_is_sent,
    two_writers_of_one_profile_keep_each_others_changes,
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

const CANARY: &str = "    stable = { target = \"stable.example.com\", weight = 90 }
    canary = { target = \"canary.example.com\", weight = 10 }";
const SHIFTED: Profile<'static> = Profile { endpoints: Some(CANARY), ..SHOP };

/// A canary tool moves half of the traffic.
fn canary_moves(workspace: &Workspace) {
    for (name, target) in [("stable", "stable.example.com"), ("canary", "canary.example.com")] {
        let endpoint = json!({ "target": target, "weight": 50, "endpointStatus": "Enabled" });
        workspace.azure.put_endpoint("shop", name, &endpoint);
    }
}

/// The weights of the canary scenarios in Azure.
fn weights(workspace: &Workspace) -> [serde_json::Value; 2] {
    ["stable", "canary"].map(|name| workspace.azure.endpoint("shop", name).unwrap()["weight"].clone())
}

fn weights_that_a_canary_moves_meanwhile_stay_where_the_plan_changes_something_else(workspace: &Workspace) {
    workspace.apply(SHIFTED);
    let wanted = Profile { more: "  tags = { team = \"web\" }", ..SHIFTED };
    applied_late(workspace, wanted, || canary_moves(workspace)).succeeded();
    let requests = workspace.azure.take_requests();
    say(&format!("canary between plan and apply: {requests:?}"));
    assert_eq!(requests, ["GET shop 200", "PATCH shop 200"]);
    assert_eq!(weights(workspace), [50, 50]);
    assert_has(&workspace.azure.profile("shop").unwrap(), &json!({ "tags": { "team": "web" } }));
    // What the canary moved is drift, which the next plan shows.
    let (before, after) = workspace.planned_change(ADDRESS);
    assert_eq!(
        (&before["endpoints"]["canary"]["weight"], &after["endpoints"]["canary"]["weight"]),
        (&json!(50), &json!(10))
    );
}

fn weights_that_are_ignored_stay_as_a_canary_moved_them(workspace: &Workspace) {
    let ignoring = "  lifecycle {
    ignore_changes = [endpoints[\"stable\"].weight, endpoints[\"canary\"].weight]
  }";
    let shifted = Profile { more: ignoring, ..SHIFTED };
    workspace.apply(shifted);
    let third = format!("{CANARY}\n    third = {{ target = \"third.example.com\" }}");
    let wanted = Profile { endpoints: Some(&third), ttl: 60, ..shifted };
    applied_late(workspace, wanted, || canary_moves(workspace)).succeeded();
    assert_eq!(workspace.azure.take_requests(), ["GET shop 200", "PUT shop 200"]);
    assert_eq!(weights(workspace), [50, 50]);
    assert_eq!(workspace.azure.endpoints("shop"), ["stable", "canary", "third"]);
    workspace.plans_nothing();
}

fn an_endpoint_removed_since_the_plan_is_not_made_again_unasked(workspace: &Workspace) {
    workspace.apply(SHIFTED);
    let body = json!({
        "location": "global",
        "properties": {
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": "contoso-shop", "ttl": 30 },
            "monitorConfig": { "protocol": "HTTPS", "port": 443, "path": "/health" },
        },
    });
    let wanted = Profile { ttl: 60, ..SHIFTED };
    let outcome = applied_late(workspace, wanted, || workspace.azure.put("shop", &body)).succeeded();
    let warnings = outcome.warnings().join("\n");
    assert!(warnings.contains("Endpoints were removed after the plan"), "{warnings}");
    assert_eq!(workspace.azure.endpoints("shop"), [""; 0]);
    assert_has(
        &workspace.azure.profile("shop").unwrap()["properties"],
        &json!({ "dnsConfig": { "ttl": 60 } }),
    );
    workspace.apply_again();
    assert_eq!(workspace.azure.endpoints("shop"), ["canary", "stable"]);
    workspace.plans_nothing();
}

fn a_priority_taken_since_the_plan_is_refused_before_anything_is_sent(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.apply(INLINE);
    let both = format!("{EAST}\n    west = {{ target = \"west.example.com\", priority = 2 }}");
    let wanted = Profile { endpoints: Some(&both), ..SHOP };
    let foreign = json!({ "target": "foreign.example.com", "priority": 2 });
    let late = || azure.put_endpoint("shop", "foreign", &foreign);
    let refused = applied_late(workspace, wanted, late).failed();
    refused.has_errors(&[
        "Priority is taken",
        "\"west\" cannot have the priority 2",
        "\"foreign\" has it in Azure",
    ]);
    assert_eq!(azure.take_requests(), ["GET shop 200"]);
    assert_eq!(azure.endpoints("shop"), ["east", "foreign"]);
    // The next plan shows that the other endpoint goes, and then the priority is free.
    workspace.apply_again();
    assert_eq!(azure.endpoints("shop"), ["east", "west"]);
}

fn two_writers_of_one_profile_keep_each_others_changes(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.apply(Profile { more: "  tags = { team = \"web\" }", ..INLINE });
    let patched = json!({
        "location": "global",
        "tags": { "team": "web", "cost": "7" },
        "properties": {
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": "contoso-shop", "ttl": 99 },
            "monitorConfig": { "protocol": "HTTPS", "port": 443, "path": "/other" },
            "endpoints": [
                { "name": "east", "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                  "properties": { "target": "east.example.com", "weight": 11 } },
                { "name": "theirs", "type": "Microsoft.Network/trafficManagerProfiles/externalEndpoints",
                  "properties": { "target": "theirs.example.com" } },
            ],
        },
    });
    let ours = Profile {
        endpoints: Some("    east = { target = \"east.example.com\", weight = 70, enabled = false }"),
        more: "  tags = { team = \"ops\" }",
        ..INLINE
    };
    applied_late(workspace, ours, || azure.put("shop", &patched)).succeeded();
    let profile = azure.profile("shop").unwrap();
    assert_eq!(profile["tags"], json!({ "team": "ops", "cost": "7" }));
    let theirs = json!({ "dnsConfig": { "ttl": 99 }, "monitorConfig": { "path": "/other" } });
    assert_has(&profile["properties"], &theirs);
    let east = azure.endpoint("shop", "east").unwrap();
    assert_has(&east, &json!({ "weight": 11, "endpointStatus": "Disabled" }));
    assert_eq!(azure.endpoints("shop"), ["east", "theirs"]);
}

fn an_endpoint_added_since_the_plan_is_kept_and_shown_by_the_next(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.apply(INLINE);
    let both = format!("{EAST}\n    west = {{ target = \"west.example.com\" }}");
    let wanted = Profile { endpoints: Some(&both), ..SHOP };
    let foreign =
        json!({ "target": "foreign.example.com", "weight": 5, "priority": 2, "alwaysServe": "Enabled" });
    let late = || azure.put_endpoint("shop", "foreign", &foreign);
    let outcome = applied_late(workspace, wanted, late).succeeded();
    let warnings = outcome.warnings().join("\n");
    assert!(warnings.contains("after the plan was made: foreign. They are kept"), "{warnings}");
    assert_eq!(azure.take_requests(), ["GET shop 200", "PUT shop 200"]);
    assert_has(&azure.endpoint("shop", "foreign").unwrap(), &foreign);
    assert_eq!(azure.endpoint("shop", "west").unwrap()["priority"], 3);

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

fn settings_changed_since_the_plan_stay_unless_the_plan_changes_them(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.apply(INLINE);
    let late = || {
        azure.patch("shop", &json!({ "dnsConfig": { "relativeName": "contoso-shop", "ttl": 99 } }));
        azure.put_endpoint("shop", "east", &json!({ "target": "elsewhere.example.com", "weight": 1 }));
    };
    let east = "    east = { target = \"east.example.com\", weight = 71 }";
    let wanted = Profile { method: "Priority", endpoints: Some(east), ..INLINE };
    applied_late(workspace, wanted, late).succeeded();
    assert_has(
        &azure.profile("shop").unwrap(),
        &json!({ "properties": { "trafficRoutingMethod": "Priority", "dnsConfig": { "ttl": 99 } } }),
    );
    let east = json!({ "target": "elsewhere.example.com", "weight": 71 });
    assert_has(&azure.endpoint("shop", "east").unwrap(), &east);
    // The rest is drift that the next plan shows.
    let (before, after) = workspace.planned_change(ADDRESS);
    assert_eq!((&before["dns_config"][0]["ttl"], &after["dns_config"][0]["ttl"]), (&json!(99), &json!(30)));
    workspace.apply_again();
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
