//! The provider as users have it: real Terraform and OpenTofu, the provider's own binary, and the emulator in
//! the place of Azure.
//!
//! A scenario is a function of a [`workspace::Workspace`]. `every_cli!` makes one test of it for each CLI: for what depends
//! on what the CLI itself does, and for a few that show that the provider works with it at all: a profile's life, drift,
//! failures. `one_cli!` makes one test, with a CLI that follows from the scenario's name:
//! for what is between the provider and Azure; `make test-clis` runs these with each CLI too. What a part of the provider does
//! by itself is tested beside that part, not here.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

/// A test per CLI of each function, `updates::tags_change_in_place::opentofu` and so on: plans that follow from what the CLI
/// proposes, unknown values, `moved`, `import` and `removed` blocks, identity, mocks, order of destruction, what is shown,
/// saved plans, state files.
macro_rules! every_cli {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use test_support::Cli;

            #[test]
            fn terraform_1_15() {
                crate::workspace::run(Cli::Terraform1_15.if_there(), super::$name);
            }

            #[test]
            fn opentofu() {
                crate::workspace::run(Cli::OpenTofu.if_there(), super::$name);
            }

            #[test]
            fn terraform_on_path() {
                crate::workspace::run(Cli::TerraformOnPath.if_there(), super::$name);
            }
        }
    )+};
}

/// A test of each function with one CLI, always the same: how settings arrive at Azure, what Azure answers, what a
/// diagnostic says. Each CLI has its share of them.
macro_rules! one_cli {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn one_cli() {
                crate::workspace::run_with_one(module_path!(), super::$name);
            }
        }
    )+};
}

mod azure;
mod hcl;
mod json;
mod outcome;
mod workspace;

mod azurerm_endpoints;
mod azurerm_moved;
mod azurerm_profiles;
mod clearing;
mod counts;
mod endpoint_keys;
mod endpoints;
mod endpoints_of_others;
mod examples;
mod existing;
mod failures;
mod fleet;
mod fleet_scenarios;
mod identities;
mod imports;
mod lifecycle;
mod methods;
mod mocks;
mod moving;
mod nested;
mod no_changes;
mod only_azure_knows;
mod order_of_writes;
mod other_hands;
mod places;
mod priorities;
mod queries;
mod refusals;
mod routes;
mod tags;
mod taken_over;
mod unknowns;
mod updates;
mod waiting;
