//! Rules of nesting: the child exists, nothing nests itself, at most ten levels from the changed profile
//! down. The levels above it are not counted. Source: Azure's "Nested Traffic Manager profiles".

use std::collections::HashMap;

use traffic_manager::id::EndpointKind;
use traffic_manager::profile::RoutingMethod;

use crate::service::decode::Problems;
use crate::service::model::{Endpoint, Profile};
use crate::service::state::{ProfileKey, State};

/// The most levels of profiles, the outermost included.
const MOST_LEVELS: usize = 10;

pub(super) fn check(state: &State, key: &ProfileKey, profile: &Profile, problems: &mut Problems) {
    let mut heights = HashMap::new();
    for endpoint in profile.endpoints.iter().filter(|endpoint| endpoint.kind == EndpointKind::Nested) {
        if let Some(problem) = problem(state, key, profile, endpoint, &mut heights) {
            problems.push(problem);
        }
    }
}

fn problem(
    state: &State,
    key: &ProfileKey,
    profile: &Profile,
    endpoint: &Endpoint,
    heights: &mut HashMap<ProfileKey, Option<usize>>,
) -> Option<String> {
    let name = &endpoint.name;
    if profile.method == RoutingMethod::MultiValue {
        // Told by the rule that MultiValue profiles have addresses only.
        return None;
    }
    let id = endpoint.target_resource_id.as_deref().filter(|id| !id.is_empty())?;
    let Some(child) = ProfileKey::of_id(id) else {
        return Some(format!(
            "The targetResourceId '{id}' of the nested endpoint '{name}' is not the id of a Traffic Manager profile."
        ));
    };
    if state.profile(&child).is_none() && child != *key {
        return Some(format!(
            "The profile '{id}', which the nested endpoint '{name}' points at, does not exist."
        ));
    }
    match height(state, key, &child, heights) {
        None => Some(format!(
            "The nested endpoint '{name}' makes the profile contain itself through '{id}', or nests more than \
             {MOST_LEVELS} levels."
        )),
        Some(levels) if levels >= MOST_LEVELS => {
            Some(format!("The nested endpoint '{name}' nests more than {MOST_LEVELS} levels."))
        }
        Some(_) => None,
    }
}

/// How many levels a profile has, itself included; `None` if it contains `root` or does not end.
fn height(
    state: &State,
    root: &ProfileKey,
    key: &ProfileKey,
    known: &mut HashMap<ProfileKey, Option<usize>>,
) -> Option<usize> {
    if key == root {
        return None;
    }
    if let Some(height) = known.get(key) {
        return *height;
    }
    // Met again before it is known: it contains itself.
    known.insert(key.clone(), None);
    let mut tallest = 0;
    for endpoint in state.profile(key).into_iter().flat_map(|profile| &profile.endpoints) {
        if endpoint.kind != EndpointKind::Nested {
            continue;
        }
        if let Some(child) = endpoint.target_resource_id.as_deref().and_then(ProfileKey::of_id) {
            tallest = tallest.max(height(state, root, &child, known)?);
        }
    }
    known.insert(key.clone(), Some(tallest + 1));
    Some(tallest + 1)
}
