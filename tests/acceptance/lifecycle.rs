//! A profile from its creation to its end, and what others do to it meanwhile.

use serde_json::json;

use crate::azure::id;
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;
use test_support::Cli;

every_cli!(
    a_profile_lives_from_create_to_destroy,
    drift_is_shown_and_repaired,
    timeouts_can_be_given_and_taken_away,
);
one_cli!(
    a_profile_deleted_by_hand_is_planned_for_creation,
    health_is_shown_and_never_planned,
    a_profile_that_exists_is_not_taken_over,
);

const EAST_AND_WEST: &str = r#"
    east = { target = "shop-east.example.com", weight = 70, endpoint_location = "eastus" }
    west = { target = "shop-west.example.com", weight = 30, endpoint_location = "westus" }"#;

const INLINE: Profile<'static> = Profile { endpoints: Some(EAST_AND_WEST), ..SHOP };

fn a_profile_lives_from_create_to_destroy(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.configure(format_args!("{INLINE}\noutput \"fqdn\" {{\n  value = {ADDRESS}.fqdn\n}}\n"));
    let (_, planned) = workspace.planned_change(ADDRESS);
    assert_has(&planned, &json!({ "id": id("shop"), "fqdn": "contoso-shop.trafficmanager.net" }));
    // Whether the name is free is asked at plan, where it can still be changed.
    let name_check = "POST checkTrafficManagerNameAvailability 200";
    assert_eq!(azure.take_requests(), [name_check]);

    let created = workspace.apply_again();
    assert_eq!(created.actions(), [format!("create {ADDRESS}")]);
    assert_eq!(created.warnings(), [""; 0]);
    assert_eq!(created.outputs()["fqdn"]["value"], "contoso-shop.trafficmanager.net");
    // OpenTofu does not tell the plan that it makes while it applies from the first: it is asked again.
    let checks = if workspace.cli == Cli::OpenTofu { 2 } else { 1 };
    let expected: Vec<&str> =
        [name_check; 2].into_iter().take(checks).chain(["GET shop 404", "PUT shop 201"]).collect();
    assert_eq!(azure.take_requests(), expected);
    let state = workspace.state(ADDRESS);
    assert_has(&state, &json!({ "id": id("shop"), "monitor_status": "CheckingEndpoints" }));
    assert_eq!(state["endpoints"]["east"]["id"], format!("{}/externalEndpoints/east", id("shop")));

    workspace.plans_nothing();
    assert_eq!(azure.take_requests(), ["GET shop 200"]);

    workspace.destroy();
    assert_eq!(azure.take_requests(), ["GET shop 200", "DELETE shop 200"]);
    assert_eq!(azure.profile("shop"), None);
}

fn a_profile_deleted_by_hand_is_planned_for_creation(workspace: &Workspace) {
    workspace.apply(INLINE);
    workspace.azure.delete("shop");
    let again = workspace.apply_again();
    assert_eq!(again.actions(), [format!("create {ADDRESS}")]);
    assert_eq!(workspace.azure.endpoints("shop"), ["east", "west"]);
    // Gone once more, and with it what a destroy would delete.
    workspace.azure.delete("shop");
    workspace.destroy();
}

fn drift_is_shown_and_repaired(workspace: &Workspace) {
    workspace.apply(INLINE);
    workspace.azure.patch("shop", &json!({ "dnsConfig": { "relativeName": "contoso-shop", "ttl": 99 } }));
    workspace.azure.put_endpoint("shop", "west", &json!({ "target": "shop-west.example.com", "weight": 5 }));
    let (before, after) = workspace.planned_change(ADDRESS);
    assert_has(&before, &json!({ "dns_config": [{ "ttl": 99 }], "endpoints": { "west": { "weight": 5 } } }));
    assert_has(&after, &json!({ "dns_config": [{ "ttl": 30 }], "endpoints": { "west": { "weight": 30 } } }));
    let repaired = json!({ "properties": { "dnsConfig": { "ttl": 30 } } });
    workspace.changes_in_place(INLINE, &repaired);
    assert_has(
        &workspace.azure.endpoint("shop", "west").unwrap(),
        &json!({ "weight": 30, "endpointLocation": "West US" }),
    );
}

fn health_is_shown_and_never_planned(workspace: &Workspace) {
    workspace.apply(INLINE);
    for endpoint in ["east", "west"] {
        workspace.azure.set_health("shop", endpoint, "Degraded");
    }
    workspace.plans_nothing();
    workspace.refresh();
    let degraded =
        json!({ "monitor_status": "Degraded", "endpoints": { "east": { "monitor_status": "Degraded" } } });
    assert_has(&workspace.state(ADDRESS), &degraded);
    workspace.azure.set_health("shop", "east", "Online");
    // A change of something else is not mistaken for one of the health, or the other way round.
    workspace.changes_in_place(Profile { ttl: 31, ..INLINE }, &json!({}));
    workspace.refresh();
    assert_eq!(workspace.state(ADDRESS)["endpoints"]["east"]["monitor_status"], "Online");
}

fn a_profile_that_exists_is_not_taken_over(workspace: &Workspace) {
    workspace.apply(INLINE);
    workspace.forget_state();
    let before = workspace.azure.profile("shop");
    workspace.azure.take_requests();
    let import = format!("id = {:?}", id("shop"));
    let texts = ["The profile \"shop\" already exists", &import, "at: name                   = \"shop\""];
    workspace.refuses(Profile { ttl: 60, ..INLINE }, &texts);
    assert!(workspace.azure.take_requests().iter().all(|request| !request.starts_with("PUT")));
    assert_eq!(workspace.azure.profile("shop"), before);
}

fn timeouts_can_be_given_and_taken_away(workspace: &Workspace) {
    let timeouts = r#"  timeouts {
    create = "90s"
    read   = "1m"
    delete = "1h30m"
  }"#;
    workspace.apply(Profile { more: timeouts, ..INLINE });
    workspace.plans_nothing();
    assert_has(&workspace.state(ADDRESS), &json!({ "timeouts": { "read": "1m", "update": null } }));
    workspace.changes_in_place(INLINE, &json!({}));
    assert_eq!(workspace.state(ADDRESS)["timeouts"], json!(null));
}
