//! Address ranges, and Subnet routing.

use std::net::IpAddr;

use super::config::{Endpoint, Subnet};
use super::finding::{Breach, Severity};
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use super::subject::PlacedEndpoint;
use crate::address_range::{AddressRange, RangeError};
use crate::config_value::ConfigValue;
use crate::profile::RoutingMethod;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "subnet-form",
        summary: "Invalid subnet",
        severity: Severity::Error,
        why: "A subnet is a single IP address (first), a range (first and last), or a CIDR block (first and scope, where \
              first is the lowest address of the block).",
        source: source::ROUTING,
        check: Check::EndpointParts(subnet_form),
    },
    Rule {
        code: "subnet-overlap",
        summary: "Subnets overlap",
        severity: Severity::Error,
        why: "With Subnet routing, an IP address maps to a single endpoint, so the subnets of a profile must not overlap.",
        source: source::ROUTING,
        check: Check::Endpoints(subnet_overlap),
    },
    Rule {
        code: "subnet-fallback",
        summary: "Several endpoints without subnets",
        severity: Severity::Warning,
        why: "With Subnet routing, an endpoint without subnets serves all remaining addresses. With several of them, Azure \
              does not document which one is used.",
        source: source::ROUTING,
        check: Check::Endpoints(subnet_fallback),
    },
];

const ATTRIBUTE: &str = "subnets";

/// Why a subnet cannot be read. `Unknown` is no breach: a part of it is not known yet.
enum Unreadable {
    Unknown,
    Wrong { what: String, remedy: String },
}

fn wrong(what: impl Into<String>, remedy: impl Into<String>) -> Unreadable {
    Unreadable::Wrong { what: what.into(), remedy: remedy.into() }
}

fn subnet_form(placed: &PlacedEndpoint<'_>) -> Vec<Breach> {
    let breach = |subnet: &Subnet| match range(subnet) {
        Err(Unreadable::Wrong { what, remedy }) => Some(Breach::new(placed.at(ATTRIBUTE), what, remedy)),
        Ok(_) | Err(Unreadable::Unknown) => None,
    };
    known_subnets(placed.endpoint).filter_map(breach).collect()
}

fn known_subnets(endpoint: &Endpoint) -> impl Iterator<Item = &Subnet> {
    endpoint.subnets.known().into_iter().flatten()
}

fn range(subnet: &Subnet) -> Result<AddressRange, Unreadable> {
    if let (ConfigValue::Known(last), ConfigValue::Known(scope)) = (&subnet.last, &subnet.scope) {
        let what = format!("a subnet has both last = {} and scope = {scope}", Quoted(last));
        return Err(wrong(what, "Remove one of the two."));
    }
    let first = match &subnet.first {
        ConfigValue::Known(first) => address(first)?,
        ConfigValue::Absent => {
            return Err(wrong("a subnet has no first address", "Set first to an IP address."));
        }
        ConfigValue::Unknown => return Err(Unreadable::Unknown),
    };
    match (&subnet.last, &subnet.scope) {
        (ConfigValue::Known(last), ConfigValue::Absent) => up_to(first, address(last)?),
        (ConfigValue::Absent, ConfigValue::Known(scope)) => block(first, *scope),
        (ConfigValue::Absent, ConfigValue::Absent) => up_to(first, first),
        _ => Err(Unreadable::Unknown),
    }
}

fn address(text: &str) -> Result<IpAddr, Unreadable> {
    text.parse().map_err(|_| {
        let block = text
            .split_once('/')
            .and_then(|(first, scope)| Some((first.parse::<IpAddr>().ok()?, scope.parse::<u8>().ok()?)));
        match block {
            Some((first, scope)) => {
                let what = format!("{} is a CIDR block, not an IP address", Quoted(text));
                wrong(what, format!("Use first = \"{first}\" and scope = {scope}."))
            }
            None => wrong(
                format!("{} is not an IP address", Quoted(text)),
                "Use an IPv4 or IPv6 address, such as \"198.51.100.0\".",
            ),
        }
    })
}

fn up_to(first: IpAddr, last: IpAddr) -> Result<AddressRange, Unreadable> {
    AddressRange::new(first, last).map_err(|error| {
        let (what, remedy) = match error {
            RangeError::Backwards => (
                format!("a subnet ranges from {first} to {last}, which is lower"),
                format!("Use first = \"{last}\" and last = \"{first}\"."),
            ),
            _ => (
                format!("a subnet ranges from {first} to {last}"),
                "Use two IPv4 addresses or two IPv6 addresses.".to_owned(),
            ),
        };
        wrong(what, remedy)
    })
}

fn block(first: IpAddr, scope: i64) -> Result<AddressRange, Unreadable> {
    AddressRange::block(first, scope).map_err(|error| match error {
        RangeError::NotLowest(lowest) => wrong(
            format!("{first} is not the lowest address of the block {first}/{scope}"),
            format!("Use first = \"{lowest}\", or a larger scope."),
        ),
        _ => wrong(
            format!("the scope of the subnet {first} is {scope}"),
            format!("Use a number from 0 to {}.", if first.is_ipv4() { 32 } else { 128 }),
        ),
    })
}

fn subnet_overlap(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    let mut ranges: Vec<(AddressRange, &PlacedEndpoint<'_>, &Subnet)> = endpoints
        .iter()
        .filter(|placed| placed.is_routed_by(RoutingMethod::Subnet))
        .flat_map(|placed| known_subnets(placed.endpoint).map(move |subnet| (placed, subnet)))
        .filter_map(|(placed, subnet)| Some((range(subnet).ok()?, placed, subnet)))
        .collect();
    // Addresses of IPv4 come before those of IPv6.
    ranges.sort_by_key(|(range, placed, _)| (range.first(), placed.label()));
    let mut breaches = Vec::new();
    // The range that reaches furthest so far is the one that the next can overlap.
    let mut furthest: Option<&(AddressRange, &PlacedEndpoint<'_>, &Subnet)> = None;
    for next in &ranges {
        let (range, placed, subnet) = next;
        match furthest {
            Some((before, other, by)) if before.overlaps(range) => {
                let other = other.label().map(|label| format!(" of {}", Quoted(label))).unwrap_or_default();
                breaches.push(Breach::new(
                    placed.at(ATTRIBUTE),
                    format!("{} of {placed} overlaps {}{other}", written(subnet), written(by)),
                    "Change one of the two, so that no address is in both.",
                ));
                if range.last() > before.last() {
                    furthest = Some(next);
                }
            }
            _ => furthest = Some(next),
        }
    }
    breaches
}

/// A readable subnet in short.
fn written(subnet: &Subnet) -> String {
    let first = subnet.first.known().map_or("", String::as_str);
    match (&subnet.last, &subnet.scope) {
        (ConfigValue::Known(last), _) => format!("{first}-{last}"),
        (_, ConfigValue::Known(scope)) => format!("{first}/{scope}"),
        _ => first.to_owned(),
    }
}

fn subnet_fallback(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    let is_without = |placed: &&PlacedEndpoint<'_>| match &placed.endpoint.subnets {
        ConfigValue::Known(subnets) => subnets.is_empty(),
        ConfigValue::Absent => true,
        ConfigValue::Unknown => false,
    };
    let routed = endpoints.iter().filter(|placed| placed.is_routed_by(RoutingMethod::Subnet));
    let mut fallbacks = routed.filter(is_without).filter_map(|placed| Some((placed, placed.label()?)));
    let Some((_, first)) = fallbacks.next() else { return Vec::new() };
    let breach = |(placed, label): (&PlacedEndpoint<'_>, &str)| {
        Breach::new(
            placed.at(ATTRIBUTE),
            format!("the endpoints {} and {} have no subnets", Quoted(first), Quoted(label)),
            "Set subnets on all endpoints but one.",
        )
    };
    fallbacks.map(breach).collect()
}
