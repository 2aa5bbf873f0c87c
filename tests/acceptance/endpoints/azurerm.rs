//! The acceptance tests that azurerm has for its endpoints, by the rules of [`crate::azurerm_profiles`]: no step
//! replaces anything, after each one there is nothing to do and an import gives the same state, and at the end everything
//! is gone.

use serde_json::{Value, json};

use crate::azure::Azure;
use crate::hcl::{Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

use super::{AZURE, CHILD, EAST, EXTERNAL, EachKind, Endpoint, NESTED, properties, public_ip};

one_cli!(
    basic_endpoints,
    endpoints_without_a_priority_on_a_priority_profile,
    a_second_block_for_one_endpoint_requires_an_import,
    complete_endpoints_go_back_to_basic,
    two_endpoints_of_each_kind_get_priorities,
    subnets_in_both_forms,
    endpoints_of_a_performance_profile_have_locations,
);

impl Workspace {
    /// One step of a test of azurerm, with these endpoints in a profile of this method.
    #[track_caller]
    fn each_kind_step(&self, method: &str, endpoints: &EachKind) {
        let outcome = self.apply(format_args!("{}{endpoints}", Profile { method, ..SHOP }));
        let in_place = |action: &String| ["create ", "update "].iter().any(|word| action.starts_with(word));
        assert!(outcome.actions().iter().all(in_place), "{outcome}");
        self.plans_nothing();
        self.refresh();
        for endpoint in endpoints.all() {
            self.imports_the_same(&endpoint);
        }
    }
}

fn basic_endpoints(workspace: &Workspace) {
    let basic = EachKind::basic(&workspace.azure).with(["", "", "  minimum_child_endpoints = 5"]);
    workspace.each_kind_step("Weighted", &basic);
    assert_eq!(properties(workspace, "nested")["minChildEndpoints"], 5);
    for endpoint in basic.all() {
        let state = workspace.state(&endpoint.address());
        assert_has(&state, &json!({ "id": endpoint.id(), "enabled": true, "weight": 1 }));
    }
    workspace.end();
}

/// The priorities in Azure, in order.
fn priorities(workspace: &Workspace) -> Vec<i64> {
    let names = workspace.azure.endpoints("shop");
    let each = names.iter().map(|name| properties(workspace, name)["priority"].as_i64().unwrap());
    let mut priorities: Vec<i64> = each.collect();
    priorities.sort_unstable();
    priorities
}

fn endpoints_without_a_priority_on_a_priority_profile(workspace: &Workspace) {
    workspace.each_kind_step("Priority", &EachKind::basic(&workspace.azure));
    assert_eq!(priorities(workspace), [1, 2, 3]);
    workspace.end();
}

fn a_second_block_for_one_endpoint_requires_an_import(workspace: &Workspace) {
    let basic = EachKind::basic(&workspace.azure);
    workspace.each_kind_step("Weighted", &basic);
    for endpoint in basic.all() {
        let resource = endpoint.kind.resource;
        let first = format!("{resource:?} {:?}", endpoint.name);
        let second = endpoint.to_string().replacen(&first, &format!("{resource:?} \"import\""), 1);
        let exists = format!("The endpoint {:?} already exists", endpoint.name);
        let import = format!("id = {:?}", endpoint.id());
        workspace.refuses(
            format_args!("{SHOP}{basic}{second}"),
            &[&exists, "import it with this block", &import, "adopt_existing = true", "at: name"],
        );
    }
    workspace.configure(format_args!("{SHOP}{basic}"));
    workspace.plans_nothing();
}

fn complete_endpoints_go_back_to_basic(workspace: &Workspace) {
    let basic = EachKind::basic(&workspace.azure);
    let more = |more: &str| {
        format!(
            "  weight = 5\n  enabled = false\n  custom_header {{\n    name  = \"header\"\n    value = \"www.bing.com\"\n  }}\n{more}"
        )
    };
    let complete = basic.with([
        &more("  always_serve_enabled = true\n  priority = 4\n  geo_mappings = [\"WORLD\"]"),
        &more(
            "  always_serve_enabled = true\n  priority = 5\n  geo_mappings = [\"FR\"]\n  endpoint_location = \"North Europe\"",
        ),
        &more(
            "  priority = 3\n  geo_mappings = [\"DE\"]\n  endpoint_location = \"West US\"\n  minimum_child_endpoints = 9\n  \
             minimum_required_child_endpoints_ipv4 = 2\n  minimum_required_child_endpoints_ipv6 = 2",
        ),
    ]);
    workspace.each_kind_step("Weighted", &basic);
    workspace.each_kind_step("Weighted", &complete);
    let of_all = json!({ "weight": 5, "endpointStatus": "Disabled",
        "customHeaders": [{ "name": "header", "value": "www.bing.com" }] });
    for (name, expected) in [
        ("azure", json!({ "priority": 4, "alwaysServe": "Enabled", "geoMapping": ["WORLD"] })),
        (
            "external",
            json!({ "priority": 5, "alwaysServe": "Enabled", "geoMapping": ["FR"],
                "endpointLocation": "North Europe" }),
        ),
        (
            "nested",
            json!({ "priority": 3, "geoMapping": ["DE"], "endpointLocation": "West US", "minChildEndpoints": 9,
                "minChildEndpointsIPv4": 2, "minChildEndpointsIPv6": 2 }),
        ),
    ] {
        assert_has(&properties(workspace, name), &expected);
        assert_has(&properties(workspace, name), &of_all);
    }
    workspace.each_kind_step("Weighted", &basic);
    let cleared = json!({ "weight": 1, "endpointStatus": "Enabled", "alwaysServe": "Disabled",
        "geoMapping": null, "customHeaders": null });
    for name in ["azure", "external", "nested"] {
        assert_has(&properties(workspace, name), &cleared);
    }
    assert_eq!(properties(workspace, "external")["endpointLocation"], Value::Null);
    let minimums = json!({ "endpointLocation": null, "minChildEndpoints": 1, "minChildEndpointsIPv4": 0,
        "minChildEndpointsIPv6": 0 });
    assert_has(&properties(workspace, "nested"), &minimums);
    workspace.end();
}

fn two_endpoints_of_each_kind_get_priorities(workspace: &Workspace) {
    let two = two_of_each_kind(&workspace.azure);
    workspace.apply(format_args!("{}{two}", Profile { method: "Priority", ..SHOP }));
    workspace.plans_nothing();
    assert_eq!(priorities(workspace), [1, 2, 3, 4, 5, 6]);
    workspace.end();
}

/// With what they lead to, without their profile.
fn two_of_each_kind(azure: &Azure) -> String {
    let mut text = String::new();
    for number in ["one", "two"] {
        let label = format!("child-{number}");
        text += &Profile { label: &label, name: &label, relative_name: &label, ..CHILD }.to_string();
        for (kind, target, more) in [
            (AZURE, format!("{:?}", public_ip(azure, number)), "  weight = 5"),
            (EXTERNAL, format!("\"www.{number}.example\""), "  weight = 5"),
            (NESTED, format!("azuretm_traffic_manager_profile.{label}.id"), ""),
        ] {
            let name = format!("{}-{number}", kind.segment);
            text += &Endpoint { kind, name: &name, target: &target, more }.to_string();
        }
    }
    text
}

fn subnets_in_both_forms(workspace: &Workspace) {
    let subnets = |octet: u8| {
        format!(
            "  subnet {{\n    first = \"1.2.{octet}.0\"\n    scope = 24\n  }}\n  subnet {{\n    first = \
             \"11.12.{octet}.14\"\n    last  = \"11.12.{octet}.14\"\n  }}\n"
        )
    };
    let nested = format!("{}  weight = 3", subnets(5));
    let all = EachKind::basic(&workspace.azure).with([&subnets(3), &subnets(4), &nested]);
    workspace.each_kind_step("Subnet", &all);
    for (name, octet) in [("azure", 3), ("external", 4), ("nested", 5)] {
        let address = format!("11.12.{octet}.14");
        let range = json!({ "first": address, "last": address });
        let both = json!([{ "first": format!("1.2.{octet}.0"), "scope": 24 }, range]);
        assert_eq!(super::subnets::sorted(&properties(workspace, name)["subnets"]), both);
    }
    workspace.end();
}

fn endpoints_of_a_performance_profile_have_locations(workspace: &Workspace) {
    let performance = Profile { method: "Performance", ..SHOP };
    let located = EachKind::basic(&workspace.azure).with([
        "",
        "  endpoint_location = \"West Europe\"",
        "  endpoint_location = \"East US\"",
    ]);
    workspace.each_kind_step("Performance", &located);
    // Azure knows where its own resources are, and the state shows it.
    let found = workspace.state(&located.all()[0].address());
    assert_eq!(found["resolved_target"], "one.westeurope.cloudapp.azure.com");
    assert_eq!(found["endpoint_location"].as_str().unwrap().replace(' ', "").to_lowercase(), "westeurope");
    let without = Endpoint { name: "without", target: "\"without.example.com\"", ..EAST };
    workspace
        .refuses(format_args!("{performance}{located}{without}"), &["Endpoint location missing", "without"]);
    workspace.configure(format_args!("{performance}{located}"));
    workspace.plans_nothing();
    workspace.end();
}
