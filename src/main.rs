//! The provider's process.

use std::process::ExitCode;

use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use tf_plugin::serve::{Program, run};

const PROGRAM: Program = Program {
    address: "azuretm/azuretm",
    version: env!("CARGO_PKG_VERSION"),
    crates: &["terraform_provider_azuretm", "arm", "traffic_manager", "tf_plugin"],
};

fn main() -> ExitCode {
    run(&PROGRAM, || tf_plugin::Server::new(AzureTrafficManager::new(Environment::from_process())))
}
