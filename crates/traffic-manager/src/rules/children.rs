//! How many endpoints of a child profile have to be online.

use super::finding::{Breach, Path, Rule, Severity};
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
        why: "At least 1 endpoint of the other profile has to be online. The minimums of one address family \
              begin at 0.",
        source: source::NESTED,
        look: child_minimum_range,
    },
    Rule {
        code: "child-minimum-not-nested",
        summary: "Minimum of child endpoints without a child profile",
        severity: Severity::Error,
        why: "Only an endpoint that leads to another profile has a minimum of that profile's endpoints.",
        source: source::NESTED,
        look: child_minimum_not_nested,
    },
    Rule {
        code: "child-minimum-too-low",
        summary: "Minimum of child endpoints below that of an address family",
        severity: Severity::Error,
        why: "The minimum of all endpoints of the other profile cannot be lower than the minimum of one address \
              family. It is 1 when it is not given.",
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
    let noun = "a minimum of endpoints";
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
                format!("the endpoint {name:?} does not lead to another profile and has {attribute}"),
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
                format!("{ANY} of the endpoint {name:?} is {any}, and {family} is {needed}"),
                format!("Set {ANY} to {needed} or more."),
            )
        })
    };
    profile.known_endpoints().filter_map(of_one).collect()
}
