//! How many endpoints of a nested profile have to be online.

use super::finding::{Breach, Path, Quoted, Rule, Severity};
use super::numbers::of_endpoints;
use super::{Endpoint, Profile, source};
use crate::given::Given;
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
        look: child_minimum_range,
    },
    Rule {
        code: "child-minimum-not-nested",
        summary: "Minimum of child endpoints without a nested profile",
        severity: Severity::Error,
        why: "Only an endpoint that points to another profile has child endpoints.",
        source: source::NESTED,
        look: child_minimum_not_nested,
    },
    Rule {
        code: "child-minimum-too-low",
        summary: "Minimum of child endpoints too low",
        severity: Severity::Error,
        why: "minimum_child_endpoints, which defaults to 1, cannot be lower than the minimum for IPv4 or IPv6.",
        source: source::NESTED,
        look: child_minimum_too_low,
    },
];

fn minimums(endpoint: &Endpoint) -> [(&'static str, &Given<i64>); 3] {
    [
        (ANY, &endpoint.minimum_child_endpoints),
        (V4, &endpoint.minimum_required_child_endpoints_ipv4),
        (V6, &endpoint.minimum_required_child_endpoints_ipv6),
    ]
}

fn child_minimum_range(profile: &Profile) -> Vec<Breach> {
    let noun = "the minimum";
    let mut breaches = of_endpoints(profile, ANY, noun, |it| &it.minimum_child_endpoints, &(1..=i64::MAX));
    breaches.extend(of_endpoints(
        profile,
        V4,
        noun,
        |it| &it.minimum_required_child_endpoints_ipv4,
        &(0..=i64::MAX),
    ));
    breaches.extend(of_endpoints(
        profile,
        V6,
        noun,
        |it| &it.minimum_required_child_endpoints_ipv6,
        &(0..=i64::MAX),
    ));
    breaches
}

fn child_minimum_not_nested(profile: &Profile) -> Vec<Breach> {
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let wrong = endpoint.kind().is_some_and(|kind| kind != EndpointKind::Nested);
        let given = minimums(endpoint).into_iter().filter(move |(_, value)| wrong && value.is_known());
        let breach = |(attribute, _): (&'static str, _)| {
            Breach::new(
                Path::endpoint(name).then(attribute),
                format!("the endpoint {} does not point to a profile, and {attribute} is set", Quoted(name)),
                format!("Remove {attribute}."),
            )
        };
        given.map(breach).collect::<Vec<_>>()
    };
    profile.known_endpoints().flat_map(of_one).collect()
}

fn child_minimum_too_low(profile: &Profile) -> Vec<Breach> {
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let any = endpoint.minimum_child_endpoints.or_default(defaults::MIN_CHILD_ENDPOINTS)?;
        let [_, families @ ..] = minimums(endpoint);
        let (family, needed) = families
            .into_iter()
            .filter_map(|(attribute, value)| Some((attribute, *value.known()?)))
            .max_by_key(|(_, needed)| *needed)?;
        let nested = endpoint.is(EndpointKind::Nested);
        (nested && any < needed).then(|| {
            Breach::new(
                Path::endpoint(name).then(ANY),
                format!("the endpoint {} has {family} = {needed}, and its {ANY} is {any}", Quoted(name)),
                format!("Set {ANY} to {needed} or more."),
            )
        })
    };
    profile.known_endpoints().filter_map(of_one).collect()
}
