//! Stored profiles as the routing of the domain takes them. It decides nothing.

use traffic_manager::address_range::AddressRange;
use traffic_manager::health::ChildMinimums;
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::defaults;
use traffic_manager::routing::{self, Found, Target, Tree, TreeError};

use super::Service;
use super::model::{Endpoint, Profile, Subnet};
use super::rules::is_target;
use super::state::{ProfileKey, State};

impl Service {
    /// The tree below the profile with this relative name, given in lower case. `None` if there is no such profile.
    pub(crate) fn routing_tree(&self, relative_name: &str) -> Option<Result<Tree, TreeError>> {
        let root = self.state.owner_of_domain(relative_name)?;
        Some(Tree::new(&key_text(root), |key| find(&self.state, key)))
    }

    /// The relative names that have more than one label.
    pub(crate) fn long_relative_names(&self) -> Vec<String> {
        self.state.relative_names().filter(|name| name.contains('.')).map(str::to_owned).collect()
    }
}

/// The key of a profile in a tree: no part of it contains a slash.
fn key_text(key: &ProfileKey) -> String {
    format!("{}/{}/{}", key.subscription, key.group, key.name)
}

fn find(state: &State, key: &str) -> Found {
    let [subscription, group, name] = key.split('/').collect::<Vec<_>>()[..] else { return Found::Missing };
    let key =
        ProfileKey { subscription: subscription.to_owned(), group: group.to_owned(), name: name.to_owned() };
    state.profile(&key).map_or(Found::Missing, |found| Found::Profile(profile(found)))
}

fn profile(profile: &Profile) -> routing::Profile {
    routing::Profile {
        name: profile.name.clone(),
        status: profile.status,
        method: profile.method,
        ttl: number(profile.ttl),
        max_return: profile.max_return.map_or(defaults::MAX_RETURN, number),
        endpoints: profile.endpoints.iter().map(endpoint).collect(),
    }
}

fn endpoint(endpoint: &Endpoint) -> routing::Endpoint {
    routing::Endpoint {
        name: endpoint.name.clone(),
        target: target(endpoint),
        status: endpoint.status,
        always_serve: endpoint.always_serve,
        health: endpoint.health,
        weight: number(endpoint.weight),
        priority: number(endpoint.priority),
        location: endpoint.location.clone(),
        geo_mappings: endpoint.geo_mapping.clone(),
        subnets: endpoint.subnets.iter().filter_map(subnet).collect(),
        minimums: ChildMinimums {
            any: number(endpoint.minimums.any),
            v4: number(endpoint.minimums.v4),
            v6: number(endpoint.minimums.v6),
        },
    }
}

fn target(endpoint: &Endpoint) -> Target {
    if endpoint.kind == EndpointKind::Nested {
        let key = endpoint.target_resource_id.as_deref().and_then(ProfileKey::of_id);
        // What is no id of a profile is found under no key.
        return Target::Profile(key.as_ref().map(key_text).unwrap_or_default());
    }
    // A resource that the emulator was never told of has none.
    match endpoint.target.as_deref().map(str::trim).filter(|target| is_target(target)) {
        Some(target) => Target::parse(target),
        None => Target::Unknown,
    }
}

/// A range that the rules let in.
fn subnet(subnet: &Subnet) -> Option<AddressRange> {
    let first = subnet.first.parse().ok()?;
    match (&subnet.last, subnet.scope) {
        (Some(last), _) => AddressRange::new(first, last.parse().ok()?).ok(),
        (None, Some(scope)) => AddressRange::block(first, scope).ok(),
        (None, None) => Some(AddressRange::single(first)),
    }
}

/// A number that the rules keep small.
fn number<T: TryFrom<i64> + Default>(number: i64) -> T {
    T::try_from(number.clamp(0, i64::from(i32::MAX))).unwrap_or_default()
}
