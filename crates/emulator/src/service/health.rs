//! Finds the endpoint whose health the control API sets. It derives no status.

use thiserror::Error;
use traffic_manager::health::Health;
use traffic_manager::id::EndpointKind;

use super::model::same_name;
use super::state::{ProfileKey, State};

/// Why the health of an endpoint cannot be set.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum UnknownEndpoint {
    /// No profile has this name or id.
    #[error("there is no profile '{0}'")]
    NoProfile(String),
    /// More than one profile has this name.
    #[error("{} profiles are named '{name}'; name one by its percent-encoded id: {}", ids.len(), ids.join(", "))]
    AmbiguousProfile {
        /// The name.
        name: String,
        /// The ids of the profiles, lower case.
        ids: Vec<String>,
    },
    /// The profile has no such endpoint.
    #[error("the profile '{profile}' has no endpoint '{endpoint}'")]
    NoEndpoint {
        /// The profile.
        profile: String,
        /// The endpoint.
        endpoint: String,
    },
    /// Endpoints of several kinds have this name.
    #[error(
        "endpoints of several kinds are named '{0}'; put the kind in front, percent-encoded: \
         'externalEndpoints%2F{0}'"
    )]
    AmbiguousEndpoint(String),
    /// A nested endpoint is not probed.
    #[error(
        "'{0}' is a nested endpoint, which takes its status from its child profile: set the child's endpoints"
    )]
    Nested(String),
}

/// Sets what is known of an endpoint's target.
pub(super) fn set(
    state: &mut State,
    profile: &str,
    endpoint: &str,
    health: Health,
) -> Result<(), UnknownEndpoint> {
    let key = find_profile(state, profile)?;
    let Some(found) = state.profile_mut(&key) else {
        return Err(UnknownEndpoint::NoProfile(profile.to_owned()));
    };
    let (kind, name) = match endpoint.split_once('/') {
        Some((kind, name)) if EndpointKind::parse_ignoring_case(kind).is_some() => {
            (EndpointKind::parse_ignoring_case(kind), name)
        }
        _ => (None, endpoint),
    };
    let mut named = found
        .endpoints
        .iter_mut()
        .filter(|endpoint| same_name(&endpoint.name, name) && kind.is_none_or(|kind| endpoint.kind == kind));
    let Some(first) = named.next() else {
        return Err(UnknownEndpoint::NoEndpoint {
            profile: profile.to_owned(),
            endpoint: endpoint.to_owned(),
        });
    };
    if named.next().is_some() {
        return Err(UnknownEndpoint::AmbiguousEndpoint(name.to_owned()));
    }
    if first.kind == EndpointKind::Nested {
        return Err(UnknownEndpoint::Nested(first.name.clone()));
    }
    first.set_health(health);
    Ok(())
}

pub(super) fn find_profile(state: &State, profile: &str) -> Result<ProfileKey, UnknownEndpoint> {
    if let Some(key) = ProfileKey::of_id(profile) {
        return Ok(key);
    }
    let mut keys = state.profiles_named(profile);
    match keys.len() {
        0 => Err(UnknownEndpoint::NoProfile(profile.to_owned())),
        1 => Ok(keys.remove(0)),
        _ => {
            let ids = keys.iter().map(|key| {
                format!(
                    "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Network/trafficManagerProfiles/{}",
                    key.subscription, key.group, key.name
                )
            });
            Err(UnknownEndpoint::AmbiguousProfile { name: profile.to_owned(), ids: ids.collect() })
        }
    }
}
