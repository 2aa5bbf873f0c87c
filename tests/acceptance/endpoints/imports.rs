//! An endpoint that another hand made comes under management.

use serde_json::json;

use crate::azure::{SUBSCRIPTION, id};
use crate::hcl::SHOP;
use crate::workspace::Workspace;

use super::{CHILD, EAST, EAST_ADDRESS, EXTERNAL, EachKind, Endpoint, KINDS};

every_cli!(
    an_import_block_takes_an_id_in_any_letter_case,
    an_import_block_takes_an_identity,
    generated_configuration_of_an_import_plans_nothing,
);
one_cli!(an_import_of_the_wrong_kind_names_the_right_one, what_cannot_be_imported_is_told,);

/// Endpoints of all kinds that are in Azure and in no state, and how they are written in HCL; the profiles are in the
/// state.
fn made_by_hand(workspace: &Workspace) -> EachKind {
    let all = EachKind::basic(&workspace.azure).with([
        "  weight = 7",
        "  enabled = false\n  endpoint_location = \"West US\"\n  subnet {\n    first = \"192.0.2.0\"\n    scope = 24\n  }\n  \
         custom_header {\n    name  = \"Host\"\n    value = \"www.example.com\"\n  }",
        "  minimum_child_endpoints = 2",
    ]);
    workspace.apply(format_args!("{SHOP}{all}"));
    for endpoint in all.all() {
        workspace.run(&["state", "rm", &endpoint.address()]).succeeded();
    }
    all
}

fn blocks(all: &EachKind, what: impl Fn(&Endpoint<'_>) -> String) -> String {
    let block = |it: &Endpoint<'_>| format!("import {{\n  to = {}\n  {}\n}}\n", it.address(), what(it));
    all.all().iter().map(block).collect()
}

/// Applies import blocks, which change nothing but the state.
fn check_blocks(workspace: &Workspace, all: &EachKind, blocks: &str) {
    let before = workspace.azure.profile("shop");
    let outcome = workspace.apply(format_args!("{SHOP}{all}{blocks}"));
    assert_eq!(outcome.done(), [""; 0], "{outcome}");
    assert_eq!(workspace.azure.profile("shop"), before);
    workspace.plans_nothing();
}

fn an_import_block_takes_an_id_in_any_letter_case(workspace: &Workspace) {
    let all = made_by_hand(workspace);
    let odd = |id: &str| id.to_uppercase().replace("/PROVIDERS/", "/Providers/");
    check_blocks(workspace, &all, &blocks(&all, |endpoint| format!("id = {:?}", odd(&endpoint.id()))));
    workspace.destroy();
    assert_eq!(workspace.azure.profile("shop"), None);
}

fn an_import_block_takes_an_identity(workspace: &Workspace) {
    if !workspace.cli.is_at_least((1, 12), (1, 12), "an import by identity") {
        return;
    }
    let all = made_by_hand(workspace);
    let identity = |endpoint: &Endpoint<'_>| {
        format!(
            "identity = {{\n    subscription_id     = \"{SUBSCRIPTION}\"\n    resource_group_name = \"rg-global\"\n    \
             profile_name        = \"shop\"\n    name                = \"{}\"\n  }}",
            endpoint.name
        )
    };
    check_blocks(workspace, &all, &blocks(&all, identity));
    for endpoint in all.all() {
        let identity = json!({ "subscription_id": SUBSCRIPTION, "resource_group_name": "rg-global",
            "profile_name": "shop", "name": endpoint.name });
        assert_eq!(workspace.instance(&endpoint.address())["identity"], identity);
    }
}

fn generated_configuration_of_an_import_plans_nothing(workspace: &Workspace) {
    let all = made_by_hand(workspace);
    let before = workspace.azure.profile("shop");
    let blocks = blocks(&all, |endpoint| format!("id = {:?}", endpoint.id()));
    workspace.configure(format_args!("{SHOP}{CHILD}{blocks}"));
    workspace.run(&["plan", "-input=false", "-generate-config-out=generated.tf"]).succeeded();
    assert_eq!(workspace.apply_again().done(), [""; 0], "an import alone, and no change");
    assert_eq!(workspace.azure.profile("shop"), before);
    workspace.plans_nothing();
}

fn an_import_of_the_wrong_kind_names_the_right_one(workspace: &Workspace) {
    workspace.apply(format_args!("{SHOP}{EAST}"));
    workspace.run(&["state", "rm", EAST_ADDRESS]).succeeded();
    for kind in KINDS.into_iter().filter(|kind| *kind != EXTERNAL) {
        let wrong = Endpoint { kind, ..EAST };
        workspace.configure(format_args!("{SHOP}{wrong}"));
        let said = workspace.import(&wrong.address(), &EAST.id()).failed().words();
        for text in ["Invalid import ID", EXTERNAL.segment, kind.resource, kind.segment, EXTERNAL.resource] {
            assert!(said.contains(text), "no {text:?} in {said}");
        }
    }
    // Imported into the resource of its kind, it is what it was.
    workspace.configure(format_args!("{SHOP}{EAST}"));
    let imported = workspace.import(EAST_ADDRESS, &EAST.id());
    assert_eq!(imported.code, Some(0), "{imported}");
    workspace.plans_nothing();
}

fn what_cannot_be_imported_is_told(workspace: &Workspace) {
    workspace.apply(SHOP);
    workspace.configure(format_args!("{SHOP}{EAST}"));
    let words_of = |id: &str| workspace.import(EAST_ADDRESS, id).failed().words();
    for not_an_endpoint in ["east", &id("shop"), &format!("{}/externalEndpoints", id("shop"))] {
        let said = words_of(not_an_endpoint);
        assert!(said.contains("Invalid import ID"), "{said}");
    }
    let of_no_profile = EAST.id().replace("/shop/", "/nothing/");
    for nothing in [EAST.id(), of_no_profile] {
        let said = words_of(&nothing);
        assert!(said.contains("Cannot import non-existent remote object"), "{said}");
    }
}
