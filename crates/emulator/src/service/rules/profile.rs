//! Rules of a profile by itself: names, DNS, monitoring. Sources: Azure's naming rules, "Traffic Manager
//! endpoint monitoring", and refusals that users of the service report.

use std::collections::HashSet;

use traffic_manager::profile::{MonitorProtocol, RoutingMethod};

use crate::service::decode::Problems;
use crate::service::model::{Header, Monitor, Profile};

/// The highest TTL of a DNS answer.
const HIGHEST_TTL: i64 = 2_147_483_647;

/// The most headers, and the most status ranges, of one list.
const LONGEST_LIST: usize = 8;

pub(super) fn check(profile: &Profile, problems: &mut Problems) {
    if !is_profile_name(&profile.name) {
        problems.push(format!(
            "The profile name '{}' is invalid. Profile names must be 1 to 63 characters long, consist of letters, \
             digits and hyphens, and start and end with a letter or digit.",
            profile.name
        ));
    }
    if !is_relative_name(&profile.relative_name) {
        problems.push(format!(
            "The relative DNS name '{}' is invalid. It must consist of labels of 1 to 63 letters, digits and \
             hyphens, joined by dots, and the whole name must not be longer than 253 characters.",
            profile.relative_name
        ));
    }
    if !(0..=HIGHEST_TTL).contains(&profile.ttl) {
        problems
            .push(format!("The TTL '{}' is invalid. It must be between 0 and {HIGHEST_TTL}.", profile.ttl));
    }
    monitor(&profile.monitor, problems);
    match profile.max_return {
        // Public.
        None if profile.method == RoutingMethod::MultiValue => {
            problems.push("MaxReturn property must be defined for MultiValue profiles.".to_owned());
        }
        Some(number) if !(1..=8).contains(&number) => {
            problems.push(format!("The MaxReturn value '{number}' is invalid. It must be between 1 and 8."));
        }
        _ => {}
    }
}

pub(crate) fn is_profile_name(name: &str) -> bool {
    is_label(name)
}

pub(crate) fn is_relative_name(name: &str) -> bool {
    // The suffix of the cloud counts towards the length; that of the public one has 19 characters.
    name.len() + ".trafficmanager.net".len() <= 253 && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn monitor(monitor: &Monitor, problems: &mut Problems) {
    if !(1..=65535).contains(&monitor.port) {
        problems.push(format!(
            "The monitoring port '{}' is invalid. It must be between 1 and 65535.",
            monitor.port
        ));
    }
    path(monitor, problems);
    let longest = if monitor.interval == 10 { 9 } else { 10 };
    if monitor.interval != 10 && monitor.interval != 30 {
        problems
            .push(format!("The monitoring interval '{}' is invalid. It must be 10 or 30.", monitor.interval));
    } else if !(5..=longest).contains(&monitor.timeout) {
        problems.push(format!(
            "The monitoring timeout '{}' is invalid. With an interval of {} seconds it must be between 5 and \
             {longest}.",
            monitor.timeout, monitor.interval
        ));
    }
    if !(0..=9).contains(&monitor.tolerated) {
        problems.push(format!(
            "The tolerated number of failures '{}' is invalid. It must be between 0 and 9.",
            monitor.tolerated
        ));
    }
    headers(&monitor.headers, problems);
    if monitor.status_ranges.len() > LONGEST_LIST {
        problems.push(format!("At most {LONGEST_LIST} expected status code ranges are allowed."));
    }
    for range in &monitor.status_ranges {
        if range.min > range.max || !(100..=999).contains(&range.min) || !(100..=999).contains(&range.max) {
            problems.push(format!(
                "The expected status code range {}-{} is invalid. Status codes have three digits, and the minimum \
                 must not be above the maximum.",
                range.min, range.max
            ));
        }
    }
}

fn path(monitor: &Monitor, problems: &mut Problems) {
    // An empty path counts as none: recorded with TCP.
    let path = monitor.path.as_deref().filter(|path| !path.is_empty());
    match (monitor.protocol, path) {
        (MonitorProtocol::Tcp, Some(_)) => {
            problems.push("The monitoring path must not be specified for the protocol TCP.".to_owned());
        }
        (MonitorProtocol::Http | MonitorProtocol::Https, None) => {
            problems.push(format!(
                "The monitoring path must be specified for the protocol {}.",
                monitor.protocol
            ));
        }
        (MonitorProtocol::Http | MonitorProtocol::Https, Some(path)) if !is_path(path) => {
            // Public.
            problems.push(format!("The supplied monitoring path {path} is not well-formed."));
        }
        _ => {}
    }
    // Headers and ranges go with TCP, without effect: azurerm's acceptance tests apply just that.
}

fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.contains(['{', '}', '\\', '<', '>', '"', ' '])
        && !path.chars().any(char::is_control)
}

/// Headers of a profile or of an endpoint.
pub(super) fn headers(headers: &[Header], problems: &mut Problems) {
    if headers.len() > LONGEST_LIST {
        problems.push(format!("At most {LONGEST_LIST} custom headers are allowed."));
    }
    let mut seen = HashSet::new();
    for header in headers {
        if header.name.trim().is_empty() || header.name.contains([':', ' ', '\r', '\n']) {
            problems.push(format!("The custom header name '{}' is invalid.", header.name));
        }
        if !seen.insert(header.name.to_ascii_lowercase()) {
            // Public. The report shows the header's value where one would expect its name.
            problems.push(format!("Duplicate custom header names for {} are not allowed.", header.value));
        }
    }
}
