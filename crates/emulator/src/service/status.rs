//! Monitor statuses of stored profiles and endpoints. The rules are those of the domain crate; here they are
//! fed from the state.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use traffic_manager::health::{
    Child, ChildMinimums, EndpointMonitorStatus, Family, Health, Probe, ProfileMonitorStatus,
    endpoint_status, nested_status, profile_status, stopped_status,
};
use traffic_manager::id::EndpointKind;

use super::model::{Endpoint, Profile};
use super::state::{ProfileKey, State};

/// Azure allows ten levels of nesting; deeper ones are refused, so this only ends a walk.
const DEEPEST: usize = 10;

/// The statuses during one answer. A child profile is looked at once, however many parents lead to it: otherwise
/// a few levels of many nested endpoints each would take for ever.
pub(crate) struct Statuses<'a> {
    state: &'a State,
    children: RefCell<HashMap<ProfileKey, Rc<ChildState>>>,
}

/// What a parent sees of a child.
struct ChildState {
    status: ProfileMonitorStatus,
    endpoints: Vec<(EndpointMonitorStatus, Option<Family>)>,
}

impl<'a> Statuses<'a> {
    pub(crate) fn new(state: &'a State) -> Self {
        Self { state, children: RefCell::default() }
    }

    /// The status of an endpoint of a profile.
    pub(crate) fn of_endpoint(&self, profile: &Profile, endpoint: &Endpoint) -> EndpointMonitorStatus {
        self.at_depth(profile, endpoint, 0)
    }

    /// The status of a profile.
    pub(crate) fn of_profile(&self, profile: &Profile) -> ProfileMonitorStatus {
        profile_status(
            profile.status,
            profile.endpoints.iter().map(|endpoint| self.of_endpoint(profile, endpoint)),
        )
    }

    /// The status of a profile in the answer to the PUT that wrote it: nested endpoints that are on count as
    /// being checked, whatever their children are. Recorded.
    pub(crate) fn of_profile_just_put(&self, profile: &Profile) -> ProfileMonitorStatus {
        let statuses = profile.endpoints.iter().map(|endpoint| match endpoint.kind {
            EndpointKind::Nested => endpoint_status(
                profile.status,
                endpoint.status,
                traffic_manager::profile::Status::Disabled,
                Probe::Undecided,
            ),
            EndpointKind::Azure | EndpointKind::External => self.of_endpoint(profile, endpoint),
        });
        profile_status(profile.status, statuses)
    }

    fn at_depth(&self, profile: &Profile, endpoint: &Endpoint, depth: usize) -> EndpointMonitorStatus {
        if endpoint.kind == EndpointKind::Nested {
            return self.of_nested(profile, endpoint, depth);
        }
        match endpoint.health {
            Health::Stopped => stopped_status(profile.status, endpoint.status),
            Health::Probed(probe) => {
                endpoint_status(profile.status, endpoint.status, endpoint.always_serve, probe)
            }
        }
    }

    fn of_nested(&self, profile: &Profile, endpoint: &Endpoint, depth: usize) -> EndpointMonitorStatus {
        let key = endpoint.target_resource_id.as_deref().and_then(ProfileKey::of_id);
        let child = key.filter(|_| depth < DEEPEST).and_then(|key| self.child(key, depth));
        // What becomes of the parent's endpoint when a child is deleted is not known; it serves nothing.
        let Some(child) = child else { return stopped_status(profile.status, endpoint.status) };
        let minimum = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        let minimums = ChildMinimums {
            any: minimum(endpoint.minimums.any),
            v4: minimum(endpoint.minimums.v4),
            v6: minimum(endpoint.minimums.v6),
        };
        let seen = Child { status: child.status, endpoints: &child.endpoints };
        nested_status(profile.status, endpoint.status, seen, minimums)
    }

    fn child(&self, key: ProfileKey, depth: usize) -> Option<Rc<ChildState>> {
        if let Some(known) = self.children.borrow().get(&key) {
            return Some(Rc::clone(known));
        }
        let child = self.state.profile(&key)?;
        let endpoints: Vec<(EndpointMonitorStatus, Option<Family>)> = child
            .endpoints
            .iter()
            .map(|endpoint| (self.at_depth(child, endpoint, depth + 1), endpoint.family()))
            .collect();
        let status = profile_status(child.status, endpoints.iter().map(|(status, _)| *status));
        let state = Rc::new(ChildState { status, endpoints });
        self.children.borrow_mut().insert(key, Rc::clone(&state));
        Some(state)
    }
}
