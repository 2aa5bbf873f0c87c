//! Whoever answers in the place of Azure, or of the hub of a fleet: a proxy, another program at the address, somebody who means harm.
//!
//! Whatever it answers to any request of a creation, a refresh, a change, a deletion or an import: nothing is lost, nothing
//! of somebody else's is touched, nothing secret and nothing that commands a terminal is shown, and memory stays bounded.
//! That the service itself may fail is shown in `tests/faults`.

#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod answers;
mod attack;
mod cases;
mod hub;
mod objects;
mod pages;
#[path = "../support/provider.rs"]
mod provider;
mod scenes;
mod server;
mod trial;
mod wire;
