//! Geographic codes, and Geographic routing.

use std::collections::BTreeMap;

use super::finding::{Breach, Path, Quoted, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::geography;
use crate::given::Given;
use crate::profile::{RoutingMethod, defaults};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "geo-mapping-required",
        summary: "Endpoint without geographic mapping",
        severity: Severity::Error,
        why: "With Geographic routing, every endpoint needs at least one geographic code. Azure rejects an endpoint \
              without one.",
        source: source::ROUTING,
        look: geo_mapping_required,
    },
    Rule {
        code: "geo-mapping-unique",
        summary: "Geographic code used twice",
        severity: Severity::Error,
        why: "With Geographic routing, a geographic code belongs to a single endpoint of the profile.",
        source: source::ROUTING,
        look: geo_mapping_unique,
    },
    Rule {
        code: "geo-mapping-known",
        summary: "Unknown geographic code",
        severity: Severity::Warning,
        why: "Azure rejects codes that it does not know. The code may be newer than this provider, which does not know \
              it.",
        source: source::GEOGRAPHY,
        look: geo_mapping_known,
    },
    Rule {
        code: "geo-mapping-world",
        summary: "Some regions get no response",
        severity: Severity::Warning,
        why: "With Geographic routing, DNS queries from a region without an endpoint get no address. The code WORLD covers \
              every region that no other code covers.",
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
            format!(
                "the routing method is Geographic, and the endpoint {} has no geographic code",
                Quoted(name)
            ),
            "Set geo_mappings to one or more codes, such as [\"WORLD\"] or [\"GEO-EU\"].",
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
                let (name, code) = (Quoted(name), Quoted(code));
                let what = format!("the endpoint {name} has the code {code} twice, in different letter case");
                (what, "Keep one of the two.".to_owned())
            } else {
                let (first, name, code) = (Quoted(first), Quoted(name), Quoted(code));
                let what = format!("the endpoints {first} and {name} both have the code {code}");
                (what, format!("Remove {code} from one of the two."))
            };
            breaches.push(Breach::new(Path::endpoint(name).then(ATTRIBUTE), what, remedy));
        }
    }
    breaches
}

fn geo_mapping_known(profile: &Profile) -> Vec<Breach> {
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let breach = |code: &String| {
            let what = format!("{} is not a known geographic code", Quoted(code));
            Breach::new(Path::endpoint(name).then(ATTRIBUTE), what, code_meant(code))
        };
        known_codes(endpoint).filter(|code| geography::find(code).is_none()).map(breach).collect::<Vec<_>>()
    };
    profile.known_endpoints().flat_map(of_one).collect()
}

/// What to use instead of a code that does not exist.
fn code_meant(given: &str) -> String {
    if let Some(place) = geography::find(given.trim()) {
        return format!("Use {:?}.", place.code);
    }
    let named: Vec<String> = geography::named(given).map(|place| format!("{:?}", place.code)).collect();
    if !named.is_empty() {
        return format!("Use the code instead of the name: {}.", named.join(" or "));
    }
    // azurerm's documentation has used the common abbreviation, which Azure does not know.
    if given.trim().eq_ignore_ascii_case("UK") {
        return "Use \"GB\" for the United Kingdom.".to_owned();
    }
    "Use a code from Azure's list: \"WORLD\", a group such as \"GEO-EU\", a country such as \"DE\", or a state such as \
     \"US-WA\"."
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
        "no endpoint has the code WORLD",
        "Add \"WORLD\" to the geo_mappings of the endpoint for all other regions, unless these are to get no response.",
    )]
}
