//! What changes an endpoint in place, what clears a setting, and what makes another endpoint of it.

use serde_json::{Value, json};

use crate::hcl::{Profile, SHOP};
use crate::json::assert_has;
use crate::workspace::Workspace;

use super::{AZURE, CHILD, EAST, EAST_ADDRESS, EachKind, Endpoint, NESTED, properties, public_ip};

every_cli!(what_is_set_is_cleared_in_each_spelling, a_target_that_is_not_known_at_plan_is_changed_in_place,);
one_cli!(
    targets_change_in_place,
    headers_are_added_changed_and_removed,
    only_another_name_or_profile_replaces,
    letter_case_that_azure_ignores_makes_no_difference,
    what_azure_is_not_told_sends_nothing,
    a_change_that_fails_leaves_the_state_as_it_was,
);

/// The external endpoint with more.
fn east(more: &str) -> String {
    format!("{SHOP}{}", Endpoint { more, ..EAST })
}

fn header(name: &str, value: &str) -> String {
    format!("  custom_header {{\n    name  = {name:?}\n    value = {value:?}\n  }}\n")
}

fn what_is_set_is_cleared_in_each_spelling(workspace: &Workspace) {
    let basic = EachKind::basic(&workspace.azure);
    let settings = "  weight = 7\n  enabled = false\n  geo_mappings = [\"DE\"]\n  subnet {\n    first = \"203.0.113.0\"\n    \
                    scope = 24\n  }\n";
    let full = |more: &str| format!("{settings}{}{more}", header("Host", "a.example.com"));
    let full = basic.with([
        &full("  always_serve_enabled = true"),
        &full("  always_serve_enabled = true\n  endpoint_location = \"West US\""),
        &full(
            "  endpoint_location = \"West US\"\n  minimum_child_endpoints = 3\n  minimum_required_child_endpoints_ipv4 = 1\n  \
             minimum_required_child_endpoints_ipv6 = 1",
        ),
    ]);
    let empty = "  geo_mappings = []\n  dynamic \"subnet\" {\n    for_each = []\n    content {\n      first = \"\"\n    }\n  }\n  \
                 dynamic \"custom_header\" {\n    for_each = []\n    content {\n      name  = \"\"\n      value = \"\"\n    }\n  }\n";
    let null = "  weight = null\n  enabled = null\n  geo_mappings = null\n  wait_for_online = null\n  adopt_existing = null\n";
    let always = format!("{null}  always_serve_enabled = null\n");
    let cleared = [
        basic.with(["", "", ""]),
        basic.with([empty, empty, empty]),
        basic.with([
            &always,
            &format!("{always}  endpoint_location = null"),
            &format!(
                "{null}  endpoint_location = null\n  minimum_child_endpoints = null\n  \
                 minimum_required_child_endpoints_ipv4 = null\n  minimum_required_child_endpoints_ipv6 = null"
            ),
        ]),
    ];
    let addresses = basic.all().map(|endpoint| endpoint.address());
    let addresses = addresses.each_ref().map(String::as_str);
    for cleared in cleared {
        workspace.apply(format_args!("{SHOP}{full}"));
        workspace.plans_nothing();
        assert_has(&properties(workspace, "nested"), &json!({ "weight": 7, "minChildEndpointsIPv6": 1 }));
        workspace.updates(&addresses, format_args!("{SHOP}{cleared}"));
        for name in ["azure", "external", "nested"] {
            let expected = json!({ "weight": 1, "endpointStatus": "Enabled", "alwaysServe": "Disabled",
                "geoMapping": null, "subnets": null, "customHeaders": null });
            assert_has(&properties(workspace, name), &expected);
        }
        assert_eq!(properties(workspace, "external")["endpointLocation"], Value::Null);
        let minimums = json!({ "endpointLocation": null, "minChildEndpoints": 1, "minChildEndpointsIPv4": 0,
            "minChildEndpointsIPv6": 0 });
        assert_has(&properties(workspace, "nested"), &minimums);
    }
}

fn targets_change_in_place(workspace: &Workspace) {
    let azure = &workspace.azure;
    let (one, two) = (public_ip(azure, "one"), format!("{:?}", public_ip(azure, "two")));
    let other = Profile { label: "other", name: "other", relative_name: "contoso-other", ..CHILD };
    let settings = "  weight = 7\n  enabled = false";
    let all = |ip: &str, name: &str, child: &str| {
        let child = format!("azuretm_traffic_manager_profile.{child}.id");
        let each = [
            Endpoint { kind: AZURE, name: "azure", target: ip, more: settings },
            Endpoint { name: "external", target: name, more: settings, ..EAST },
            Endpoint { kind: NESTED, name: "nested", target: &child, more: settings },
        ];
        let addresses = each.map(|endpoint| endpoint.address());
        (format!("{SHOP}{CHILD}{other}{}{}{}", each[0], each[1], each[2]), addresses)
    };
    let (before, _) = all(&format!("{one:?}"), "\"a.example.com\"", "child");
    workspace.apply(before);
    workspace.plans_nothing();
    let (after, addresses) = all(&two, "\"b.example.com\"", "other");
    workspace.updates(&addresses.each_ref().map(String::as_str), after);
    for (name, target) in [
        ("azure", "two.westeurope.cloudapp.azure.com"),
        ("external", "b.example.com"),
        ("nested", "contoso-other.trafficmanager.net"),
    ] {
        let expected = json!({ "target": target, "weight": 7, "endpointStatus": "Disabled" });
        assert_has(&properties(workspace, name), &expected);
    }
    // What Azure found out is found out again.
    let [azure_address, _, nested_address] = &addresses;
    for (address, target) in [
        (azure_address, "two.westeurope.cloudapp.azure.com"),
        (nested_address, "contoso-other.trafficmanager.net"),
    ] {
        assert_eq!(workspace.state(address)["resolved_target"], target);
    }
}

fn a_target_that_is_not_known_at_plan_is_changed_in_place(workspace: &Workspace) {
    let with = |revision: &str| {
        let east = Endpoint { target: "\"${terraform_data.name.output}.example.com\"", ..EAST };
        format!("resource \"terraform_data\" \"name\" {{\n  input = {revision:?}\n}}\n{SHOP}{east}")
    };
    workspace.apply(with("one"));
    workspace.plans_nothing();
    workspace.updates(&[EAST_ADDRESS, "terraform_data.name"], with("two"));
    assert_eq!(properties(workspace, "east")["target"], "two.example.com");
}

fn headers_are_added_changed_and_removed(workspace: &Workspace) {
    let two = format!("{}{}", header("Host", "a.example.com"), header("X-Probe", "1"));
    workspace.apply(east(""));
    for (more, expected) in [
        (
            two.clone(),
            json!([{ "name": "Host", "value": "a.example.com" }, { "name": "X-Probe", "value": "1" }]),
        ),
        (header("X-Probe", "2"), json!([{ "name": "X-Probe", "value": "2" }])),
        (String::new(), Value::Null),
    ] {
        workspace.updates(&[EAST_ADDRESS], east(&more));
        assert_eq!(properties(workspace, "east")["customHeaders"], expected);
    }
    for (wrong, text) in [
        (format!("{two}{}", header("host", "b")), "The header \"host\" is set 2 times"),
        (header("X Probe", "1"), "A header name contains ' '"),
    ] {
        workspace.refuses(east(&wrong), &[text]);
    }
}

fn only_another_name_or_profile_replaces(workspace: &Workspace) {
    let other = Profile { label: "other", name: "other", relative_name: "contoso-other", ..SHOP };
    let shop = format!("{SHOP}{other}");
    let east = EAST.to_string();
    workspace.apply(format_args!("{shop}{east}"));
    let moved = [
        east.replace("name       = \"east\"", "name       = \"west\""),
        east.replace("azuretm_traffic_manager_profile.shop.id", "azuretm_traffic_manager_profile.other.id"),
    ];
    for moved in moved {
        let actions = workspace.planned_actions(format_args!("{shop}{moved}"));
        assert_eq!(actions, [format!("replace {EAST_ADDRESS}")], "{moved}");
    }
    let replaced = workspace.apply_again();
    let done = [format!("delete {EAST_ADDRESS}"), format!("create {EAST_ADDRESS}")];
    assert_eq!(replaced.done(), done, "{replaced}");
    assert_eq!((workspace.azure.endpoints("shop").len(), workspace.azure.endpoints("other").len()), (0, 1));
    workspace.plans_nothing();
}

fn letter_case_that_azure_ignores_makes_no_difference(workspace: &Workspace) {
    let ip = public_ip(&workspace.azure, "one");
    let with = |name: &str, ip: &str, target: &str, place: &str, codes: &str| {
        let upper = |text: &str| if name == "EAST" { text.to_uppercase() } else { text.to_owned() };
        let profile = upper(&crate::azure::id("shop")).replace("/PROVIDERS/", "/providers/");
        format!(
            r#"{SHOP}
resource "azuretm_traffic_manager_external_endpoint" "east" {{
  depends_on        = [azuretm_traffic_manager_profile.shop]
  name              = "{name}"
  profile_id        = "{profile}"
  target            = "{target}"
  endpoint_location = "{place}"
  geo_mappings      = ["{codes}"]
}}
resource "azuretm_traffic_manager_azure_endpoint" "ip" {{
  profile_id         = azuretm_traffic_manager_profile.shop.id
  name               = "{}"
  target_resource_id = "{ip}"
}}
"#,
            upper("ip")
        )
    };
    workspace.apply(with("east", &ip, "east.example.com", "westeurope", "DE"));
    workspace.plans_nothing();
    let before = workspace.state(EAST_ADDRESS)["id"].clone();
    workspace.configure(with("EAST", &ip.to_uppercase(), "EAST.example.com", "West Europe", "de"));
    workspace.plans_nothing();
    // A change of something else goes to the same endpoint, and the id keeps its spelling.
    let other = with("EAST", &ip.to_uppercase(), "EAST.example.com", "West US", "de");
    workspace.updates(&[EAST_ADDRESS], other);
    assert_eq!(workspace.state(EAST_ADDRESS)["id"], before);
    assert_eq!(workspace.azure.endpoints("shop").len(), 2);
}

fn what_azure_is_not_told_sends_nothing(workspace: &Workspace) {
    workspace.apply(east(""));
    workspace.azure.set_health("shop", "east", "Online");
    for more in [
        "  timeouts {\n    create = \"40m\"\n  }",
        "  adopt_existing = true",
        "",
        "  wait_for_online = {}",
        "  wait_for_online = {}\n  timeouts {\n    create = \"40m\"\n  }",
    ] {
        workspace.configure(east(more));
        let (_, after) = workspace.planned_change(EAST_ADDRESS);
        if more != "  wait_for_online = {}" {
            assert_eq!(after["monitor_status"], "Online", "{more}");
        }
        workspace.azure.take_requests();
        workspace.apply_again();
        let requests = workspace.azure.take_requests();
        assert!(requests.iter().all(|request| request.starts_with("GET ")), "{more}: {requests:?}");
        workspace.plans_nothing();
    }
}

fn a_change_that_fails_leaves_the_state_as_it_was(workspace: &Workspace) {
    workspace.apply(east(""));
    let refuse = |method: &str| {
        let body = json!({ "error": { "code": "AuthorizationFailed", "message": "the words of Azure" } });
        let answer = json!({ "status": 403, "body": body });
        workspace.azure.fault(json!({ "method": method, "times": 1000, "answer": answer }));
    };
    refuse("PUT");
    workspace.refuses(
        east("  weight = 7"),
        &["Cannot change the endpoint \"east\" of the profile \"shop\"", "the words of Azure"],
    );
    let new = Endpoint { name: "new", target: "\"new.example.com\"", ..EAST };
    workspace.refuses(format_args!("{SHOP}{EAST}{new}"), &["Cannot create the endpoint \"new\""]);
    workspace.azure.clear_faults();
    assert_eq!(workspace.state(EAST_ADDRESS)["weight"], 1);

    refuse("DELETE");
    workspace.refuses(SHOP, &["Cannot delete the endpoint \"east\"", "the words of Azure"]);
    workspace.azure.clear_faults();
    assert_eq!(workspace.state(EAST_ADDRESS)["weight"], 1);
    workspace.updates(&[EAST_ADDRESS], east("  weight = 7"));
}
