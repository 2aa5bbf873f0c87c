//! What a way to break a rule is.

use super::sound::sound;
use crate::rules::config::Profile;

/// A way to break one rule and no other.
#[derive(Debug)]
pub struct Case {
    /// The name of the rule.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub fault: &'static str,
    change: fn(&mut Profile),
}

/// A way to break this rule: what is wrong, and the change of a sound profile that makes it so.
pub(super) const fn case(code: &'static str, fault: &'static str, change: fn(&mut Profile)) -> Case {
    Case { code, fault, change }
}

impl Case {
    /// The profile that breaks the rule.
    pub fn profile(&self) -> Profile {
        let mut profile = sound();
        (self.change)(&mut profile);
        profile
    }
}
