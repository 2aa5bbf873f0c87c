//! The region of an endpoint.

use super::finding::{Breach, Path, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::id::EndpointKind;
use crate::profile::{RoutingMethod, defaults};
use crate::region;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "location-required",
        summary: "Endpoint location missing",
        severity: Severity::Error,
        why: "Performance routing measures latency to the region of an endpoint. The service knows the region \
              of a resource of Azure, and has to be told that of every other endpoint.",
        source: source::ROUTING,
        look: location_required,
    },
    Rule {
        code: "location-global",
        summary: "Invalid endpoint location",
        severity: Severity::Error,
        why: "The service refuses \"global\" as the region of an endpoint: it is no place that latency can be \
              measured to.",
        source: source::ROUTING,
        look: location_global,
    },
    Rule {
        code: "location-known",
        summary: "Region not known",
        severity: Severity::Warning,
        why: "The service takes names of Azure regions only, and this one is not among those known here. The \
              list here can be older than the region.",
        source: source::REGIONS,
        look: location_known,
    },
    Rule {
        code: "location-of-azure",
        summary: "Endpoint location not allowed",
        severity: Severity::Error,
        why: "The service takes the region of an endpoint that leads to a resource of Azure from that resource, \
              and answers it whatever was sent.",
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
                format!("the routing method is Performance, and the endpoint {name:?} has no region"),
                "Give endpoint_location the Azure region nearest to the target, for example \"westeurope\".",
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
            format!("the region of the endpoint {name:?} is \"global\""),
            "Give the Azure region nearest to the target, for example \"westeurope\"; or leave it out.",
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
            Some(meant) => format!("Write {meant:?} if that is meant."),
            None => "Check the name; Azure's list of regions has it in the form \"westeurope\".".to_owned(),
        };
        Breach::new(
            Path::endpoint(name).then(ATTRIBUTE),
            format!("{location:?} is not a known region"),
            remedy,
        )
    };
    known_locations(profile).filter(|(_, _, location)| unknown(location)).map(breach).collect()
}

fn location_of_azure(profile: &Profile) -> Vec<Breach> {
    let breach = |(name, _, _): (&str, _, _)| {
        Breach::new(
            Path::endpoint(name).then(ATTRIBUTE),
            format!("the endpoint {name:?} leads to a resource of Azure and has a region of its own"),
            "Remove endpoint_location.",
        )
    };
    known_locations(profile).filter(|(_, it, _)| it.is(EndpointKind::Azure)).map(breach).collect()
}
