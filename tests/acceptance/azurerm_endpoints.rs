//! The acceptance tests that azurerm has for its endpoints, as inline endpoints of all three kinds, by the rules
//! of [`super::azurerm_profiles`].

use serde_json::{Value, json};

use crate::azure::GROUP;
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

one_cli!(
    basic_endpoints,
    endpoints_without_a_priority_on_a_priority_profile,
    complete_endpoints_go_back_to_basic,
    two_endpoints_of_each_kind_get_priorities,
    subnets_in_both_forms,
    an_external_endpoint_of_a_performance_profile,
    one_endpoint_twice_is_refused,
);

/// One endpoint of each kind, with these further attributes, and what they need.
fn each_kind(method: &str, azure: &str, external: &str, nested: &str) -> String {
    let endpoints = format!(
        r#"
    azure    = {{ target_resource_id = "{}"{azure} }}
    external = {{ target = "www.example.com"{external} }}
    nested   = {{ target_resource_id = {}.id{nested} }}"#,
        public_ip("one"),
        child_address("one")
    );
    format!("{}{}", child("one"), Profile { method, endpoints: Some(&endpoints), ..SHOP })
}

fn public_ip(name: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/{name}")
}

fn child_address(name: &str) -> String {
    format!("azuretm_traffic_manager_profile.child-{name}")
}

/// A profile without endpoints, which is what azurerm's tests nest.
fn child(name: &str) -> String {
    let label = format!("child-{name}");
    Profile { label: &label, name: &label, relative_name: &label, method: "Priority", ..SHOP }.to_string()
}

/// Static addresses with a name in DNS.
fn seed(workspace: &Workspace) {
    for name in ["one", "two"] {
        let target = format!("{name}.westeurope.cloudapp.azure.com");
        workspace.azure.seed_target(&public_ip(name), &target, "westeurope");
    }
}

fn endpoint(workspace: &Workspace, name: &str) -> Value {
    workspace.azure.endpoint("shop", name).unwrap()
}

fn basic_endpoints(workspace: &Workspace) {
    seed(workspace);
    workspace.step(each_kind("Weighted", "", "", ", minimum_child_endpoints = 5"));
    assert_eq!(endpoint(workspace, "nested")["minChildEndpoints"], 5);
    workspace.end();
}

fn endpoints_without_a_priority_on_a_priority_profile(workspace: &Workspace) {
    seed(workspace);
    workspace.step(each_kind("Priority", "", "", ""));
    let priorities =
        ["azure", "external", "nested"].map(|name| endpoint(workspace, name)["priority"].clone());
    assert_eq!(priorities, [1, 2, 3]);
    workspace.end();
}

fn complete_endpoints_go_back_to_basic(workspace: &Workspace) {
    seed(workspace);
    let basic = each_kind("Weighted", "", "", "");
    let complete = each_kind(
        "Weighted",
        ", weight = 5, enabled = false, always_serve_enabled = true, priority = 4, geo_mappings = [\"WORLD\"], \
         custom_headers = { header = \"www.bing.com\" }",
        ", weight = 5, enabled = false, always_serve_enabled = true, priority = 5, geo_mappings = [\"FR\"], \
         endpoint_location = \"North Europe\", custom_headers = { header = \"www.bing.com\" }",
        ", weight = 5, enabled = false, priority = 3, geo_mappings = [\"DE\"], endpoint_location = \"West US\", \
         minimum_child_endpoints = 9, minimum_required_child_endpoints_ipv4 = 2, \
         minimum_required_child_endpoints_ipv6 = 2",
    );
    let headers = json!([{ "name": "header", "value": "www.bing.com" }]);
    workspace.step(&basic);
    workspace.step(&complete);
    for (name, expected) in [
        ("azure", json!({ "priority": 4, "alwaysServe": "Enabled", "customHeaders": headers })),
        ("external", json!({ "priority": 5, "alwaysServe": "Enabled", "endpointLocation": "North Europe" })),
        (
            "nested",
            json!({ "priority": 3, "minChildEndpoints": 9, "minChildEndpointsIPv4": 2,
                "minChildEndpointsIPv6": 2 }),
        ),
    ] {
        assert_has(&endpoint(workspace, name), &expected);
        assert_has(&endpoint(workspace, name), &json!({ "weight": 5, "endpointStatus": "Disabled" }));
    }
    workspace.step(&basic);
    for name in ["azure", "external", "nested"] {
        let cleared = json!({ "weight": 1, "endpointStatus": "Enabled", "alwaysServe": "Disabled",
            "geoMapping": null, "customHeaders": null });
        assert_has(&endpoint(workspace, name), &cleared);
    }
    assert_eq!(endpoint(workspace, "external")["endpointLocation"], Value::Null);
    let minimums = json!({ "endpointLocation": null, "minChildEndpoints": 1, "minChildEndpointsIPv4": 0, "minChildEndpointsIPv6": 0 });
    assert_has(&endpoint(workspace, "nested"), &minimums);
    workspace.end();
}

fn two_endpoints_of_each_kind_get_priorities(workspace: &Workspace) {
    seed(workspace);
    let of = |name: &str| {
        format!(
            r#"
    azure-{name}    = {{ target_resource_id = "{}", weight = 5 }}
    external-{name} = {{ target = "www.{name}.example", weight = 5 }}
    nested-{name}   = {{ target_resource_id = {}.id }}"#,
            public_ip(name),
            child_address(name)
        )
    };
    let endpoints = ["one", "two"].map(of).concat();
    let shop = Profile { method: "Priority", endpoints: Some(&endpoints), ..SHOP };
    workspace.step(format_args!("{}{}{shop}", child("one"), child("two")));
    let state = workspace.state(ADDRESS)["endpoints"].clone();
    let priorities: Vec<&Value> = state.as_object().unwrap().values().map(|it| &it["priority"]).collect();
    assert_eq!(priorities, [1, 2, 3, 4, 5, 6]);
    workspace.end();
}

fn subnets_in_both_forms(workspace: &Workspace) {
    seed(workspace);
    let subnets = |octet: u8| {
        format!(
            ", subnets = [{{ first = \"1.2.{octet}.0\", scope = 24 }}, {{ first = \"11.12.{octet}.14\", last = \
             \"11.12.{octet}.14\" }}]"
        )
    };
    let nested = format!("{}, weight = 3", subnets(5));
    workspace.step(each_kind("Subnet", &subnets(3), &subnets(4), &nested));
    let both = json!([{ "first": "1.2.3.0", "scope": 24 }, { "first": "11.12.3.14", "last": "11.12.3.14" }]);
    assert_eq!(endpoint(workspace, "azure")["subnets"], both);
    workspace.end();
}

fn an_external_endpoint_of_a_performance_profile(workspace: &Workspace) {
    let endpoints =
        Some("    external = { target = \"www.example.com\", endpoint_location = \"West Europe\" }");
    workspace.step(Profile { method: "Performance", endpoints, ..SHOP });
    workspace.end();
}

/// What a second block is for azurerm's endpoint resources: here, a second key of the map.
fn one_endpoint_twice_is_refused(workspace: &Workspace) {
    let endpoints = "    east = { target = \"a.example.com\" }\n    East = { target = \"b.example.com\" }";
    let outcome = workspace.refuses(
        Profile { endpoints: Some(endpoints), ..SHOP },
        &["Endpoint name used twice", "name the same endpoint"],
    );
    outcome.has_errors(&["at: "]);
    assert_eq!(workspace.azure.take_requests(), [""; 0]);
}
