//! An emulator of Azure for Traffic Manager, for tests and work without an account.
mod service;
pub use service::*;
