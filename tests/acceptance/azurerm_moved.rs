//! States of azurerm that `moved` blocks take over. azurerm itself is not there: another program stands for it, which knows
//! none of its resource types. The CLIs load the schemas of every provider that a state names, and ask azurerm for nothing.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::azure::GROUP;
use crate::workspace::Workspace;

every_cli!(
    states_of_azurerm_are_taken_over_without_a_change,
    the_endpoint_for_all_kinds_is_taken_over_without_a_change,
    the_guide_moves_a_profile_and_its_endpoints,
);
one_cli!(configurations_as_azurerm_documents_them_work_with_other_types,);

/// A configuration of azurerm, and the states that 5.x, and 2.x with its one resource for all kinds of endpoints, have of it.
const CONFIGURATION: &str = include_str!("../azurerm/main.tf");
const TODAY: &str = include_str!("../azurerm/state-5.x.json");
const BEFORE_3: &str = include_str!("../azurerm/state-2.x.json");

/// The configuration with nothing changed but the types of the resources.
fn renamed(configuration: &str) -> String {
    configuration
        .replace("azurerm_traffic_manager_nested_endpoint", "azuretm_nested_profile")
        .replace("azurerm_", "azuretm_")
}

/// The addresses of all resources of a state, and where they move.
fn moves(state: &str) -> Vec<(String, String)> {
    let state: Value = serde_json::from_str(state).unwrap();
    let address = |resource: &Value| {
        let (from, name) = (resource["type"].as_str().unwrap(), resource["name"].as_str().unwrap());
        let kind = resource["instances"][0]["attributes"]["type"].as_str();
        let from_today = match kind {
            Some("azureEndpoints") => "azurerm_traffic_manager_azure_endpoint",
            Some("externalEndpoints") => "azurerm_traffic_manager_external_endpoint",
            Some("nestedEndpoints") => "azurerm_traffic_manager_nested_endpoint",
            _ => from,
        };
        (format!("{from}.{name}"), format!("{}.{name}", renamed(from_today)))
    };
    state["resources"].as_array().unwrap().iter().map(address).collect()
}

/// The `moved` blocks.
fn blocks(moves: &[(String, String)]) -> String {
    let mut blocks = String::new();
    for (from, to) in moves {
        write!(blocks, "\nmoved {{\n  from = {from}\n  to   = {to}\n}}\n").unwrap();
    }
    blocks
}

/// All profiles as Azure has them.
fn profiles(workspace: &Workspace, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| workspace.azure.profile(name).unwrap()).collect()
}

/// Puts the state in the place of what is there, and moves it to a configuration that is applied already.
#[track_caller]
fn moves_without_a_change(workspace: &Workspace, state: &str, resources: &str, blocks: &str, names: &[&str]) {
    let before = profiles(workspace, names);
    workspace.azure.take_requests();
    workspace.stand_in_for("hashicorp/azurerm");
    workspace.write_file("terraform.tfstate", state);
    workspace.configure(format_args!("{resources}{blocks}"));

    let shown = workspace.run(&["plan", "-input=false"]).succeeded().to_string();
    assert!(shown.contains("0 to add, 0 to change, 0 to destroy"), "{shown}");
    let planned = workspace.run(&["plan", "-json", "-input=false"]).succeeded();
    let mut actions = planned.actions();
    actions.sort();
    let mut expected: Vec<_> = moves(state).into_iter().map(|(_, to)| format!("move {to}")).collect();
    expected.sort();
    assert_eq!(actions, expected, "{planned}");

    assert_eq!(workspace.apply_again().done(), [""; 0]);
    assert!(!workspace.state_file().contains("azurerm"), "{}", workspace.state_file());
    workspace.configure(resources);
    workspace.plans_nothing();
    assert_eq!(profiles(workspace, names), before);
    let requests = workspace.azure.take_requests();
    assert!(
        !requests.is_empty() && requests.iter().all(|request| request.starts_with("GET")),
        "{requests:?}"
    );
}

/// Whether the CLI can move a state to another resource type.
fn can_move(workspace: &Workspace) -> bool {
    workspace.cli.is_at_least((1, 8), (1, 10), "a `moved` block between resource types")
}

fn apply_renamed(workspace: &Workspace) -> String {
    let address = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/east");
    workspace.azure.seed_target(&address, "east.westeurope.cloudapp.azure.com", "westeurope");
    let resources = renamed(CONFIGURATION);
    workspace.apply(&resources);
    resources
}

fn states_of_azurerm_are_taken_over_without_a_change(workspace: &Workspace) {
    if can_move(workspace) {
        let resources = apply_renamed(workspace);
        let names = ["shop", "child", "addresses"];
        moves_without_a_change(workspace, TODAY, &resources, &blocks(&moves(TODAY)), &names);
        // The ids are azurerm's, and so is everything that is made of them.
        let id = workspace.state("azuretm_traffic_manager_external_endpoint.office")["id"].clone();
        assert!(
            id.as_str().unwrap().ends_with("/trafficManagerProfiles/shop/ExternalEndpoints/office"),
            "{id}"
        );
    }
}

fn the_endpoint_for_all_kinds_is_taken_over_without_a_change(workspace: &Workspace) {
    if can_move(workspace) {
        let resources = apply_renamed(workspace);
        let names = ["shop", "child", "addresses"];
        moves_without_a_change(workspace, BEFORE_3, &resources, &blocks(&moves(BEFORE_3)), &names);
    }
}

/// The configurations under a heading of the guide.
fn snippets_of_the_guide(heading: &str) -> String {
    let guide = include_str!("../../templates/guides/coming-from-azurerm.md");
    let (_, section) = guide.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let snippets = section.split("\n```terraform\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    snippets.collect::<Vec<_>>().join("\n\n")
}

/// A state of azurerm with these resources: type, label and attributes.
fn state(resources: &[(&str, &str, Value)]) -> String {
    let provider = "provider[\"registry.terraform.io/hashicorp/azurerm\"]";
    let resources = resources.iter().map(|(kind, label, attributes)| {
        let instances = json!([{ "schema_version": 0, "attributes": attributes, "sensitive_attributes": [] }]);
        json!({ "mode": "managed", "type": kind, "name": label, "provider": provider, "instances": instances })
    });
    let resources: Vec<Value> = resources.collect();
    json!({ "version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "guide", "outputs": {},
        "resources": resources, "check_results": null })
    .to_string()
}

fn the_guide_moves_a_profile_and_its_endpoints(workspace: &Workspace) {
    if !can_move(workspace) {
        return;
    }
    let configuration = snippets_of_the_guide("Moving with `moved` Blocks");
    let (resources, blocks) = configuration.split_at(configuration.find("\nmoved {").unwrap());
    workspace.apply(resources);
    let id = format!("{GROUP}/providers/Microsoft.Network/trafficManagerProfiles/shop");
    let profile = json!({
        "id": id, "name": "shop", "resource_group_name": "rg-global", "traffic_routing_method": "Weighted",
        "fqdn": "contoso-shop.trafficmanager.net", "dns_config": [{ "relative_name": "contoso-shop", "ttl": 30 }],
        "monitor_config": [{ "protocol": "HTTPS", "port": 443, "path": "/health", "interval_in_seconds": 30,
            "timeout_in_seconds": 10, "tolerated_number_of_failures": 3, "custom_header": [] }],
        "max_return": 0, "profile_status": "Enabled", "traffic_view_enabled": false, "tags": null, "timeouts": null,
    });
    let endpoint = |name: &str, target: &str, weight: u32, priority: u32| {
        json!({
            "id": format!("{id}/ExternalEndpoints/{name}"), "name": name, "profile_id": id, "target": target,
            "weight": weight, "priority": priority, "enabled": true, "always_serve_enabled": false,
            "endpoint_location": "", "geo_mappings": [], "subnet": [], "custom_header": [], "timeouts": null,
        })
    };
    let external = "azurerm_traffic_manager_external_endpoint";
    let state = state(&[
        ("azurerm_traffic_manager_profile", "shop", profile),
        (external, "east", endpoint("east", "shop-east.example.com", 70, 1)),
        (external, "west", endpoint("west", "shop-west.example.com", 30, 2)),
    ]);
    moves_without_a_change(workspace, &state, resources, blocks, &["shop"]);
}

/// What the examples in azurerm's documents set, with other names and values.
const DOCUMENTED: &str = r#"
resource "azurerm_traffic_manager_profile" "parent" {
  name                   = "parent"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Weighted"

  dns_config {
    relative_name = "contoso-parent"
    ttl           = 100
  }

  monitor_config {
    protocol                     = "HTTP"
    port                         = 80
    path                         = "/"
    interval_in_seconds          = 30
    timeout_in_seconds           = 9
    tolerated_number_of_failures = 3
  }

  tags = {
    environment = "test"
  }
}

resource "azurerm_traffic_manager_profile" "nested" {
  name                   = "nested"
  resource_group_name    = "rg-global"
  traffic_routing_method = "Priority"

  dns_config {
    relative_name = "contoso-nested"
    ttl           = 30
  }

  monitor_config {
    protocol = "HTTP"
    port     = 443
    path     = "/"
  }
}

resource "azurerm_traffic_manager_external_endpoint" "web" {
  name                 = "web"
  profile_id           = azurerm_traffic_manager_profile.parent.id
  always_serve_enabled = true
  weight               = 100
  target               = "web.example.com"
}

resource "azurerm_traffic_manager_azure_endpoint" "address" {
  name                 = "address"
  profile_id           = azurerm_traffic_manager_profile.parent.id
  always_serve_enabled = true
  weight               = 100
  target_resource_id   = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/Microsoft.Network/publicIPAddresses/east"
}

resource "azurerm_traffic_manager_nested_endpoint" "nested" {
  name                    = "nested"
  target_resource_id      = azurerm_traffic_manager_profile.nested.id
  priority                = 9
  profile_id              = azurerm_traffic_manager_profile.parent.id
  minimum_child_endpoints = 9
  weight                  = 5
}
"#;

fn configurations_as_azurerm_documents_them_work_with_other_types(workspace: &Workspace) {
    let address = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/east");
    workspace.azure.seed_target(&address, "east.westeurope.cloudapp.azure.com", "westeurope");
    workspace.apply(renamed(DOCUMENTED));
    workspace.plans_nothing();
    workspace.destroy();
    assert_eq!(workspace.azure.profile("parent"), None);
}
