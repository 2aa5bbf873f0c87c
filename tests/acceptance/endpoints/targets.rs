//! Where endpoints lead: web apps, addresses of both families, profiles; and places of the world.

use serde_json::json;
use test_support::foreign_profile;

use crate::azure::{GROUP, id};
use crate::hcl::{Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

use super::{AZURE, CHILD, CHILD_ID, EAST, EAST_ADDRESS, Endpoint, NESTED, properties};

every_cli!(a_child_profile_is_made_before_its_parent_nests_it_and_goes_after,);
one_cli!(
    web_apps_and_slots_are_endpoints,
    addresses_are_endpoints_of_a_multi_value_profile,
    a_geographic_profile_maps_places_to_endpoints,
    a_resource_of_the_other_kind_is_told_its_type,
    a_minimum_that_the_nested_profile_cannot_reach_is_warned_of,
);

fn web_apps_and_slots_are_endpoints(workspace: &Workspace) {
    let azure = &workspace.azure;
    let app = |name: &str| format!("{GROUP}/providers/Microsoft.Web/sites/{name}");
    azure.seed_web_app(&app("one"), "one.azurewebsites.net", "westeurope", "Standard");
    azure.seed_web_app(&app("two/slots/blue"), "two-blue.azurewebsites.net", "eastus", "PremiumV3");
    azure.seed_web_app(&app("basic"), "basic.azurewebsites.net", "northeurope", "Basic");
    let endpoint = |name: &'static str, app_name: &str| {
        Endpoint { kind: AZURE, name, target: &format!("{:?}", app(app_name)), more: "" }.to_string()
    };
    let performance = Profile { method: "Performance", ..SHOP };
    let both = format!("{performance}{}{}", endpoint("one", "one"), endpoint("blue", "two/slots/blue"));
    workspace.apply(&both);
    workspace.plans_nothing();
    for (name, target) in [("one", "one.azurewebsites.net"), ("blue", "two-blue.azurewebsites.net")] {
        let state = workspace.state(&format!("{}.{name}", AZURE.resource));
        assert_eq!(state["resolved_target"], target);
        assert_has(&properties(workspace, name), &json!({ "target": target }));
    }
    workspace.refuses(
        format_args!("{both}{}", endpoint("basic", "basic")),
        &[
            "plan is Standard or higher",
            "use target instead of target_resource_id",
            "at: target_resource_id ",
        ],
    );
    workspace.configure(both);
    workspace.plans_nothing();
    workspace.destroy();
}

fn addresses_are_endpoints_of_a_multi_value_profile(workspace: &Workspace) {
    let multi_value = Profile { method: "MultiValue", more: "  max_return = 2", ..SHOP };
    let four = Endpoint { name: "four", target: "\"192.0.2.1\"", ..EAST };
    let six = Endpoint { name: "six", target: "\"2001:db8::1\"", ..EAST };
    workspace.apply(format_args!("{multi_value}{four}{six}"));
    workspace.plans_nothing();
    workspace.imports_the_same(&six);
    assert_eq!(properties(workspace, "four")["target"], "192.0.2.1");
    let moved = Endpoint { target: "\"2001:db8::2\"", ..six };
    workspace.updates(&[&six.address()], format_args!("{multi_value}{four}{moved}"));
    assert_eq!(properties(workspace, "six")["target"], "2001:db8::2");
    workspace.refuses(
        format_args!("{multi_value}{four}{moved}{EAST}"),
        &["Target is not an IP address", "at: target "],
    );
}

fn a_geographic_profile_maps_places_to_endpoints(workspace: &Workspace) {
    let geographic = Profile { method: "Geographic", ..SHOP };
    let west = Endpoint { name: "west", target: "\"west.example.com\"", ..EAST };
    let with = |east: &str, west_places: &str| {
        let (east, west_places) =
            (format!("  geo_mappings = [{east}]"), format!("  geo_mappings = [{west_places}]"));
        let (east, west) = (Endpoint { more: &east, ..EAST }, Endpoint { more: &west_places, ..west });
        format!("{geographic}{east}{west}")
    };
    workspace.apply(with("\"GEO-EU\", \"us-ca\"", "\"WORLD\""));
    workspace.plans_nothing();
    workspace.imports_the_same(&west);
    assert_eq!(properties(workspace, "east")["geoMapping"].as_array().map(Vec::len), Some(2));
    // The order and the letter case say nothing.
    workspace.configure(with("\"US-CA\", \"geo-eu\"", "\"world\""));
    workspace.plans_nothing();
    // A place moves from one endpoint to the other, and one to each other, in one apply.
    let both = [EAST_ADDRESS, &west.address()];
    workspace.updates(&both, with("\"GEO-EU\"", "\"WORLD\", \"US-CA\""));
    workspace.updates(&both, with("\"WORLD\"", "\"GEO-EU\", \"US-CA\""));
    assert_eq!(properties(workspace, "east")["geoMapping"], json!(["WORLD"]));
    workspace.refuses(
        with("\"WORLD\", \"GEO-EU\"", "\"GEO-EU\", \"US-CA\""),
        &["Geographic code used twice", "GEO-EU"],
    );
    workspace.refuses(with("\"UK\"", "\"WORLD\", \"US-CA\""), &["UK", "at: geo_mappings "]);
}

fn a_child_profile_is_made_before_its_parent_nests_it_and_goes_after(workspace: &Workspace) {
    let nested = Endpoint { kind: NESTED, name: "nested", target: CHILD_ID, more: "" };
    workspace.apply(format_args!("{SHOP}{CHILD}{nested}"));
    workspace.plans_nothing();
    let address = nested.address();
    assert_has(
        &workspace.state(&address),
        &json!({ "resolved_target": "contoso-child.trafficmanager.net", "minimum_child_endpoints": 1,
            "minimum_required_child_endpoints_ipv4": 0 }),
    );
    workspace.azure.take_requests();
    workspace.destroy();
    let deleted: Vec<String> =
        workspace.azure.take_requests().into_iter().filter(|it| it.starts_with("DELETE ")).collect();
    assert_eq!(deleted[0], "DELETE shop/nestedEndpoints/nested 200", "{deleted:?}");
    assert_eq!(deleted.len(), 3, "{deleted:?}");
}

fn a_resource_of_the_other_kind_is_told_its_type(workspace: &Workspace) {
    let ip = format!("\"{GROUP}/providers/Microsoft.Network/publicIPAddresses/one\"");
    let profile = format!("{:?}", id("child"));
    for (kind, target, right) in [(AZURE, &profile, NESTED), (NESTED, &ip, AZURE)] {
        let wrong = Endpoint { kind, name: "wrong", target, more: "" };
        workspace.refuses(format_args!("{SHOP}{wrong}"), &[right.resource, "at: target_resource_id "]);
    }
    assert!(workspace.azure.profile("shop").is_none());
}

fn a_minimum_that_the_nested_profile_cannot_reach_is_warned_of(workspace: &Workspace) {
    let nested = |child: &str, minimums: &str| {
        let target = format!("\"{}\"", id(child));
        let nested = Endpoint { kind: NESTED, name: "nested", target: &target, more: minimums };
        format!("{SHOP}{nested}")
    };
    let warnings = |resources: &str| {
        workspace.configure(resources);
        let planned = workspace.run(&["plan", "-json", "-input=false"]).succeeded();
        let is_minimum = |warning: &String| warning.contains("Minimum of child endpoints cannot be reached");
        planned.warnings().into_iter().filter(is_minimum).collect::<Vec<_>>()
    };
    // Planned in the same run, with two endpoints.
    let planned = |minimum: u32| {
        let more = format!("  minimum_child_endpoints = {minimum}");
        let nested = Endpoint { kind: NESTED, name: "nested", target: CHILD_ID, more: &more };
        format!("{SHOP}{CHILD}{nested}")
    };
    assert_eq!(warnings(&planned(2)), [""; 0]);
    let said = warnings(&planned(3));
    assert!(
        said.len() == 1 && said[0].contains("only 2 of the endpoints of the profile \"child\""),
        "{said:?}"
    );

    // Of a profile with inline endpoints.
    let inline = |minimum: u32| {
        let nested = format!(
            "    nested = {{ target_resource_id = {CHILD_ID}, minimum_child_endpoints = {minimum} }}"
        );
        format!("{}{CHILD}", Profile { endpoints: Some(&nested), ..SHOP })
    };
    assert_eq!(warnings(&inline(2)), [""; 0]);
    let said = warnings(&inline(3));
    assert!(said.len() == 1 && said[0].contains("minimum_child_endpoints is 3"), "{said:?}");

    // In Azure alone: of three endpoints one is disabled, and one has an IPv4 address.
    workspace.apply(SHOP);
    let mut theirs = foreign_profile("contoso-theirs");
    theirs["properties"]["endpoints"] = json!([]);
    workspace.azure.put("theirs", &theirs);
    for (name, properties) in [
        ("a", json!({ "target": "192.0.2.1" })),
        ("b", json!({ "target": "2001:db8::1" })),
        ("c", json!({ "target": "2001:db8::2", "endpointStatus": "Disabled" })),
    ] {
        workspace.azure.put_endpoint("theirs", name, &properties);
    }
    assert_eq!(warnings(&nested("theirs", "  minimum_child_endpoints = 2")), [""; 0]);
    let families = "  minimum_child_endpoints = 2\n  minimum_required_child_endpoints_ipv6 = 2";
    let said = warnings(&nested("theirs", families));
    assert!(said.len() == 1 && said[0].contains("only 1 of the endpoints"), "{said:?}");
    assert!(said[0].contains("minimum_required_child_endpoints_ipv6 is 2"), "{said:?}");
}
