//! How many endpoints of a nested profile have to be online.

use super::config::Endpoint;
use super::finding::{Breach, Severity};
use super::numbers::within;
use super::rule::{Check, Rule};
use super::source;
use super::subject::PlacedEndpoint;
use crate::config_value::ConfigValue;
use crate::id::EndpointKind;
use crate::profile::defaults;

const ANY: &str = "minimum_child_endpoints";
const V4: &str = "minimum_required_child_endpoints_ipv4";
const V6: &str = "minimum_required_child_endpoints_ipv6";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "child-minimum-range",
        summary: "Minimum of child endpoints out of range",
        severity: Severity::Error,
        why: "At least 1 endpoint of the nested profile has to be online. The minimums for IPv4 and IPv6 start at 0.",
        source: source::NESTED,
        check: Check::EndpointParts(child_minimum_range),
    },
    Rule {
        code: "child-minimum-not-nested",
        summary: "Minimum of child endpoints without a nested profile",
        severity: Severity::Error,
        why: "Only an endpoint that points to another profile has child endpoints.",
        source: source::NESTED,
        check: Check::EndpointParts(child_minimum_not_nested),
    },
    Rule {
        code: "child-minimum-too-low",
        summary: "Minimum of child endpoints too low",
        severity: Severity::Error,
        why: "minimum_child_endpoints, which defaults to 1, cannot be lower than the minimum for IPv4 or IPv6.",
        source: source::NESTED,
        check: Check::Endpoint(child_minimum_too_low),
    },
];

/// The minimums of an endpoint with the names of their attributes: of all child endpoints, of those with an IPv4 address, and
/// of those with an IPv6 address.
pub fn child_minimums(endpoint: &Endpoint) -> [(&'static str, &ConfigValue<i64>); 3] {
    [
        (ANY, &endpoint.minimum_child_endpoints),
        (V4, &endpoint.minimum_required_child_endpoints_ipv4),
        (V6, &endpoint.minimum_required_child_endpoints_ipv6),
    ]
}

fn child_minimum_range(placed: &PlacedEndpoint<'_>) -> Vec<Breach> {
    let breaches = |(attribute, number): (&'static str, &ConfigValue<i64>)| {
        let least = i64::from(attribute == ANY);
        within(placed.at(attribute), "the minimum", number, &(least..=i64::MAX))
    };
    child_minimums(placed.endpoint).into_iter().flat_map(breaches).collect()
}

fn child_minimum_not_nested(placed: &PlacedEndpoint<'_>) -> Vec<Breach> {
    if placed.endpoint.kind().is_none_or(|kind| kind == EndpointKind::Nested) {
        return Vec::new();
    }
    let breach = |(attribute, _): (&'static str, _)| {
        Breach::new(
            placed.at(attribute),
            format!("{placed} does not point to a profile, and {attribute} is set"),
            format!("Remove {attribute}."),
        )
    };
    child_minimums(placed.endpoint).into_iter().filter(|(_, value)| value.is_known()).map(breach).collect()
}

fn child_minimum_too_low(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let endpoint = placed.endpoint;
    let any = endpoint.minimum_child_endpoints.or_default(defaults::MIN_CHILD_ENDPOINTS)?;
    let [_, families @ ..] = child_minimums(endpoint);
    let (family, needed) = families
        .into_iter()
        .filter_map(|(attribute, value)| Some((attribute, *value.known()?)))
        .max_by_key(|(_, needed)| *needed)?;
    (endpoint.is(EndpointKind::Nested) && any < needed).then(|| {
        Breach::new(
            placed.at(ANY),
            format!("{placed} has {family} = {needed}, and its {ANY} is {any}"),
            format!("Set {ANY} to {needed} or more."),
        )
    })
}
