//! Tools for tests of providers. Nothing here is part of a provider.

pub mod client;
pub mod core;
