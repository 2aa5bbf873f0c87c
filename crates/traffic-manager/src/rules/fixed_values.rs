//! Values out of a fixed set: routing method, protocol, status, record type.

use super::finding::{Breach, Severity};
use super::path::Path;
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use crate::config_value::ConfigValue;
use crate::profile::{MonitorProtocol, RecordType, RoutingMethod, Status};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "routing-method",
        summary: "Unknown routing method",
        severity: Severity::Error,
        why: "Traffic Manager has six routing methods.",
        source: source::ROUTING,
        check: Check::Profile(|profile, at| {
            let words = RoutingMethod::ALL.iter().map(|word| word.as_str());
            one_of(at.attribute("traffic_routing_method"), &profile.traffic_routing_method, words)
        }),
    },
    Rule {
        code: "monitor-protocol",
        summary: "Unknown probe protocol",
        severity: Severity::Error,
        why: "Traffic Manager probes over one of three protocols.",
        source: source::MONITORING,
        check: Check::Profile(|profile, at| {
            let words = MonitorProtocol::ALL.iter().map(|word| word.as_str());
            one_of(at.monitor("protocol"), &profile.monitor_config.protocol, words)
        }),
    },
    Rule {
        code: "profile-status",
        summary: "Unknown profile status",
        severity: Severity::Error,
        why: "A profile is enabled or disabled.",
        source: source::API,
        check: Check::Profile(|profile, at| {
            let words = Status::ALL.iter().map(|word| word.as_str());
            one_of(at.attribute("profile_status"), &profile.profile_status, words)
        }),
    },
    Rule {
        code: "record-type",
        summary: "Unknown record type",
        severity: Severity::Error,
        why: "A profile can be limited to one of three record types.",
        source: source::API,
        check: Check::Profile(|profile, at| {
            let words = RecordType::ALL.iter().map(|word| word.as_str());
            one_of(at.attribute("record_type"), &profile.record_type, words)
        }),
    },
];

/// Finds a value that is not one of the words, and names the word that it resembles.
fn one_of(path: Path, value: &ConfigValue<String>, words: impl Iterator<Item = &'static str>) -> Vec<Breach> {
    let Some(value) = value.known() else { return Vec::new() };
    let words: Vec<&str> = words.collect();
    if words.contains(&value.as_str()) {
        return Vec::new();
    }
    let meant = words.iter().find(|word| word.eq_ignore_ascii_case(value.trim()));
    let remedy = match meant {
        Some(meant) => format!("Use {meant:?}: letter case matters here."),
        None => format!("Use {}.", alternatives(&words)),
    };
    vec![Breach::new(path, format!("{} is not one of {}", Quoted(value), words.join(", ")), remedy)]
}

/// The words quoted, with an "or" before the last.
fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
