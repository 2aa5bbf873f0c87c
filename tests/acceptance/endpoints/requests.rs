//! How many requests endpoints take.

use std::fmt::Write as _;

use serde_json::json;

use crate::hcl::SHOP;
use crate::workspace::Workspace;
use test_support::{Cli, say};

use super::{EAST, EAST_ADDRESS, Endpoint};

one_cli!(
    more_endpoints_than_a_profile_usually_takes_are_warned_of_at_plan,
    thirty_endpoints_and_their_profile_are_read_by_one_request,
    twenty_profiles_with_twenty_endpoints_are_read_by_twenty_requests,
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

fn twenty_profiles_with_twenty_endpoints_are_read_by_twenty_requests(workspace: &Workspace) {
    let resources = r#"
locals {
  profiles  = toset([for number in range(20) : "p${number}"])
  endpoints = { for pair in setproduct(local.profiles, range(20)) : "${pair[0]}-${pair[1]}" => pair }
}

resource "azuretm_traffic_manager_profile" "each" {
  for_each               = local.profiles
  name                   = each.key
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"

  dns_config {
    relative_name = "contoso-${each.key}"
    ttl           = 30
  }

  monitor_config {
    protocol = "TCP"
    port     = 443
  }
}

resource "azuretm_traffic_manager_external_endpoint" "each" {
  for_each   = local.endpoints
  name       = each.key
  profile_id = azuretm_traffic_manager_profile.each[each.value[0]].id
  target     = "${each.key}.example.com"
}
"#;
    workspace.apply(resources);
    workspace.azure.take_requests();
    workspace.plans_nothing();
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().all(|request| request.starts_with("GET p")), "{requests:?}");
    say(&format!("requests to refresh 20 profiles of 20 endpoints: {}", requests.len()));
    assert_eq!(requests.len(), 20);
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

fn more_endpoints_than_a_profile_usually_takes_are_warned_of_at_plan(workspace: &Workspace) {
    workspace.apply(SHOP);
    for number in 0..150 {
        let target = format!("t{number}.example.com");
        workspace.azure.put_endpoint("shop", &format!("t{number}"), &json!({ "target": target }));
    }
    let endpoints = |count: u32| {
        format!(
            r#"{SHOP}
resource "azuretm_traffic_manager_external_endpoint" "each" {{
  count      = {count}
  name       = "e${{count.index}}"
  profile_id = azuretm_traffic_manager_profile.shop.id
  target     = "e${{count.index}}.example.com"
}}
"#
        )
    };
    let warnings = |count: u32| {
        workspace.configure(endpoints(count));
        workspace.run(&["plan", "-json", "-input=false"]).succeeded().warnings()
    };
    let is_count = |warning: &&String| warning.contains("More endpoints than the usual limit");
    assert_eq!(warnings(50).iter().filter(is_count).count(), 0);
    let warnings = warnings(51);
    let found: Vec<&String> = warnings.iter().filter(is_count).collect();
    assert!(matches!(found[..], [one] if one.contains("The profile has 201 endpoints")), "{warnings:?}");
}
