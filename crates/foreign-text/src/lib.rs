//! Texts of services as they may be shown: without secrets, printable, and not too long.
//!
//! The clients of Azure Resource Manager and of hubs quote what a service said. A service may say anything, and it may quote
//! what it was sent. This crate knows nothing of the services: what is sensitive in a request, the client says.

mod secrets;
mod text;

pub use secrets::{Secrets, Sensitive};
pub use text::{beginning, printable};
