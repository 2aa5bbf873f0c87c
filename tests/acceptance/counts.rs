//! How many requests a profile with a hundred endpoints takes.

use std::fmt::Write as _;

use crate::hcl::{Profile, SHOP};
use crate::workspace::Workspace;
use test_support::{Cli, say};

one_cli!(a_hundred_endpoints_take_as_many_requests_as_one,);

fn a_hundred_endpoints_take_as_many_requests_as_one(workspace: &Workspace) {
    let with = |first: u32| {
        let mut endpoints = String::new();
        for number in 0..100 {
            let weight = if number == 0 { first } else { 10 };
            writeln!(
                endpoints,
                "    e{number} = {{ target = \"e{number}.example.com\", weight = {weight} }}"
            )
            .unwrap();
        }
        Profile { endpoints: Some(&endpoints), ..SHOP }.to_string()
    };
    let count = || workspace.azure.take_requests().len();
    workspace.apply(with(10));
    let create = count();
    workspace.plans_nothing();
    let plan = count();
    workspace.apply(with(11));
    // An apply plans first, and that plan takes what any plan takes.
    let weight = count() - plan;
    workspace.destroy();
    let destroy = count();
    say(&format!(
        "requests for 100 endpoints: create {create}, plan {plan}, one weight {weight}, destroy {destroy}"
    ));
    // Is the name free, is the profile there, and the PUT. OpenTofu does not tell the plan that it makes
    // while it applies from the first, so the first question is asked twice.
    let most = if workspace.cli == Cli::OpenTofu { 4 } else { 3 };
    assert!(create <= most, "{create}");
    // A change reads what is there just before its PUT.
    assert_eq!((plan, weight, destroy), (1, 2, 2));
}
