//! Tests of providers that are written with `tf-plugin`. Nothing here is part of a provider.
//!
//! [`core`] is the part of Terraform that judges a provider, for tests in one process. [`client`] starts the program
//! of a provider as Terraform does. [`proto`] are the messages of the protocol, for tests of single calls.

pub mod client;
pub mod core;
pub mod proto;
