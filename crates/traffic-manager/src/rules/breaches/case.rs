//! What a way to break a rule is.

use super::super::config::Profile;
use super::sound::sound;

/// A way to break one rule and no other.
#[derive(Debug)]
pub struct Case {
    /// The name of the rule.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub fault: &'static str,
    pub(super) change: fn(&mut Profile),
}

impl Case {
    /// The profile that breaks the rule.
    pub fn profile(&self) -> Profile {
        let mut profile = sound();
        (self.change)(&mut profile);
        profile
    }
}
