//! Codes of places, and Geographic routing.

use std::collections::BTreeMap;

use super::finding::{Breach, Path, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::geography;
use crate::given::Given;
use crate::profile::{RoutingMethod, defaults};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "geo-mapping-required",
        summary: "Endpoint without geographic mapping",
        severity: Severity::Error,
        why: "With Geographic routing, every endpoint serves at least one place; others would never be used, \
              and the service refuses them.",
        source: source::ROUTING,
        look: geo_mapping_required,
    },
    Rule {
        code: "geo-mapping-unique",
        summary: "Geographic code used twice",
        severity: Severity::Error,
        why: "With Geographic routing, a place is served by one endpoint of the profile.",
        source: source::ROUTING,
        look: geo_mapping_unique,
    },
    Rule {
        code: "geo-mapping-known",
        summary: "Geographic code not known",
        severity: Severity::Warning,
        why: "The service refuses codes that it does not know, and this one is not among those known here. The \
              list here can be older than the code.",
        source: source::GEOGRAPHY,
        look: geo_mapping_known,
    },
    Rule {
        code: "geo-mapping-world",
        summary: "Some places get no answer",
        severity: Severity::Warning,
        why: "With Geographic routing, queries from a place that no endpoint serves get no answer at all. \
              The code WORLD serves every place that no other code does.",
        source: source::ROUTING,
        look: geo_mapping_world,
    },
];

const ATTRIBUTE: &str = "geo_mappings";

fn known_codes(endpoint: &Endpoint) -> impl Iterator<Item = &String> {
    endpoint.geo_mappings.known().into_iter().flatten().filter_map(Given::known)
}

fn geo_mapping_required(profile: &Profile) -> Vec<Breach> {
    if !profile.routes_by(RoutingMethod::Geographic) {
        return Vec::new();
    }
    let none = |(_, endpoint): &(&str, &Endpoint)| match &endpoint.geo_mappings {
        Given::Known(codes) => codes.is_empty(),
        Given::Absent => true,
        Given::Unknown => false,
    };
    let breach = |(name, _): (&str, &Endpoint)| {
        Breach::new(
            Path::endpoint(name).then(ATTRIBUTE),
            format!("the routing method is Geographic, and the endpoint {name:?} serves no place"),
            "Give geo_mappings one code or more, for example [\"WORLD\"] or [\"GEO-EU\"].",
        )
    };
    profile.known_endpoints().filter(none).map(breach).collect()
}

fn geo_mapping_unique(profile: &Profile) -> Vec<Breach> {
    if !profile.routes_by(RoutingMethod::Geographic) {
        return Vec::new();
    }
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut breaches = Vec::new();
    for (name, endpoint) in profile.known_endpoints() {
        for code in known_codes(endpoint) {
            let Some(first) = seen.insert(code.to_ascii_uppercase(), name) else { continue };
            let (what, remedy) = if first == name {
                let what = format!("the endpoint {name:?} has the code {code:?} twice, in two spellings");
                (what, "Keep the one in capitals.".to_owned())
            } else {
                let what = format!("the endpoints {first:?} and {name:?} both serve {code:?}");
                (what, format!("Remove {code:?} from one of the two."))
            };
            breaches.push(Breach::new(Path::endpoint(name).then(ATTRIBUTE), what, remedy));
        }
    }
    breaches
}

fn geo_mapping_known(profile: &Profile) -> Vec<Breach> {
    let exact = |code: &str| geography::find(code).is_some_and(|place| place.code == code);
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let breach = |code: &String| {
            let what = format!("{code:?} is not the code of a known place");
            Breach::new(Path::endpoint(name).then(ATTRIBUTE), what, code_meant(code))
        };
        known_codes(endpoint).filter(|code| !exact(code)).map(breach).collect::<Vec<_>>()
    };
    profile.known_endpoints().flat_map(of_one).collect()
}

/// What to write instead of a code that does not exist.
fn code_meant(given: &str) -> String {
    if let Some(place) = geography::find(given) {
        return format!("Write {:?} for {}: codes are in capitals.", place.code, place.name);
    }
    let named: Vec<String> = geography::named(given).map(|place| format!("{:?}", place.code)).collect();
    if !named.is_empty() {
        return format!("Write the code instead of the name: {}.", named.join(" or "));
    }
    // Azure's own documents have used the common abbreviation, which the service does not know.
    if given.eq_ignore_ascii_case("UK") {
        return "Write \"GB\" for the United Kingdom.".to_owned();
    }
    "Use a code of the service's list: \"WORLD\", a group such as \"GEO-EU\", a country such as \"DE\", \
     or a state such as \"US-WA\"."
        .to_owned()
}

fn geo_mapping_world(profile: &Profile) -> Vec<Breach> {
    if !profile.routes_by(RoutingMethod::Geographic) || profile.known_endpoints().next().is_none() {
        return Vec::new();
    }
    let may_serve_world = |endpoint: &Endpoint| match &endpoint.geo_mappings {
        Given::Unknown => true,
        Given::Absent => false,
        Given::Known(codes) => codes
            .iter()
            .any(|code| code.known().is_none_or(|code| code.eq_ignore_ascii_case(defaults::WORLD))),
    };
    if profile.known_endpoints().any(|(_, endpoint)| may_serve_world(endpoint)) {
        return Vec::new();
    }
    vec![Breach::new(
        Path::attribute("endpoints"),
        "no endpoint serves the rest of the world",
        "Add \"WORLD\" to the geo_mappings of the endpoint that shall serve it, unless no answer is intended.",
    )]
}
