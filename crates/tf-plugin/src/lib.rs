//! The Terraform plugin protocol, version 6.11, for providers written in Rust. Knows no cloud.

mod broker;
mod context;
mod controller;
pub mod crash;
pub mod cty;
mod data_source;
mod diagnostics;
mod erased;
mod erased_provider;
pub mod function;
pub mod handshake;
mod listener;
pub mod logging;
mod null_elements;
pub mod object;
mod planning;
mod printable;
mod private;
pub mod proto;
mod provider;
pub mod reattach;
mod registry;
pub mod resource;
pub mod schema;
pub mod serve;
mod server;
mod stdio;
#[cfg(feature = "test-client")]
pub mod testing;
mod tls;
pub mod value;

pub use context::Context;
pub use cty::Path;
pub use data_source::{DataSource, ReadData};
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use erased::ManagedResource;
pub use function::Function;
pub use private::PrivateData;
pub use provider::{Configure, Provider};
pub use registry::Registry;
pub use resource::Resource;
pub use server::Server;
pub use value::{Set, Value};
