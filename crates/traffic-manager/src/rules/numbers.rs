//! Numbers and their ranges.

use std::ops::RangeInclusive;

use super::finding::{Breach, Path, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::given::Given;
use crate::profile::{RoutingMethod, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "ttl-range",
        summary: "TTL out of range",
        severity: Severity::Error,
        why: "The time to live is a number of seconds from 0 to 2147483647.",
        source: source::FAQ,
        look: |profile| within(Path::dns("ttl"), "a time to live", &profile.dns_config.ttl, &limits::TTL),
    },
    Rule {
        code: "port-range",
        summary: "Port out of range",
        severity: Severity::Error,
        why: "A port is a number from 1 to 65535.",
        source: source::MONITORING,
        look: |profile| within(Path::monitor("port"), "a port", &profile.monitor_config.port, &limits::PORT),
    },
    Rule {
        code: "interval",
        summary: "Invalid probing interval",
        severity: Severity::Error,
        why: "Endpoints are probed every 30 seconds, or every 10 seconds for a higher price.",
        source: source::MONITORING,
        look: interval,
    },
    Rule {
        code: "timeout-range",
        summary: "Probe timeout out of range",
        severity: Severity::Error,
        why: "A probe may take 5 to 10 seconds when the interval is 30 seconds, and 5 to 9 when it is 10.",
        source: source::MONITORING,
        look: timeout,
    },
    Rule {
        code: "tolerated-failures-range",
        summary: "Tolerated failures out of range",
        severity: Severity::Error,
        why: "From 0 to 9 failures in a row can be tolerated.",
        source: source::MONITORING,
        look: |profile| {
            within(
                Path::monitor("tolerated_number_of_failures"),
                "a number of tolerated failures",
                &profile.monitor_config.tolerated_number_of_failures,
                &limits::TOLERATED_FAILURES,
            )
        },
    },
    Rule {
        code: "max-return-range",
        summary: "Invalid max_return",
        severity: Severity::Error,
        why: "An answer holds from 1 to 8 addresses.",
        source: source::ROUTING,
        look: |profile| {
            within(
                Path::attribute("max_return"),
                "a number of addresses in an answer",
                &profile.max_return,
                &limits::MAX_RETURN,
            )
        },
    },
    Rule {
        code: "max-return-required",
        summary: "Missing max_return",
        severity: Severity::Error,
        why: "The service refuses a MultiValue profile that does not say how many addresses an answer holds.",
        source: source::ROUTING,
        look: max_return_required,
    },
    Rule {
        code: "weight-range",
        summary: "Weight out of range",
        severity: Severity::Error,
        why: "A weight is a number from 1 to 1000.",
        source: source::ROUTING,
        look: |profile| of_endpoints(profile, "weight", "a weight", |it| &it.weight, &limits::WEIGHT),
    },
    Rule {
        code: "priority-range",
        summary: "Priority out of range",
        severity: Severity::Error,
        why: "A priority is a number from 1 to 1000; 1 is the first choice.",
        source: source::ROUTING,
        look: |profile| of_endpoints(profile, "priority", "a priority", |it| &it.priority, &limits::PRIORITY),
    },
];

/// Finds a known number outside its range.
pub(super) fn within(path: Path, noun: &str, given: &Given<i64>, range: &RangeInclusive<i64>) -> Vec<Breach> {
    let outside = given.known().filter(|number| !range.contains(number));
    let breach = |number: &i64| {
        let remedy = if *range.end() == i64::MAX {
            format!("Give {} or more.", range.start())
        } else {
            format!("Give a number from {} to {}.", range.start(), range.end())
        };
        Breach::new(path, format!("{number} is out of the range of {noun}"), remedy)
    };
    outside.map(breach).into_iter().collect()
}

/// Finds a number of any endpoint outside its range.
pub(super) fn of_endpoints(
    profile: &Profile,
    attribute: &'static str,
    noun: &str,
    field: fn(&Endpoint) -> &Given<i64>,
    range: &RangeInclusive<i64>,
) -> Vec<Breach> {
    let of_one = |(name, endpoint): (&str, _)| {
        within(Path::endpoint(name).then(attribute), noun, field(endpoint), range)
    };
    profile.known_endpoints().flat_map(of_one).collect()
}

fn interval(profile: &Profile) -> Vec<Breach> {
    let other = |seconds: &&i64| !limits::INTERVALS.contains(seconds);
    let breach = |seconds: &i64| {
        Breach::new(
            Path::monitor("interval_in_seconds"),
            format!("{seconds} seconds is not an interval that Azure offers"),
            "Give 30, or 10 for faster detection.",
        )
    };
    profile.monitor_config.interval_in_seconds.known().filter(other).map(breach).into_iter().collect()
}

fn timeout(profile: &Profile) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    // With an interval that is not known yet, only what no interval allows is wrong.
    let fast = monitor.interval() == Some(limits::INTERVALS[0]);
    let range = if fast { limits::FAST_TIMEOUT } else { limits::TIMEOUT };
    within(Path::monitor("timeout_in_seconds"), "the timeout of a probe", &monitor.timeout_in_seconds, &range)
}

fn max_return_required(profile: &Profile) -> Vec<Breach> {
    if !profile.routes_by(RoutingMethod::MultiValue) || !profile.max_return.is_absent() {
        return Vec::new();
    }
    vec![Breach::new(
        Path::attribute("max_return"),
        "the routing method is MultiValue and max_return is not given",
        "Give max_return a number from 1 to 8; 2 is Azure's suggestion.",
    )]
}
