//! Geographic codes, and Geographic routing.

use std::collections::BTreeMap;

use super::config::{Endpoint, Profile};
use super::finding::{Breach, Severity};
use super::path::Path;
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use super::subject::PlacedEndpoint;
use crate::config_value::ConfigValue;
use crate::geography;
use crate::profile::{RoutingMethod, defaults};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "geo-mapping-required",
        summary: "Endpoint without geographic mapping",
        severity: Severity::Error,
        why: "With Geographic routing, every endpoint needs at least one geographic code. Azure rejects an endpoint \
              without one.",
        source: source::ROUTING,
        check: Check::Endpoint(geo_mapping_required),
    },
    Rule {
        code: "geo-mapping-unique",
        summary: "Geographic code used twice",
        severity: Severity::Error,
        why: "With Geographic routing, a geographic code belongs to a single endpoint of the profile.",
        source: source::ROUTING,
        check: Check::Endpoints(geo_mapping_unique),
    },
    Rule {
        code: "geo-mapping-known",
        summary: "Unknown geographic code",
        severity: Severity::Warning,
        why: "Azure rejects codes that it does not know. The code may be newer than this provider, which does not know \
              it.",
        source: source::GEOGRAPHY,
        check: Check::EndpointParts(geo_mapping_known),
    },
    Rule {
        code: "geo-mapping-world",
        summary: "Some regions get no response",
        severity: Severity::Warning,
        why: "With Geographic routing, DNS queries from a region without an endpoint get no address. The code WORLD covers \
              every region that no other code covers.",
        source: source::ROUTING,
        check: Check::Profile(geo_mapping_world),
    },
];

const ATTRIBUTE: &str = "geo_mappings";

fn known_codes(endpoint: &Endpoint) -> impl Iterator<Item = &String> {
    endpoint.geo_mappings.known().into_iter().flatten().filter_map(ConfigValue::known)
}

fn geo_mapping_required(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let is_without = match &placed.endpoint.geo_mappings {
        ConfigValue::Known(codes) => codes.is_empty(),
        ConfigValue::Absent => true,
        ConfigValue::Unknown => false,
    };
    (is_without && placed.is_routed_by(RoutingMethod::Geographic)).then(|| {
        Breach::new(
            placed.at(ATTRIBUTE),
            format!("the routing method is Geographic, and {placed} has no geographic code"),
            "Set geo_mappings to one or more codes, such as [\"WORLD\"] or [\"GEO-EU\"].",
        )
    })
}

fn geo_mapping_unique(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    let mut seen: BTreeMap<String, &PlacedEndpoint<'_>> = BTreeMap::new();
    let mut breaches = Vec::new();
    for placed in endpoints.iter().filter(|placed| placed.is_routed_by(RoutingMethod::Geographic)) {
        for code in known_codes(placed.endpoint) {
            let Some(first) = seen.insert(code.to_ascii_uppercase(), placed) else { continue };
            let code = Quoted(code);
            let (what, remedy) = match (first.label(), placed.label()) {
                (Some(other), Some(label)) if !std::ptr::eq(first, placed) => {
                    let what = format!(
                        "the endpoints {} and {} both have the code {code}",
                        Quoted(other),
                        Quoted(label)
                    );
                    (what, format!("Remove {code} from one of the two."))
                }
                _ => {
                    let what = format!("{placed} has the code {code} twice, in different letter case");
                    (what, "Keep one of the two.".to_owned())
                }
            };
            breaches.push(Breach::new(placed.at(ATTRIBUTE), what, remedy));
        }
    }
    breaches
}

fn geo_mapping_known(placed: &PlacedEndpoint<'_>) -> Vec<Breach> {
    let breach = |code: &String| {
        let what = format!("{} is not a known geographic code", Quoted(code));
        Breach::new(placed.at(ATTRIBUTE), what, code_meant(code))
    };
    known_codes(placed.endpoint).filter(|code| geography::find(code).is_none()).map(breach).collect()
}

/// What to use instead of a code that does not exist.
fn code_meant(text: &str) -> String {
    if let Some(place) = geography::find(text.trim()) {
        return format!("Use {:?}.", place.code);
    }
    let named: Vec<String> = geography::named(text).map(|place| format!("{:?}", place.code)).collect();
    if !named.is_empty() {
        return format!("Use the code instead of the name: {}.", named.join(" or "));
    }
    // azurerm's documentation has used the common abbreviation, which Azure does not know.
    if text.trim().eq_ignore_ascii_case("UK") {
        return "Use \"GB\" for the United Kingdom.".to_owned();
    }
    "Use a code from Azure's list: \"WORLD\", a group such as \"GEO-EU\", a country such as \"DE\", or a state such as \
     \"US-WA\"."
        .to_owned()
}

fn geo_mapping_world(profile: &Profile, at: &Path) -> Vec<Breach> {
    if !profile.routes_by(RoutingMethod::Geographic) || profile.known_endpoints().next().is_none() {
        return Vec::new();
    }
    let may_serve_world = |endpoint: &Endpoint| match &endpoint.geo_mappings {
        ConfigValue::Unknown => true,
        ConfigValue::Absent => false,
        ConfigValue::Known(codes) => codes
            .iter()
            .any(|code| code.known().is_none_or(|code| code.eq_ignore_ascii_case(defaults::WORLD))),
    };
    if profile.known_endpoints().any(|(_, endpoint)| may_serve_world(endpoint)) {
        return Vec::new();
    }
    vec![Breach::new(
        at.attribute("endpoints"),
        "no endpoint has the code WORLD",
        "Add \"WORLD\" to the geo_mappings of the endpoint for all other regions, unless these are to get no response.",
    )]
}
