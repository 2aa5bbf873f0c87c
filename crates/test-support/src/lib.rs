//! What the tests of the provider share: an Azure in this process, and real CLIs with a clean environment.
//!
//! It knows neither the provider's types nor what a test is about.

mod azure;
mod cli;
mod folder;

pub use azure::{
    Azure, SUBSCRIPTION, foreign_endpoint, foreign_profile, profile_id, provider_config, request,
};
pub use cli::{Cli, say};
pub use folder::Folder;
