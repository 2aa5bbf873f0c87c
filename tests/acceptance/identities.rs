//! What makes another profile of a profile, and what is the same in another spelling.

use crate::azure::{GROUP, id};
use crate::hcl::{ADDRESS, Profile, SHOP};
use crate::workspace::Workspace;

one_cli!(
    only_another_name_group_or_relative_name_replaces,
    letter_case_that_azure_ignores_makes_no_difference,
);

const EAST: &str = "    east = { target = \"east.example.com\" }";

fn only_another_name_group_or_relative_name_replaces(workspace: &Workspace) {
    let shop = Profile { endpoints: Some(EAST), ..SHOP };
    workspace.apply(shop);
    let moved = [
        Profile { name: "shop-2", ..shop },
        Profile { group: "rg-other", ..shop },
        Profile { relative_name: "contoso-shop-2", ..shop },
    ];
    for moved in moved {
        assert_eq!(workspace.planned_actions(moved), [format!("replace {ADDRESS}")], "{moved}");
    }
    let replaced = workspace.apply_again();
    assert_eq!(replaced.done(), [format!("delete {ADDRESS}"), format!("create {ADDRESS}")], "{replaced}");
    assert_eq!(workspace.state(ADDRESS)["fqdn"], "contoso-shop-2.trafficmanager.net");
    workspace.plans_nothing();
}

fn letter_case_that_azure_ignores_makes_no_difference(workspace: &Workspace) {
    let ip = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/ip");
    workspace.azure.seed_target(&ip, "ip.westeurope.cloudapp.azure.com", "westeurope");
    let endpoints = |ip: &str, target: &str, place: &str| {
        format!(
            r#"
    external = {{ target = "{target}", endpoint_location = "{place}", custom_headers = {{ Host = "a" }} }}
    resource = {{ target_resource_id = "{ip}" }}"#
        )
    };
    let before = endpoints(&ip, "east.example.com", "westeurope");
    workspace.apply(Profile { endpoints: Some(&before), ..SHOP });
    let after = endpoints(&ip.to_uppercase(), "EAST.example.com", "West Europe");
    workspace.configure(Profile {
        name: "Shop",
        group: "RG-Global",
        relative_name: "Contoso-Shop",
        endpoints: Some(&after),
        ..SHOP
    });
    workspace.plans_nothing();
    // A change of something else goes to the same profile, and the id keeps its spelling.
    let changed = workspace.apply(Profile {
        name: "SHOP",
        group: "RG-GLOBAL",
        ttl: 31,
        endpoints: Some(&after),
        ..SHOP
    });
    assert_eq!(changed.done(), [format!("update {ADDRESS}")], "{changed}");
    assert_eq!(workspace.state(ADDRESS)["id"], id("shop"));
    workspace.plans_nothing();
}
