//! Regions and address ranges that belong to one endpoint at a time.

use serde_json::json;

use crate::hcl::{Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

one_cli!(
    a_place_moves_from_one_endpoint_to_another_in_one_put,
    subnets_of_both_families_move_grow_and_go,
    what_two_endpoints_cannot_share_is_refused_at_plan,
);

fn a_place_moves_from_one_endpoint_to_another_in_one_put(workspace: &Workspace) {
    let with = |europe: &str, germany: &str| {
        let endpoints = format!(
            r#"
    europe  = {{ target = "eu.example.com", geo_mappings = [{europe}] }}
    germany = {{ target = "de.example.com", geo_mappings = [{germany}] }}
    others  = {{ target = "www.example.com", geo_mappings = ["WORLD"] }}"#
        );
        Profile { method: "Geographic", endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    let mapped = |name: &str| workspace.azure.endpoint("shop", name).unwrap()["geoMapping"].clone();
    workspace.apply(with("\"GEO-EU\", \"FR\", \"US-CA\"", "\"DE\", \"AT\""));
    workspace.plans_nothing();
    workspace.azure.take_requests();
    let puts = |requests: Vec<String>| requests.iter().filter(|it| it.starts_with("PUT")).count();

    workspace.changes_in_place(with("\"GEO-EU\", \"AT\", \"US-CA\"", "\"DE\", \"FR\""), &json!({}));
    assert_eq!(puts(workspace.azure.take_requests()), 1);
    let sorted = |name: &str| {
        let mut codes: Vec<String> = serde_json::from_value(mapped(name)).unwrap();
        codes.sort();
        codes
    };
    assert_eq!(sorted("europe"), ["AT", "GEO-EU", "US-CA"]);
    assert_eq!(sorted("germany"), ["DE", "FR"]);
    // Order and letter case mean nothing.
    workspace.configure(with("\"us-ca\", \"At\", \"GEO-EU\"", "\"FR\", \"DE\""));
    workspace.plans_nothing();
}

fn subnets_of_both_families_move_grow_and_go(workspace: &Workspace) {
    let with = |office: &str, lab: &str| {
        let endpoints = format!(
            r#"
    office = {{ target = "office.example.com", subnets = [{office}] }}
    lab    = {{ target = "lab.example.com", subnets = [{lab}] }}
    others = {{ target = "www.example.com" }}"#
        );
        Profile { method: "Subnet", endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    let subnets = |name: &str| workspace.azure.endpoint("shop", name).unwrap()["subnets"].clone();
    let six = "{ first = \"2001:db8:1::\", scope = 48 }";
    let four = "{ first = \"203.0.113.0\", scope = 24 }";
    let range = "{ first = \"2001:db8:2::1\", last = \"2001:db8:2::ff\" }";
    workspace.apply(with(six, four));
    workspace.plans_nothing();
    assert_has(&subnets("office"), &json!([{ "first": "2001:db8:1::", "scope": 48 }]));
    // They change places.
    workspace.changes_in_place(with(four, six), &json!({}));
    assert_has(&subnets("office"), &json!([{ "first": "203.0.113.0", "scope": 24 }]));
    // More, fewer and changed ones are changes in place, too.
    workspace.changes_in_place(with(&format!("{four}, {range}"), six), &json!({}));
    assert_eq!(subnets("office").as_array().unwrap().len(), 2);
    workspace.changes_in_place(with("{ first = \"203.0.113.0\", scope = 25 }", six), &json!({}));
    assert_has(&subnets("office"), &json!([{ "first": "203.0.113.0", "scope": 25 }]));
    workspace.changes_in_place(with("{ first = \"203.0.113.9\" }", range), &json!({}));
    assert_has(&subnets("lab"), &json!([{ "first": "2001:db8:2::1", "last": "2001:db8:2::ff" }]));
}

fn what_two_endpoints_cannot_share_is_refused_at_plan(workspace: &Workspace) {
    let two = |method, what: [&str; 2]| {
        let [east, west] = what;
        let endpoints = format!(
            "    east = {{ target = \"e.example.com\", {east} }}\n    west = {{ target = \"w.example.com\", {west} }}"
        );
        Profile { method, endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    for (method, what, texts) in [
        ("Priority", ["priority = 3", "priority = 3"], ["Priority used twice", "both have the priority 3"]),
        (
            "Geographic",
            ["geo_mappings = [\"DE\", \"WORLD\"]", "geo_mappings = [\"de\"]"],
            ["Geographic code used twice", "both have the code \"de\""],
        ),
        (
            "Subnet",
            [
                "subnets = [{ first = \"10.0.0.0\", scope = 8 }]",
                "subnets = [{ first = \"10.1.2.3\", last = \"10.1.2.9\" }]",
            ],
            ["Subnets overlap", "10.1.2.3"],
        ),
        (
            "Subnet",
            [
                "subnets = [{ first = \"2001:db8::\", scope = 32 }]",
                "subnets = [{ first = \"2001:db8:1::1\" }]",
            ],
            ["Subnets overlap", "2001:db8:1::1"],
        ),
    ] {
        workspace.refuses(two(method, what), &texts).has_errors(&["at: west "]);
    }
    assert_eq!(workspace.azure.take_requests(), [""; 0]);
}
