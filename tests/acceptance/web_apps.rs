//! Web apps as targets: what only Azure knows of them, and what a user is told when it refuses one.

use serde_json::json;

use crate::azure::GROUP;
use crate::hcl::{Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

once!(a_web_app_that_azure_refuses_is_told_what_it_lacks);
scenarios!(web_apps_of_two_regions_and_a_slot_are_endpoints);

fn web_app(name: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Web/sites/{name}")
}

fn endpoints(apps: &[&str]) -> String {
    let one = |app: &&str| {
        format!("    {} = {{ target_resource_id = \"{}\" }}", app.replace('/', "-"), web_app(app))
    };
    apps.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn web_apps_of_two_regions_and_a_slot_are_endpoints(workspace: &Workspace) {
    let azure = &workspace.azure;
    azure.seed_web_app(&web_app("one"), "one.azurewebsites.net", "westeurope", "Standard");
    azure.seed_web_app(&web_app("two/slots/blue"), "two-blue.azurewebsites.net", "eastus", "PremiumV3");
    let endpoints = endpoints(&["one", "two/slots/blue"]);
    workspace.apply(Profile { endpoints: Some(&endpoints), method: "Performance", ..SHOP });
    assert_has(
        &workspace.state(crate::hcl::ADDRESS)["endpoints"],
        &json!({
            "one": { "resolved_target": "one.azurewebsites.net" },
            "two-slots-blue": { "resolved_target": "two-blue.azurewebsites.net" },
        }),
    );
    workspace.plans_nothing();
}

fn a_web_app_that_azure_refuses_is_told_what_it_lacks(workspace: &Workspace) {
    let azure = &workspace.azure;
    azure.seed_web_app(&web_app("basic"), "basic.azurewebsites.net", "westeurope", "Basic");
    azure.seed_web_app(&web_app("one"), "one.azurewebsites.net", "eastus", "Standard");
    azure.seed_web_app(&web_app("two"), "two.azurewebsites.net", "eastus", "Standard");
    let cases = [
        (endpoints(&["basic"]), ["plan is Standard or better", "make them external endpoints"]),
        (endpoints(&["one", "two"]), ["one web app per region", "a profile each and nest these"]),
    ];
    for (endpoints, texts) in cases {
        let refused = workspace.refuses(Profile { endpoints: Some(&endpoints), ..SHOP }, &texts);
        refused.has_errors(&["Some of the provided Azure Website endpoints are not valid", "at: endpoints "]);
        assert_eq!(azure.profile("shop"), None);
    }
}
