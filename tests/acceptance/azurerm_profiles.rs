//! The acceptance tests that azurerm has for its profile and its data sources, with the same steps and by the
//! same rules: no step replaces anything, after each one there is nothing to do and an import gives the same
//! state, and at the end everything is gone.
//!
//! Its list resource has its counterpart in `queries`.

use std::fmt::Display;

use serde_json::{Value, json};

use crate::azure::{SUBSCRIPTION, id};
use crate::hcl::{ADDRESS, Profile, SHOP, header};
use crate::json::assert_has;
use crate::workspace::Workspace;

every_cli!(the_identity_is_that_of_the_state_and_imports,);
one_cli!(
    basic,
    complete,
    a_complete_profile_is_updated,
    an_update_does_not_erase_an_endpoint_of_another_hand,
    an_update_does_not_erase_inline_endpoints,
    a_second_block_for_one_profile_requires_an_import,
    the_method_goes_round_all_six,
    fast_failover_with_the_slow_timeout_is_refused,
    multi_value_without_max_return_is_refused,
    traffic_view_goes_on_and_off,
    the_ttl_goes_from_the_least_to_the_most,
    the_data_source_of_a_profile_tells_its_method,
    places_are_found_by_name,
);

const BASIC: Profile<'static> = Profile {
    method: "Geographic",
    monitor: "\n    protocol = \"HTTPS\"\n    port     = 443\n    path     = \"/\"",
    ..SHOP
};

/// As azurerm has it, though over TCP neither headers nor ranges have an effect.
fn complete_monitor() -> String {
    let base = r#"
    protocol                     = "TCP"
    port                         = 777
    interval_in_seconds          = 30
    timeout_in_seconds           = 9
    tolerated_number_of_failures = 6
    expected_status_code_ranges  = ["100-101", "301-303"]"#;
    format!("{base}{}", header("foo", "bar"))
}

fn updated_monitor() -> String {
    let base = r#"
    protocol                     = "HTTPS"
    port                         = 442
    path                         = "/"
    interval_in_seconds          = 30
    timeout_in_seconds           = 6
    tolerated_number_of_failures = 3
    expected_status_code_ranges  = ["302-304"]"#;
    format!("{base}{}", header("foo2", "bar2"))
}

/// The profile that is complete, with this method and these endpoints.
fn complete_with(method: &str, endpoints: Option<&str>) -> String {
    let tags = "  tags = { Environment = \"Production\", cost_center = \"acctest\" }";
    Profile { method, monitor: &complete_monitor(), more: tags, endpoints, ..SHOP }.to_string()
}

/// The same after the update.
fn updated_with(endpoints: Option<&str>) -> String {
    let tags = "  tags = { Environment = \"staging\" }";
    Profile { method: "Priority", monitor: &updated_monitor(), more: tags, endpoints, ..SHOP }.to_string()
}

impl Workspace {
    /// One step of a test of azurerm.
    #[track_caller]
    pub(crate) fn step(&self, resources: impl Display) {
        let outcome = self.apply(resources);
        let in_place = |action: &String| ["create ", "update "].iter().any(|word| action.starts_with(word));
        assert!(outcome.actions().iter().all(in_place), "{outcome}");
        self.plans_nothing();
        self.refresh();
        let (mut applied, imported) = (self.state(ADDRESS), self.imported(ADDRESS));
        if applied["endpoints"].is_null() {
            // An import has them even so: nobody knows yet whether the configuration does.
            applied["endpoints"] = imported["endpoints"].clone();
        }
        // Where nobody gave a priority and the method has no use for it, only an import shows it.
        for (key, endpoint) in applied["endpoints"].as_object_mut().into_iter().flatten() {
            if endpoint["priority"].is_null() {
                endpoint["priority"] = imported["endpoints"][key]["priority"].clone();
            }
        }
        // Both have every attribute of the schema.
        assert_has(&imported, &applied);
    }

    /// The end of a test of azurerm.
    #[track_caller]
    pub(crate) fn end(&self) {
        self.destroy();
        assert_eq!(self.azure.profile("shop"), None);
    }
}

fn basic(workspace: &Workspace) {
    workspace.step(BASIC);
    assert_has(
        &workspace.state(ADDRESS),
        &json!({ "traffic_routing_method": "Geographic", "fqdn": "contoso-shop.trafficmanager.net" }),
    );
    workspace.end();
}

fn complete(workspace: &Workspace) {
    workspace.step(complete_with("Performance", None));
    workspace.end();
}

fn a_complete_profile_is_updated(workspace: &Workspace) {
    workspace.step(complete_with("Performance", None));
    workspace.step(updated_with(None));
    assert_has(
        &workspace.azure.profile("shop").unwrap(),
        &json!({
            "tags": { "Environment": "staging" },
            "properties": { "trafficRoutingMethod": "Priority", "monitorConfig": {
                "protocol": "HTTPS", "port": 442, "path": "/", "timeoutInSeconds": 6,
                "toleratedNumberOfFailures": 3,
                "expectedStatusCodeRanges": [{ "min": 302, "max": 304 }],
                "customHeaders": [{ "name": "foo2", "value": "bar2" }],
            } },
        }),
    );
    workspace.end();
}

fn an_update_does_not_erase_an_endpoint_of_another_hand(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.step(complete_with("Weighted", None));
    azure.put_endpoint("shop", "external", &json!({ "target": "www.example.com", "weight": 100 }));
    let endpoint = azure.endpoint("shop", "external");
    workspace.step(updated_with(None));
    assert_eq!(azure.endpoint("shop", "external"), endpoint);
    workspace.end();
}

fn an_update_does_not_erase_inline_endpoints(workspace: &Workspace) {
    let endpoints = Some("    external = { target = \"www.example.com\", weight = 100 }");
    workspace.step(complete_with("Weighted", endpoints));
    let endpoint = workspace.azure.endpoint("shop", "external");
    workspace.step(updated_with(endpoints));
    assert_eq!(workspace.azure.endpoint("shop", "external"), endpoint);
    workspace.end();
}

fn a_second_block_for_one_profile_requires_an_import(workspace: &Workspace) {
    workspace.step(BASIC);
    let second = Profile { label: "import", ..BASIC };
    let import = format!("id = {:?}", id("shop"));
    workspace.refuses(
        format_args!("{BASIC}{second}"),
        &["The profile \"shop\" already exists", "import it with this block", &import],
    );
    workspace.configure(BASIC);
    workspace.plans_nothing();
}

fn the_method_goes_round_all_six(workspace: &Workspace) {
    for method in ["Geographic", "Weighted", "Subnet", "Priority", "Performance", "MultiValue"] {
        let more = if method == "MultiValue" { "  max_return = 8" } else { "" };
        workspace.step(Profile { method, more, ..BASIC });
        assert_has(
            &workspace.state(ADDRESS),
            &json!({ "traffic_routing_method": method, "fqdn": "contoso-shop.trafficmanager.net" }),
        );
    }
    workspace.end();
}

fn fast_failover_with_the_slow_timeout_is_refused(workspace: &Workspace) {
    let monitor = format!("{}\n    interval_in_seconds = 10\n    timeout_in_seconds  = 10", BASIC.monitor);
    let texts = ["Use a number from 5 to 9", "at: timeout_in_seconds"];
    workspace.refuses(Profile { method: "Weighted", monitor: &monitor, ..SHOP }, &texts);
}

fn multi_value_without_max_return_is_refused(workspace: &Workspace) {
    let monitor = format!("{}\n    interval_in_seconds = 10\n    timeout_in_seconds  = 8", BASIC.monitor);
    workspace.refuses(
        Profile { method: "MultiValue", monitor: &monitor, ..SHOP },
        &["Missing max_return", "does not set how many addresses"],
    );
}

fn traffic_view_goes_on_and_off(workspace: &Workspace) {
    for on in [false, true, false] {
        let more = format!("  traffic_view_enabled = {on}");
        workspace.step(Profile { more: &more, ..BASIC });
        assert_eq!(workspace.state(ADDRESS)["traffic_view_enabled"], on);
    }
    workspace.end();
}

fn the_ttl_goes_from_the_least_to_the_most(workspace: &Workspace) {
    for ttl in [0, 2_147_483_647] {
        workspace.step(Profile { ttl, ..BASIC });
        assert_eq!(workspace.azure.profile("shop").unwrap()["properties"]["dnsConfig"]["ttl"], ttl);
    }
    workspace.end();
}

fn the_identity_is_that_of_the_state_and_imports(workspace: &Workspace) {
    if !workspace.cli.is_at_least((1, 12), (1, 12), "an identity") {
        return;
    }
    workspace.step(BASIC);
    let identity =
        json!({ "subscription_id": SUBSCRIPTION, "resource_group_name": "rg-global", "name": "shop" });
    assert_eq!(workspace.instance(ADDRESS)["identity"], identity);
    let by_id = format!("  id = {:?}", id("shop"));
    for what in [in_hcl(&identity), by_id] {
        workspace.forget_state();
        workspace.configure(format_args!("{BASIC}import {{\n  to = {ADDRESS}\n{what}\n}}\n"));
        let (before, after) = workspace.planned_change(ADDRESS);
        assert_eq!(before, after, "the import would change something");
        assert_eq!(workspace.apply_again().done(), [""; 0]);
        workspace.plans_nothing();
    }
    workspace.end();
}

fn in_hcl(identity: &Value) -> String {
    let line = |(name, value): (&String, &Value)| format!("    {name} = {value}\n");
    format!("  identity = {{\n{}  }}", identity.as_object().unwrap().iter().map(line).collect::<String>())
}

fn the_data_source_of_a_profile_tells_its_method(workspace: &Workspace) {
    let data = format!(
        "data \"azuretm_traffic_manager_profile\" \"shop\" {{\n  name = {ADDRESS}.name\n  \
         resource_group_name = {ADDRESS}.resource_group_name\n}}\noutput \"method\" {{\n  value = \
         data.azuretm_traffic_manager_profile.shop.traffic_routing_method\n}}\n"
    );
    let outcome = workspace.apply(format_args!("{}{data}", Profile { method: "Performance", ..BASIC }));
    assert_eq!(outcome.outputs()["method"]["value"], "Performance");
    workspace.plans_nothing();
    workspace.end();
}

fn places_are_found_by_name(workspace: &Workspace) {
    let place = |name: &str| {
        let label = name.replace(' ', "");
        format!(
            "data \"azuretm_traffic_manager_geographical_location\" \"{label}\" {{\n  name = \"{name}\"\n}}\n\
             output \"{label}\" {{\n  value = [for it in \
             [data.azuretm_traffic_manager_geographical_location.{label}] : [it.id, it.name]]\n}}\n"
        )
    };
    let places = [("Europe", "GEO-EU"), ("Germany", "DE"), ("United Kingdom", "GB"), ("World", "WORLD")];
    let outputs = workspace.apply(places.map(|(name, _)| place(name)).concat()).outputs();
    for (name, code) in places {
        assert_eq!(outputs[name.replace(' ', "")]["value"], json!([[code, name]]));
    }
    workspace.plans_nothing();
}
