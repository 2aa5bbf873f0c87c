//! DNS load balancing of Azure Kubernetes Fleet Manager, on the hub of the emulator.

use std::fmt;
use std::thread;
use std::time::Duration;

use emulator::RoleSeed;
use serde_json::{Value, json};
use test_support::{Cli, FLEET_PRINCIPAL, fleet_id};

use crate::azure::{Azure, GROUP};
use crate::hcl::TERRAFORM;
use crate::json::assert_has;
use crate::workspace::Workspace;

every_cli!(
    a_team_gets_load_balancing_between_two_clusters,
    a_plan_of_new_objects_needs_no_hub,
    objects_are_imported_by_their_names_and_by_the_id_in_azure,
    objects_of_kubernetes_manifest_are_taken_over,
    an_imported_profile_needs_no_change_however_defaults_are_written,
    the_credentials_of_a_hub_are_used_and_stored_nowhere,
);
one_cli!(
    a_role_that_comes_while_it_is_waited_for_is_enough,
    a_role_that_never_comes_is_told_with_its_scope,
    a_service_that_nobody_exports_is_told_and_accepted_when_somebody_does,
    what_exists_already_is_not_taken_over,
    fields_of_other_field_managers_are_taken_over_on_request,
    a_profile_that_is_deleted_or_changed_in_azure_is_made_again,
    endpoints_that_are_deleted_or_changed_in_azure_are_made_again,
    a_passing_error_empties_nothing,
    a_deletion_that_hangs_says_why,
    backends_of_a_deleted_profile_are_told,
    a_fleet_without_a_hub_and_a_namespace_that_is_missing_are_explained,
    a_fleet_is_read_with_its_hub_and_its_members,
    two_backends_of_one_service_are_refused_at_plan,
    a_change_of_the_resource_group_replaces_the_profile_and_keeps_its_dns_name,
    only_changed_time_outs_are_not_told_to_the_hub,
    a_weight_that_loses_the_ratio_of_the_clusters_is_warned_of,
);

const PROFILE: &str = "azuretm_fleet_profile.shop";
const BACKEND: &str = "azuretm_fleet_backend.web";

/// The configuration of a profile and a backend, with more in each.
#[derive(Clone, Copy)]
struct Shop {
    port: u32,
    weight: u32,
    /// In the profile.
    profile: &'static str,
    /// In the backend; none without it.
    backend: Option<&'static str>,
}

const SHOP: Shop = Shop { port: 8080, weight: 100, profile: "", backend: Some("") };

impl fmt::Display for Shop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { port, weight, profile, backend } = self;
        write!(
            out,
            r#"{TERRAFORM}
provider "azuretm" {{
  environment     = "emulator"
  subscription_id = "00000000-0000-0000-0000-000000000001"

  fleet_hub {{
    fleet_id = "{}"
  }}
}}

resource "azuretm_fleet_profile" "shop" {{
  name                = "shop"
  namespace           = "team-a"
  resource_group_name = "rg-global"

  monitor_config {{
    interval_in_seconds = 10
    port                = {port}
  }}
{profile}
}}
"#,
            fleet_id("demo")
        )?;
        let Some(backend) = backend else { return Ok(()) };
        write!(
            out,
            r#"
resource "azuretm_fleet_backend" "web" {{
  name         = "web"
  namespace    = "team-a"
  profile_name = azuretm_fleet_profile.shop.name
  service_name = "web"
  weight       = {weight}
{backend}
}}
"#
        )
    }
}

/// A fleet with two clusters that export the service, and the namespace on its hub.
fn seed(azure: &Azure) {
    let exports: &[(&str, &str, i64)] = &[("team-a", "web", 1)];
    azure.others().seed_fleet("demo", &[("aks-1", exports), ("aks-2", exports)]);
    azure.others().put_namespace("demo", "team-a");
}

impl Workspace {
    #[track_caller]
    fn apply_shop(&self, shop: Shop) {
        self.write(shop);
        let applied = self.apply_again();
        assert_eq!(applied.warnings(), [""; 0], "{applied}");
        self.plans_nothing();
    }

    /// The weights of the endpoints by cluster.
    fn weights(&self) -> Vec<(String, i64)> {
        let endpoints = self.state(BACKEND)["endpoints"].as_array().unwrap().clone();
        let each = endpoints
            .iter()
            .map(|it| (it["cluster"].as_str().unwrap().to_owned(), it["weight"].as_i64().unwrap()));
        let mut weights: Vec<_> = each.collect();
        weights.sort();
        weights
    }
}

fn a_team_gets_load_balancing_between_two_clusters(workspace: &Workspace) {
    seed(&workspace.azure);
    workspace.apply_shop(SHOP);
    let profile = workspace.state(PROFILE);
    assert_has(
        &profile,
        &json!({
            "id": "team-a/shop",
            "dns_name": "team-a-shop.trafficmanager.net",
            "programmed": { "status": "True", "reason": "Programmed" },
            "monitor_config": { "interval_in_seconds": 10, "timeout_in_seconds": 9, "port": 8080, "protocol": "HTTP" },
        }),
    );
    let in_azure = workspace.azure.others().profile(profile["resource_id"].as_str().unwrap()).unwrap();
    assert_eq!(in_azure["name"], format!("fleet-{}", profile["uid"].as_str().unwrap()));
    assert_eq!(workspace.weights(), [("aks-1".to_owned(), 50), ("aks-2".to_owned(), 50)]);

    workspace.apply_shop(Shop { port: 9090, weight: 10, ..SHOP });
    assert_eq!(workspace.weights(), [("aks-1".to_owned(), 5), ("aks-2".to_owned(), 5)]);
    let in_azure = workspace.azure.others().profile(profile["resource_id"].as_str().unwrap()).unwrap();
    assert_eq!(in_azure["properties"]["monitorConfig"]["port"], 9090);

    workspace.destroy();
    assert_eq!(workspace.azure.others().profiles(), [""; 0]);
}

/// There is no such fleet, and nothing listens where one could be.
fn a_plan_of_new_objects_needs_no_hub(workspace: &Workspace) {
    workspace.write(SHOP);
    let plan = workspace.plan();
    assert_eq!(workspace.azure.take_requests(), [""; 0], "nobody was asked");
    let profile = &plan["planned_values"]["root_module"]["resources"];
    let profile = profile.as_array().unwrap().iter().find(|it| it["address"] == PROFILE).unwrap();
    assert_has(
        &profile["values"],
        &json!({ "id": "team-a/shop", "dns_name": "team-a-shop.trafficmanager.net" }),
    );
}

fn objects_are_imported_by_their_names_and_by_the_id_in_azure(workspace: &Workspace) {
    seed(&workspace.azure);
    workspace.apply_shop(SHOP);
    let in_azure = workspace.state(PROFILE)["resource_id"].as_str().unwrap().to_owned();
    for id in ["team-a/shop", &in_azure, &in_azure.to_uppercase().replace("FLEET-", "fleet-")] {
        workspace.run(&["state", "rm", PROFILE, BACKEND]).succeeded();
        workspace.import(PROFILE, id).succeeded();
        workspace.import(BACKEND, "team-a/web").succeeded();
        workspace.plans_nothing();
    }
    let wrong = workspace.import(BACKEND, "web");
    assert!(wrong.to_string().contains("the form is namespace/name"), "{wrong}");
}

/// The probes have their defaults: without the block, with an empty one, and with one that sets each of them.
fn an_imported_profile_needs_no_change_however_defaults_are_written(workspace: &Workspace) {
    seed(&workspace.azure);
    let explicit = "  monitor_config {\n    protocol                     = \"HTTP\"\n    port                         = 80\n    \
                    path                         = \"/\"\n    interval_in_seconds          = 30\n    timeout_in_seconds           = 10\n    \
                    tolerated_number_of_failures = 3\n  }\n";
    let shop = Shop { backend: None, ..SHOP }.to_string();
    let (before, rest) = shop.split_once("  monitor_config {").unwrap();
    let (_, after) = rest.split_once("  }\n").unwrap();
    let with = |block: &str| workspace.write(format_args!("{before}{block}{after}"));
    with("");
    workspace.apply_again();
    for block in ["", "  monitor_config {\n  }\n", explicit] {
        with(block);
        workspace.plans_nothing();
        workspace.run(&["state", "rm", PROFILE]).succeeded();
        workspace.import(PROFILE, "team-a/shop").succeeded();
        workspace.plans_nothing();
        assert_eq!(workspace.state(PROFILE)["monitor_config"]["port"], 80);
    }
}

/// A role assignment takes some time. Fleet is refused until then, and tries again.
fn a_role_that_comes_while_it_is_waited_for_is_enough(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    azure.assign("Owner", "00000000-0000-0000-0000-0000000000a1");
    workspace.write(SHOP);
    thread::scope(|scope| {
        scope.spawn(|| {
            while azure.reason("trafficmanagerprofiles", "shop").as_deref() != Some("Invalid") {
                thread::sleep(Duration::from_millis(5));
            }
            azure.assign("Azure Kubernetes Fleet Manager Hub Agent Role", FLEET_PRINCIPAL);
        });
        let applied = workspace.apply_again();
        assert_eq!(applied.warnings(), [""; 0], "{applied}");
    });
    workspace.plans_nothing();
}

/// The object is there and is not replaced: Fleet goes on trying.
fn a_role_that_never_comes_is_told_with_its_scope(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    azure.assign("Owner", "00000000-0000-0000-0000-0000000000a1");
    let brief = "  timeouts {\n    create = \"10s\"\n    update = \"10s\"\n  }";
    let alone = Shop { profile: brief, backend: None, ..SHOP };
    workspace.write(alone);
    let said = workspace.apply_again().warnings().join("\n");
    let all = [
        "Fleet profile is not Programmed",
        "within 10 seconds, the timeout `create`",
        "AuthorizationFailed",
        "Azure Kubernetes Fleet Manager Hub Agent",
        "the resource group \"rg-global\"",
        "after an error Terraform would replace it",
    ];
    for text in all {
        assert!(said.contains(text), "{text} is not in {said}");
    }
    assert_eq!(workspace.instance(PROFILE)["status"], json!(null), "it is not tainted");
    let again = workspace.run(&["plan", "-json", "-input=false"]).succeeded().warnings().join("\n");
    assert!(again.contains("Fleet profile is not Programmed"), "each refresh says so: {again}");
    workspace.write(Shop { port: 9090, ..alone });
    workspace
        .try_apply()
        .failed()
        .has_errors(&["Fleet profile is not Programmed", "The change itself was made"]);
}

fn a_service_that_nobody_exports_is_told_and_accepted_when_somebody_does(workspace: &Workspace) {
    let azure = &workspace.azure;
    azure.others().seed_fleet("demo", &[("aks-1", &[])]);
    azure.others().put_namespace("demo", "team-a");
    let brief = Shop { backend: Some("  timeouts {\n    create = \"10s\"\n  }"), ..SHOP };
    workspace.write(brief);
    let said = workspace.apply_again().warnings().join("\n");
    for text in
        ["Fleet backend is not Accepted", "No member cluster exports the service \"web\"", "ServiceExport"]
    {
        assert!(said.contains(text), "{text} is not in {said}");
    }
    azure.others().seed_export("demo", "aks-1", ("team-a", "web", 1));
    azure.until_reason("trafficmanagerbackends", "web", "Accepted");
    workspace.refresh();
    assert_eq!(workspace.weights(), [("aks-1".to_owned(), 100)]);
    workspace.plans_nothing();
}

fn what_exists_already_is_not_taken_over(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    let theirs = json!({
        "apiVersion": "networking.fleet.azure.com/v1beta1",
        "kind": "TrafficManagerProfile",
        "metadata": { "name": "shop", "namespace": "team-a" },
        "spec": { "resourceGroup": "rg-global" },
    });
    azure.others().put_hub_object("demo", ["trafficmanagerprofiles", "team-a"], &theirs);
    workspace.write(Shop { backend: None, ..SHOP });
    let refused = workspace.try_apply().failed();
    refused.has_errors(&["Fleet profile exists already", "id = \"team-a/shop\""]);
    let kept = azure.others().hub_object("demo", "trafficmanagerprofiles", "team-a", "shop").unwrap();
    assert_eq!(kept["spec"]["monitorConfig"]["port"], json!(80), "it is as it was");
    assert!(!workspace.state_file().contains("team-a/shop"));
}

fn fields_of_other_field_managers_are_taken_over_on_request(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    workspace.apply_shop(SHOP);
    let patch = json!({ "spec": { "weight": 40 } });
    azure.others().patch_hub_object("demo", ["trafficmanagerbackends", "team-a", "web"], &patch);
    let refused = workspace.try_apply().failed();
    refused.has_errors(&["spec.weight: conflict with \"somebody\"", "force_conflicts = true"]);
    let live = azure.others().hub_object("demo", "trafficmanagerbackends", "team-a", "web").unwrap();
    assert_eq!(live["spec"]["weight"], 40, "nothing was changed");
    workspace.apply_shop(Shop { backend: Some("  force_conflicts = true"), ..SHOP });
    let live = azure.others().hub_object("demo", "trafficmanagerbackends", "team-a", "web").unwrap();
    assert_eq!(live["spec"]["weight"], 100);
}

/// Fleet looks at Azure only when the object changes. So a change is made that means nothing, in each of the ways that there
/// are: the time-out is the default, then it is not, then it is not once more.
fn a_profile_that_is_deleted_or_changed_in_azure_is_made_again(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    for shop in [SHOP, Shop { port: 9090, ..SHOP }] {
        workspace.apply_shop(shop);
        let id = workspace.state(PROFILE)["resource_id"].as_str().unwrap().to_owned();
        azure.others().delete(&id);
        let (before, _) = workspace.planned_change(PROFILE);
        assert_eq!(before["programmed"]["reason"], "DeletedInAzure");
        workspace.apply_again();
        workspace.plans_nothing();
        assert!(azure.others().profile(&id).is_some());
        let changed = json!({ "dnsConfig": { "relativeName": "team-a-shop", "ttl": 300 },
            "monitorConfig": { "protocol": "HTTP", "port": 1234, "path": "/" } });
        azure.others().patch(&id, &changed);
        let (before, after) = workspace.planned_change(PROFILE);
        assert_eq!(before["programmed"]["reason"], "ChangedInAzure");
        assert_eq!(
            (&before["monitor_config"]["port"], &after["monitor_config"]["port"]),
            (&json!(1234), &json!(shop.port))
        );
        workspace.apply_again();
        workspace.plans_nothing();
        let live = azure.others().profile(&id).unwrap();
        assert_eq!(
            (&live["properties"]["dnsConfig"]["ttl"], &live["properties"]["monitorConfig"]["port"]),
            (&json!(60), &json!(shop.port))
        );
    }
}

/// Fleet looks at endpoints in Azure only when the backend changes. So its weight is changed, and changed back.
fn endpoints_that_are_deleted_or_changed_in_azure_are_made_again(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    workspace.apply_shop(SHOP);
    let profile = workspace.state(PROFILE)["resource_id"].as_str().unwrap().to_owned();
    let theirs = format!("{profile}/externalEndpoints/theirs");
    azure.others().put(&theirs, &json!({ "properties": { "target": "theirs.example.com", "weight": 7 } }));
    azure.take_requests();
    workspace.plans_nothing();
    let reads: Vec<_> =
        azure.take_requests().into_iter().filter(|request| request.contains(" fleet-")).collect();
    assert_eq!(reads.len(), 1, "the profile and the backend share an answer: {reads:?}");

    let endpoint = workspace.state(BACKEND)["endpoints"][0].clone();
    let id = endpoint["resource_id"].as_str().unwrap().replace('#', "%23");
    for (change, said) in [
        (Some(json!({ "weight": 7 })), "has the weight 7 instead of 50"),
        (Some(json!({ "endpointStatus": "Disabled" })), "is disabled"),
        (None, "was deleted"),
    ] {
        match &change {
            Some(change) => azure.others().patch(&id, change),
            None => azure.others().delete(&id),
        }
        let (before, _) = workspace.planned_change(BACKEND);
        assert_eq!(before["accepted"]["reason"], "ChangedInAzure");
        assert!(before["accepted"]["message"].as_str().unwrap().contains(said), "{before}");
        let applied = workspace.apply_again();
        assert_eq!(applied.actions(), [format!("update {BACKEND}")], "{applied}");
        workspace.plans_nothing();
        assert_eq!(workspace.weights(), [("aks-1".to_owned(), 50), ("aks-2".to_owned(), 50)]);
        let live = azure.others().ask(http::Method::GET, &id, None).1;
        assert_has(&live["properties"], &json!({ "weight": 50, "endpointStatus": "Enabled" }));
    }
    assert!(azure.others().ask(http::Method::GET, &theirs, None).1["properties"]["weight"] == 7);

    azure.others().patch(&id, &json!({ "weight": 7 }));
    azure.fault(json!({ "method": "GET", "path": "/providers/Microsoft.Network/", "times": 100_000,
        "answer": { "status": 403, "body": { "error": { "code": "AuthorizationFailed", "message": "no role" } } } }));
    assert_eq!(
        workspace.plans_nothing().warnings(),
        [""; 0],
        "who may not read Azure sees what the hub says"
    );
}

/// The DNS name, the id in Azure and the endpoints stay in the state while the hub says nothing of them.
fn a_passing_error_empties_nothing(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    workspace.apply_shop(SHOP);
    let before = (workspace.state(PROFILE), workspace.state(BACKEND));
    azure.fault(json!({ "by": "fleet", "method": "PUT", "path": "trafficmanagerprofiles", "times": 100_000,
        "answer": { "status": 429, "body": { "error": { "code": "TooManyRequests", "message": "slow down" } } } }));
    let patch = json!({ "spec": { "monitorConfig": { "toleratedNumberOfFailures": 4 } } });
    azure.others().patch_hub_object("demo", ["trafficmanagerprofiles", "team-a", "shop"], &patch);
    azure.until_reason("trafficmanagerprofiles", "shop", "Pending");
    azure.until_reason("trafficmanagerbackends", "web", "Pending");
    let empty = azure.others().hub_object("demo", "trafficmanagerprofiles", "team-a", "shop").unwrap();
    assert_eq!(empty["status"]["dnsName"], json!(null), "the hub has emptied it");
    workspace.refresh();
    let (profile, backend) = (workspace.state(PROFILE), workspace.state(BACKEND));
    for name in ["dns_name", "resource_id", "uid"] {
        assert_eq!(profile[name], before.0[name], "{name}");
    }
    assert_eq!(backend["endpoints"], before.1["endpoints"]);
    assert_eq!(profile["programmed"]["reason"], "Pending");
}

fn a_deletion_that_hangs_says_why(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    workspace.apply_shop(Shop { profile: "  timeouts {\n    delete = \"10s\"\n  }", backend: None, ..SHOP });
    azure.fault(json!({ "by": "fleet", "method": "DELETE", "path": "trafficmanagerprofiles", "times": 100_000,
        "answer": { "status": 403, "body": { "error": { "code": "AuthorizationFailed", "message": "no role" } } } }));
    let hangs = workspace.run(&["apply", "-destroy", "-json", "-auto-approve", "-input=false"]).failed();
    hangs.has_errors(&[
        "traffic-manager-profile-cleanup",
        "Failed to delete Azure Traffic Manager profile",
        "Azure Kubernetes Fleet Manager Hub Agent",
    ]);
    assert_eq!(workspace.state(PROFILE)["id"], "team-a/shop", "it is still in the state");
    azure.clear_faults();
    workspace.destroy();
}

fn backends_of_a_deleted_profile_are_told(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    workspace.apply_shop(Shop { backend: None, ..SHOP });
    let theirs = json!({
        "apiVersion": "networking.fleet.azure.com/v1beta1",
        "kind": "TrafficManagerBackend",
        "metadata": { "name": "theirs", "namespace": "team-a" },
        "spec": { "profile": { "name": "shop" }, "backend": { "name": "web" } },
    });
    azure.others().put_hub_object("demo", ["trafficmanagerbackends", "team-a"], &theirs);
    let said = workspace.destroy().warnings().join("\n");
    assert!(said.contains("team-a/theirs"), "{said}");
}

fn a_fleet_without_a_hub_and_a_namespace_that_is_missing_are_explained(workspace: &Workspace) {
    let azure = &workspace.azure;
    workspace.write(Shop { backend: None, ..SHOP });
    workspace.try_apply().failed().has_errors(&["There is no such fleet"]);
    azure.others().must(
        "2025-03-01",
        http::Method::PUT,
        &fleet_id("demo"),
        Some(&json!({ "location": "westeurope", "properties": {} })),
    );
    workspace.try_apply().failed().has_errors(&["The fleet \"demo\" has no hub", "--enable-hub"]);
    azure.others().seed_fleet("demo", &[]);
    workspace.try_apply().failed().has_errors(&["The namespace \"team-a\" does not exist on the hub"]);
    azure.others().put_namespace("demo", "team-a");
    workspace.apply_again();
}

fn two_backends_of_one_service_are_refused_at_plan(workspace: &Workspace) {
    let second = r#"
resource "azuretm_fleet_backend" "again" {
  name         = "again"
  namespace    = "team-a"
  profile_name = "shop"
  service_name = "web"
}
"#;
    workspace.write(format_args!("{SHOP}{second}"));
    let refused = workspace.run(&["plan", "-json", "-input=false"]).failed();
    refused.has_errors(&["Two backends of one service on one profile"]);
}

fn a_change_of_the_resource_group_replaces_the_profile_and_keeps_its_dns_name(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    workspace.apply_shop(SHOP);
    let before = workspace.state(PROFILE);
    azure.others().must(
        "2024-07-01",
        http::Method::PUT,
        &GROUP.replace("rg-global", "rg-other"),
        Some(&json!({ "location": "westeurope" })),
    );
    workspace.write(SHOP.to_string().replace("\"rg-global\"", "\"rg-other\""));
    let plan = workspace.planned_change(PROFILE);
    assert_eq!(plan.1["dns_name"], "team-a-shop.trafficmanager.net");
    workspace.apply_again();
    let after = workspace.state(PROFILE);
    assert_ne!(after["uid"], before["uid"]);
    assert_eq!(after["dns_name"], before["dns_name"]);
    azure.until_reason("trafficmanagerbackends", "web", "Accepted");
    workspace.refresh();
    workspace.plans_nothing();
}

fn only_changed_time_outs_are_not_told_to_the_hub(workspace: &Workspace) {
    seed(&workspace.azure);
    workspace.apply_shop(SHOP);
    workspace.azure.take_requests();
    workspace.apply_shop(Shop { profile: "  timeouts {\n    read = \"1m\"\n  }", ..SHOP });
    let requests = workspace.azure.take_requests();
    assert!(requests.iter().all(|request| !request.starts_with("PATCH")), "{requests:?}");
}

fn a_fleet_is_read_with_its_hub_and_its_members(workspace: &Workspace) {
    seed(&workspace.azure);
    let source = format!(
        "data \"azuretm_fleet\" \"demo\" {{\n  fleet_id = \"{}\"\n}}\n\noutput \"fleet\" {{\n  value = data.azuretm_fleet.demo\n}}\n",
        fleet_id("demo").to_uppercase()
    );
    workspace.configure(&source);
    let outputs = workspace.apply_again().outputs();
    let fleet = &outputs["fleet"]["value"];
    assert_has(
        fleet,
        &json!({ "provisioning_state": "Succeeded", "principal_id": FLEET_PRINCIPAL,
            "hub": { "private_cluster_enabled": false } }),
    );
    let members: Vec<&String> = fleet["members"].as_object().unwrap().keys().collect();
    assert_eq!(members, ["aks-1", "aks-2"]);
    workspace.plans_nothing();
}

/// They configure another provider, here one of ours with explicit values.
fn the_credentials_of_a_hub_are_used_and_stored_nowhere(workspace: &Workspace) {
    if !workspace.cli.is_at_least((1, 10), (1, 11), "ephemeral resources") {
        return;
    }
    seed(&workspace.azure);
    workspace.write(format_args!(
        r#"{TERRAFORM}
provider "azuretm" {{
  environment     = "emulator"
  subscription_id = "00000000-0000-0000-0000-000000000001"
}}

ephemeral "azuretm_fleet_hub_credentials" "demo" {{
  fleet_id = "{}"
}}

provider "azuretm" {{
  alias           = "hub"
  environment     = "emulator"
  subscription_id = "00000000-0000-0000-0000-000000000001"

  fleet_hub {{
    host  = ephemeral.azuretm_fleet_hub_credentials.demo.host
    token = ephemeral.azuretm_fleet_hub_credentials.demo.token
  }}
}}

resource "azuretm_fleet_service_export" "web" {{
  provider  = azuretm.hub
  name      = "web"
  namespace = "team-a"
  weight    = 50
}}
"#,
        fleet_id("demo")
    ));
    workspace.apply_again();
    workspace.plans_nothing();
    let export = workspace.azure.others().hub_object("demo", "serviceexports", "team-a", "web").unwrap();
    assert_eq!(export["metadata"]["annotations"]["networking.fleet.azure.com/weight"], "50");
    assert!(!workspace.state_file().contains("/hubs/"), "{}", workspace.state_file());
    workspace.destroy();
    assert!(workspace.azure.others().hub_object("demo", "serviceexports", "team-a", "web").is_none());
}

/// The default is 1, with which all clusters weigh the same.
fn a_weight_that_loses_the_ratio_of_the_clusters_is_warned_of(workspace: &Workspace) {
    let azure = &workspace.azure;
    seed(azure);
    azure.others().seed_export("demo", "aks-2", ("team-a", "web", 3));
    workspace.write(SHOP.to_string().replace("  weight       = 100\n", ""));
    workspace.apply_again();
    let said = workspace.plans_nothing().warnings().join("\n");
    assert!(said.contains("the exports with the weights 1, 3 get endpoints with the weights 1, 1"), "{said}");
    workspace.apply_shop(SHOP);
    assert_eq!(workspace.weights(), [("aks-1".to_owned(), 25), ("aks-2".to_owned(), 75)]);
    assert_eq!(workspace.plans_nothing().warnings(), [""; 0]);
}

/// What `kubernetes_manifest` has made stays as it is: only the state changes.
fn objects_of_kubernetes_manifest_are_taken_over(workspace: &Workspace) {
    if !workspace.cli.is_at_least((1, 8), (1, 10), "moved blocks between resource types") {
        return;
    }
    seed(&workspace.azure);
    workspace.apply_shop(SHOP);
    workspace.stand_in_for("hashicorp/kubernetes");
    let registry =
        if workspace.cli == Cli::OpenTofu { "registry.opentofu.org" } else { "registry.terraform.io" };
    let text = workspace.state_file();
    let mut state: Value = serde_json::from_str(&text).unwrap();
    let manifest = |kind: &str, name: &str| {
        json!({
            "mode": "managed", "type": "kubernetes_manifest", "name": name,
            "provider": format!("provider[\"{registry}/hashicorp/kubernetes\"]"),
            "instances": [{ "schema_version": 1, "attributes": {
                "manifest": { "value": {
                    "apiVersion": "networking.fleet.azure.com/v1beta1", "kind": kind,
                    "metadata": { "name": name, "namespace": "team-a" },
                }, "type": ["object", { "apiVersion": "string", "kind": "string",
                    "metadata": ["object", { "name": "string", "namespace": "string" }] }] },
            } }],
        })
    };
    state["resources"] =
        json!([manifest("TrafficManagerProfile", "shop"), manifest("TrafficManagerBackend", "web")]);
    workspace.write_file("terraform.tfstate", &state.to_string());
    let moved =
        |to: &str, name: &str| format!("moved {{\n  from = kubernetes_manifest.{name}\n  to   = {to}\n}}\n");
    workspace.write(format_args!("{SHOP}{}{}", moved(PROFILE, "shop"), moved(BACKEND, "web")));
    let applied = workspace.apply_again();
    assert_eq!(applied.done(), [""; 0], "{applied}");
    assert_eq!(workspace.state(PROFILE)["dns_name"], "team-a-shop.trafficmanager.net");
    assert_eq!(workspace.weights().len(), 2);
}

impl Azure {
    /// Gives a principal a role on everything. From the first one on, only those with a role may do something.
    fn assign(&self, role: &str, principal: &str) {
        let seed = RoleSeed { principal: principal.to_owned(), role: role.to_owned(), scope: None };
        self.others().running.with_service(|service| service.seed_role(&seed)).unwrap();
    }

    /// The reason of the only condition of an object.
    fn reason(&self, kind: &str, name: &str) -> Option<String> {
        let object = self.others().hub_object("demo", kind, "team-a", name)?;
        object["status"]["conditions"][0]["reason"].as_str().map(str::to_owned)
    }

    /// Waits until an object has this reason.
    fn until_reason(&self, kind: &str, name: &str, reason: &str) {
        while self.reason(kind, name).as_deref() != Some(reason) {
            thread::sleep(Duration::from_millis(5));
        }
    }
}
