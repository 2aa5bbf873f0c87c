//! The targets of all endpoints together: no two alike, and only kinds that can be mixed.

use std::collections::BTreeMap;

use super::finding::{Breach, Path, Quoted, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::id::EndpointKind;
use crate::profile::RoutingMethod;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "target-unique",
        summary: "Target used twice",
        severity: Severity::Error,
        why: "Azure rejects two endpoints of a profile with the same target.",
        source: source::API,
        look: target_unique,
    },
    Rule {
        code: "target-resource-unique",
        summary: "Target resource used twice",
        severity: Severity::Error,
        why: "Azure rejects two endpoints of a profile that point to the same resource. Letter case does not matter in \
              IDs.",
        source: source::API,
        look: target_resource_unique,
    },
    Rule {
        code: "addresses-and-names",
        summary: "IP addresses mixed with other targets",
        severity: Severity::Error,
        why: "If one target is an IP address, all targets of the profile have to be IP addresses.",
        source: source::FAQ,
        look: addresses_and_names,
    },
    Rule {
        code: "multi-value-targets",
        summary: "Target is not an IP address",
        severity: Severity::Error,
        why: "MultiValue routing returns IP addresses, so the target of every endpoint has to be one.",
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
                format!("the endpoints {} and {} have the same {attribute}", Quoted(first), Quoted(name)),
                "Change or remove one of the two.",
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
        EndpointKind::Azure => Some(("target_resource_id", "an Azure resource")),
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
            format!("the endpoint {} points to {noun}, and {} to an IP address", Quoted(name), Quoted(of)),
            "Use IP addresses for all endpoints or for none.",
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
            format!("the routing method is MultiValue, and the endpoint {} points to {noun}", Quoted(name)),
            "Set target to an IP address, or use another routing method.",
        ))
    };
    profile.known_endpoints().filter_map(of_one).collect()
}
