//! Monitor statuses of stored profiles and endpoints. The rules are those of the domain crate; here they are
//! fed from the state.

use traffic_manager::health::{
    Child, ChildMinimums, EndpointMonitorStatus, Family, Probe, ProfileMonitorStatus, endpoint_status,
    nested_status, profile_status, stopped_status,
};
use traffic_manager::id::EndpointKind;

use super::model::{Endpoint, Health, Profile};
use super::state::{ProfileKey, State};

/// Azure allows ten levels of nesting; deeper ones are refused, so this only ends a walk.
const DEEPEST: usize = 10;

/// The status of an endpoint of a profile.
pub(crate) fn of_endpoint(state: &State, profile: &Profile, endpoint: &Endpoint) -> EndpointMonitorStatus {
    at_depth(state, profile, endpoint, 0)
}

/// The status of a profile.
pub(crate) fn of_profile(state: &State, profile: &Profile) -> ProfileMonitorStatus {
    profile_status(
        profile.status,
        profile.endpoints.iter().map(|endpoint| of_endpoint(state, profile, endpoint)),
    )
}

/// The status of a profile in the answer to the PUT that wrote it: nested endpoints that are on count as
/// being checked, whatever their children are. Recorded.
pub(crate) fn of_profile_just_put(state: &State, profile: &Profile) -> ProfileMonitorStatus {
    let statuses = profile.endpoints.iter().map(|endpoint| match endpoint.kind {
        EndpointKind::Nested => endpoint_status(
            profile.status,
            endpoint.status,
            traffic_manager::profile::Status::Disabled,
            Probe::Undecided,
        ),
        EndpointKind::Azure | EndpointKind::External => of_endpoint(state, profile, endpoint),
    });
    profile_status(profile.status, statuses)
}

fn at_depth(state: &State, profile: &Profile, endpoint: &Endpoint, depth: usize) -> EndpointMonitorStatus {
    if endpoint.kind == EndpointKind::Nested {
        return of_nested(state, profile, endpoint, depth);
    }
    match endpoint.health {
        Health::Stopped => stopped_status(profile.status, endpoint.status),
        Health::Probed(probe) => {
            endpoint_status(profile.status, endpoint.status, endpoint.always_serve, probe)
        }
    }
}

fn of_nested(state: &State, profile: &Profile, endpoint: &Endpoint, depth: usize) -> EndpointMonitorStatus {
    let key = endpoint.target_resource_id.as_deref().and_then(ProfileKey::of_id);
    let child = key.and_then(|key| state.profile(&key)).filter(|_| depth < DEEPEST);
    // What becomes of the parent's endpoint when a child is deleted is not known; it serves nothing.
    let Some(child) = child else { return stopped_status(profile.status, endpoint.status) };
    let endpoints: Vec<(EndpointMonitorStatus, Option<Family>)> = child
        .endpoints
        .iter()
        .map(|endpoint| (at_depth(state, child, endpoint, depth + 1), endpoint.family()))
        .collect();
    let status = profile_status(child.status, endpoints.iter().map(|(status, _)| *status));
    let minimum = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let minimums = ChildMinimums {
        any: minimum(endpoint.minimums.any),
        v4: minimum(endpoint.minimums.v4),
        v6: minimum(endpoint.minimums.v6),
    };
    nested_status(profile.status, endpoint.status, Child { status, endpoints: &endpoints }, minimums)
}
