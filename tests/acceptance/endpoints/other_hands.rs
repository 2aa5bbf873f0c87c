//! What another hand does to endpoints and to their profile.

use serde_json::json;

use crate::hcl::{ADDRESS, HTTPS, Profile, SHOP, header};
use crate::json::assert_has;
use crate::outcome::Outcome;
use crate::workspace::Workspace;

use super::{EAST, EAST_ADDRESS, EachKind, Endpoint, NESTED, properties};

every_cli!(
    an_endpoint_that_disappears_is_planned_again,
    a_profile_that_disappears_is_planned_with_its_endpoints,
);
one_cli!(
    what_the_plan_does_not_change_stays_as_another_hand_left_it,
    an_endpoint_deleted_since_the_plan_is_not_made_again_unasked,
    what_is_gone_already_is_destroyed,
    a_change_of_the_profile_leaves_endpoints_alone,
    drift_is_shown_and_undone,
);

/// The external endpoint with more.
fn east(more: &str) -> String {
    format!("{SHOP}{}", Endpoint { more, ..EAST })
}

/// Plans these resources, lets another hand act, and applies that plan.
fn applied_late(workspace: &Workspace, resources: &str, other_hand: impl FnOnce()) -> Outcome {
    workspace.configure(resources);
    workspace.plan();
    other_hand();
    workspace.azure.take_requests();
    workspace.run(&["apply", "-json", "-input=false", "saved"])
}

fn an_endpoint_that_disappears_is_planned_again(workspace: &Workspace) {
    let all = EachKind::basic(&workspace.azure);
    workspace.apply(format_args!("{SHOP}{all}"));
    for endpoint in all.all() {
        workspace.azure.delete_endpoint("shop", endpoint.kind.segment, endpoint.name);
        let again = workspace.apply_again();
        assert_eq!(again.actions(), [format!("create {}", endpoint.address())], "{again}");
        workspace.plans_nothing();
    }
    assert_eq!(workspace.azure.endpoints("shop").len(), 3);
}

fn a_profile_that_disappears_is_planned_with_its_endpoints(workspace: &Workspace) {
    workspace.apply(east(""));
    workspace.azure.delete("shop");
    let again = workspace.apply_again();
    assert_eq!(again.done(), [format!("create {ADDRESS}"), format!("create {EAST_ADDRESS}")], "{again}");
    workspace.plans_nothing();
    assert_eq!(workspace.azure.endpoints("shop"), ["east"]);
    // Where it is somebody else's profile, its endpoint is missed all the same.
    let alone = EAST
        .to_string()
        .replace("azuretm_traffic_manager_profile.shop.id", &format!("{:?}", crate::azure::id("shop")));
    workspace.run(&["state", "rm", ADDRESS]).succeeded();
    workspace.configure(&alone);
    workspace.plans_nothing();
    workspace.azure.delete("shop");
    assert_eq!(workspace.planned_actions(&alone), [format!("create {EAST_ADDRESS}")]);
    let refused = workspace.try_apply().failed();
    refused.has_errors(&["The profile \"shop\" does not exist", "at: profile_id "]);
}

fn what_is_gone_already_is_destroyed(workspace: &Workspace) {
    let azure = &workspace.azure;
    let destroy = || {
        let unread = ["apply", "-destroy", "-refresh=false", "-json", "-auto-approve", "-input=false"];
        azure.take_requests();
        workspace.run(&unread).succeeded();
        azure.take_requests()
    };
    workspace.apply(east(""));
    azure.delete_endpoint("shop", "externalEndpoints", "east");
    destroy();
    // As the service may say it as well.
    workspace.apply(east(""));
    azure.fault(json!({ "method": "DELETE", "path": "east", "times": 1, "answer": { "status": 404,
        "body": { "code": "NotFound", "message": "The resource does not exist." } } }));
    let requests = destroy();
    assert_eq!(requests[0], "DELETE shop/externalEndpoints/east 404", "{requests:?}");
    // And with the profile.
    workspace.apply(east(""));
    azure.delete("shop");
    let requests = destroy();
    assert_eq!(requests[0], "DELETE shop/externalEndpoints/east 404", "{requests:?}");
    workspace.apply(east(""));
    azure.delete_group();
    destroy();
}

fn what_the_plan_does_not_change_stays_as_another_hand_left_it(workspace: &Workspace) {
    let azure = &workspace.azure;
    let before =
        "  weight = 70\n  custom_header {\n    name  = \"Host\"\n    value = \"a.example.com\"\n  }\n";
    workspace.apply(east(before));
    let theirs = json!({ "target": "elsewhere.example.com", "weight": 11, "priority": 17,
        "endpointLocation": "West US", "geoMapping": ["FR"], "alwaysServe": "Enabled",
        "subnets": [{ "first": "203.0.113.0", "scope": 24 }],
        "customHeaders": [{ "name": "Host", "value": "b.example.com" }, { "name": "X-Theirs", "value": "1" }] });
    let ours = format!("{before}  enabled = false\n  geo_mappings = [\"DE\"]");
    let applied = applied_late(workspace, &east(&ours), || azure.put_endpoint("shop", "east", &theirs));
    applied.succeeded();
    assert_eq!(azure.take_requests(), ["GET shop 200", "PUT shop/externalEndpoints/east 201"]);
    let found = properties(workspace, "east");
    assert_has(&found, &json!({ "endpointStatus": "Disabled", "geoMapping": ["FR", "DE"] }));
    for untouched in
        ["target", "weight", "priority", "endpointLocation", "alwaysServe", "subnets", "customHeaders"]
    {
        assert_eq!(found[untouched], theirs[untouched], "{untouched}");
    }
    // The rest is drift, which the next plan shows.
    let (drifted, after) = workspace.planned_change(EAST_ADDRESS);
    assert_eq!((&drifted["weight"], &after["weight"]), (&json!(11), &json!(70)));
    workspace.apply_again();
    workspace.plans_nothing();
    let settled = json!({ "target": "east.example.com", "weight": 70, "priority": 17, "geoMapping": ["DE"],
        "endpointLocation": null, "alwaysServe": "Disabled", "subnets": null,
        "customHeaders": [{ "name": "Host", "value": "a.example.com" }] });
    assert_has(&properties(workspace, "east"), &settled);
}

fn an_endpoint_deleted_since_the_plan_is_not_made_again_unasked(workspace: &Workspace) {
    workspace.apply(east(""));
    let delete = || workspace.azure.delete_endpoint("shop", "externalEndpoints", "east");
    let refused = applied_late(workspace, &east("  weight = 7"), delete).failed();
    refused.has_errors(&[
        "Cannot change the endpoint \"east\"",
        "It was deleted outside of Terraform after the plan was made",
    ]);
    assert_eq!(workspace.azure.endpoints("shop"), [""; 0]);
    let again = workspace.apply_again();
    assert_eq!(again.actions(), [format!("create {EAST_ADDRESS}")], "{again}");
    workspace.plans_nothing();
}

fn a_change_of_the_profile_leaves_endpoints_alone(workspace: &Workspace) {
    let azure = &workspace.azure;
    let all = EachKind::basic(azure).with([
        "  weight = 7\n  geo_mappings = [\"DE\"]",
        "  enabled = false\n  subnet {\n    first = \"203.0.113.0\"\n    scope = 24\n  }",
        "  minimum_child_endpoints = 2",
    ]);
    let headers = format!("{HTTPS}{}", header("Host", "a.example.com"));
    let full = Profile { monitor: &headers, more: "  tags = { team = \"web\" }", ..SHOP };
    workspace.apply(format_args!("{full}{all}"));
    workspace.plans_nothing();
    let endpoints = || azure.profile("shop").unwrap()["properties"]["endpoints"].clone();
    let before = endpoints();
    for (profile, write) in [
        // A PATCH, and a PUT where something is cleared.
        (Profile { ttl: 60, method: "Priority", ..full }, "PATCH shop 200"),
        (Profile { ttl: 60, method: "Priority", more: "", ..SHOP }, "PUT shop 200"),
    ] {
        azure.take_requests();
        workspace.updates(&[ADDRESS], format_args!("{profile}{all}"));
        let writes: Vec<_> = azure.take_requests().into_iter().filter(|it| !it.starts_with("GET ")).collect();
        assert_eq!(writes, [write]);
        assert_eq!(endpoints(), before);
    }
    workspace.destroy();
}

fn drift_is_shown_and_undone(workspace: &Workspace) {
    let nested = "  weight = 7\n  minimum_child_endpoints = 2";
    let all = EachKind::basic(&workspace.azure).with(["", "  weight = 7", nested]);
    workspace.apply(format_args!("{SHOP}{all}"));
    let before = workspace.azure.profile("shop");
    let mut other = before.clone().unwrap();
    for endpoint in other["properties"]["endpoints"].as_array_mut().unwrap() {
        endpoint["properties"]["weight"] = json!(50);
        endpoint["properties"]["customHeaders"] = json!([{ "name": "X-Theirs", "value": "1" }]);
    }
    workspace.azure.put("shop", &other);
    let address = format!("{}.nested", NESTED.resource);
    let (drifted, after) = workspace.planned_change(&address);
    assert_eq!((&drifted["weight"], &after["weight"]), (&json!(50), &json!(7)));
    let undone = workspace.apply_again();
    assert_eq!(undone.done().len(), 3, "{undone}");
    workspace.plans_nothing();
    assert_eq!(workspace.azure.profile("shop"), before);
}
