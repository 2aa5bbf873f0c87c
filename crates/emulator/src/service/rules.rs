//! What the service refuses in a profile as it would be after a request, as sentences.
//!
//! Texts marked "public" are quoted verbatim by users of the real service; the others are the emulator's own,
//! for rules that the service is known or documented to have. Nothing is changed here.

use super::decode::Problems;
use super::model::Profile;
use super::state::{ProfileKey, State};

mod endpoint;
mod nested;
mod profile;
mod subnet;
mod together;
mod web_apps;

pub(crate) use web_apps::is_web_app;

/// All that is wrong with a profile that would be kept under this key.
pub(crate) fn check(state: &State, key: &ProfileKey, candidate: &Profile) -> Problems {
    let mut problems = Problems::new();
    profile::check(candidate, &mut problems);
    for endpoint in &candidate.endpoints {
        endpoint::check(candidate, endpoint, &mut problems);
    }
    together::check(state, candidate, &mut problems);
    web_apps::check(state, key, candidate, &mut problems);
    subnet::check(candidate, &mut problems);
    nested::check(state, key, candidate, &mut problems);
    problems
}

/// Whether a name can be the relative name of a profile: DNS labels, joined by dots.
pub(crate) use profile::is_relative_name;

/// The refusal of an endpoint's name, and what a target has to be.
pub(crate) use endpoint::{invalid_name as invalid_endpoint_name, is_target};

/// The refusal of endpoints that appear more than once.
pub(crate) use together::duplicates;
