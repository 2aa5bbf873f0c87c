//! Waiting until an endpoint is online.

use serde_json::json;

use crate::hcl::{Profile, SHOP};
use crate::workspace::Workspace;

use super::{EAST, EAST_ADDRESS, Endpoint};

every_cli!(an_apply_waits_until_the_endpoint_is_online,);
one_cli!(
    a_new_endpoint_that_is_not_online_in_time_is_not_replaced_by_the_next_apply,
    an_endpoint_that_stays_offline_after_a_change_is_an_error_and_saved,
    what_can_never_be_online_is_not_waited_for,
    an_endpoint_that_is_always_served_is_not_waited_for,
);

/// The external endpoint that waits this long, with more.
fn waiting(timeout: &str, more: &str) -> String {
    let more = format!("  wait_for_online = {{ timeout = {timeout:?} }}\n{more}");
    format!("{SHOP}{}", Endpoint { more: &more, ..EAST })
}

fn an_apply_waits_until_the_endpoint_is_online(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.configure(waiting("5m", ""));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while azure.endpoint("shop", "east").is_none() {
                std::thread::yield_now();
            }
            azure.set_health("shop", "east", "Online");
        });
        workspace.apply_again();
    });
    assert_eq!(workspace.state(EAST_ADDRESS)["monitor_status"], "Online");
    workspace.plans_nothing();
}

fn a_new_endpoint_that_is_not_online_in_time_is_not_replaced_by_the_next_apply(workspace: &Workspace) {
    let warnings = workspace.apply(waiting("1s", "")).warnings().join("\n");
    for text in ["The endpoint is not online", "CheckingEndpoint", "The endpoint was created"] {
        assert!(warnings.contains(text), "{warnings}");
    }
    assert_eq!(workspace.instance(EAST_ADDRESS)["status"], json!(null), "it is not tainted");
    workspace.azure.set_health("shop", "east", "Online");
    workspace.plans_nothing();
}

fn an_endpoint_that_stays_offline_after_a_change_is_an_error_and_saved(workspace: &Workspace) {
    workspace.apply(format_args!("{SHOP}{EAST}"));
    workspace.azure.set_health("shop", "east", "Degraded");
    workspace.refuses(
        waiting("1s", "  weight = 7"),
        &[
            "The endpoint is not online",
            "Degraded",
            "The change itself was made and saved",
            "at: wait_for_online ",
        ],
    );
    assert_eq!(workspace.state(EAST_ADDRESS)["weight"], 7);
    assert_eq!(workspace.instance(EAST_ADDRESS)["status"], json!(null), "it is not tainted");
    workspace.azure.set_health("shop", "east", "Online");
    workspace.plans_nothing();
}

fn what_can_never_be_online_is_not_waited_for(workspace: &Workspace) {
    let disabled = waiting("10m", "  enabled = false");
    let warnings = workspace.apply(disabled).warnings().join("\n");
    assert!(warnings.contains("The endpoint is disabled"), "{warnings}");
    workspace.plans_nothing();
    let off = waiting("10m", "").replacen(
        &SHOP.to_string(),
        &Profile { more: "  profile_status = \"Disabled\"", ..SHOP }.to_string(),
        1,
    );
    workspace.refuses(off, &["The profile of the endpoint is disabled"]);
    workspace.plans_nothing();
}

fn an_endpoint_that_is_always_served_is_not_waited_for(workspace: &Workspace) {
    let applied = workspace.apply(waiting("10m", "  always_serve_enabled = true"));
    assert_eq!(applied.warnings(), [""; 0]);
    workspace.plans_nothing();
}
