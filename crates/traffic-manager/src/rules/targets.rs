//! The targets of all endpoints together: no two alike, and only kinds that go together.

use std::collections::BTreeMap;

use super::finding::{Breach, Path, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::id::EndpointKind;
use crate::profile::RoutingMethod;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "target-unique",
        summary: "Target used twice",
        severity: Severity::Error,
        why: "The service refuses two endpoints of a profile with the same target.",
        source: source::API,
        look: target_unique,
    },
    Rule {
        code: "target-resource-unique",
        summary: "Target resource used twice",
        severity: Severity::Error,
        why: "The service refuses two endpoints of a profile that lead to the same resource. Letter case does \
              not count in ids.",
        source: source::API,
        look: target_resource_unique,
    },
    Rule {
        code: "addresses-and-names",
        summary: "IP addresses mixed with other targets",
        severity: Severity::Error,
        why: "When one endpoint is an IP address, all endpoints of the profile have to be IP addresses.",
        source: source::FAQ,
        look: addresses_and_names,
    },
    Rule {
        code: "multi-value-targets",
        summary: "Target is not an IP address",
        severity: Severity::Error,
        why: "MultiValue answers with addresses, so every endpoint has to be external with an IP address as \
              its target.",
        source: source::ROUTING,
        look: multi_value_targets,
    },
];

fn target_unique(profile: &Profile) -> Vec<Breach> {
    repeated(profile, "target", |endpoint| {
        // Addresses have several spellings, and DNS ignores letter case.
        let name =
            || endpoint.target.known().map(|target| target.trim().trim_end_matches('.').to_lowercase());
        endpoint.address().map(|address| address.to_string()).or_else(name).filter(|key| !key.is_empty())
    })
}

fn target_resource_unique(profile: &Profile) -> Vec<Breach> {
    repeated(profile, "target_resource_id", |endpoint| {
        endpoint.target_resource_id.known().map(|id| id.trim_matches('/').to_lowercase())
    })
}

/// Finds endpoints with the key of one before them.
fn repeated(
    profile: &Profile,
    attribute: &'static str,
    key: impl Fn(&Endpoint) -> Option<String>,
) -> Vec<Breach> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut breaches = Vec::new();
    for (name, endpoint) in profile.known_endpoints() {
        let Some(key) = key(endpoint) else { continue };
        if let Some(first) = seen.get(&key) {
            breaches.push(Breach::new(
                Path::endpoint(name).then(attribute),
                format!("the endpoints {first:?} and {name:?} have the same {attribute}"),
                format!("Give {name:?} another {attribute}, or remove one of the two."),
            ));
        } else {
            seen.insert(key, name);
        }
    }
    breaches
}

/// What an endpoint is when it is known not to be an address: the attribute that says so, and a noun.
fn not_an_address(endpoint: &Endpoint) -> Option<(&'static str, &'static str)> {
    match endpoint.kind()? {
        EndpointKind::Nested => Some(("target_resource_id", "another profile")),
        EndpointKind::Azure => Some(("target_resource_id", "a resource of Azure")),
        EndpointKind::External => {
            let named = endpoint.target.is_known() && endpoint.address().is_none();
            named.then_some(("target", "a DNS name"))
        }
    }
}

fn addresses_and_names(profile: &Profile) -> Vec<Breach> {
    let address = profile.known_endpoints().find(|(_, endpoint)| endpoint.address().is_some());
    // For MultiValue, another rule says the same of the same endpoints.
    let Some((of, _)) = address.filter(|_| !profile.routes_by(RoutingMethod::MultiValue)) else {
        return Vec::new();
    };
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let (attribute, noun) = not_an_address(endpoint)?;
        Some(Breach::new(
            Path::endpoint(name).then(attribute),
            format!("the endpoint {name:?} leads to {noun}, and {of:?} to an IP address"),
            "Use addresses for all endpoints or for none; a DNS name for each address makes them alike.",
        ))
    };
    profile.known_endpoints().filter_map(of_one).collect()
}

fn multi_value_targets(profile: &Profile) -> Vec<Breach> {
    if !profile.routes_by(RoutingMethod::MultiValue) {
        return Vec::new();
    }
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let (attribute, noun) = not_an_address(endpoint)?;
        Some(Breach::new(
            Path::endpoint(name).then(attribute),
            format!("the routing method is MultiValue, and the endpoint {name:?} leads to {noun}"),
            "Give target an IP address, or use another routing method.",
        ))
    };
    profile.known_endpoints().filter_map(of_one).collect()
}
