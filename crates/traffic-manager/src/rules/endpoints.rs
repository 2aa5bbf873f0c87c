//! Priorities of endpoints together, and Always Serve.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Breach, Path, Quoted, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::id::EndpointKind;
use crate::profile::{RoutingMethod, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "priority-unique",
        summary: "Priority used twice",
        severity: Severity::Error,
        why: "Azure rejects two endpoints with the same priority, whatever the routing method.",
        source: source::ROUTING,
        look: priority_unique,
    },
    Rule {
        code: "priority-partly",
        summary: "Priority missing on some endpoints",
        severity: Severity::Warning,
        why: "An endpoint without a priority gets a free number when it is created, so its rank depends on the order \
              in which endpoints are created.",
        source: source::ROUTING,
        look: priority_partly,
    },
    Rule {
        code: "always-serve-nested",
        summary: "Always Serve not available for nested profiles",
        severity: Severity::Error,
        why: "Azure does not offer Always Serve for endpoints that point to another profile: they take their health \
              from that profile.",
        source: source::MONITORING,
        look: always_serve_nested,
    },
];

fn priority_unique(profile: &Profile) -> Vec<Breach> {
    let mut seen: BTreeMap<i64, &str> = BTreeMap::new();
    let mut breaches = Vec::new();
    let taken: BTreeSet<i64> =
        profile.known_endpoints().filter_map(|(_, endpoint)| endpoint.priority.known().copied()).collect();
    let mut free = limits::PRIORITY.filter(|number| !taken.contains(number));
    for (name, endpoint) in profile.known_endpoints() {
        let Some(priority) = endpoint.priority.known() else { continue };
        if let Some(first) = seen.get(priority) {
            let remedy = match free.next() {
                Some(other) => format!("Change one of the two; {other} is free."),
                None => "Change one of the two; every priority from 1 to 1000 is used already.".to_owned(),
            };
            let (first, second) = (Quoted(first), Quoted(name));
            let what = format!("the endpoints {first} and {second} both have the priority {priority}");
            breaches.push(Breach::new(Path::endpoint(name).then("priority"), what, remedy));
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
            format!("the endpoint {} has no priority, and others have one", Quoted(name)),
            "Set its priority too.",
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
            format!(
                "the endpoint {} points to another profile, and always_serve_enabled is true",
                Quoted(name)
            ),
            "Remove always_serve_enabled; if needed, set it on the endpoints of the other profile.",
        )
    };
    profile.known_endpoints().filter(wrong).map(breach).collect()
}
