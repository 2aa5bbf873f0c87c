//! How endpoints are probed: path, status codes, and what goes together.

use super::finding::{Breach, Path, Rule, Severity};
use super::{MonitorConfig, Profile, source};
use crate::given::Given;
use crate::profile::{MonitorProtocol, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "path-required",
        summary: "Probe path missing",
        severity: Severity::Error,
        why: "A probe over HTTP or HTTPS asks for a path.",
        source: source::MONITORING,
        look: path_required,
    },
    Rule {
        code: "path-with-tcp",
        summary: "Probe path not allowed with TCP",
        severity: Severity::Error,
        why: "A probe over TCP opens a connection and asks for nothing, so there must be no path.",
        source: source::MONITORING,
        look: path_with_tcp,
    },
    Rule {
        code: "path-form",
        summary: "Invalid probe path",
        severity: Severity::Error,
        why: "A path begins with a slash. The service refuses braces in it, and a request cannot carry blanks.",
        source: source::MONITORING,
        look: path_form,
    },
    Rule {
        code: "status-code-range-form",
        summary: "Invalid status code range",
        severity: Severity::Error,
        why: "A range is two HTTP status codes from 100 to 999, the lower first, such as \"200-299\", or one \
              code, such as \"200\".",
        source: source::MONITORING,
        look: status_code_range_form,
    },
    Rule {
        code: "status-code-range-count",
        summary: "Too many status code ranges",
        severity: Severity::Error,
        why: "A profile has at most 8 ranges of expected status codes.",
        source: source::MONITORING,
        look: status_code_range_count,
    },
    Rule {
        code: "status-codes-with-tcp",
        summary: "Status code ranges without effect over TCP",
        severity: Severity::Warning,
        why: "A probe over TCP gets no status code, so the ranges have no effect.",
        source: source::MONITORING,
        look: status_codes_with_tcp,
    },
    Rule {
        code: "fast-interval-price",
        summary: "Fast probing costs more",
        severity: Severity::Warning,
        why: "Azure charges every endpoint more when it is probed every 10 seconds.",
        source: source::MONITORING,
        look: fast_interval_price,
    },
    Rule {
        code: "ttl-below-interval",
        summary: "TTL shorter than the probing interval",
        severity: Severity::Warning,
        why: "Endpoints are not probed as often as clients would have to ask again, so most queries bring \
              the answer that was there before, and queries are billed.",
        source: source::FAQ,
        look: ttl_below_interval,
    },
];

/// What a text of a status code range means: the lowest and the highest code.
pub(super) fn status_codes(range: &str) -> Option<(u16, u16)> {
    let code = |text: &str| text.parse().ok().filter(|code| limits::STATUS_CODE.contains(code));
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

fn path_required(profile: &Profile) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    let missing = match &monitor.path {
        Given::Known(path) => path.is_empty(),
        Given::Absent => true,
        Given::Unknown => false,
    };
    if !uses_http(monitor) || !missing {
        return Vec::new();
    }
    vec![Breach::new(
        Path::monitor("path"),
        "there is no path to probe",
        "Give a path, for example \"/\", or use the protocol TCP.",
    )]
}

fn path_with_tcp(profile: &Profile) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    // The service takes an empty path with TCP.
    let given = monitor.path.known().filter(|path| uses_tcp(monitor) && !path.is_empty());
    let breach = |path: &String| {
        Breach::new(
            Path::monitor("path"),
            format!("the protocol is TCP and a path, {path:?}, is given"),
            "Remove path, or use the protocol HTTP or HTTPS.",
        )
    };
    given.map(breach).into_iter().collect()
}

fn path_form(profile: &Profile) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    let Some(path) = monitor.path.known().filter(|path| !path.is_empty() && !uses_tcp(monitor)) else {
        return Vec::new();
    };
    let breach = |what: String, remedy: &str| vec![Breach::new(Path::monitor("path"), what, remedy)];
    if path.contains("://") {
        let what = format!("{path:?} is a web address, not a path");
        return breach(what, "Give what follows the host; protocol and port have attributes of their own.");
    }
    if !path.starts_with('/') {
        let remedy = format!("Write {:?}.", format!("/{}", path.trim_start()));
        return breach(format!("the path {path:?} does not begin with a slash"), &remedy);
    }
    match path.chars().find(|c| *c == '{' || *c == '}' || c.is_whitespace()) {
        Some(wrong) => breach(format!("the path {path:?} holds {wrong:?}"), "Give a path without it."),
        None => Vec::new(),
    }
}

fn known_ranges(monitor: &MonitorConfig) -> impl Iterator<Item = &String> {
    monitor.expected_status_code_ranges.known().into_iter().flatten().filter_map(Given::known)
}

fn status_code_range_form(profile: &Profile) -> Vec<Breach> {
    let breach = |range: &String| {
        let swapped = range.split_once('-').map(|(low, high)| format!("{high}-{low}"));
        let remedy = match swapped.filter(|swapped| status_codes(swapped).is_some()) {
            Some(swapped) => format!("Write {swapped:?}."),
            None => "Write the range as \"200-299\", or one code as \"200\".".to_owned(),
        };
        Breach::new(
            Path::monitor("expected_status_code_ranges"),
            format!("{range:?} is no range of status codes"),
            remedy,
        )
    };
    known_ranges(&profile.monitor_config).filter(|range| status_codes(range).is_none()).map(breach).collect()
}

fn status_code_range_count(profile: &Profile) -> Vec<Breach> {
    // Elements of a set that are not known yet may turn out to be equal.
    let count = known_ranges(&profile.monitor_config).count();
    if count <= limits::STATUS_CODE_RANGES {
        return Vec::new();
    }
    vec![Breach::new(
        Path::monitor("expected_status_code_ranges"),
        format!("there are {count} ranges of status codes"),
        "Join neighbouring ranges until at most 8 are left.",
    )]
}

fn status_codes_with_tcp(profile: &Profile) -> Vec<Breach> {
    let monitor = &profile.monitor_config;
    let given = monitor.expected_status_code_ranges.known().is_some_and(|ranges| !ranges.is_empty());
    if !given || !uses_tcp(monitor) {
        return Vec::new();
    }
    vec![Breach::new(
        Path::monitor("expected_status_code_ranges"),
        "the protocol is TCP and expected status codes are given",
        "Remove expected_status_code_ranges, or use the protocol HTTP or HTTPS.",
    )]
}

fn fast_interval_price(profile: &Profile) -> Vec<Breach> {
    let fast = |seconds: &&i64| **seconds == limits::INTERVALS[0];
    let breach = |_: &i64| {
        Breach::new(
            Path::monitor("interval_in_seconds"),
            "endpoints are probed every 10 seconds, for which Azure charges extra",
            "Use 30 if failures may take longer to notice; otherwise nothing has to be done.",
        )
    };
    profile.monitor_config.interval_in_seconds.known().filter(fast).map(breach).into_iter().collect()
}

fn ttl_below_interval(profile: &Profile) -> Vec<Breach> {
    let interval = profile.monitor_config.interval().filter(|seconds| limits::INTERVALS.contains(seconds));
    let ttl = profile.dns_config.ttl.known().filter(|ttl| limits::TTL.contains(ttl));
    match (ttl, interval) {
        (Some(ttl), Some(interval)) if *ttl < interval => vec![Breach::new(
            Path::dns("ttl"),
            format!("answers expire after {ttl} seconds, and endpoints are probed every {interval} seconds"),
            format!(
                "Give a time to live of {interval} seconds or more, unless clients have to follow changes of the profile at once."
            ),
        )],
        _ => Vec::new(),
    }
}
