//! What the examples of Fleet are written for: sharing traffic, moving to another cluster, moving to another region, and
//! two fleets under one name.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::azure::id;
use crate::workspace::Workspace;

every_cli!(two_clusters_share_the_traffic_and_a_third_takes_over_from_one_of_them,);
one_cli!(
    a_shop_moves_to_another_region_by_the_weights_of_its_backends,
    a_fleet_that_fails_leaves_the_traffic_to_the_other_one,
);

const NAMESPACE: &str = "team-a-nginx";
const EAST: &str = "nginx-service-eastus2euap";
const SOUTH: &str = "nginx-service-uksouth";

impl Workspace {
    fn write_example(&self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join("main.tf");
        self.write(fs::read_to_string(path).unwrap());
    }

    #[track_caller]
    fn output(&self, name: &str) -> Value {
        self.run(&["apply", "-refresh-only", "-json", "-auto-approve", "-input=false"]).succeeded().outputs()
            [name]["value"]
            .clone()
    }
}

/// The weights in Azure by cluster, which is the end of an endpoint's name.
fn weights(workspace: &Workspace) -> Value {
    let azure = workspace.azure.others();
    let ids = azure.profiles();
    let profile = azure.profile(ids.iter().find(|id| id.contains("/fleet-")).unwrap()).unwrap();
    let endpoints = profile["properties"]["endpoints"].as_array().unwrap().clone();
    endpoints
        .iter()
        .map(|endpoint| {
            let cluster = endpoint["name"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
            (cluster, endpoint["properties"]["weight"].clone())
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[track_caller]
fn until_weights(workspace: &Workspace, expected: &Value) {
    let began = std::time::Instant::now();
    while weights(workspace) != *expected {
        assert!(began.elapsed().as_secs() < 300, "{} and not {expected}", weights(workspace));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// The weights of exports change, and Terraform has nothing to do.
fn two_clusters_share_the_traffic_and_a_third_takes_over_from_one_of_them(workspace: &Workspace) {
    let azure = workspace.azure.others();
    let exports = |weight| [(NAMESPACE, EAST, weight)];
    azure.seed_fleet(
        "demo",
        &[("aks-member-1", &exports(50)), ("aks-member-3", &exports(50)), ("aks-member-5", &[])],
    );
    azure.put_namespace("demo", NAMESPACE);
    workspace.write_example("fleet");
    let outputs = workspace.apply_again().outputs();
    assert_eq!(outputs["dns_name"]["value"], "team-a-nginx-nginx-profile.trafficmanager.net");
    assert_eq!(outputs["weights"]["value"], json!({ "aks-member-1": 50, "aks-member-3": 50 }));
    let generation = |workspace: &Workspace| {
        let others = workspace.azure.others();
        let backend = others
            .hub_object("demo", "trafficmanagerbackends", NAMESPACE, "nginx-backend-eastus2euap")
            .unwrap();
        backend["metadata"]["generation"].clone()
    };
    let before = generation(workspace);

    azure.seed_export("demo", "aks-member-5", (NAMESPACE, EAST, 50));
    azure.seed_export("demo", "aks-member-1", (NAMESPACE, EAST, 0));
    until_weights(workspace, &json!({ "aks-member-3": 50, "aks-member-5": 50 }));
    assert_eq!(workspace.output("weights"), json!({ "aks-member-3": 50, "aks-member-5": 50 }));
    workspace.plans_nothing();
    assert_eq!(generation(workspace), before, "the backend was not changed");
    workspace.destroy();
}

fn a_shop_moves_to_another_region_by_the_weights_of_its_backends(workspace: &Workspace) {
    let azure = workspace.azure.others();
    let (east, south) = ([(NAMESPACE, EAST, 1)], [(NAMESPACE, SOUTH, 1)]);
    azure.seed_fleet("demo", &[("m-1", &east), ("m-3", &east), ("m-2", &south), ("m-4", &south)]);
    azure.put_namespace("demo", NAMESPACE);
    workspace.write_example("fleet-regions");
    let with =
        |weight: u32| workspace.write_file("terraform.tfvars", &format!("uksouth_weight = {weight}\n"));
    for (weight, each) in [(10, 5), (100, 50), (1000, 500)] {
        with(weight);
        let outputs = workspace.apply_again().outputs();
        let expected = json!({ "m-1": 50, "m-3": 50, "m-2": each, "m-4": each });
        assert_eq!(outputs["weights"]["value"], expected);
        assert_eq!(weights(workspace), expected);
        workspace.plans_nothing();
    }
    workspace
        .run(&[
            "apply",
            "-destroy",
            "-target=azuretm_fleet_backend.eastus2euap",
            "-json",
            "-auto-approve",
            "-input=false",
        ])
        .succeeded();
    assert_eq!(weights(workspace), json!({ "m-2": 500, "m-4": 500 }));
    workspace.destroy();
}

/// The parent takes the fleet without a healthy endpoint out of its answers.
fn a_fleet_that_fails_leaves_the_traffic_to_the_other_one(workspace: &Workspace) {
    let azure = workspace.azure.others();
    for region in ["europe", "america"] {
        azure.seed_fleet(region, &[(&format!("aks-{region}"), &[("shop", "web", 1)])]);
        azure.put_namespace(region, "shop");
    }
    workspace.write_example("fleet-nested");
    workspace.apply_again();
    let children = azure.profiles();
    let children: Vec<&String> = children.iter().filter(|id| id.contains("/fleet-")).collect();
    assert_eq!(children.len(), 2);
    for child in children {
        let profile = azure.profile(child).unwrap();
        let region = profile["properties"]["dnsConfig"]["relativeName"].as_str().unwrap().to_owned();
        let health = if region == "shop-europe" { "Degraded" } else { "Online" };
        for endpoint in profile["properties"]["endpoints"].as_array().unwrap() {
            let name = profile["name"].as_str().unwrap();
            workspace.azure.set_health(name, endpoint["name"].as_str().unwrap(), health);
        }
    }
    let parent = azure.profile(&id("shop")).unwrap();
    let status = |name: &str| {
        let endpoints = parent["properties"]["endpoints"].as_array().unwrap();
        let endpoint = endpoints.iter().find(|endpoint| endpoint["name"] == name).unwrap();
        endpoint["properties"]["endpointMonitorStatus"].clone()
    };
    assert_eq!((status("europe"), status("america")), (json!("Degraded"), json!("Online")));
    workspace.plans_nothing();
    workspace.destroy();
    assert_eq!(azure.profiles(), [""; 0], "the parent went before its children");
}
