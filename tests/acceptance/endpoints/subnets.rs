//! Subnets of an endpoint. In azurerm, adding or removing one replaces the endpoint.

use serde_json::{Value, json};

use crate::hcl::{Profile, SHOP};
use crate::workspace::Workspace;

use super::{EAST, EAST_ADDRESS, Endpoint, properties};

every_cli!(a_subnet_is_added_edited_reordered_and_removed_in_place,);
one_cli!(addresses_of_both_families_are_subnets, a_subnet_that_is_wrong_is_refused_at_plan,);

/// In a fixed order: a set has none.
pub(super) fn sorted(subnets: &Value) -> Value {
    let mut subnets = subnets.as_array().cloned().unwrap_or_default();
    subnets.sort_by_key(Value::to_string);
    json!(subnets)
}

/// The endpoint with these subnets, each as what is in its block.
fn with(subnets: &[&str]) -> String {
    let blocks: Vec<String> = subnets.iter().map(|it| format!("  subnet {{\n    {it}\n  }}")).collect();
    let east = Endpoint { more: &blocks.join("\n"), ..EAST };
    format!("{}{east}", Profile { method: "Subnet", ..SHOP })
}

const BLOCK: &str = "first = \"1.2.3.0\"\n    scope = 24";
const RANGE: &str = "first = \"11.12.13.14\"\n    last  = \"11.12.13.20\"";
const ADDRESS: &str = "first = \"192.0.2.7\"";

fn a_subnet_is_added_edited_reordered_and_removed_in_place(workspace: &Workspace) {
    workspace.apply(with(&[BLOCK]));
    workspace.plans_nothing();
    let holds = |expected: Value| {
        assert_eq!(sorted(&properties(workspace, "east")["subnets"]), expected);
    };
    let change = |subnets: &[&str]| workspace.updates(&[EAST_ADDRESS], with(subnets));
    let block = json!({ "first": "1.2.3.0", "scope": 24 });
    let range = json!({ "first": "11.12.13.14", "last": "11.12.13.20" });
    change(&[BLOCK, RANGE]);
    holds(json!([block, range]));

    // The order says nothing.
    workspace.configure(with(&[RANGE, BLOCK]));
    workspace.plans_nothing();

    change(&[&BLOCK.replace("24", "25"), RANGE]);
    holds(json!([{ "first": "1.2.3.0", "scope": 25 }, range]));
    change(&[RANGE]);
    holds(json!([range]));
    change(&[]);
    assert_eq!(properties(workspace, "east")["subnets"], Value::Null);
    // From none to one, and to others altogether.
    change(&[ADDRESS]);
    change(&[BLOCK, RANGE]);
    holds(json!([block, range]));
    workspace.destroy();
}

fn addresses_of_both_families_are_subnets(workspace: &Workspace) {
    let all = [
        ADDRESS,
        BLOCK,
        RANGE,
        "first = \"2001:db8:1::\"\n    scope = 48",
        "first = \"2001:db8:2::1\"\n    last  = \"2001:db8:2::9\"",
        "first = \"2001:db8:3::1\"",
    ];
    workspace.apply(with(&all));
    workspace.plans_nothing();
    workspace.imports_the_same(&EAST);
    assert_eq!(properties(workspace, "east")["subnets"].as_array().map(Vec::len), Some(6));
    workspace.updates(&[EAST_ADDRESS], with(&all[2..]));
    let found = sorted(&properties(workspace, "east")["subnets"]);
    assert_eq!(found[1], json!({ "first": "2001:db8:1::", "scope": 48 }), "{found}");
    assert_eq!(found.as_array().map(Vec::len), Some(4));
    workspace.destroy();
}

fn a_subnet_that_is_wrong_is_refused_at_plan(workspace: &Workspace) {
    workspace.apply(SHOP);
    workspace.azure.take_requests();
    for (wrong, text) in [
        ("first = \"10.0.0.9\"\n    last  = \"10.0.0.1\"", "10.0.0.9"),
        ("first = \"10.0.0.0\"\n    scope = 33", "33"),
        ("first = \"everywhere\"", "everywhere"),
    ] {
        workspace.refuses(with(&[wrong]), &[text]);
    }
    let asked = workspace.azure.take_requests();
    assert!(asked.iter().all(|request| request.starts_with("GET ")), "{asked:?}");
}
