//! What no plan can know, because only Azure does: what a user is told when it refuses a web app, a public IP address
//! or one profile more.

use serde_json::json;

use crate::azure::GROUP;
use crate::hcl::{Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

one_cli!(
    a_web_app_that_azure_refuses_is_told_what_it_lacks,
    a_public_ip_address_without_a_name_is_told_in_azures_words,
    one_profile_too_many_is_told_in_azures_words,
    web_apps_of_two_regions_and_a_slot_are_endpoints,
);

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
        (endpoints(&["basic"]), ["plan is Standard or higher", "use target instead of target_resource_id"]),
        (endpoints(&["one", "two"]), ["only one web app in each region", "a nested profile of its own"]),
    ];
    for (endpoints, texts) in cases {
        let refused = workspace.refuses(Profile { endpoints: Some(&endpoints), ..SHOP }, &texts);
        refused.has_errors(&["Some of the provided Azure Website endpoints are not valid", "at: endpoints "]);
        assert_eq!(azure.profile("shop"), None);
    }
}

fn a_public_ip_address_without_a_name_is_told_in_azures_words(workspace: &Workspace) {
    let id = workspace.azure.put_public_ip("ip", &json!({}));
    let endpoints = format!("    ip = {{ target_resource_id = \"{id}\" }}");
    let nameless = Profile { endpoints: Some(&endpoints), ..SHOP };
    workspace
        .refuses(nameless, &["Cannot create the profile \"shop\"", "must have a DNS name to be a target"]);
    assert_eq!(workspace.azure.profile("shop"), None);
    workspace.azure.put_public_ip("ip", &json!({ "dnsSettings": { "domainNameLabel": "shop-ip" } }));
    workspace.apply(nameless);
    workspace.plans_nothing();
}

fn one_profile_too_many_is_told_in_azures_words(workspace: &Workspace) {
    workspace.azure.set_limits(1);
    workspace.apply(SHOP);
    let other = Profile { label: "other", name: "other", relative_name: "contoso-other", ..SHOP };
    let both = format!("{SHOP}{other}");
    workspace
        .refuses(&both, &["Cannot create the profile \"other\"", "The limit of 1 Traffic Manager profiles"]);
    workspace.azure.set_limits(2);
    workspace.configure(&both);
    workspace.apply_again();
    workspace.plans_nothing();
}
