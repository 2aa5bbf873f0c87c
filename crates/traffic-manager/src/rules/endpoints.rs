//! Priorities of endpoints together, and Always Serve.

use std::collections::BTreeMap;

use super::finding::{Breach, Path, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::id::EndpointKind;
use crate::profile::RoutingMethod;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "priority-unique",
        summary: "Priority used twice",
        severity: Severity::Error,
        why: "The service refuses two endpoints of one priority, whatever the routing method.",
        source: source::ROUTING,
        look: priority_unique,
    },
    Rule {
        code: "priority-partly",
        summary: "Priority missing on some endpoints",
        severity: Severity::Warning,
        why: "Endpoints without a priority get a free number when they are created, so their place among the \
              others depends on the order in which they came to be.",
        source: source::ROUTING,
        look: priority_partly,
    },
    Rule {
        code: "always-serve-nested",
        summary: "Always Serve not possible for a nested profile",
        severity: Severity::Error,
        why: "Always Serve is not offered for endpoints that lead to another profile: they take the state of \
              that profile.",
        source: source::MONITORING,
        look: always_serve_nested,
    },
];

fn priority_unique(profile: &Profile) -> Vec<Breach> {
    let mut seen: BTreeMap<i64, &str> = BTreeMap::new();
    let mut breaches = Vec::new();
    let taken: Vec<i64> =
        profile.known_endpoints().filter_map(|(_, endpoint)| endpoint.priority.known().copied()).collect();
    let mut free = (1..).filter(|number| !taken.contains(number));
    for (name, endpoint) in profile.known_endpoints() {
        let Some(priority) = endpoint.priority.known() else { continue };
        if let Some(first) = seen.get(priority) {
            let other = free.next().unwrap_or(1);
            breaches.push(Breach::new(
                Path::endpoint(name).then("priority"),
                format!("the endpoints {first:?} and {name:?} both have the priority {priority}"),
                format!("Give {name:?} another number; {other} is free."),
            ));
        } else {
            seen.insert(*priority, name);
        }
    }
    breaches
}

fn priority_partly(profile: &Profile) -> Vec<Breach> {
    let given = profile.known_endpoints().any(|(_, endpoint)| endpoint.priority.is_known());
    if !given || !profile.routes_by(RoutingMethod::Priority) {
        return Vec::new();
    }
    let breach = |(name, _): (&str, &Endpoint)| {
        Breach::new(
            Path::endpoint(name).then("priority"),
            format!("the endpoint {name:?} has no priority, and others have one"),
            format!("Give {name:?} a priority too."),
        )
    };
    profile.known_endpoints().filter(|(_, endpoint)| endpoint.priority.is_absent()).map(breach).collect()
}

fn always_serve_nested(profile: &Profile) -> Vec<Breach> {
    let wrong = |(_, endpoint): &(&str, &Endpoint)| {
        endpoint.always_serve_enabled.known() == Some(&true) && endpoint.is(EndpointKind::Nested)
    };
    let breach = |(name, _): (&str, &Endpoint)| {
        Breach::new(
            Path::endpoint(name).then("always_serve_enabled"),
            format!("the endpoint {name:?} leads to another profile and is to be always served"),
            "Remove always_serve_enabled, and set it on the endpoints of the other profile if need be.",
        )
    };
    profile.known_endpoints().filter(wrong).map(breach).collect()
}
