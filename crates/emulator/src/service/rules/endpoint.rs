//! Rules of one endpoint. Sources: Azure's "Traffic Manager endpoints", its API description, and refusals
//! that users of the service report.

use std::net::IpAddr;

use traffic_manager::geography;
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::RoutingMethod;

use super::profile::headers;
use crate::service::apply::HIGHEST_PRIORITY;
use crate::service::decode::Problems;
use crate::service::model::{Endpoint, Minimums, Profile, RecordType};

/// The highest weight of an endpoint.
const HIGHEST_WEIGHT: i64 = 1000;

pub(super) fn check(profile: &Profile, endpoint: &Endpoint, problems: &mut Problems) {
    let name = &endpoint.name;
    if name.trim().is_empty() || name.chars().count() > 260 {
        problems.push(invalid_name(name));
    }
    target(endpoint, problems);
    if !(1..=HIGHEST_WEIGHT).contains(&endpoint.weight) {
        problems.push(format!(
            "The weight '{}' of endpoint '{name}' is invalid. It must be between 1 and {HIGHEST_WEIGHT}.",
            endpoint.weight
        ));
    }
    if !(1..=HIGHEST_PRIORITY).contains(&endpoint.priority) {
        problems.push(format!(
            "The priority '{}' of endpoint '{name}' is invalid. It must be between 1 and {HIGHEST_PRIORITY}.",
            endpoint.priority
        ));
    }
    location(profile, endpoint, problems);
    minimums(endpoint, problems);
    if endpoint.kind == EndpointKind::Nested && endpoint.always_serve.is_enabled() {
        problems.push(format!("AlwaysServe must not be enabled for the nested endpoint '{name}'."));
    }
    headers(&endpoint.headers, problems);
    geo_mapping(endpoint, problems);
    record_type(profile, endpoint, problems);
}

/// Public.
pub(crate) fn invalid_name(name: &str) -> String {
    format!(
        "Endpoint name '{name}' is invalid. \nEndpoint names cannot be empty or all whitespace, and must be up to \
         260 alphanumeric characters long."
    )
}

fn target(endpoint: &Endpoint, problems: &mut Problems) {
    let name = &endpoint.name;
    match endpoint.kind {
        EndpointKind::External => match endpoint.target.as_deref().map(str::trim) {
            None | Some("") => problems.push(format!("The target of endpoint '{name}' must be specified.")),
            Some(target) if !is_target(target) => problems.push(format!(
                "The target '{target}' of endpoint '{name}' is invalid. It must be a DNS name or an IP address, \
                 without a scheme, port or path."
            )),
            Some(_) => {}
        },
        EndpointKind::Azure | EndpointKind::Nested => match endpoint.target_resource_id.as_deref() {
            None | Some("") => {
                problems.push(format!("The targetResourceId of endpoint '{name}' must be specified."));
            }
            Some(id) if !is_resource_id(id) => problems.push(format!(
                "The targetResourceId '{id}' of endpoint '{name}' is invalid. It must be the id of a resource."
            )),
            Some(_) => {}
        },
    }
}

/// Whether an external endpoint can have this target: a DNS name or an IP address.
pub(crate) fn is_target(target: &str) -> bool {
    if target.parse::<IpAddr>().is_ok() {
        return true;
    }
    let name = target.strip_suffix('.').unwrap_or(target);
    name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

fn is_resource_id(id: &str) -> bool {
    let segments: Vec<&str> = id.trim_matches('/').split('/').collect();
    segments.len() >= 8
        && segments.len().is_multiple_of(2)
        && segments[0].eq_ignore_ascii_case("subscriptions")
        && segments[2].eq_ignore_ascii_case("resourceGroups")
        && segments[4].eq_ignore_ascii_case("providers")
        && segments.iter().all(|segment| !segment.is_empty())
}

fn location(profile: &Profile, endpoint: &Endpoint, problems: &mut Problems) {
    let name = &endpoint.name;
    match endpoint.location.as_deref().map(str::trim) {
        None | Some("") => {
            if profile.method == RoutingMethod::Performance && endpoint.kind != EndpointKind::Azure {
                problems.push(format!(
                    "The endpointLocation of endpoint '{name}' must be specified in a profile with the routing \
                     method Performance."
                ));
            }
        }
        Some(location) if location.eq_ignore_ascii_case("global") => {
            problems.push(format!("The endpointLocation '{location}' of endpoint '{name}' is not a region."));
        }
        Some(_) => {}
    }
}

fn minimums(endpoint: &Endpoint, problems: &mut Problems) {
    let name = &endpoint.name;
    let Minimums { any, v4, v6 } = endpoint.minimums;
    if endpoint.kind != EndpointKind::Nested {
        if (any, v4, v6) != (1, 0, 0) {
            problems.push(format!(
                "MinChildEndpoints must not be specified for endpoint '{name}', which is not a nested endpoint."
            ));
        }
        return;
    }
    if any < 1 || v4 < 0 || v6 < 0 {
        problems.push(format!(
            "The minimum numbers of child endpoints of endpoint '{name}' are invalid: MinChildEndpoints must be at \
             least 1, MinChildEndpointsIPv4 and MinChildEndpointsIPv6 at least 0."
        ));
    } else if any < v4.max(v6) {
        problems.push(format!(
            "MinChildEndpoints of endpoint '{name}' must not be lower than MinChildEndpointsIPv4 and \
             MinChildEndpointsIPv6."
        ));
    }
}

fn geo_mapping(endpoint: &Endpoint, problems: &mut Problems) {
    let unknown: Vec<&str> = endpoint
        .geo_mapping
        .iter()
        .map(String::as_str)
        .filter(|code| geography::find(code).is_none())
        .collect();
    if !unknown.is_empty() {
        // Public, with its typographic quotes.
        problems.push(format!(
            "The following locations specified in the geoMapping property for endpoint \u{2018}{}\u{2019} are not \
             supported: {}. For a list of supported locations, see the Traffic Manager documentation.",
            endpoint.name,
            unknown.join(", ")
        ));
    }
}

fn record_type(profile: &Profile, endpoint: &Endpoint, problems: &mut Problems) {
    // How nested endpoints count is not documented.
    let Some(record_type) = profile.record_type.filter(|_| endpoint.kind != EndpointKind::Nested) else {
        return;
    };
    let address = endpoint.target.as_deref().and_then(|target| target.parse::<IpAddr>().ok());
    let fits = match record_type {
        RecordType::A => address.is_some_and(|address| address.is_ipv4()),
        RecordType::Aaaa => address.is_some_and(|address| address.is_ipv6()),
        RecordType::Cname => address.is_none(),
    };
    if !fits {
        problems.push(format!(
            "The target of endpoint '{}' does not fit the record type {} of the profile.",
            endpoint.name,
            record_type.as_str()
        ));
    }
}
