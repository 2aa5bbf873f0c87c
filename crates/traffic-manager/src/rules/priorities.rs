//! Priorities of endpoints together, and Always Serve.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Breach, Severity};
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use super::subject::PlacedEndpoint;
use crate::id::EndpointKind;
use crate::profile::{RoutingMethod, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "priority-unique",
        summary: "Priority used twice",
        severity: Severity::Error,
        why: "Azure rejects two endpoints with the same priority, whatever the routing method.",
        source: source::ROUTING,
        check: Check::Endpoints(priority_unique),
    },
    Rule {
        code: "priority-partly",
        summary: "Priority missing on some endpoints",
        severity: Severity::Warning,
        why: "An endpoint without a priority gets a free number when it is created, so its rank depends on the order \
              in which endpoints are created.",
        source: source::ROUTING,
        check: Check::Endpoints(priority_partly),
    },
    Rule {
        code: "always-serve-nested",
        summary: "Always Serve not available for nested profiles",
        severity: Severity::Error,
        why: "Azure does not offer Always Serve for endpoints that point to another profile: they take their health \
              from that profile.",
        source: source::MONITORING,
        check: Check::Endpoint(always_serve_nested),
    },
];

fn priority_unique(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    let mut seen: BTreeMap<i64, &str> = BTreeMap::new();
    let mut breaches = Vec::new();
    let taken: BTreeSet<i64> =
        endpoints.iter().filter_map(|placed| placed.endpoint.priority.known().copied()).collect();
    let mut free = limits::PRIORITY.filter(|number| !taken.contains(number));
    for placed in endpoints {
        let (Some(priority), Some(label)) = (placed.endpoint.priority.known(), placed.label()) else {
            continue;
        };
        if let Some(first) = seen.get(priority) {
            let remedy = match free.next() {
                Some(other) => format!("Change one of the two; {other} is free."),
                None => "Change one of the two; every priority from 1 to 1000 is used already.".to_owned(),
            };
            let (first, second) = (Quoted(first), Quoted(label));
            let what = format!("the endpoints {first} and {second} both have the priority {priority}");
            breaches.push(Breach::new(placed.at("priority"), what, remedy));
        } else {
            seen.insert(*priority, label);
        }
    }
    breaches
}

fn priority_partly(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    if !endpoints.iter().any(|placed| placed.endpoint.priority.is_known()) {
        return Vec::new();
    }
    let breach = |placed: &PlacedEndpoint<'_>| {
        Breach::new(
            placed.at("priority"),
            format!("{placed} has no priority, and others have one"),
            "Set its priority too.",
        )
    };
    let is_without = |placed: &&PlacedEndpoint<'_>| {
        placed.endpoint.priority.is_absent() && placed.is_routed_by(RoutingMethod::Priority)
    };
    endpoints.iter().filter(is_without).map(breach).collect()
}

fn always_serve_nested(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let is_served = placed.endpoint.always_serve_enabled.known() == Some(&true);
    (is_served && placed.endpoint.is(EndpointKind::Nested)).then(|| {
        Breach::new(
            placed.at("always_serve_enabled"),
            format!("{placed} points to another profile, and always_serve_enabled is true"),
            "Remove always_serve_enabled; if needed, set it on the endpoints of the other profile.",
        )
    })
}
