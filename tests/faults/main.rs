//! The provider while things go wrong: every request of every operation failed in every way, the provider's process
//! killed at every request, a user who presses Ctrl-C; what users read then; and that no secret gets out meanwhile.
//!
//! Whatever happens, an operation succeeds or says what to do, the next apply gets to what is wanted, and what
//! belongs to others stays as it is. That all goes well where nothing fails is shown elsewhere.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod expired;
mod kinds;
mod login;
mod scenes;
// Processes are found in /proc.
#[cfg(target_os = "linux")]
mod terraform;

#[cfg(target_os = "linux")]
mod fleet;
mod interrupted;
mod matrix;
mod messages;
#[path = "../support/provider.rs"]
mod provider;
mod races;
#[cfg(target_os = "linux")]
mod secrets;
mod swap;
mod wire;
