//! Headers of probes: of the profile and of single endpoints. Nothing here shows the value of a header.

use std::collections::BTreeMap;

use super::finding::{Breach, Path, Quoted, Rule, Severity};
use super::{Header, Profile, source};
use crate::profile::{MonitorProtocol, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "header-name",
        summary: "Invalid header name",
        severity: Severity::Error,
        why: "A header name consists of letters, digits and !#$%&'*+-.^_`|~.",
        source: "https://www.rfc-editor.org/rfc/rfc9110#name-tokens",
        look: header_name,
    },
    Rule {
        code: "header-value",
        summary: "Invalid header value",
        severity: Severity::Error,
        why: "A header value is a single line without control characters; a line break would start another header.",
        source: "https://www.rfc-editor.org/rfc/rfc9110#name-field-values",
        look: header_value,
    },
    Rule {
        code: "header-unique",
        summary: "Header used twice",
        severity: Severity::Error,
        why: "Azure rejects two headers with the same name. Letter case does not matter in header names.",
        source: source::MONITORING,
        look: header_unique,
    },
    Rule {
        code: "header-count",
        summary: "Too many headers",
        severity: Severity::Error,
        why: "A profile has at most 8 headers, and so does each endpoint.",
        source: source::MONITORING,
        look: header_count,
    },
    Rule {
        code: "headers-with-tcp",
        summary: "Headers have no effect with TCP",
        severity: Severity::Warning,
        why: "A probe over TCP sends no request.",
        source: source::MONITORING,
        look: headers_with_tcp,
    },
];

/// One list of headers: its path, its headers, and whether headers have paths of their own in it.
struct List<'a> {
    path: Path,
    headers: &'a [Header],
    keyed: bool,
}

impl List<'_> {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().filter_map(|header| header.name.known()).map(String::as_str)
    }

    /// The path of a header: its key in a map, unless that is no name; the set itself in a set.
    fn path_of(&self, header: &Header) -> Path {
        let key = header.name.known().filter(|name| self.keyed && name_problem(name).is_none());
        key.map_or_else(|| self.path.clone(), |key| self.path.clone().key(key))
    }
}

fn lists(profile: &Profile) -> impl Iterator<Item = List<'_>> {
    let of_profile = profile.monitor_config.custom_header.known().map(|headers| List {
        path: Path::monitor("custom_header"),
        headers,
        keyed: false,
    });
    let of_endpoints = profile.known_endpoints().filter_map(|(name, endpoint)| {
        let headers = endpoint.custom_headers.known()?;
        Some(List { path: Path::endpoint(name).then("custom_headers"), headers, keyed: true })
    });
    of_profile.into_iter().chain(of_endpoints)
}

/// Why a text is no header name. The text itself may be a value in the wrong place, so it is not shown.
fn name_problem(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("a header name is empty".to_owned());
    }
    let wrong = name.chars().find(|c| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(*c))?;
    Some(format!("a header name contains {wrong:?}"))
}

fn header_name(profile: &Profile) -> Vec<Breach> {
    let of_list = |list: List<'_>| {
        let breach = |what| {
            Breach::new(list.path.clone(), what, "Use a name without spaces and colons, such as \"Host\".")
        };
        list.names().filter_map(name_problem).map(breach).collect::<Vec<_>>()
    };
    lists(profile).flat_map(of_list).collect()
}

fn header_value(profile: &Profile) -> Vec<Breach> {
    let problem = |value: &str| {
        // A tab is allowed between words.
        let wrong = value.chars().find(|c| c.is_control() && *c != '\t')?;
        Some(if matches!(wrong, '\r' | '\n') { "a line break" } else { "a control character" })
    };
    let of_list = |list: List<'_>| {
        let breach = |header: &Header| {
            let problem = problem(header.value.known()?)?;
            let what = match header.name.known().filter(|name| name_problem(name).is_none()) {
                Some(name) => format!("the value of the header {} contains {problem}", Quoted(name)),
                None => format!("the value of a header contains {problem}"),
            };
            Some(Breach::new(list.path_of(header), what, "Remove it from the value."))
        };
        list.headers.iter().filter_map(breach).collect::<Vec<_>>()
    };
    lists(profile).flat_map(of_list).collect()
}

fn header_unique(profile: &Profile) -> Vec<Breach> {
    let of_list = |list: List<'_>| {
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
        count.into_iter().filter(|(_, count)| *count > 1).map(breach).collect::<Vec<_>>()
    };
    lists(profile).flat_map(of_list).collect()
}

fn header_count(profile: &Profile) -> Vec<Breach> {
    let of_list = |list: List<'_>| {
        // Elements of a set that are not known yet may turn out to be equal.
        let count = list.names().count();
        let what = format!("there are {count} headers");
        let remedy = format!("Remove {} of them.", count.saturating_sub(limits::CUSTOM_HEADERS));
        (count > limits::CUSTOM_HEADERS).then(|| Breach::new(list.path, what, remedy))
    };
    lists(profile).filter_map(of_list).collect()
}

fn headers_with_tcp(profile: &Profile) -> Vec<Breach> {
    if profile.monitor_config.known_protocol() != Some(MonitorProtocol::Tcp) {
        return Vec::new();
    }
    let breach = |list: List<'_>| {
        Breach::new(
            list.path,
            "the protocol is TCP, and headers are set",
            "Remove the headers, or use the protocol HTTP or HTTPS.",
        )
    };
    lists(profile).filter(|list| !list.headers.is_empty()).map(breach).collect()
}
