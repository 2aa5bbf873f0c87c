//! Profiles that break one rule each, for tests of the rules and of whatever shows what they find.
//!
//! They are compiled for tests only. What the rules say of them is not written here.

mod case;
mod cases;
mod fleet;
mod sound;

pub use case::Case;
pub use cases::CASES;
pub use fleet::{FLEET_CASES, FleetCase};
pub use sound::sound;
#[cfg(test)]
pub(super) use sound::{block, subnet, text, texts, to};
