//! How endpoints are probed: path, status codes, and settings that depend on each other.

use super::config::{MonitorConfig, Profile};
use super::finding::{Breach, Severity};
use super::path::Path;
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use crate::config_value::ConfigValue;
use crate::profile::{MonitorProtocol, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "path-required",
        summary: "Probe path missing",
        severity: Severity::Error,
        why: "Probes over HTTP or HTTPS request a path.",
        source: source::MONITORING,
        check: Check::Profile(path_required),
    },
    Rule {
        code: "path-with-tcp",
        summary: "Probe path not allowed with TCP",
        severity: Severity::Error,
        why: "A probe over TCP only opens a connection, so a path is not allowed.",
        source: source::MONITORING,
        check: Check::Profile(path_with_tcp),
    },
    Rule {
        code: "path-form",
        summary: "Invalid probe path",
        severity: Severity::Error,
        why: "A path starts with a slash and contains no whitespace. Azure rejects braces in it.",
        source: source::MONITORING,
        check: Check::Profile(path_form),
    },
    Rule {
        code: "status-code-range-form",
        summary: "Invalid status code range",
        severity: Severity::Error,
        why: "A range is two HTTP status codes from 100 to 999, the lower one first, such as \"200-299\", or a single \
              code, such as \"301\".",
        source: source::MONITORING,
        check: Check::Profile(status_code_range_form),
    },
    Rule {
        code: "status-code-range-count",
        summary: "Too many status code ranges",
        severity: Severity::Error,
        why: "A profile has at most 8 expected status code ranges.",
        source: source::MONITORING,
        check: Check::Profile(status_code_range_count),
    },
    Rule {
        code: "status-codes-with-tcp",
        summary: "Status code ranges have no effect with TCP",
        severity: Severity::Warning,
        why: "A probe over TCP gets no status code.",
        source: source::MONITORING,
        check: Check::Profile(status_codes_with_tcp),
    },
    Rule {
        code: "fast-interval-price",
        summary: "Fast probing costs more",
        severity: Severity::Warning,
        why: "Azure charges extra for every endpoint that is probed every 10 seconds.",
        source: source::MONITORING,
        check: Check::Profile(fast_interval_price),
    },
    Rule {
        code: "ttl-below-interval",
        summary: "TTL shorter than the probing interval",
        severity: Severity::Warning,
        why: "Clients would ask again more often than endpoints are probed. Most of these DNS queries would get the same \
              response, and Azure charges for queries.",
        source: source::FAQ,
        check: Check::Profile(ttl_below_interval),
    },
];

/// The lowest and the highest code of a range, such as `200-299` or `301`.
pub(super) fn status_codes(range: &str) -> Option<(u16, u16)> {
    // A number may have a sign, and a status code may not.
    let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let code = |text: &str| {
        Some(text).filter(digits)?.parse().ok().filter(|code| limits::STATUS_CODE.contains(code))
    };
    let (low, high) = range.split_once('-').unwrap_or((range, range));
    let (low, high) = (code(low)?, code(high)?);
    (low <= high).then_some((low, high))
}

fn uses_http(monitor: &MonitorConfig) -> bool {
    matches!(monitor.known_protocol(), Some(MonitorProtocol::Http | MonitorProtocol::Https))
}

fn uses_tcp(monitor: &MonitorConfig) -> bool {
    monitor.known_protocol() == Some(MonitorProtocol::Tcp)
}

fn path_required(profile: &Profile, at: &Path) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    let missing = match &monitor.path {
        ConfigValue::Known(path) => path.is_empty(),
        ConfigValue::Absent => true,
        ConfigValue::Unknown => false,
    };
    if !uses_http(monitor) || !missing {
        return Vec::new();
    }
    vec![Breach::new(
        at.monitor("path"),
        "the protocol is HTTP or HTTPS, and path is not set",
        "Set path, for example to \"/\", or use the protocol TCP.",
    )]
}

fn path_with_tcp(profile: &Profile, at: &Path) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    // The service takes an empty path with TCP.
    let path = monitor.path.known().filter(|path| uses_tcp(monitor) && !path.is_empty());
    let breach = |_: &String| {
        Breach::new(
            at.monitor("path"),
            "the protocol is TCP, and path is set",
            "Remove path, or use the protocol HTTP or HTTPS.",
        )
    };
    path.map(breach).into_iter().collect()
}

fn path_form(profile: &Profile, at: &Path) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    let Some(path) = monitor.path.known().filter(|path| !path.is_empty() && !uses_tcp(monitor)) else {
        return Vec::new();
    };
    let breach = |what: &str, remedy: &str| vec![Breach::new(at.monitor("path"), what, remedy)];
    if path.contains("://") {
        return breach(
            "the path is a URL",
            "Use the part after the host name; protocol and port are set separately.",
        );
    }
    if !path.starts_with('/') {
        return breach("the path does not start with a slash", "Put a slash in front, as in \"/health\".");
    }
    match path.chars().find(|c| *c == '{' || *c == '}' || c.is_whitespace() || c.is_control()) {
        Some(wrong) => breach(&format!("the path contains {wrong:?}"), "Use a path without it."),
        None => Vec::new(),
    }
}

fn known_ranges(monitor: &MonitorConfig) -> impl Iterator<Item = &String> {
    monitor.expected_status_code_ranges.known().into_iter().flatten().filter_map(ConfigValue::known)
}

fn status_code_range_form(profile: &Profile, at: &Path) -> Vec<Breach> {
    let breach = |range: &String| {
        let swapped = range.split_once('-').map(|(low, high)| format!("{high}-{low}"));
        let remedy = match swapped.filter(|swapped| status_codes(swapped).is_some()) {
            Some(swapped) => format!("Use {swapped:?}."),
            None => "Use a range such as \"200-299\", or a single code such as \"301\".".to_owned(),
        };
        Breach::new(
            at.monitor("expected_status_code_ranges"),
            format!("{} is not a range of status codes", Quoted(range)),
            remedy,
        )
    };
    known_ranges(&profile.monitor_config).filter(|range| status_codes(range).is_none()).map(breach).collect()
}

fn status_code_range_count(profile: &Profile, at: &Path) -> Vec<Breach> {
    // Elements of a set that are not known yet may turn out to be equal.
    let count = known_ranges(&profile.monitor_config).count();
    if count <= limits::STATUS_CODE_RANGES {
        return Vec::new();
    }
    vec![Breach::new(
        at.monitor("expected_status_code_ranges"),
        format!("there are {count} status code ranges"),
        "Merge neighbouring ranges until at most 8 are left.",
    )]
}

fn status_codes_with_tcp(profile: &Profile, at: &Path) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    let is_set = monitor.expected_status_code_ranges.known().is_some_and(|ranges| !ranges.is_empty());
    if !is_set || !uses_tcp(monitor) {
        return Vec::new();
    }
    vec![Breach::new(
        at.monitor("expected_status_code_ranges"),
        "the protocol is TCP, and expected_status_code_ranges is set",
        "Remove expected_status_code_ranges, or use the protocol HTTP or HTTPS.",
    )]
}

fn fast_interval_price(profile: &Profile, at: &Path) -> Vec<Breach> {
    let fast = |seconds: &&i64| **seconds == limits::INTERVALS[0];
    let breach = |_: &i64| {
        Breach::new(
            at.monitor("interval_in_seconds"),
            "the probing interval is 10",
            "Use 30 if failures may take longer to detect; otherwise ignore this warning.",
        )
    };
    profile.monitor_config.interval_in_seconds.known().filter(fast).map(breach).into_iter().collect()
}

fn ttl_below_interval(profile: &Profile, at: &Path) -> Vec<Breach> {
    let interval = profile.monitor_config.interval().filter(|seconds| limits::INTERVALS.contains(seconds));
    let ttl = profile.dns_config.ttl.known().filter(|ttl| limits::TTL.contains(ttl));
    match (ttl, interval) {
        (Some(ttl), Some(interval)) if *ttl < interval => vec![Breach::new(
            at.dns("ttl"),
            format!(
                "DNS responses expire after {ttl} seconds, and endpoints are probed every {interval} seconds"
            ),
            format!(
                "Use a TTL of {interval} seconds or more, unless clients have to follow changes of the profile at once."
            ),
        )],
        _ => Vec::new(),
    }
}
