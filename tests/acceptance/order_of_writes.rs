//! Endpoints that are resources of their own, and take what others of their profile give up: in whatever order the CLI comes
//! to them, and never by taking an endpoint away.

use std::fmt::Write as _;

use serde_json::json;

use crate::azure::{GROUP, id};
use crate::hcl::{PROVIDER, Profile, SHOP, TERRAFORM};
use crate::workspace::Workspace;

every_cli!(priorities_rotate_at_the_default_parallelism);
one_cli!(
    an_endpoint_takes_the_priority_of_one_that_is_removed,
    addresses_take_the_place_of_names,
    what_an_endpoint_of_somebody_else_has_is_refused_at_plan,
    endpoints_that_nobody_numbers_make_way,
    profiles_that_nest_each_other_are_refused_at_plan,
    nesting_is_turned_round_in_one_apply,
    nesting_in_the_profiles_is_turned_round_in_one_apply,
    a_swap_one_write_at_a_time_says_what_to_do,
    what_another_does_not_give_up_because_it_failed_is_told,
    writes_that_are_batched_are_one_request_for_all,
    a_batch_that_azure_refuses_says_of_which_endpoint,
);

/// The profile, and external endpoints of it: name, target and, if it is not 0, priority.
fn endpoints(method: &str, each: &[(&str, &str, i64)]) -> String {
    let mut text = Profile { method, ..SHOP }.to_string();
    for (name, target, priority) in each {
        let priority = if *priority == 0 { "null".to_owned() } else { priority.to_string() };
        write!(
            text,
            r#"
resource "azuretm_traffic_manager_external_endpoint" "{name}" {{
  name       = "{name}"
  profile_id = azuretm_traffic_manager_profile.shop.id
  target     = "{target}"
  priority   = {priority}
}}
"#
        )
        .unwrap();
    }
    text
}

fn rotated(by: i64) -> String {
    let names = ["a", "b", "c", "d", "e"];
    let each = names.iter().zip(0..).map(|(name, index)| (*name, "", (index + by) % 5 + 1));
    let targets: Vec<String> = names.iter().map(|name| format!("{name}.example.com")).collect();
    let each: Vec<_> =
        each.zip(&targets).map(|((name, _, priority), target)| (name, target.as_str(), priority)).collect();
    endpoints("Priority", &each)
}

fn writes(workspace: &Workspace) -> Vec<String> {
    workspace.azure.take_requests().into_iter().filter(|request| !request.starts_with("GET")).collect()
}

fn priorities_rotate_at_the_default_parallelism(workspace: &Workspace) {
    workspace.apply(rotated(0));
    workspace.azure.take_requests();
    workspace.apply(rotated(1));
    assert!(writes(workspace).iter().all(|write| write.starts_with("PUT") && write.ends_with("200")));
    workspace.plans_nothing();
    let priority = |name| workspace.azure.endpoint("shop", name).unwrap()["priority"].clone();
    assert_eq!(["a", "b", "c", "d", "e"].map(priority), [json!(2), json!(3), json!(4), json!(5), json!(1)]);
}

fn an_endpoint_takes_the_priority_of_one_that_is_removed(workspace: &Workspace) {
    workspace.apply(endpoints("Priority", &[("a", "a.example.com", 1), ("b", "b.example.com", 2)]));
    workspace.azure.fault(json!({ "method": "DELETE", "times": 1000, "delay_ms": 1500 }));
    workspace.apply(endpoints("Priority", &[("b", "b.example.com", 1), ("c", "c.example.com", 2)]));
    workspace.plans_nothing();
}

/// Azure takes addresses and names together in no profile, not even for a moment.
fn addresses_take_the_place_of_names(workspace: &Workspace) {
    workspace.apply(endpoints("Weighted", &[("a", "a.example.com", 1), ("b", "b.example.com", 2)]));
    workspace.azure.take_requests();
    workspace.apply(endpoints("Weighted", &[("a", "192.0.2.1", 1), ("b", "192.0.2.2", 2)]));
    assert_eq!(writes(workspace), ["PUT shop 200"]);
    workspace.plans_nothing();
}

fn what_an_endpoint_of_somebody_else_has_is_refused_at_plan(workspace: &Workspace) {
    workspace.apply(endpoints("Priority", &[]));
    let theirs = json!({ "target": "theirs.example.com", "priority": 7 });
    workspace.azure.put_endpoint("shop", "theirs", &theirs);
    let refused = endpoints("Priority", &[("a", "a.example.com", 7), ("b", "THEIRS.example.com", 8)]);
    workspace.refuses(
        refused,
        &[
            "The endpoints \"theirs\" and \"a\" both have the priority 7",
            "The endpoints \"theirs\" and \"b\" have the same target",
        ],
    );
    assert_eq!(workspace.azure.endpoint("shop", "theirs").unwrap()["priority"], 7);
}

fn endpoints_that_nobody_numbers_make_way(workspace: &Workspace) {
    let with = |a, b, c| {
        endpoints(
            "Priority",
            &[("a", "a.example.com", a), ("b", "b.example.com", b), ("c", "c.example.com", c)],
        )
    };
    workspace.apply(with(0, 1, 0));
    workspace.plans_nothing();
    let (before, after) = workspace.planned_change("azuretm_traffic_manager_external_endpoint.b");
    assert_eq!(before["priority"], after["priority"]);
    // Given up, the number is free for another.
    workspace.apply(with(1, 0, 0));
    workspace.plans_nothing();
    let priority = |name| workspace.azure.endpoint("shop", name).unwrap()["priority"].as_i64().unwrap();
    assert!(priority("a") == 1 && priority("b") > 1);
}

const OTHER: Profile<'static> =
    Profile { label: "other", name: "other", relative_name: "contoso-other", ..SHOP };

fn nested(name: &str, parent: &str, child: &str) -> String {
    format!(
        r#"
resource "azuretm_nested_profile" "{name}" {{
  name               = "{name}"
  profile_id         = azuretm_traffic_manager_profile.{parent}.id
  target_resource_id = azuretm_traffic_manager_profile.{child}.id
}}
"#
    )
}

fn profiles_that_nest_each_other_are_refused_at_plan(workspace: &Workspace) {
    let profiles = format!("{SHOP}{OTHER}");
    workspace.refuses(
        format!("{profiles}{}{}", nested("down", "shop", "other"), nested("up", "other", "shop")),
        &["Profiles nest each other", "shop"],
    );
    // One of the two is in Azure alone.
    workspace.apply(&profiles);
    workspace.azure.put_nested("other", "up", "shop");
    workspace.refuses(
        format!("{profiles}{}", nested("down", "shop", "other")),
        &["Profiles nest each other", "shop -> other -> shop"],
    );
}

/// The new endpoint is sent after the old one is gone, which takes longer.
fn nesting_is_turned_round_in_one_apply(workspace: &Workspace) {
    let profiles = format!("{SHOP}{OTHER}");
    workspace.apply(format!("{profiles}{}", nested("middle", "shop", "other")));
    workspace.azure.fault(json!({ "method": "DELETE", "times": 1000, "delay_ms": 1500 }));
    for (name, parent, child) in [("first", "other", "shop"), ("second", "shop", "other")] {
        workspace.apply(format!("{profiles}{}", nested(name, parent, child)));
        workspace.plans_nothing();
        assert_eq!(workspace.azure.endpoints(parent), [name]);
        assert!(workspace.azure.endpoints(child).is_empty());
    }
}

fn nesting_in_the_profiles_is_turned_round_in_one_apply(workspace: &Workspace) {
    let configuration = |of_shop: &str, of_other: &str| {
        let shop = Profile { endpoints: Some(of_shop), ..SHOP };
        format!("{shop}{}", Profile { endpoints: Some(of_other), ..OTHER })
    };
    let leaf = |name: &str| format!("    {name} = {{ target = \"{name}.example.com\" }}");
    let nested = |child: &str| format!("    child = {{ target_resource_id = \"{}\" }}", id(child));
    workspace.apply(configuration(&leaf("east"), &leaf("west")));
    workspace.apply(configuration(&nested("other"), &leaf("west")));
    // The profile that gives up its nested endpoint is the slower one.
    workspace.azure.fault(json!({ "method": "PUT", "path": "/shop", "times": 1000, "delay_ms": 1500 }));
    workspace.apply(configuration(&leaf("east"), &nested("shop")));
    workspace.plans_nothing();
    // A loop that is only in Azure stays one.
    workspace.refuses(configuration(&nested("other"), &nested("shop")), &["Profiles nest each other"]);
    workspace.write(format_args!(
        "{TERRAFORM}{PROVIDER}{}",
        Profile { endpoints: Some(&nested("other")), ..SHOP }
    ));
    let refused =
        workspace.run(&["plan", "-json", "-input=false", "-target=azuretm_traffic_manager_profile.shop"]);
    refused.failed().has_errors(&["Profiles nest each other", "shop -> other -> shop"]);
}

fn a_swap_one_write_at_a_time_says_what_to_do(workspace: &Workspace) {
    let swapped = |a, b| {
        let text = endpoints("Priority", &[("a", "a.example.com", a), ("b", "b.example.com", b)]);
        text.replace("  priority ", "  timeouts {\n    update = \"2s\"\n  }\n  priority ")
    };
    workspace.apply(swapped(1, 2));
    workspace.configure(swapped(2, 1));
    let said = workspace.run(&["plan", "-input=false", "-parallelism=1"]).failed().words();
    assert!(said.contains("both have the priority") && said.contains("with a higher -parallelism"), "{said}");
    // A plan that was made otherwise is not applied either, and changes nothing.
    workspace.run(&["plan", "-input=false", "-out=saved"]).succeeded();
    let before = workspace.azure.profile("shop");
    let said = workspace.run(&["apply", "-input=false", "-parallelism=1", "saved"]).failed().words();
    assert!(said.contains("with a higher -parallelism") && said.contains("Nothing was changed"), "{said}");
    assert_eq!(workspace.azure.profile("shop"), before);
    workspace.apply_again();
    workspace.plans_nothing();
}

fn what_another_does_not_give_up_because_it_failed_is_told(workspace: &Workspace) {
    let both = |a, b| endpoints("Priority", &[("a", "a.example.com", a), ("b", "b.example.com", b)]);
    workspace.apply(both(1, 2));
    let answer = json!({ "status": 409, "body": { "error": { "code": "Conflict", "message": "Not now." } } });
    for (method, resources) in
        [("PUT", both(3, 1)), ("DELETE", endpoints("Priority", &[("b", "b.example.com", 1)]))]
    {
        workspace.azure.fault(
            json!({ "method": method, "path": "externalEndpoints/a", "times": 1000, "answer": answer }),
        );
        let refused = workspace.refuses(resources, &["another endpoint was to give it up in the same run"]);
        let said: Vec<String> = refused.errors();
        assert!(said.len() == 2 && said.iter().any(|error| error.contains("Not now.")), "{refused}");
        workspace.azure.clear_faults();
        assert_eq!(workspace.azure.endpoint("shop", "b").unwrap()["priority"], 2);
    }
    workspace.apply_again();
    workspace.plans_nothing();
}

/// These resources, with a provider that sends writes of endpoints together.
fn configure_in_batches(workspace: &Workspace, resources: &str) {
    let provider = PROVIDER.replace("environment ", "batch_endpoint_writes = true\n  environment ");
    workspace.write(format_args!("{TERRAFORM}{provider}{resources}"));
}

fn writes_that_are_batched_are_one_request_for_all(workspace: &Workspace) {
    workspace.apply(endpoints("Priority", &[]));
    let theirs = json!({ "target": "theirs.example.com", "priority": 100, "weight": 7 });
    workspace.azure.put_endpoint("shop", "theirs", &theirs);
    let theirs = workspace.azure.endpoint("shop", "theirs");
    workspace.azure.take_requests();
    let names: Vec<String> = (0..8).map(|number| format!("e{number}")).collect();
    let targets: Vec<String> = names.iter().map(|name| format!("{name}.example.com")).collect();
    let rotated = |by: usize| {
        let priority = |index: usize| i64::try_from((index + by) % 8 + 1).unwrap();
        let each = names.iter().zip(&targets).enumerate();
        let each: Vec<_> =
            each.map(|(index, (name, target))| (name.as_str(), target.as_str(), priority(index))).collect();
        endpoints("Priority", &each)
    };
    for by in [0, 3] {
        // Those that come while the first is under way go together.
        workspace.azure.slow_down();
        configure_in_batches(workspace, &rotated(by));
        workspace.apply_again();
        let writes = writes(workspace);
        assert!(writes.len() < 8 && writes.iter().any(|write| write == "PUT shop 200"), "{writes:?}");
        workspace.plans_nothing();
        let priority = |name: &String| workspace.azure.endpoint("shop", name).unwrap()["priority"].clone();
        let wanted = (0..8).map(|index| json!((index + by) % 8 + 1));
        assert_eq!(names.iter().map(priority).collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
        assert_eq!(workspace.azure.endpoint("shop", "theirs"), theirs, "another's is carried along");
    }
}

fn a_batch_that_azure_refuses_says_of_which_endpoint(workspace: &Workspace) {
    workspace.apply(endpoints("Weighted", &[]));
    workspace.azure.slow_down();
    // Only Azure knows that its plan is too small.
    let wrong = format!("{GROUP}/providers/Microsoft.Web/sites/basic");
    workspace.azure.seed_web_app(&wrong, "basic.azurewebsites.net", "westeurope", "Basic");
    let wrong = format!(
        r#"
resource "azuretm_traffic_manager_azure_endpoint" "wrong" {{
  name               = "wrong"
  profile_id         = azuretm_traffic_manager_profile.shop.id
  target_resource_id = "{wrong}"
}}
"#
    );
    let right: Vec<_> = ["a", "b", "c", "d"].map(|name| (name, format!("{name}.example.com"))).into();
    let right: Vec<_> = right.iter().map(|(name, target)| (*name, target.as_str(), 0)).collect();
    configure_in_batches(workspace, &format!("{}{wrong}", endpoints("Weighted", &right)));
    let refused = workspace.try_apply().failed();
    refused.has_errors(&["Cannot create the endpoint \"wrong\""]);
    assert_eq!(refused.errors().len(), 1, "{refused}");
    assert_eq!(workspace.azure.endpoints("shop").len(), 4);
}
