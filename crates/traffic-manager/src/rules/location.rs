//! The Azure region of an endpoint.

use super::finding::{Breach, Path, Quoted, Rule, Severity};
use super::{Endpoint, Profile, source};
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
        look: location_required,
    },
    Rule {
        code: "location-global",
        summary: "Invalid endpoint location",
        severity: Severity::Error,
        why: "Azure rejects \"global\" as the location of an endpoint: latency can only be measured to a region.",
        source: source::ROUTING,
        look: location_global,
    },
    Rule {
        code: "location-known",
        summary: "Unknown Azure region",
        severity: Severity::Warning,
        why: "Azure accepts only the names of its regions. The region may be newer than this provider, which does \
              not know it.",
        source: source::REGIONS,
        look: location_known,
    },
    Rule {
        code: "location-of-azure",
        summary: "Endpoint location not allowed",
        severity: Severity::Error,
        why: "An endpoint that points to an Azure resource has the region of that resource, and Azure ignores any \
              other.",
        source: source::ENDPOINT_TYPES,
        look: location_of_azure,
    },
];

const ATTRIBUTE: &str = "endpoint_location";

fn known_locations(profile: &Profile) -> impl Iterator<Item = (&str, &Endpoint, &String)> {
    profile
        .known_endpoints()
        .filter_map(|(name, endpoint)| Some((name, endpoint, endpoint.endpoint_location.known()?)))
}

fn location_required(profile: &Profile) -> Vec<Breach> {
    if !profile.routes_by(RoutingMethod::Performance) {
        return Vec::new();
    }
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let blank = endpoint.endpoint_location.known().is_some_and(|location| location.trim().is_empty());
        let missing = blank || endpoint.endpoint_location.is_absent();
        let needs = endpoint.kind().is_some_and(|kind| kind != EndpointKind::Azure);
        (missing && needs).then(|| {
            Breach::new(
                Path::endpoint(name).then(ATTRIBUTE),
                format!(
                    "the routing method is Performance, and the endpoint {} has no location",
                    Quoted(name)
                ),
                "Set endpoint_location to the Azure region nearest to the target, such as \"westeurope\".",
            )
        })
    };
    profile.known_endpoints().filter_map(of_one).collect()
}

fn is_global(location: &str) -> bool {
    region::same(location, defaults::LOCATION)
}

fn location_global(profile: &Profile) -> Vec<Breach> {
    let breach = |(name, _, _): (&str, _, _)| {
        Breach::new(
            Path::endpoint(name).then(ATTRIBUTE),
            format!("the location of the endpoint {} is \"global\"", Quoted(name)),
            "Use the Azure region nearest to the target, such as \"westeurope\", or remove endpoint_location.",
        )
    };
    known_locations(profile).filter(|(_, _, location)| is_global(location)).map(breach).collect()
}

fn location_known(profile: &Profile) -> Vec<Breach> {
    let unknown = |location: &str| {
        !location.trim().is_empty() && !is_global(location) && region::display_name(location).is_none()
    };
    let breach = |(name, _, location): (&str, _, &String)| {
        let remedy = match region::nearest(location) {
            Some(meant) => format!("Did you mean {meant:?}? If so, use that name."),
            None => "Check the name against Azure's list of regions; \"westeurope\" is one.".to_owned(),
        };
        Breach::new(
            Path::endpoint(name).then(ATTRIBUTE),
            format!("{} is not a known region", Quoted(location)),
            remedy,
        )
    };
    known_locations(profile).filter(|(_, _, location)| unknown(location)).map(breach).collect()
}

fn location_of_azure(profile: &Profile) -> Vec<Breach> {
    let breach = |(name, _, _): (&str, _, _)| {
        Breach::new(
            Path::endpoint(name).then(ATTRIBUTE),
            format!(
                "the endpoint {} points to an Azure resource, and endpoint_location is set",
                Quoted(name)
            ),
            "Remove endpoint_location.",
        )
    };
    known_locations(profile).filter(|(_, it, _)| it.is(EndpointKind::Azure)).map(breach).collect()
}
