//! The Azure region of an endpoint.

use super::finding::{Breach, Severity};
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use super::subject::PlacedEndpoint;
use crate::id::EndpointKind;
use crate::profile::{RoutingMethod, defaults};
use crate::region;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "location-required",
        summary: "Endpoint location missing",
        severity: Severity::Error,
        why: "Performance routing compares the latency to the Azure regions of the endpoints. Azure knows the region \
              of its own resources only.",
        source: source::ROUTING,
        check: Check::Endpoint(location_required),
    },
    Rule {
        code: "location-global",
        summary: "Invalid endpoint location",
        severity: Severity::Error,
        why: "Azure rejects \"global\" as the location of an endpoint: latency can only be measured to a region.",
        source: source::ROUTING,
        check: Check::Endpoint(location_global),
    },
    Rule {
        code: "location-known",
        summary: "Unknown Azure region",
        severity: Severity::Warning,
        why: "Azure accepts only the names of its regions. The region may be newer than this provider, which does \
              not know it.",
        source: source::REGIONS,
        check: Check::Endpoint(location_known),
    },
    Rule {
        code: "location-of-azure",
        summary: "Endpoint location not allowed",
        severity: Severity::Error,
        why: "An endpoint that points to an Azure resource has the region of that resource, and Azure ignores any \
              other.",
        source: source::ENDPOINT_TYPES,
        check: Check::Endpoint(location_of_azure),
    },
];

const ATTRIBUTE: &str = "endpoint_location";

fn location_required(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let location = &placed.endpoint.endpoint_location;
    let blank = location.known().is_some_and(|location| location.trim().is_empty());
    let missing = blank || location.is_absent();
    let needs = placed.endpoint.kind().is_some_and(|kind| kind != EndpointKind::Azure);
    (missing && needs && placed.is_routed_by(RoutingMethod::Performance)).then(|| {
        Breach::new(
            placed.at(ATTRIBUTE),
            format!("the routing method is Performance, and {placed} has no location"),
            "Set endpoint_location to the Azure region nearest to the target, such as \"westeurope\".",
        )
    })
}

fn is_global(location: &str) -> bool {
    region::same(location, defaults::LOCATION)
}

fn location_global(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let location = placed.endpoint.endpoint_location.known()?;
    is_global(location).then(|| {
        Breach::new(
            placed.at(ATTRIBUTE),
            format!("the location of {placed} is \"global\""),
            "Use the Azure region nearest to the target, such as \"westeurope\", or remove endpoint_location.",
        )
    })
}

fn location_known(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let location = placed.endpoint.endpoint_location.known()?;
    if location.trim().is_empty() || is_global(location) || region::display_name(location).is_some() {
        return None;
    }
    let remedy = match region::nearest(location) {
        Some(meant) => format!("Did you mean {meant:?}? If so, use that name."),
        None => "Check the name against Azure's list of regions; \"westeurope\" is one.".to_owned(),
    };
    let what = format!("{} is not a known region", Quoted(location));
    Some(Breach::new(placed.at(ATTRIBUTE), what, remedy))
}

fn location_of_azure(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let endpoint = placed.endpoint;
    (endpoint.is(EndpointKind::Azure) && endpoint.endpoint_location.is_known()).then(|| {
        Breach::new(
            placed.at(ATTRIBUTE),
            format!("{placed} points to an Azure resource, and endpoint_location is set"),
            "Remove endpoint_location.",
        )
    })
}
