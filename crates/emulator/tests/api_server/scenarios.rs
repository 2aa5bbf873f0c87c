//! What both servers are asked, by what it is about.

mod apply;
mod builtin;
mod creation;
mod deletion;
mod discovery;
mod invalid;
mod listing;
mod patches;
mod updates;
mod watching;

use crate::script::Scenario;

/// All scenarios.
pub(crate) fn all() -> Vec<Scenario> {
    let all = [
        creation::scenarios(),
        invalid::scenarios(),
        updates::scenarios(),
        patches::scenarios(),
        apply::scenarios(),
        listing::scenarios(),
        watching::scenarios(),
        deletion::scenarios(),
        builtin::scenarios(),
        discovery::scenarios(),
    ];
    all.into_iter().flatten().collect()
}
