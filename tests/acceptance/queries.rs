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
    the_example_of_a_query_works,
);

const TYPE: &str = "azuretm_traffic_manager_profile";

/// Makes this the query, beside the provider of all scenarios.
fn ask(workspace: &Workspace, settings: &str) {
    workspace.configure("");
    let query = format!("list \"{TYPE}\" \"all\" {{\n  provider = azuretm\n{settings}\n}}\n");
    workspace.write_file("main.tfquery.hcl", &query);
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

    workspace.run(&["query", "-generate-config-out=generated.tf"]).succeeded();
    workspace.remove_file("main.tfquery.hcl");
    let imported = workspace.apply_again();
    assert_eq!(imported.done(), [""; 0], "{imported}");
    workspace.plans_nothing();
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().all(|request| request.starts_with("GET ")), "{requests:?}");
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

fn the_example_of_a_query_works(workspace: &Workspace) {
    if !workspace.cli.has_queries() {
        return;
    }
    workspace.azure.put("shop", &foreign_profile("contoso-shop"));
    workspace.write(format_args!("{TERRAFORM}{PROVIDER}"));
    let example = format!("examples/list-resources/{TYPE}/list-resource.tfquery.hcl");
    let example = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(example)).unwrap();
    workspace.write_file("main.tfquery.hcl", &example);
    let found = workspace.run(&["query", "-json"]).succeeded().found();
    let mut addresses: Vec<&str> = found.iter().map(|each| each["address"].as_str().unwrap()).collect();
    addresses.sort_unstable();
    assert_eq!(addresses, [format!("list.{TYPE}.all"), format!("list.{TYPE}.global")]);
}
