//! Endpoints that move between `endpoints` and other hands, and a profile between states: nothing in Azure is
//! deleted or made anew on the way.

use serde_json::{Value, json};

use crate::azure::id;
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::workspace::Workspace;

every_cli!(
    a_profile_is_forgotten_and_imported_without_a_change,
    generated_configuration_plans_nothing_without_endpoints_and_with_those_of_others,
);
one_cli!(endpoints_move_into_the_configuration_and_out_again,);
every_cli!(endpoints_move_from_resources_of_their_own_into_the_profile_and_back,);

/// Two endpoints of another hand, with settings of their own.
fn made_elsewhere(workspace: &Workspace) {
    let azure = &workspace.azure;
    azure.put_endpoint("shop", "east", &json!({ "target": "east.example.com", "weight": 70, "priority": 4 }));
    let subnets = json!([{ "first": "203.0.113.0", "scope": 24 }]);
    let west = json!({ "target": "west.example.com", "alwaysServe": "Enabled", "subnets": subnets,
        "customHeaders": [{ "name": "Host", "value": "west.example.com" }], "priority": 2 });
    azure.put_endpoint("shop", "west", &west);
}

/// The same in HCL.
const INLINE: Profile<'static> = Profile {
    endpoints: Some(
        r#"
    east = { target = "east.example.com", weight = 70 }
    west = {
      target               = "west.example.com"
      always_serve_enabled = true
      subnets              = [{ first = "203.0.113.0", scope = 24 }]
      custom_headers       = { Host = "west.example.com" }
    }"#,
    ),
    ..SHOP
};

/// The endpoints as Azure has them, ids and all settings.
fn endpoints(workspace: &Workspace) -> Value {
    workspace.azure.profile("shop").unwrap()["properties"]["endpoints"].clone()
}

/// Asserts that nothing was deleted since the last look at the requests.
#[track_caller]
fn nothing_was_deleted(workspace: &Workspace) {
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().all(|request| !request.starts_with("DELETE")), "{requests:?}");
}

fn endpoints_move_into_the_configuration_and_out_again(workspace: &Workspace) {
    workspace.apply(SHOP);
    made_elsewhere(workspace);
    let before = endpoints(workspace);
    let moved_in = workspace.apply(INLINE);
    assert_eq!(moved_in.actions(), [format!("update {ADDRESS}")]);
    assert_eq!(endpoints(workspace), before);
    workspace.plans_nothing();
    // Nobody gave it, and it means nothing for this method.
    assert_eq!(workspace.state(ADDRESS)["endpoints"]["west"]["priority"], json!(null));

    workspace.apply(SHOP);
    assert_eq!(endpoints(workspace), before);
    workspace.plans_nothing();
    nothing_was_deleted(workspace);
    // They are in other hands again: a change there is none of this configuration's business.
    let azure = &workspace.azure;
    azure.put_endpoint("shop", "east", &json!({ "target": "east.example.com", "weight": 1 }));
    workspace.plans_nothing();
}

fn a_profile_is_forgotten_and_imported_without_a_change(workspace: &Workspace) {
    if !workspace.cli.is_at_least((1, 7), (1, 10), "a `removed` block with `lifecycle`") {
        return;
    }
    workspace.apply(INLINE);
    let before = workspace.azure.profile("shop");
    workspace.azure.take_requests();
    let removed = format!("removed {{\n  from = {ADDRESS}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n");
    workspace.apply(removed);
    assert_eq!(workspace.azure.profile("shop"), before);

    // Another address, as in another configuration.
    let moved = Profile { label: "moved", ..INLINE };
    let import =
        format!("import {{\n  to = azuretm_traffic_manager_profile.moved\n  id = \"{}\"\n}}\n", id("shop"));
    let imported = workspace.apply(format_args!("{moved}{import}"));
    assert_eq!(imported.done(), [""; 0], "an import alone, and no change");
    workspace.configure(moved);
    workspace.plans_nothing();
    assert_eq!(workspace.azure.profile("shop"), before);
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().all(|request| request.starts_with("GET")), "{requests:?}");
}

fn generated_configuration_plans_nothing_without_endpoints_and_with_those_of_others(workspace: &Workspace) {
    workspace.apply(SHOP);
    for has_endpoints in [false, true] {
        if has_endpoints {
            made_elsewhere(workspace);
        }
        workspace.forget_state();
        let before = workspace.azure.profile("shop");
        workspace.configure(format_args!("import {{\n  to = {ADDRESS}\n  id = \"{}\"\n}}\n", id("shop")));
        workspace.run(&["plan", "-input=false", "-generate-config-out=generated.tf"]).succeeded();
        assert_eq!(workspace.apply_again().done(), [""; 0], "an import alone, and no change");
        workspace.plans_nothing();

        // What is generated has the endpoints. Where others manage them, the line goes, and nothing is planned either.
        workspace.remove_file("generated.tf");
        workspace.forget_state();
        let import = format!("import {{\n  to = {ADDRESS}\n  id = \"{}\"\n}}\n", id("shop"));
        assert_eq!(workspace.apply(format_args!("{SHOP}{import}")).done(), [""; 0]);
        workspace.plans_nothing();
        assert_eq!(workspace.azure.profile("shop"), before);
    }
    // They stay untouched by what comes after.
    let before = endpoints(workspace);
    workspace.changes_in_place(Profile { ttl: 60, ..SHOP }, &json!({}));
    assert_eq!(endpoints(workspace), before);
}

/// The same endpoints as resources of their own.
const SEPARATE: &str = r#"
resource "azuretm_traffic_manager_external_endpoint" "east" {
  name       = "east"
  profile_id = azuretm_traffic_manager_profile.shop.id
  target     = "east.example.com"
  weight     = 70
}

resource "azuretm_traffic_manager_external_endpoint" "west" {
  name                 = "west"
  profile_id           = azuretm_traffic_manager_profile.shop.id
  target               = "west.example.com"
  always_serve_enabled = true

  subnet {
    first = "203.0.113.0"
    scope = 24
  }

  custom_header {
    name  = "Host"
    value = "west.example.com"
  }
}
"#;

fn endpoints_move_from_resources_of_their_own_into_the_profile_and_back(workspace: &Workspace) {
    if !workspace.cli.is_at_least((1, 7), (1, 10), "a `removed` block with `lifecycle`") {
        return;
    }
    workspace.apply(format_args!("{SHOP}{SEPARATE}"));
    workspace.plans_nothing();
    let before = endpoints(workspace);
    workspace.azure.take_requests();

    let address = |name: &str| format!("azuretm_traffic_manager_external_endpoint.{name}");
    let removed = ["east", "west"].map(|name| {
        format!("removed {{\n  from = {}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n", address(name))
    });
    let moved_in = workspace.apply(format_args!("{INLINE}{}", removed.concat()));
    assert_eq!(moved_in.done(), [format!("update {ADDRESS}")], "{moved_in}");
    assert_eq!(endpoints(workspace), before);
    workspace.configure(INLINE);
    workspace.plans_nothing();

    let import = ["east", "west"].map(|name| {
        let id = format!("{}/externalEndpoints/{name}", id("shop"));
        format!("import {{\n  to = {}\n  id = \"{id}\"\n}}\n", address(name))
    });
    let moved_out = workspace.apply(format_args!("{SHOP}{SEPARATE}{}", import.concat()));
    assert_eq!(moved_out.done(), [format!("update {ADDRESS}")], "{moved_out}");
    assert_eq!(endpoints(workspace), before);
    workspace.configure(format_args!("{SHOP}{SEPARATE}"));
    workspace.plans_nothing();
    nothing_was_deleted(workspace);
}
