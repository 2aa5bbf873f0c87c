//! The provider beside a simulated Terraform, for the tests of several folders. It knows nothing of what they test.

use serde_json::Value as Json;
use terraform_provider_azuretm::{AzureTrafficManager, Environment};
use test_support::provider_config;
use tf_plugin::Server;
use tf_plugin_testing::core::Core;
use tokio::sync::OnceCell;

/// The process that was asked for its schemas. They are the same for all.
static FIRST: OnceCell<Core> = OnceCell::const_new();

/// A process of the provider that takes what is at this address for Azure, whether or not something is there.
pub(crate) async fn provider_at(url: &str) -> Core {
    provider_with(&provider_config(url)).await
}

/// A process of the provider with this configuration, written in part.
pub(crate) async fn provider_with(config: &Json) -> Core {
    let server = || Server::new(AzureTrafficManager::new(Environment::default()));
    let core = FIRST.get_or_init(|| Core::new(server())).await.with_another(server());
    core.configure_with(config).await.unwrap_or_else(|report| panic!("{report}"));
    core
}
