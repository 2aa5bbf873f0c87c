//! `terraform query` finds what is there, whoever made it, and writes the configuration that imports it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use test_support::foreign_profile;

use crate::azure::{SUBSCRIPTION, id};
use crate::hcl::{PROVIDER, TERRAFORM};
use crate::json::assert_has;
use crate::workspace::Workspace;

every_cli!(
    a_query_finds_what_others_made_and_its_configuration_plans_nothing,
    a_query_is_of_one_resource_group_or_of_the_subscription,
    a_query_ends_at_its_limit_or_with_what_is_wrong,
    a_query_finds_endpoints_and_their_configuration_plans_nothing,
    a_query_of_endpoints_tells_what_is_wrong_with_its_profile,
    the_examples_of_a_query_work,
);

const TYPE: &str = "azuretm_traffic_manager_profile";

/// The list resources of endpoints.
const ENDPOINTS: [&str; 3] = [
    "azuretm_traffic_manager_azure_endpoint",
    "azuretm_traffic_manager_external_endpoint",
    "azuretm_nested_profile",
];

/// Makes this the query of profiles, beside the provider of all scenarios.
fn ask(workspace: &Workspace, settings: &str) {
    ask_for(workspace, &[TYPE], settings);
}

/// Makes this the query of each of these.
fn ask_for(workspace: &Workspace, types: &[&str], settings: &str) {
    workspace.configure("");
    let list = |name: &&str| format!("list \"{name}\" \"all\" {{\n  provider = azuretm\n{settings}\n}}\n");
    workspace.write_file("main.tfquery.hcl", &types.iter().map(list).collect::<String>());
}

/// Another hand makes a profile with these endpoints.
fn put(workspace: &Workspace, name: &str, method: &str, endpoints: &Value) {
    let profile = json!({
        "location": "global",
        "tags": { "team": "web" },
        "properties": {
            "trafficRoutingMethod": method,
            "maxReturn": if method == "MultiValue" { json!(2) } else { Value::Null },
            "dnsConfig": { "relativeName": format!("contoso-{name}"), "ttl": 60 },
            "monitorConfig": {
                "protocol": "HTTPS", "port": 443, "path": "/health",
                "expectedStatusCodeRanges": [{ "min": 200, "max": 202 }],
                "customHeaders": [{ "name": "Host", "value": "shop.example.com" }],
            },
            "endpoints": endpoints,
        },
    });
    workspace.azure.put(name, &profile);
}

/// An external or nested endpoint.
fn endpoint(kind: &str, name: &str, properties: &Value) -> Value {
    let kind = format!("Microsoft.Network/trafficManagerProfiles/{kind}Endpoints");
    json!({ "name": name, "type": kind, "properties": properties })
}

/// A profile of each routing method, with what only endpoints of that method have.
fn made_by_others(workspace: &Workspace) {
    let external = |name, properties: Value| endpoint("external", name, &properties);
    let (east, west) = ("east.example.com", "west.example.com");
    let weighted = [
        external(
            "east",
            json!({ "target": east, "weight": 70, "customHeaders": [{ "name": "a", "value": "b" }] }),
        ),
        external("west", json!({ "target": west, "weight": 30, "endpointStatus": "Disabled" })),
    ];
    put(workspace, "weighted", "Weighted", &json!(weighted));
    let nested = json!({ "targetResourceId": id("weighted"), "minChildEndpoints": 2, "endpointLocation": "West Europe" });
    let performance = [
        external("east", json!({ "target": east, "endpointLocation": "East US", "alwaysServe": "Enabled" })),
        endpoint("nested", "nested", &nested),
    ];
    put(workspace, "performance", "Performance", &json!(performance));
    let subnets = json!([{ "first": "10.0.0.0", "scope": 8 }, { "first": "192.0.2.1", "last": "192.0.2.9" }]);
    for (name, method, properties) in [
        ("priority", "Priority", json!({ "target": east, "priority": 7 })),
        ("geographic", "Geographic", json!({ "target": east, "geoMapping": ["GEO-EU", "US-CA"] })),
        ("subnet", "Subnet", json!({ "target": east, "subnets": subnets })),
        ("multivalue", "MultiValue", json!({ "target": "192.0.2.1" })),
    ] {
        put(workspace, name, method, &json!([external("east", properties)]));
    }
    put(workspace, "empty", "Weighted", &json!([]));
}

/// The configuration that a query writes imports what it finds, and nothing is sent but reads.
fn what_is_found_is_imported(workspace: &Workspace) {
    workspace.run(&["query", "-generate-config-out=generated.tf"]).succeeded();
    workspace.remove_file("main.tfquery.hcl");
    let imported = workspace.apply_again();
    assert_eq!(imported.done(), [""; 0], "{imported}");
    workspace.plans_nothing();
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().all(|request| request.starts_with("GET ")), "{requests:?}");
}

fn a_query_finds_what_others_made_and_its_configuration_plans_nothing(workspace: &Workspace) {
    if !workspace.cli.has_queries() {
        return;
    }
    made_by_others(workspace);
    ask(workspace, "  include_resource = true");
    let found = workspace.run(&["query", "-json"]).succeeded().found();
    let names: Vec<&Value> = found.iter().map(|each| &each["display_name"]).collect();
    let expected = ["empty", "geographic", "multivalue", "performance", "priority", "subnet", "weighted"];
    assert_eq!(names, expected);
    let identity =
        json!({ "subscription_id": SUBSCRIPTION, "resource_group_name": "rg-global", "name": "empty" });
    assert_eq!(found[0]["identity"], identity);
    assert_has(
        &found[6]["resource_object"],
        &json!({ "tags": { "team": "web" }, "traffic_routing_method": "Weighted" }),
    );
    assert_eq!(found[6]["resource_object"]["endpoints"]["east"]["weight"], 70);
    let requests = workspace.azure.take_requests();
    assert_eq!(requests, ["GET trafficManagerProfiles 200"], "one list is all that a query asks for");

    what_is_found_is_imported(workspace);
    let state = workspace.state(&format!("{TYPE}.all_6"));
    assert_has(
        &state,
        &json!({ "name": "weighted", "dns_config": [{ "relative_name": "contoso-weighted" }] }),
    );
    assert_eq!(state["endpoints"]["west"]["enabled"], false);
}

fn a_query_is_of_one_resource_group_or_of_the_subscription(workspace: &Workspace) {
    if !workspace.cli.has_queries() {
        return;
    }
    workspace.azure.put("shop", &foreign_profile("contoso-shop"));
    workspace.azure.put_in("rg-other", "blog", &foreign_profile("contoso-blog"));
    let names = || {
        let found = workspace.run(&["query", "-json"]).succeeded().found();
        let name = |each: &Value| each["display_name"].as_str().unwrap().to_owned();
        assert!(found.iter().all(|each| each["resource_object"].is_null()), "none was wanted: {found:?}");
        found.iter().map(name).collect::<Vec<_>>()
    };
    ask(workspace, "");
    assert_eq!(names(), ["shop", "blog"]);
    ask(workspace, "  config {\n    resource_group_name = \"RG-other\"\n  }");
    assert_eq!(names(), ["blog"]);
    let other = "00000000-0000-0000-0000-000000000002";
    ask(workspace, &format!("  config {{\n    subscription_id = \"{other}\"\n  }}"));
    assert_eq!(names(), [""; 0]);
}

fn a_query_ends_at_its_limit_or_with_what_is_wrong(workspace: &Workspace) {
    if !workspace.cli.has_queries() {
        return;
    }
    for name in ["a", "b", "c"] {
        workspace.azure.put(name, &foreign_profile(&format!("contoso-{name}")));
    }
    ask(workspace, "  limit = 2");
    assert_eq!(workspace.run(&["query", "-json"]).succeeded().found().len(), 2);

    let query = |config: &str| ask(workspace, &format!("  config {{\n    {config}\n  }}"));
    workspace.azure.delete_group();
    query("resource_group_name = \"rg-global\"");
    workspace.run(&["query", "-json"]).failed().has_errors(&[
        "Cannot list the profiles of the resource group \"rg-global\"",
        "does not exist in this subscription",
    ]);
    query("resource_group_name = \"\"");
    workspace.run(&["query", "-json"]).failed().has_errors(&["Empty resource group name"]);
    query("subscription_id = \"mine\"");
    for command in [&["validate", "-query"][..], &["query"]] {
        let said = workspace.run(command).failed().words();
        assert!(said.contains("Invalid subscription ID") && said.contains("a UUID such as"), "{said}");
    }
}

fn a_query_finds_endpoints_and_their_configuration_plans_nothing(workspace: &Workspace) {
    if !workspace.cli.has_queries() {
        return;
    }
    made_by_others(workspace);
    let lists = [(ENDPOINTS[1], "performance"), (ENDPOINTS[2], "performance"), (ENDPOINTS[1], "subnet")];
    let list = |(name, profile): (&str, &str)| {
        format!(
            "list \"{name}\" \"{profile}\" {{\n  provider = azuretm\n  include_resource = true\n  config {{\n    \
             profile_id = \"{}\"\n  }}\n}}\n",
            id(profile)
        )
    };
    workspace.configure("");
    workspace.write_file("main.tfquery.hcl", &lists.map(list).concat());
    let found = workspace.run(&["query", "-json"]).succeeded().found();
    let external = |each: &&Value| each["address"] == format!("list.{}.performance", ENDPOINTS[1]);
    let east = found.iter().find(external).unwrap();
    let identity = json!({ "subscription_id": SUBSCRIPTION, "resource_group_name": "rg-global",
        "profile_name": "performance", "name": "east" });
    assert_eq!((&east["identity"], &east["display_name"]), (&identity, &json!("east")));
    assert_has(
        &east["resource_object"],
        &json!({ "target": "east.example.com", "endpoint_location": "East US", "always_serve_enabled": true,
            "monitor_status": "Unmonitored", "profile_id": id("performance") }),
    );
    assert_eq!(found.len(), 3, "each of its kind: {found:?}");
    let mut requests = workspace.azure.take_requests();
    requests.sort_unstable();
    let one_for_each_list = ["GET performance 200", "GET performance 200", "GET subnet 200"];
    assert_eq!(requests, one_for_each_list);

    what_is_found_is_imported(workspace);
    let nested = workspace.state(&format!("{}.performance_0", ENDPOINTS[2]));
    assert_has(&nested, &json!({ "minimum_child_endpoints": 2, "target_resource_id": id("weighted") }));
}

fn a_query_of_endpoints_tells_what_is_wrong_with_its_profile(workspace: &Workspace) {
    if !workspace.cli.has_queries() {
        return;
    }
    let query =
        |id: &str| ask_for(workspace, &ENDPOINTS, &format!("  config {{\n    profile_id = \"{id}\"\n  }}"));
    workspace.azure.put("shop", &foreign_profile("contoso-shop"));
    query(&id("blog"));
    workspace
        .run(&["query", "-json"])
        .failed()
        .has_errors(&["Cannot list the endpoints of the profile \"blog\"", "There is no such profile"]);
    query("shop");
    for command in [&["validate", "-query"][..], &["query"]] {
        let said = workspace.run(command).failed().words();
        assert!(said.contains("Invalid profile ID"), "{said}");
    }
}

fn the_examples_of_a_query_work(workspace: &Workspace) {
    if !workspace.cli.has_queries() {
        return;
    }
    workspace.azure.put("shop", &foreign_profile("contoso-shop"));
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/list-resources");
    let example =
        |name: &str| fs::read_to_string(examples.join(name).join("list-resource.tfquery.hcl")).unwrap();
    let addresses = |name: &str| {
        workspace.write(format_args!("{TERRAFORM}{PROVIDER}"));
        workspace.write_file("main.tfquery.hcl", &example(name));
        let found = workspace.run(&["query", "-json"]).succeeded().found();
        let mut addresses: Vec<String> =
            found.iter().map(|each| each["address"].as_str().unwrap().to_owned()).collect();
        addresses.sort_unstable();
        addresses
    };
    assert_eq!(addresses(TYPE), [format!("list.{TYPE}.all"), format!("list.{TYPE}.global")]);
    for name in ENDPOINTS {
        let expected = usize::from(name == ENDPOINTS[1]);
        assert_eq!(addresses(name), vec![format!("list.{name}.shop"); expected]);
    }
}
