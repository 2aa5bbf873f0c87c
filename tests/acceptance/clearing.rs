//! Whatever can be left out: null, empty and absent each clear it, and the plan after that is empty.

use serde_json::{Value, json};

use crate::azure::id;
use crate::hcl::{HTTPS, Profile, SHOP, header};
use crate::json::assert_has;
use crate::workspace::Workspace;

// What a CLI proposes for an attribute in a map is its own.
every_cli!(what_an_endpoint_has_is_cleared_in_each_spelling,);
one_cli!(what_a_profile_has_is_cleared_in_each_spelling,);

fn what_a_profile_has_is_cleared_in_each_spelling(workspace: &Workspace) {
    let monitor = format!(
        "{HTTPS}\n    expected_status_code_ranges = [\"200-299\"]{}",
        header("Host", "a.example.com")
    );
    let full = Profile {
        monitor: &monitor,
        more: "  max_return = 3\n  profile_status = \"Disabled\"\n  traffic_view_enabled = true\n  tags = { team = \"web\" }",
        ..SHOP
    };
    let empty = "\n    expected_status_code_ranges = []\n    dynamic \"custom_header\" {\n      for_each = []\n      \
                 content {\n        name  = \"\"\n        value = \"\"\n      }\n    }";
    let null = "\n    interval_in_seconds = null\n    timeout_in_seconds = null\n    \
                tolerated_number_of_failures = null\n    expected_status_code_ranges = null";
    for (monitor, more) in [
        ("", ""),
        (empty, "  tags = {}"),
        (null, "  max_return = null\n  profile_status = null\n  traffic_view_enabled = null\n  tags = null"),
    ] {
        workspace.apply(full);
        workspace.plans_nothing();
        let set = json!({ "tags": { "team": "web" }, "properties": { "maxReturn": 3 } });
        assert_has(&workspace.azure.profile("shop").unwrap(), &set);
        let monitor = format!("{HTTPS}{monitor}");
        workspace.changes_in_place(
            Profile { monitor: &monitor, more, ..SHOP },
            &json!({ "tags": {}, "properties": {
                "maxReturn": null, "profileStatus": "Enabled", "trafficViewEnrollmentStatus": "Disabled",
                "monitorConfig": { "expectedStatusCodeRanges": null, "customHeaders": null,
                    "intervalInSeconds": 30, "timeoutInSeconds": 10, "toleratedNumberOfFailures": 3 },
            } }),
        );
    }
}

fn what_an_endpoint_has_is_cleared_in_each_spelling(workspace: &Workspace) {
    let child = Profile { label: "child", name: "child", relative_name: "contoso-child", ..SHOP };
    let with = |external: &str, nested: &str| {
        let endpoints = format!(
            r#"
    external = {{ target = "www.example.com"{external} }}
    nested   = {{ target_resource_id = azuretm_traffic_manager_profile.child.id{nested} }}"#
        );
        format!("{child}{}", Profile { endpoints: Some(&endpoints), ..SHOP })
    };
    let full = with(
        ", weight = 7, enabled = false, always_serve_enabled = true, priority = 9, endpoint_location = \"West US\",
      geo_mappings = [\"DE\"], subnets = [{ first = \"203.0.113.0\", scope = 24 }],
      custom_headers = { Host = \"a.example.com\" }",
        ", minimum_child_endpoints = 3, minimum_required_child_endpoints_ipv4 = 1,
      minimum_required_child_endpoints_ipv6 = 1, endpoint_location = \"West US\"",
    );
    let empty = ", geo_mappings = [], subnets = [], custom_headers = {}";
    let null = ", weight = null, enabled = null, always_serve_enabled = null, priority = null,
      endpoint_location = null, geo_mappings = null, subnets = null, custom_headers = null";
    let nested_null = ", minimum_child_endpoints = null, minimum_required_child_endpoints_ipv4 = null,
      minimum_required_child_endpoints_ipv6 = null, endpoint_location = null";
    for (external, nested) in [("", ""), (empty, ""), (null, nested_null)] {
        workspace.apply(&full);
        workspace.plans_nothing();
        let endpoint = |name: &str| workspace.azure.endpoint("shop", name).unwrap();
        assert_has(&endpoint("external"), &json!({ "weight": 7, "priority": 9, "geoMapping": ["DE"] }));
        assert_has(&endpoint("nested"), &json!({ "minChildEndpoints": 3, "minChildEndpointsIPv6": 1 }));
        workspace.changes_in_place(with(external, nested), &json!({ "id": id("shop") }));
        assert_has(
            &endpoint("external"),
            &json!({ "weight": 1, "endpointStatus": "Enabled", "alwaysServe": "Disabled",
                "endpointLocation": null, "geoMapping": null, "subnets": null, "customHeaders": null }),
        );
        // Azure has no endpoint without a priority: the number stays, though nobody asks for it any more.
        assert_eq!(endpoint("external")["priority"], 9);
        let minimums =
            json!({ "minChildEndpoints": 1, "minChildEndpointsIPv4": 0, "minChildEndpointsIPv6": 0 });
        assert_has(&endpoint("nested"), &minimums);
        assert_eq!(endpoint("nested")["endpointLocation"], Value::Null);
    }
}
