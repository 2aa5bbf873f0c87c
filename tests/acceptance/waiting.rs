//! Waiting until a profile is online, and properties of the newer API.

use serde_json::json;

use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

one_cli!(
    an_apply_waits_until_the_profile_is_online,
    a_record_type_is_set_once,
    a_profile_that_stays_offline_is_told_with_its_endpoints,
    a_new_profile_that_is_not_online_in_time_is_not_replaced_by_the_next_apply,
    a_profile_is_looked_at_until_the_very_end_of_the_time,
    what_can_never_be_online_is_not_waited_for,
    a_profile_without_its_endpoints_yet_is_not_waited_for,
    endpoints_that_are_managed_elsewhere_are_waited_for,
);

const ONE: Profile<'static> =
    Profile { endpoints: Some("    east = { target = \"east.example.com\" }"), ..SHOP };

fn an_apply_waits_until_the_profile_is_online(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.configure(Profile { more: "  wait_for_online = { timeout = \"5m\" }", ..ONE });
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while azure.profile("shop").is_none() {
                std::thread::yield_now();
            }
            azure.set_health("shop", "east", "Online");
        });
        workspace.apply_again();
    });
    assert_has(
        &workspace.state(ADDRESS),
        &json!({ "monitor_status": "Online", "endpoints": { "east": { "monitor_status": "Online" } } }),
    );
    workspace.plans_nothing();
}

fn a_profile_that_stays_offline_is_told_with_its_endpoints(workspace: &Workspace) {
    workspace.apply(ONE);
    workspace.azure.set_health("shop", "east", "Degraded");
    let waiting = Profile { ttl: 60, more: "  wait_for_online = { timeout = \"1s\" }", ..ONE };
    workspace.refuses(waiting, &["The profile is not online", "its endpoints: east Degraded"]);
    // The change itself was made and is in the state.
    assert_eq!(workspace.state(ADDRESS)["dns_config"][0]["ttl"], 60);
    workspace.azure.set_health("shop", "east", "Online");
    workspace.plans_nothing();
}

fn a_new_profile_that_is_not_online_in_time_is_not_replaced_by_the_next_apply(workspace: &Workspace) {
    let azure = &workspace.azure;
    let waiting = Profile { more: "  wait_for_online = { timeout = \"1s\" }", ..ONE };
    // Azure may say for a while that a new profile does not exist.
    let late = json!({ "method": "GET", "nth": 2, "times": 1, "answer": { "status": 404,
        "body": { "error": { "code": "ResourceNotFound", "message": "not yet" } } } });
    azure.fault(late);
    let warnings = workspace.apply(waiting).warnings().join("\n");
    assert!(warnings.contains("The profile is not online"), "{warnings}");
    assert_eq!(workspace.instance(ADDRESS)["status"], json!(null), "it is not tainted");
    azure.set_health("shop", "east", "Online");
    workspace.plans_nothing();
}

/// After a second, and again at the end of the two.
fn a_profile_is_looked_at_until_the_very_end_of_the_time(workspace: &Workspace) {
    let waiting = Profile { more: "  wait_for_online = { timeout = \"2s\" }", ..ONE };
    let warnings = workspace.apply(waiting).warnings().join("\n");
    assert!(warnings.contains("The profile is not online"), "{warnings}");
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().filter(|it| *it == "GET shop 200").count() >= 2, "{requests:?}");
}

fn what_can_never_be_online_is_not_waited_for(workspace: &Workspace) {
    let empty = Profile { endpoints: Some(""), more: "  wait_for_online = {}", ..SHOP };
    let warnings = workspace.apply(empty).warnings().join("\n");
    for text in ["The profile is not online", "no enabled endpoint"] {
        assert!(warnings.contains(text), "{warnings}");
    }
}

fn a_profile_without_its_endpoints_yet_is_not_waited_for(workspace: &Workspace) {
    let outcome = workspace.apply(Profile { more: "  wait_for_online = {}", ..SHOP });
    let warnings = outcome.warnings();
    assert!(
        warnings.iter().any(|warning| warning.contains("set endpoints on this resource")),
        "{warnings:?}"
    );
    // It is neither tainted nor changed by the next apply.
    workspace.plans_nothing();
}

fn endpoints_that_are_managed_elsewhere_are_waited_for(workspace: &Workspace) {
    workspace.apply(SHOP);
    let (azure, waiting) = (&workspace.azure, "  wait_for_online = { timeout = \"1s\" }");
    azure.put_endpoint("shop", "east", &json!({ "target": "east.example.com" }));
    azure.set_health("shop", "east", "Degraded");
    workspace.refuses(Profile { ttl: 60, more: waiting, ..SHOP }, &["its endpoints: east Degraded"]);
    azure.set_health("shop", "east", "Online");
    workspace.apply(Profile { ttl: 90, more: waiting, ..SHOP });
    assert_eq!(workspace.state(ADDRESS)["monitor_status"], "Online");
}

fn a_record_type_is_set_once(workspace: &Workspace) {
    let addresses = Profile {
        endpoints: Some("    a = { target = \"192.0.2.1\" }\n    b = { target = \"192.0.2.2\" }"),
        ..SHOP
    };
    workspace.apply(addresses);
    let typed = Profile { more: "  record_type = \"A\"", ..addresses };
    workspace.changes_in_place(typed, &json!({}));
    assert_eq!(workspace.state(ADDRESS)["record_type"], "A");
    for other in ["  record_type = \"CNAME\"", ""] {
        let endpoints =
            Some("    a = { target = \"a.example.com\" }\n    b = { target = \"b.example.com\" }");
        let changed = Profile { more: other, endpoints, ..addresses };
        assert_eq!(workspace.planned_actions(changed), [format!("replace {ADDRESS}")]);
    }
}
