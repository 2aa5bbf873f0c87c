//! The six routing methods follow each other without a new profile.

use serde_json::json;

use crate::hcl::{Profile, SHOP};
use crate::workspace::Workspace;

one_cli!(method_and_endpoints_change_together_in_one_put,);

/// A method, its endpoints, and what else it needs.
const METHODS: [(&str, &str, &str); 7] = [
    (
        "Priority",
        r#"
    east = { target = "east.example.com", priority = 1 }
    west = { target = "west.example.com", priority = 2 }"#,
        "",
    ),
    (
        "Weighted",
        r#"
    east = { target = "east.example.com", weight = 70 }
    west = { target = "west.example.com", weight = 30 }"#,
        "",
    ),
    (
        "Performance",
        r#"
    asia   = { target = "asia.example.com", endpoint_location = "southeastasia" }
    europe = { target = "europe.example.com", endpoint_location = "westeurope" }"#,
        "",
    ),
    (
        "Geographic",
        r#"
    germany = { target = "de.example.com", geo_mappings = ["DE"] }
    europe  = { target = "europe.example.com", geo_mappings = ["GEO-EU", "GEO-ME"] }
    others  = { target = "world.example.com", geo_mappings = ["WORLD"] }"#,
        "",
    ),
    (
        "Subnet",
        r#"
    office = { target = "office.example.com", subnets = [{ first = "198.51.100.0", last = "198.51.100.63" }] }
    lab    = { target = "lab.example.com", subnets = [{ first = "203.0.113.0", scope = 24 }] }
    others = { target = "world.example.com" }"#,
        "",
    ),
    (
        "MultiValue",
        r#"
    four = { target = "192.0.2.10" }
    six  = { target = "2001:db8::10" }"#,
        "  max_return = 2",
    ),
    ("Priority", r#"    east = { target = "east.example.com" }"#, ""),
];

fn method_and_endpoints_change_together_in_one_put(workspace: &Workspace) {
    let [first, others @ ..] = METHODS;
    let configuration =
        |(method, endpoints, more)| Profile { method, endpoints: Some(endpoints), more, ..SHOP };
    workspace.apply(configuration(first));
    workspace.plans_nothing();
    for each in others {
        workspace.azure.take_requests();
        workspace.changes_in_place(
            configuration(each),
            &json!({ "properties": { "trafficRoutingMethod": each.0 } }),
        );
        // The last is the plan that finds nothing to do.
        assert_eq!(
            workspace.azure.take_requests(),
            ["GET shop 200", "GET shop 200", "PUT shop 200", "GET shop 200"]
        );
    }
}
