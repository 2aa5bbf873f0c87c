//! Rules between the endpoints of a profile: what has to be unique, and which kinds go together.

use std::collections::{HashMap, HashSet};

use traffic_manager::id::EndpointKind;
use traffic_manager::profile::RoutingMethod;

use crate::service::decode::Problems;
use crate::service::model::{Endpoint, Profile};
use crate::service::public_ips;
use crate::service::state::State;

pub(super) fn check(state: &State, profile: &Profile, problems: &mut Problems) {
    names(&profile.endpoints, problems);
    priorities(&profile.endpoints, problems);
    targets(&profile.endpoints, problems);
    public_ips_have_names(state, &profile.endpoints, problems);
    match profile.method {
        RoutingMethod::MultiValue => multi_value(&profile.endpoints, problems),
        RoutingMethod::Geographic => geographic(&profile.endpoints, problems),
        _ => {}
    }
    let addresses = profile.endpoints.iter().filter(|endpoint| is_address(endpoint)).count();
    if profile.method != RoutingMethod::MultiValue && addresses > 0 && addresses < profile.endpoints.len() {
        problems.push(
            "Endpoints whose target is an IP address cannot be combined with other endpoints in one profile."
                .to_owned(),
        );
    }
}

fn is_address(endpoint: &Endpoint) -> bool {
    endpoint.kind == EndpointKind::External && endpoint.family().is_some()
}

fn names(endpoints: &[Endpoint], problems: &mut Problems) {
    let mut seen = HashSet::new();
    let twice: Vec<&str> = endpoints
        .iter()
        .filter(|endpoint| !seen.insert((endpoint.kind, endpoint.name.to_lowercase())))
        .map(|endpoint| endpoint.name.as_str())
        .collect();
    if !twice.is_empty() {
        problems.push(duplicates(&twice));
    }
}

/// Public.
pub(crate) fn duplicates(names: &[&str]) -> String {
    format!(
        "There are duplicates in the list of endpoints. The following endpoint(s) appear more than once: {}.",
        names.join(", ")
    )
}

fn priorities(endpoints: &[Endpoint], problems: &mut Problems) {
    let mut owners: HashMap<i64, &str> = HashMap::new();
    for endpoint in endpoints {
        if let Some(owner) = owners.insert(endpoint.priority, &endpoint.name) {
            problems.push(format!(
                "The priority of an endpoint must be unique in the profile. The endpoints '{owner}' and '{}' both \
                 have the priority {}.",
                endpoint.name, endpoint.priority
            ));
        }
    }
}

fn targets(endpoints: &[Endpoint], problems: &mut Problems) {
    let mut seen = HashSet::new();
    for endpoint in endpoints {
        let target = match endpoint.kind {
            EndpointKind::External => endpoint.target.as_deref(),
            EndpointKind::Azure | EndpointKind::Nested => endpoint.target_resource_id.as_deref(),
        };
        let Some(target) = target.filter(|target| !target.trim().is_empty()) else { continue };
        if !seen.insert(target.trim_end_matches(['.', '/']).to_lowercase()) {
            // Public.
            problems.push(format!(
                "Endpoint target must be unique in the profile. The following endpoint target already exists: {}.",
                with_group_in_lower_case(target)
            ));
        }
    }
}

/// The service quotes the id of a resource with its group in lower case.
fn with_group_in_lower_case(target: &str) -> String {
    let mut segments: Vec<String> = target.split('/').map(str::to_owned).collect();
    let group = segments.iter().position(|segment| segment.eq_ignore_ascii_case("resourceGroups"));
    if let Some(name) = group.and_then(|index| segments.get_mut(index + 1)) {
        *name = name.to_lowercase();
    }
    segments.join("/")
}

/// A public IP address can be a target only by its name in DNS. Source: Azure's "Traffic Manager endpoints"; own
/// words.
fn public_ips_have_names(state: &State, endpoints: &[Endpoint], problems: &mut Problems) {
    for endpoint in endpoints.iter().filter(|endpoint| endpoint.kind == EndpointKind::Azure) {
        let Some(id) = endpoint.target_resource_id.as_deref() else { continue };
        let nameless = public_ips::of_id(state, id).is_some_and(|ip| ip.label.is_none());
        if nameless && !state.targets.contains_key(&id.to_lowercase()) {
            problems.push(format!(
                "The public IP address '{id}' of endpoint '{}' must have a DNS name to be a target.",
                endpoint.name
            ));
        }
    }
}

fn multi_value(endpoints: &[Endpoint], problems: &mut Problems) {
    for endpoint in endpoints.iter().filter(|endpoint| !is_address(endpoint)) {
        problems.push(format!(
            "The endpoint '{}' is not allowed in a profile with the routing method MultiValue. Its endpoints must be \
             external endpoints whose target is an IP address.",
            endpoint.name
        ));
    }
}

fn geographic(endpoints: &[Endpoint], problems: &mut Problems) {
    let mut owners: HashMap<String, &str> = HashMap::new();
    for endpoint in endpoints {
        if endpoint.geo_mapping.is_empty() {
            problems.push(format!(
                "The endpoint '{}' must have a geoMapping in a profile with the routing method Geographic.",
                endpoint.name
            ));
        }
        for code in &endpoint.geo_mapping {
            if let Some(owner) = owners.insert(code.to_ascii_uppercase(), &endpoint.name) {
                problems.push(format!(
                    "A location can be mapped once in a profile. The location '{code}' is mapped by the endpoints \
                     '{owner}' and '{}'.",
                    endpoint.name
                ));
            }
        }
    }
}
