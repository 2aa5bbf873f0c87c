//! Headers of probes: of the profile and of single endpoints. Nothing here shows the value of a header.

use std::collections::BTreeMap;

use super::config::Header;
use super::finding::{Breach, Severity};
use super::path::Path;
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use super::subject::HeaderList;
use crate::profile::{MonitorProtocol, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "header-name",
        summary: "Invalid header name",
        severity: Severity::Error,
        why: "A header name consists of letters, digits and !#$%&'*+-.^_`|~.",
        source: "https://www.rfc-editor.org/rfc/rfc9110#name-tokens",
        check: Check::Headers(header_name),
    },
    Rule {
        code: "header-value",
        summary: "Invalid header value",
        severity: Severity::Error,
        why: "A header value is a single line without control characters; a line break would start another header.",
        source: "https://www.rfc-editor.org/rfc/rfc9110#name-field-values",
        check: Check::Headers(header_value),
    },
    Rule {
        code: "header-unique",
        summary: "Header used twice",
        severity: Severity::Error,
        why: "Azure rejects two headers with the same name. Letter case does not matter in header names.",
        source: source::MONITORING,
        check: Check::Headers(header_unique),
    },
    Rule {
        code: "header-count",
        summary: "Too many headers",
        severity: Severity::Error,
        why: "A profile has at most 8 headers, and so does each endpoint.",
        source: source::MONITORING,
        check: Check::Headers(header_count),
    },
    Rule {
        code: "headers-with-tcp",
        summary: "Headers have no effect with TCP",
        severity: Severity::Warning,
        why: "A probe over TCP sends no request.",
        source: source::MONITORING,
        check: Check::Headers(headers_with_tcp),
    },
];

/// Why a text is no header name. The text itself may be a value in the wrong place, so it is not shown.
fn name_problem(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("a header name is empty".to_owned());
    }
    let wrong = name.chars().find(|c| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(*c))?;
    Some(format!("a header name contains {wrong:?}"))
}

/// The path of a header: its key in a map, unless that is no name; the set itself in a set.
fn path_of(header: &Header, list: &HeaderList<'_>) -> Path {
    let key = header.name.known().filter(|name| list.keyed && name_problem(name).is_none());
    key.map_or_else(|| list.path.clone(), |key| list.path.key(key))
}

fn header_name(list: &HeaderList<'_>) -> Vec<Breach> {
    let breach = |what| {
        Breach::new(list.path.clone(), what, "Use a name without spaces and colons, such as \"Host\".")
    };
    list.names().filter_map(name_problem).map(breach).collect()
}

fn header_value(list: &HeaderList<'_>) -> Vec<Breach> {
    let problem = |value: &str| {
        // A tab is allowed between words.
        let wrong = value.chars().find(|c| c.is_control() && *c != '\t')?;
        Some(if matches!(wrong, '\r' | '\n') { "a line break" } else { "a control character" })
    };
    let breach = |header: &Header| {
        let problem = problem(header.value.known()?)?;
        let what = match header.name.known().filter(|name| name_problem(name).is_none()) {
            Some(name) => format!("the value of the header {} contains {problem}", Quoted(name)),
            None => format!("the value of a header contains {problem}"),
        };
        Some(Breach::new(path_of(header, list), what, "Remove it from the value."))
    };
    list.headers.iter().filter_map(breach).collect()
}

fn header_unique(list: &HeaderList<'_>) -> Vec<Breach> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    // What is no name is reported by another rule.
    for name in list.names().filter(|name| name_problem(name).is_none()) {
        *count.entry(name.to_ascii_lowercase()).or_default() += 1;
    }
    let breach = |(name, count): (String, usize)| {
        Breach::new(
            list.path.clone(),
            format!("the header {} is set {count} times", Quoted(&name)),
            "Keep one of them.",
        )
    };
    count.into_iter().filter(|(_, count)| *count > 1).map(breach).collect()
}

fn header_count(list: &HeaderList<'_>) -> Vec<Breach> {
    // Elements of a set that are not known yet may turn out to be equal.
    let count = list.names().count();
    if count <= limits::CUSTOM_HEADERS {
        return Vec::new();
    }
    vec![Breach::new(
        list.path.clone(),
        format!("there are {count} headers"),
        format!("Remove {} of them.", count - limits::CUSTOM_HEADERS),
    )]
}

fn headers_with_tcp(list: &HeaderList<'_>) -> Vec<Breach> {
    if list.protocol != Some(MonitorProtocol::Tcp) || list.headers.is_empty() {
        return Vec::new();
    }
    vec![Breach::new(
        list.path.clone(),
        "the protocol is TCP, and headers are set",
        "Remove the headers, or use the protocol HTTP or HTTPS.",
    )]
}
