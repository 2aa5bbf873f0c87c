//! What the tests of the provider share: an Azure in this process, real CLIs with a clean environment, and a real
//! Kubernetes API server.
//!
//! It knows neither the provider's types nor what a test is about.

mod azure;
mod cli;
mod fleet;
mod folder;
mod kube_api_server;
mod missing;

pub use azure::{
    Azure, SUBSCRIPTION, foreign_endpoint, foreign_profile, profile_id, provider_config, request,
    with_fleet_hub,
};
pub use cli::Cli;
pub use fleet::{Export, FLEET_PRINCIPAL, ask_hub, fleet_id};
pub use folder::Folder;
pub use kube_api_server::KubeApiServer;
pub use missing::{chromium, kubernetes_tool, say};
