//! Who answers a query: the function `route` before anything exists, suites of `terraform test`, and the data source.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::hcl::{PROVIDER, Profile, SHOP, TERRAFORM};
use crate::workspace::Workspace;

every_cli!(
    a_route_is_known_at_the_plan_of_a_profile_that_does_not_exist,
    a_route_through_what_is_not_known_yet_is_known_after_the_apply,
    a_test_suite_fails_when_france_moves_to_america,
);
one_cli!(
    every_routing_test_of_the_examples_passes,
    a_route_follows_the_health_in_azure,
    what_is_wrong_with_a_question_is_said_at_plan,
    endpoints_of_their_own_are_merged_into_the_profile,
);

const SHARES: &str = r#"
    stable = { target = "stable.example.com", weight = 90 }
    canary = { target = "canary.example.com", weight = 10 }"#;

fn shop() -> Profile<'static> {
    Profile { endpoints: Some(SHARES), ..SHOP }
}

fn has_functions(workspace: &Workspace) -> bool {
    workspace.cli.is_at_least((1, 8), (1, 7), "functions of providers")
}

/// The value of an output in the plan; null if it is known after the apply only.
fn planned_output(workspace: &Workspace, name: &str) -> Value {
    workspace.plan()["output_changes"][name]["after"].clone()
}

fn a_route_is_known_at_the_plan_of_a_profile_that_does_not_exist(workspace: &Workspace) {
    if !has_functions(workspace) {
        return;
    }
    workspace.configure(format_args!(
        "{}
output \"healthy\" {{
  value = provider::azuretm::route(azuretm_traffic_manager_profile.shop, {{}})
}}
output \"failed\" {{
  value = provider::azuretm::route(azuretm_traffic_manager_profile.shop, {{ health = {{ stable = \"Degraded\" }} }}).answers
}}
",
        shop()
    ));
    let healthy = planned_output(workspace, "healthy");
    assert_eq!(healthy["endpoints"], json!({"stable": 0.9, "canary": 0.1}));
    assert_eq!(healthy["record_type"], "CNAME");
    assert_eq!(healthy["ttl"], 30);
    assert_eq!(
        healthy["reasons"],
        json!(["shop (Weighted): By weight, canary gets 10 % and stable gets 90 %."])
    );
    assert_eq!(planned_output(workspace, "failed"), json!(["canary.example.com"]));
    workspace.apply_again();
    workspace.plans_nothing();
}

fn a_route_through_what_is_not_known_yet_is_known_after_the_apply(workspace: &Workspace) {
    if !has_functions(workspace) {
        return;
    }
    let endpoints = r#"
    stable = { target = "stable.example.com", weight = terraform_data.weight.output }
    canary = { target = "canary.example.com", weight = 10 }"#;
    workspace.configure(format_args!(
        "resource \"terraform_data\" \"weight\" {{
  input = 30
}}
{}
output \"shares\" {{
  value = provider::azuretm::route(azuretm_traffic_manager_profile.shop, {{}}).endpoints
}}
",
        Profile { endpoints: Some(endpoints), ..SHOP }
    ));
    assert_eq!(planned_output(workspace, "shares"), Value::Null);
    let applied = workspace.apply_again();
    assert_eq!(applied.outputs()["shares"]["value"], json!({"stable": 0.75, "canary": 0.25}));
    workspace.plans_nothing();
}

/// The example of this name, with its tests. Returns its main file.
fn copy_example(workspace: &Workspace, name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/routing-tests").join(name);
    for place in ["", "tests/"] {
        for entry in fs::read_dir(folder.join(place)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let file = format!("{place}{}", path.file_name().unwrap().to_str().unwrap());
                workspace.write_file(&file, &fs::read_to_string(path).unwrap());
            }
        }
    }
    fs::read_to_string(folder.join("main.tf")).unwrap()
}

fn every_routing_test_of_the_examples_passes(workspace: &Workspace) {
    for name in ["failover", "compliance", "canary"] {
        let place = workspace.another(&[]);
        copy_example(&place, name);
        let tested = place.run(&["test", "-no-color"]).succeeded();
        assert!(tested.to_string().contains("3 passed, 0 failed"), "{name}: {tested}");
    }
}

fn a_test_suite_fails_when_france_moves_to_america(workspace: &Workspace) {
    if !has_functions(workspace) {
        return;
    }
    let text = copy_example(workspace, "compliance");
    let moved = text.replacen("geo_mappings = [\"WORLD\"]", "geo_mappings = [\"WORLD\", \"FR\"]", 1);
    assert_ne!(moved, text);
    workspace.write(&moved);
    let tested = workspace.run(&["test", "-no-color"]).failed().to_string();
    assert!(tested.contains("Clients in FR are sent to another continent."), "{tested}");
    assert!(tested.contains("Clients in France are sent to portal-america.example.com."), "{tested}");
    assert!(tested.contains("1 passed, 2 failed"), "{tested}");
}

fn a_route_follows_the_health_in_azure(workspace: &Workspace) {
    let child = Profile {
        label: "child",
        name: "child",
        relative_name: "contoso-child",
        endpoints: Some(SHARES),
        ..SHOP
    };
    let nested = r#"
    europe  = { target_resource_id = azuretm_traffic_manager_profile.child.id, endpoint_location = "westeurope" }
    america = { target = "america.example.com", endpoint_location = "eastus" }"#;
    let parent = Profile { method: "Performance", endpoints: Some(nested), ..SHOP };
    let question = r#"
data "azuretm_traffic_manager_route" "france" {
  profile_id      = azuretm_traffic_manager_profile.shop.id
  geographic_code = "FR"
}
output "route" {
  value = data.azuretm_traffic_manager_route.france
}
"#;
    workspace.configure(format_args!("{child}{parent}{question}"));
    let applied = workspace.apply_again();
    let route = &applied.outputs()["route"]["value"];
    assert_eq!(route["endpoints"], json!({"europe/stable": 0.9, "europe/canary": 0.1}));
    assert_eq!(route["ttl"], 30);

    workspace.azure.set_health("child", "stable", "Degraded");
    let route = workspace.apply_again().outputs()["route"]["value"].clone();
    assert_eq!(route["answers"], json!(["canary.example.com"]));
    workspace.azure.set_health("child", "canary", "Degraded");
    let route = workspace.apply_again().outputs()["route"]["value"].clone();
    assert_eq!(route["answers"], json!(["america.example.com"]), "{route}");
    assert_eq!(route["reasons"][0], "shop (Performance): europe is Degraded.");
}

fn what_is_wrong_with_a_question_is_said_at_plan(workspace: &Workspace) {
    let geographic = r#"
    europe = { target = "europe.example.com", geo_mappings = ["GEO-EU"] }
    world  = { target = "world.example.com", geo_mappings = ["WORLD"] }"#;
    let profile = Profile { method: "Geographic", endpoints: Some(geographic), ..SHOP };
    for (query, expected) in [
        ("{}", "the answer depends on geographic_code, because a profile uses Geographic routing"),
        ("{ geographic_code = \"Germany\" }", "\"Germany\" is not a geographic code: use its code, DE"),
        ("{ geographic_code = \"FR\", health = { asia = \"Degraded\" } }", "there is no endpoint \"asia\""),
        ("{ geographic_code = \"FR\", health = { world = \"Sick\" } }", "\"Sick\" is not a health"),
        ("{ code = \"FR\" }", "there is no attribute \"code\""),
        ("{ source = \"here\" }", "\"here\" is not an IP address"),
    ] {
        workspace.configure(format_args!(
            "{profile}
output \"route\" {{
  value = provider::azuretm::route(azuretm_traffic_manager_profile.shop, {query})
}}
"
        ));
        let errors = workspace.run(&["plan", "-json"]).failed().errors().join("\n");
        assert!(errors.contains(expected), "{query}: {errors}");
    }
}

fn endpoints_of_their_own_are_merged_into_the_profile(workspace: &Workspace) {
    let profile = Profile { method: "Subnet", ..SHOP };
    workspace.write(format_args!(
        "{TERRAFORM}{PROVIDER}{profile}
resource \"azuretm_traffic_manager_external_endpoint\" \"office\" {{
  name       = \"office\"
  profile_id = azuretm_traffic_manager_profile.shop.id
  target     = \"office.example.com\"
  subnet {{
    first = \"198.51.100.0\"
    scope = 24
  }}
}}
resource \"azuretm_traffic_manager_external_endpoint\" \"everybody\" {{
  name       = \"everybody\"
  profile_id = azuretm_traffic_manager_profile.shop.id
  target     = \"www.example.com\"
}}
locals {{
  endpoints = [azuretm_traffic_manager_external_endpoint.office, azuretm_traffic_manager_external_endpoint.everybody]
  shop = merge(azuretm_traffic_manager_profile.shop, {{ endpoints = {{ for it in local.endpoints : it.name => it }} }})
}}
output \"office\" {{
  value = provider::azuretm::route(local.shop, {{ source = \"198.51.100.7\" }}).answers
}}
output \"others\" {{
  value = provider::azuretm::route(local.shop, {{ source = \"192.0.2.1\" }}).answers
}}
"
    ));
    assert_eq!(planned_output(workspace, "office"), json!(["office.example.com"]));
    assert_eq!(planned_output(workspace, "others"), json!(["www.example.com"]));
    workspace.apply_again();
    workspace.plans_nothing();
}
