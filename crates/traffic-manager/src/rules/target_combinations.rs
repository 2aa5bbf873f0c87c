//! The targets of all endpoints together: no two alike, and only kinds that can be mixed.

use std::collections::BTreeMap;

use super::config::Endpoint;
use super::finding::{Breach, Severity};
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use super::subject::PlacedEndpoint;
use crate::id::EndpointKind;
use crate::profile::RoutingMethod;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "target-unique",
        summary: "Target used twice",
        severity: Severity::Error,
        why: "Azure rejects two endpoints of a profile with the same target.",
        source: source::API,
        check: Check::Endpoints(target_unique),
    },
    Rule {
        code: "target-resource-unique",
        summary: "Target resource used twice",
        severity: Severity::Error,
        why: "Azure rejects two endpoints of a profile that point to the same resource. Letter case does not matter in \
              IDs.",
        source: source::API,
        check: Check::Endpoints(target_resource_unique),
    },
    Rule {
        code: "addresses-and-names",
        summary: "IP addresses mixed with other targets",
        severity: Severity::Error,
        why: "If one target is an IP address, all targets of the profile have to be IP addresses.",
        source: source::FAQ,
        check: Check::Endpoints(addresses_and_names),
    },
    Rule {
        code: "multi-value-targets",
        summary: "Target is not an IP address",
        severity: Severity::Error,
        why: "MultiValue routing returns IP addresses, so the target of every endpoint has to be one.",
        source: source::ROUTING,
        check: Check::Endpoint(multi_value_targets),
    },
];

fn target_unique(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    repeated(endpoints, "target", |endpoint| {
        // Addresses have several spellings, and DNS ignores letter case.
        let name =
            || endpoint.target.known().map(|target| target.trim().trim_end_matches('.').to_lowercase());
        endpoint.address().map(|address| address.to_string()).or_else(name).filter(|key| !key.is_empty())
    })
}

fn target_resource_unique(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    repeated(endpoints, "target_resource_id", |endpoint| {
        endpoint.target_resource_id.known().map(|id| id.trim_matches('/').to_lowercase())
    })
}

/// Finds endpoints with the key of one before them.
fn repeated(
    endpoints: &[PlacedEndpoint<'_>],
    attribute: &'static str,
    key: impl Fn(&Endpoint) -> Option<String>,
) -> Vec<Breach> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut breaches = Vec::new();
    for placed in endpoints {
        let (Some(key), Some(label)) = (key(placed.endpoint), placed.label()) else { continue };
        if let Some(first) = seen.get(&key) {
            breaches.push(Breach::new(
                placed.at(attribute),
                format!("the endpoints {} and {} have the same {attribute}", Quoted(first), Quoted(label)),
                "Change or remove one of the two.",
            ));
        } else {
            seen.insert(key, label);
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

fn addresses_and_names(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    let with_address = endpoints.iter().find(|placed| placed.endpoint.address().is_some());
    // For MultiValue, another rule says the same of the same endpoints.
    let with_address = with_address.filter(|placed| !placed.is_routed_by(RoutingMethod::MultiValue));
    let Some(other) = with_address.and_then(PlacedEndpoint::label) else { return Vec::new() };
    let breach = |placed: &PlacedEndpoint<'_>| {
        let (attribute, noun) = not_an_address(placed.endpoint)?;
        Some(Breach::new(
            placed.at(attribute),
            format!("{placed} points to {noun}, and {} to an IP address", Quoted(other)),
            "Use IP addresses for all endpoints or for none.",
        ))
    };
    endpoints.iter().filter_map(breach).collect()
}

fn multi_value_targets(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let (attribute, noun) = not_an_address(placed.endpoint)?;
    let remedy = if placed.is_resource() && attribute != "target" {
        "Use an external endpoint with an IP address, or another routing method."
    } else {
        "Set target to an IP address, or use another routing method."
    };
    placed.is_routed_by(RoutingMethod::MultiValue).then(|| {
        let what = format!("the routing method is MultiValue, and {placed} points to {noun}");
        Breach::new(placed.at(attribute), what, remedy)
    })
}
