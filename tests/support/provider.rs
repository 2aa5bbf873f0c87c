//! The provider beside a simulated Terraform, for the tests of several folders. It knows nothing of what they test.

use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use test_support::provider_config;
use tf_plugin::Server;
use tf_plugin_testing::core::Core;

/// A process of the provider that takes what is at this address for Azure, whether or not something is there.
pub(crate) async fn provider_at(url: &str) -> Core {
    let core = Core::new(Server::new(AzureTrafficManager::new(Environment::default()))).await;
    core.configure_with(&provider_config(url)).await.unwrap();
    core
}
