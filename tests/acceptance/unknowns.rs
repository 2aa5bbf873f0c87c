//! Values that are not known when the plan is made.

use serde_json::json;

use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

every_cli!(values_that_other_resources_compute_arrive, a_map_of_endpoints_that_is_not_known_yet_arrives,);

fn data(label: &str, input: &str) -> String {
    format!("resource \"terraform_data\" \"{label}\" {{\n  input = {input}\n}}\n")
}

fn values_that_other_resources_compute_arrive(workspace: &Workspace) {
    let shop = Profile {
        relative_name: "${terraform_data.name.output}",
        endpoints: Some(
            r#"
    east = { target = terraform_data.target.output, weight = terraform_data.weight.output }
    west = { target = "west.example.com", priority = terraform_data.weight.output }"#,
        ),
        ..SHOP
    };
    let with = |target: &str, weight: &str| {
        let values = [data("name", "\"contoso-shop\""), data("target", target), data("weight", weight)];
        format!("{}{shop}", values.concat())
    };
    workspace.configure(with("\"east.example.com\"", "70"));
    let created = workspace.apply_again();
    assert!(created.actions().contains(&format!("create {ADDRESS}")), "{created}");
    workspace.plans_nothing();
    assert_eq!(workspace.state(ADDRESS)["fqdn"], "contoso-shop.trafficmanager.net");
    workspace.apply(with("\"2.example.com\"", "71"));
    workspace.plans_nothing();
    let east = workspace.azure.endpoint("shop", "east").unwrap();
    assert_has(&east, &json!({ "target": "2.example.com", "weight": 71 }));
    let west = workspace.azure.endpoint("shop", "west").unwrap();
    assert_has(&west, &json!({ "priority": 71 }));
}

fn a_map_of_endpoints_that_is_not_known_yet_arrives(workspace: &Workspace) {
    let more = r#"  endpoints = {
    for name in terraform_data.names.output : name => { target = "${name}.example.com" }
  }"#;
    let with = |names: &str| format!("{}{}", data("names", names), Profile { more, ..SHOP });
    workspace.apply(with("[\"east\"]"));
    workspace.plans_nothing();
    workspace.apply(with("[\"east\", \"west\"]"));
    workspace.plans_nothing();
    assert_eq!(workspace.azure.endpoints("shop"), ["east", "west"]);
}
