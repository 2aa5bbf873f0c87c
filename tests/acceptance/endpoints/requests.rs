//! How many requests endpoints take.

use std::fmt::Write as _;

use crate::hcl::SHOP;
use crate::workspace::Workspace;
use test_support::{Cli, say};

use super::{EAST, EAST_ADDRESS, Endpoint};

one_cli!(
    thirty_endpoints_and_their_profile_are_read_by_one_request,
    a_creation_is_a_look_and_a_put,
    a_change_is_a_read_and_a_put,
);

fn thirty_endpoints_and_their_profile_are_read_by_one_request(workspace: &Workspace) {
    let mut resources = SHOP.to_string();
    for number in 0..30 {
        let (name, target) = (format!("e{number}"), format!("\"e{number}.example.com\""));
        write!(resources, "{}", Endpoint { name: &name, target: &target, ..EAST }).unwrap();
    }
    let azure = &workspace.azure;
    workspace.apply(&resources);
    let create = azure.take_requests();
    workspace.plans_nothing();
    assert_eq!(azure.take_requests(), ["GET shop 200"]);
    workspace.refresh();
    assert_eq!(azure.take_requests(), ["GET shop 200"]);
    workspace.destroy();
    let destroy = azure.take_requests();
    say(&format!(
        "requests for a profile with 30 endpoints: create {}, destroy {}",
        create.len(),
        destroy.len()
    ));
    // One read, and a DELETE of each.
    assert_eq!(destroy.len(), 1 + 31, "{destroy:?}");
    let of = |method: &str| create.iter().filter(|request| request.starts_with(method)).count();
    assert_eq!(of("PUT "), 31, "{create:?}");
    // Each creation looks before it writes. A plan knows that a new profile has no endpoints.
    let looks = create.iter().filter(|request| *request == "GET shop 200").count();
    assert_eq!(looks, 30, "{create:?}");
}

fn a_creation_is_a_look_and_a_put(workspace: &Workspace) {
    workspace.apply(SHOP);
    workspace.azure.take_requests();
    workspace.configure(format_args!("{SHOP}{EAST}"));
    workspace.plan();
    let planning = workspace.azure.take_requests();
    assert!(planning.iter().all(|request| request == "GET shop 200"), "{planning:?}");
    let most = if workspace.cli == Cli::OpenTofu { 2 } else { 1 };
    assert!(planning.len() <= most, "{planning:?}");
    workspace.run(&["apply", "-json", "-input=false", "saved"]).succeeded();
    assert_eq!(workspace.azure.take_requests(), ["GET shop 200", "PUT shop/externalEndpoints/east 201"]);
    workspace.plans_nothing();
}

fn a_change_is_a_read_and_a_put(workspace: &Workspace) {
    workspace.apply(format_args!("{SHOP}{EAST}"));
    let changed = Endpoint { more: "  weight = 7", ..EAST };
    workspace.azure.take_requests();
    let outcome = workspace.apply(format_args!("{SHOP}{changed}"));
    assert_eq!(outcome.done(), [format!("update {EAST_ADDRESS}")]);
    assert_eq!(
        workspace.azure.take_requests(),
        ["GET shop 200", "GET shop 200", "PUT shop/externalEndpoints/east 201"]
    );
    workspace.plans_nothing();
}
