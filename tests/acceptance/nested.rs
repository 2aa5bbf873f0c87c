//! Endpoints that lead to other profiles and to Azure's own resources.

use serde_json::json;

use crate::azure::{GROUP, id};
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

every_cli!(a_child_profile_is_made_before_its_parent_and_goes_after_it,);
one_cli!(azure_finds_the_target_of_a_resource, a_child_that_azure_does_not_delete_is_told_its_parent,);

const CHILD: Profile<'static> = Profile {
    label: "europe",
    name: "europe",
    relative_name: "contoso-europe",
    endpoints: Some("    a = { target = \"a.example.com\" }\n    b = { target = \"b.example.com\" }"),
    ..SHOP
};

fn a_child_profile_is_made_before_its_parent_and_goes_after_it(workspace: &Workspace) {
    let with = |minimums: &str| {
        let europe = "target_resource_id = azuretm_traffic_manager_profile.europe.id";
        let endpoints = format!(
            r#"
    europe = {{ {europe}, endpoint_location = "westeurope"{minimums} }}
    asia   = {{ target = "asia.example.com", endpoint_location = "southeastasia" }}"#
        );
        format!("{CHILD}{}", Profile { method: "Performance", endpoints: Some(&endpoints), ..SHOP })
    };
    let azure = &workspace.azure;
    workspace.apply(with(""));
    let writes = |requests: Vec<String>| -> Vec<String> {
        let is_write = |request: &String| request.starts_with("PUT") || request.starts_with("DELETE");
        requests.into_iter().filter(is_write).collect()
    };
    assert_eq!(writes(azure.take_requests()), ["PUT europe 201", "PUT shop 201"]);
    workspace.plans_nothing();
    let endpoint = &workspace.state(ADDRESS)["endpoints"]["europe"];
    assert_has(
        endpoint,
        &json!({
            "id": format!("{}/nestedEndpoints/europe", id("shop")),
            "resolved_target": "contoso-europe.trafficmanager.net",
            "minimum_child_endpoints": 1,
        }),
    );
    let minimums = ", minimum_child_endpoints = 2, minimum_required_child_endpoints_ipv4 = 1, \
                    minimum_required_child_endpoints_ipv6 = 2";
    workspace.changes_in_place(with(minimums), &json!({}));
    let europe = azure.endpoint("shop", "europe").unwrap();
    let set = json!({ "minChildEndpoints": 2, "minChildEndpointsIPv4": 1, "minChildEndpointsIPv6": 2 });
    assert_has(&europe, &set);
    workspace.changes_in_place(with(""), &json!({}));
    azure.take_requests();
    workspace.destroy();
    assert_eq!(writes(azure.take_requests()), ["DELETE shop 200", "DELETE europe 200"]);
}

fn azure_finds_the_target_of_a_resource(workspace: &Workspace) {
    let ip = |name: &str| format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/{name}");
    let to = |name: &str| {
        let endpoints = format!("    ip = {{ target_resource_id = \"{}\" }}", ip(name));
        Profile { method: "Performance", endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    workspace.azure.seed_target(&ip("one"), "one.westeurope.cloudapp.azure.com", "westeurope");
    workspace.azure.seed_target(&ip("two"), "two.eastus.cloudapp.azure.com", "eastus");
    workspace.apply(to("one"));
    workspace.plans_nothing();
    let found = || workspace.state(ADDRESS)["endpoints"]["ip"]["resolved_target"].clone();
    assert_eq!(found(), "one.westeurope.cloudapp.azure.com");
    workspace.changes_in_place(to("two"), &json!({}));
    assert_eq!(found(), "two.eastus.cloudapp.azure.com");
}

fn a_child_that_azure_does_not_delete_is_told_its_parent(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.apply(CHILD);
    let parent = json!({
        "location": "global",
        "properties": {
            "trafficRoutingMethod": "Weighted",
            "dnsConfig": { "relativeName": "fabrikam", "ttl": 30 },
            "monitorConfig": { "protocol": "TCP", "port": 443 },
            "endpoints": [{
                "name": "europe",
                "type": "Microsoft.Network/trafficManagerProfiles/nestedEndpoints",
                "properties": { "targetResourceId": id("europe"), "minChildEndpoints": 1 },
            }],
        },
    });
    azure.put("parent", &parent);
    // Whether Azure refuses this is not known; if it does, it does so in this form.
    azure.fault(json!({
        "method": "DELETE", "path": "europe",
        "answer": { "status": 409, "body": { "code": "Conflict", "message": "The profile is in use." } },
    }));
    let refused = workspace.run(&["apply", "-destroy", "-json", "-auto-approve", "-input=false"]).failed();
    refused.has_errors(&[
        "Cannot delete the profile \"europe\"",
        "The profile is nested in another profile",
        &id("parent"),
        "The profile is in use.",
    ]);
    assert!(azure.profile("europe").is_some());
    workspace.destroy();
}
