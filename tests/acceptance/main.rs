//! The provider as users have it: real Terraform and OpenTofu, the provider's own binary, and the emulator in
//! the place of Azure.
//!
//! A scenario is a function of a [`workspace::Workspace`]. `scenarios!` makes one test of it per CLI, `once!`
//! one test with the first CLI that is there, for what does not depend on the CLI. What a part of the
//! provider does by itself is tested beside that part, not here.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

/// A test per CLI of each function: `updates::tags_change_in_place::opentofu` and so on.
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn terraform_1_15() {
                crate::cli::Cli::Terraform1_15.run(super::$name);
            }

            #[test]
            fn opentofu() {
                crate::cli::Cli::OpenTofu.run(super::$name);
            }

            #[test]
            fn terraform_on_path() {
                crate::cli::Cli::TerraformOnPath.run(super::$name);
            }
        }
    )+};
}

/// A test of each function with the first CLI that is there: what it shows is the provider's alone, such as
/// the text of a diagnostic.
macro_rules! once {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn first_cli() {
                crate::cli::Cli::run_first(super::$name);
            }
        }
    )+};
}

mod azure;
mod cli;
mod hcl;
mod json;
mod outcome;
mod workspace;

mod azurerm_endpoints;
mod azurerm_profiles;
mod clearing;
mod counts;
mod endpoint_keys;
mod endpoints_of_others;
mod examples;
mod existing;
mod failures;
mod identities;
mod imports;
mod lifecycle;
mod methods;
mod mocks;
mod moving;
mod nested;
mod no_changes;
mod only_azure_knows;
mod other_hands;
mod places;
mod priorities;
mod refusals;
mod tags;
mod taken_over;
mod unknowns;
mod updates;
mod waiting;
