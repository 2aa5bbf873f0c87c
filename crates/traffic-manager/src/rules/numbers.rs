//! Numbers and their ranges.

use std::ops::RangeInclusive;

use super::config::Profile;
use super::finding::{Breach, Severity};
use super::path::Path;
use super::rule::{Check, Rule};
use super::source;
use crate::config_value::ConfigValue;
use crate::profile::{RoutingMethod, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "ttl-range",
        summary: "TTL out of range",
        severity: Severity::Error,
        why: "The TTL is 0 to 2147483647 seconds.",
        source: source::FAQ,
        check: Check::Profile(|profile, at| {
            within(at.dns("ttl"), "the TTL", &profile.dns_config.ttl, &limits::TTL)
        }),
    },
    Rule {
        code: "port-range",
        summary: "Port out of range",
        severity: Severity::Error,
        why: "Ports range from 1 to 65535.",
        source: source::MONITORING,
        check: Check::Profile(|profile, at| {
            within(at.monitor("port"), "the port", &profile.monitor_config.port, &limits::PORT)
        }),
    },
    Rule {
        code: "interval",
        summary: "Invalid probing interval",
        severity: Severity::Error,
        why: "Traffic Manager probes every 30 seconds, or every 10 seconds at a higher price.",
        source: source::MONITORING,
        check: Check::Profile(interval),
    },
    Rule {
        code: "timeout-range",
        summary: "Probe timeout out of range",
        severity: Severity::Error,
        why: "The timeout is 5 to 10 seconds with a probing interval of 30 seconds, and 5 to 9 with one of 10.",
        source: source::MONITORING,
        check: Check::Profile(timeout),
    },
    Rule {
        code: "tolerated-failures-range",
        summary: "Tolerated failures out of range",
        severity: Severity::Error,
        why: "Traffic Manager tolerates 0 to 9 consecutive failures.",
        source: source::MONITORING,
        check: Check::Profile(|profile, at| {
            within(
                at.monitor("tolerated_number_of_failures"),
                "the number of tolerated failures",
                &profile.monitor_config.tolerated_number_of_failures,
                &limits::TOLERATED_FAILURES,
            )
        }),
    },
    Rule {
        code: "max-return-range",
        summary: "Invalid max_return",
        severity: Severity::Error,
        why: "A DNS response contains 1 to 8 addresses.",
        source: source::ROUTING,
        check: Check::Profile(|profile, at| {
            within(
                at.attribute("max_return"),
                "the number of addresses",
                &profile.max_return,
                &limits::MAX_RETURN,
            )
        }),
    },
    Rule {
        code: "max-return-required",
        summary: "Missing max_return",
        severity: Severity::Error,
        why: "Azure rejects a MultiValue profile that does not set how many addresses a DNS response contains.",
        source: source::ROUTING,
        check: Check::Profile(max_return_required),
    },
    Rule {
        code: "weight-range",
        summary: "Weight out of range",
        severity: Severity::Error,
        why: "Weights range from 1 to 1000.",
        source: source::ROUTING,
        check: Check::EndpointParts(|placed| {
            within(placed.at("weight"), "the weight", &placed.endpoint.weight, &limits::WEIGHT)
        }),
    },
    Rule {
        code: "priority-range",
        summary: "Priority out of range",
        severity: Severity::Error,
        why: "Priorities range from 1 to 1000; 1 is the highest.",
        source: source::ROUTING,
        check: Check::EndpointParts(|placed| {
            within(placed.at("priority"), "the priority", &placed.endpoint.priority, &limits::PRIORITY)
        }),
    },
];

/// Finds a known number outside its range.
pub(super) fn within(
    path: Path,
    noun: &str,
    value: &ConfigValue<i64>,
    range: &RangeInclusive<i64>,
) -> Vec<Breach> {
    let outside = value.known().filter(|number| !range.contains(number));
    let breach = |number: &i64| {
        let remedy = if *range.end() == i64::MAX {
            format!("Use {} or more.", range.start())
        } else {
            format!("Use a number from {} to {}.", range.start(), range.end())
        };
        Breach::new(path, format!("{noun} is {number}"), remedy)
    };
    outside.map(breach).into_iter().collect()
}

fn interval(profile: &Profile, at: &Path) -> Vec<Breach> {
    let other = |seconds: &&i64| !limits::INTERVALS.contains(seconds);
    let breach = |seconds: &i64| {
        Breach::new(
            at.monitor("interval_in_seconds"),
            format!("the probing interval is {seconds}"),
            "Use 30, or 10 to detect failures faster.",
        )
    };
    profile.monitor_config.interval_in_seconds.known().filter(other).map(breach).into_iter().collect()
}

fn timeout(profile: &Profile, at: &Path) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    // With an interval that is not known yet, only what no interval allows is wrong.
    let fast = monitor.interval() == Some(limits::INTERVALS[0]);
    let range = if fast { limits::FAST_TIMEOUT } else { limits::TIMEOUT };
    within(at.monitor("timeout_in_seconds"), "the probe timeout", &monitor.timeout_in_seconds, &range)
}

fn max_return_required(profile: &Profile, at: &Path) -> Vec<Breach> {
    if !profile.routes_by(RoutingMethod::MultiValue) || !profile.max_return.is_absent() {
        return Vec::new();
    }
    vec![Breach::new(
        at.attribute("max_return"),
        "the routing method is MultiValue, and max_return is not set",
        "Set max_return to a number from 1 to 8; Azure suggests 2.",
    )]
}
