//! Headers of probes: of the profile and of single endpoints.

use std::collections::BTreeMap;

use super::finding::{Breach, Path, Rule, Severity};
use super::{Header, Profile, source};
use crate::profile::{MonitorProtocol, limits};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "header-name",
        summary: "Invalid header name",
        severity: Severity::Error,
        why: "A header's name has at least one character and none but letters, digits and !#$%&'*+-.^_`|~.",
        source: "https://www.rfc-editor.org/rfc/rfc9110#name-tokens",
        look: header_name,
    },
    Rule {
        code: "header-unique",
        summary: "Header used twice",
        severity: Severity::Error,
        why: "The service refuses two headers of one name; letter case does not count in names of headers.",
        source: source::MONITORING,
        look: header_unique,
    },
    Rule {
        code: "header-count",
        summary: "Too many headers",
        severity: Severity::Error,
        why: "A profile has at most 8 headers, and so has each endpoint.",
        source: source::MONITORING,
        look: header_count,
    },
    Rule {
        code: "headers-with-tcp",
        summary: "Headers without effect over TCP",
        severity: Severity::Warning,
        why: "A probe over TCP sends no request, so headers have no effect.",
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

    /// The path of a header: its key in a map; the set itself in a set.
    fn path_of(&self, name: &str) -> Path {
        if self.keyed { self.path.clone().key(name) } else { self.path.clone() }
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

fn header_name(profile: &Profile) -> Vec<Breach> {
    let token = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
    };
    let of_list = |list: List<'_>| {
        let breach = |name: &str| {
            Breach::new(
                list.path_of(name),
                format!("{name:?} cannot be the name of a header"),
                "Give a name without blanks and colons, for example \"Host\".",
            )
        };
        list.names().filter(|name| !token(name)).map(breach).collect::<Vec<_>>()
    };
    lists(profile).flat_map(of_list).collect()
}

fn header_unique(profile: &Profile) -> Vec<Breach> {
    let of_list = |list: List<'_>| {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for name in list.names() {
            *count.entry(name.to_ascii_lowercase()).or_default() += 1;
        }
        let breach = |(name, count): (String, usize)| {
            Breach::new(
                list.path.clone(),
                format!("the header {name:?} is given {count} times"),
                "Keep one header of that name.",
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
            "the protocol is TCP and headers are given",
            "Remove the headers, or use the protocol HTTP or HTTPS.",
        )
    };
    lists(profile).filter(|list| !list.headers.is_empty()).map(breach).collect()
}
