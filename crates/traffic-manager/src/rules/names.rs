//! Names: of the profile, its group, its DNS label, its endpoints and its tags.

use std::collections::BTreeMap;

use super::finding::{Breach, Path, Rule, Severity};
use super::{Profile, source};
use crate::profile::limits;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "profile-name",
        summary: "Invalid profile name",
        severity: Severity::Error,
        why: "A profile's name has 1 to 63 characters: letters, digits and hyphens, with a letter or a digit \
              at both ends. The service refuses dots and underscores.",
        source: source::NAMING,
        look: profile_name,
    },
    Rule {
        code: "resource-group-name",
        summary: "Invalid resource group name",
        severity: Severity::Error,
        why: "A resource group's name has 1 to 90 characters: letters, digits, underscores, hyphens, periods \
              and parentheses, and does not end with a period.",
        source: source::NAMING,
        look: resource_group_name,
    },
    Rule {
        code: "relative-name",
        summary: "Invalid relative name",
        severity: Severity::Error,
        why: "The relative name becomes the first part of a DNS name: labels of 1 to 63 letters, digits and \
              hyphens, with no hyphen at an end of a label, separated by dots, and at most 253 characters \
              together with the suffix of the cloud.",
        source: source::API,
        look: relative_name,
    },
    Rule {
        code: "relative-name-suffix",
        summary: "Relative name ends with the cloud's suffix",
        severity: Severity::Warning,
        why: "The service appends the suffix of the cloud itself, so the profile would answer to the name \
              with the suffix twice.",
        source: source::API,
        look: relative_name_suffix,
    },
    Rule {
        code: "endpoint-name",
        summary: "Invalid endpoint name",
        severity: Severity::Error,
        why: "An endpoint's name has 1 to 260 characters, is not blank, holds no slash, and is not \".\" or \
              \"..\", because it is a segment of the endpoint's id.",
        source: source::API,
        look: endpoint_name,
    },
    Rule {
        code: "endpoint-name-unique",
        summary: "Endpoint name used twice",
        severity: Severity::Error,
        why: "The service ignores letter case in names: two endpoints of one kind whose names differ in \
              letter case only are one endpoint.",
        source: source::API,
        look: endpoint_name_unique,
    },
    Rule {
        code: "tags",
        summary: "Invalid tags",
        severity: Severity::Error,
        why: "A resource has at most 50 tags. A tag's name has 1 to 512 characters and its value at most 256. \
              Azure ignores letter case in names, and refuses some signs; Traffic Manager loses tags whose \
              names have blanks, '#' or ':', or begin with a digit.",
        source: source::TAGS,
        look: tags,
    },
];

/// The shortest suffix of a cloud, with its dot, so that no name is refused that one of them takes.
const SHORTEST_SUFFIX: &str = ".trafficmanager.cn";

/// The suffixes of the clouds.
const SUFFIXES: [&str; 3] = [".trafficmanager.net", ".usgovtrafficmanager.net", SHORTEST_SUFFIX];

fn profile_name(profile: &Profile) -> Vec<Breach> {
    let wrong = |name: &&String| {
        !limits::PROFILE_NAME.contains(&name.chars().count())
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            || name.starts_with('-')
            || name.ends_with('-')
    };
    let breach = |name: &String| {
        let remedy = match suggestion(name, *limits::PROFILE_NAME.end()) {
            Some(better) => format!("Name it {better:?}, for example."),
            None => "Choose such a name, for example \"shop\".".to_owned(),
        };
        Breach::new(Path::attribute("name"), format!("{name:?} cannot be the name of a profile"), remedy)
    };
    profile.name.known().filter(wrong).map(breach).into_iter().collect()
}

/// The name with what is wrong replaced by hyphens, when something is left of it.
fn suggestion(name: &str, longest: usize) -> Option<String> {
    let hyphenated: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(longest).collect();
    let trimmed = hyphenated.trim_matches('-');
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn resource_group_name(profile: &Profile) -> Vec<Breach> {
    let wrong = |name: &&String| {
        !limits::RESOURCE_GROUP_NAME.contains(&name.chars().count())
            || !name.chars().all(|c| c.is_alphanumeric() || "_-.()".contains(c))
            || name.ends_with('.')
    };
    let breach = |name: &String| {
        Breach::new(
            Path::attribute("resource_group_name"),
            format!("{name:?} cannot be the name of a resource group"),
            "Give the name of an existing resource group, not its id.",
        )
    };
    profile.resource_group_name.known().filter(wrong).map(breach).into_iter().collect()
}

fn relative_name(profile: &Profile) -> Vec<Breach> {
    let Some(name) = profile.dns_config.relative_name.known() else { return Vec::new() };
    let longest = limits::DNS_NAME - SHORTEST_SUFFIX.len();
    let problem = if name.is_empty() {
        Some("it is empty".to_owned())
    } else if name.len() > longest {
        Some(format!("it has {} characters, and at most {longest} leave room for the suffix", name.len()))
    } else {
        name.split('.').find_map(label_problem)
    };
    let breach = |problem: String| {
        Breach::new(
            Path::dns("relative_name"),
            format!("{name:?} cannot be part of a DNS name: {problem}"),
            "Use letters, digits and hyphens, for example \"contoso-shop\".",
        )
    };
    problem.map(breach).into_iter().collect()
}

/// What is wrong with one label of a relative name.
fn label_problem(label: &str) -> Option<String> {
    if label.is_empty() {
        Some("it has a label without characters, because of a dot at an end or two in a row".to_owned())
    } else if let Some(wrong) = label.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        Some(format!("it holds {wrong:?}"))
    } else if label.starts_with('-') || label.ends_with('-') {
        Some(format!("the label {label:?} begins or ends with a hyphen"))
    } else if label.len() > limits::DNS_LABEL {
        Some(format!("the label {label:?} has {} characters", label.len()))
    } else {
        None
    }
}

fn relative_name_suffix(profile: &Profile) -> Vec<Breach> {
    let Some(name) = profile.dns_config.relative_name.known() else { return Vec::new() };
    let lower = name.to_lowercase();
    let breach = |suffix: &str| {
        Breach::new(
            Path::dns("relative_name"),
            format!("{name:?} ends with {suffix:?}"),
            format!("Write {:?}.", &name[..name.len() - suffix.len()]),
        )
    };
    SUFFIXES
        .into_iter()
        .filter(|suffix| lower.len() > suffix.len() && lower.ends_with(suffix) && name.is_ascii())
        .map(breach)
        .collect()
}

fn endpoint_name(profile: &Profile) -> Vec<Breach> {
    let wrong = |name: &str| {
        name.trim().is_empty()
            || !limits::ENDPOINT_NAME.contains(&name.chars().count())
            || name.contains('/')
            || matches!(name, "." | "..")
    };
    let breach = |name: &str| {
        let remedy = match name.replace('/', "-").trim() {
            "" | "." | ".." => "Give the key of the map a name, for example \"east\".".to_owned(),
            better => {
                let better: String = better.chars().take(*limits::ENDPOINT_NAME.end()).collect();
                format!("Use another key of the map, for example {better:?}.")
            }
        };
        Breach::new(Path::endpoint(name), format!("{name:?} cannot be the name of an endpoint"), remedy)
    };
    profile.known_endpoints().map(|(name, _)| name).filter(|name| wrong(name)).map(breach).collect()
}

fn endpoint_name_unique(profile: &Profile) -> Vec<Breach> {
    let mut seen = BTreeMap::new();
    let mut breaches = Vec::new();
    for (name, endpoint) in profile.known_endpoints() {
        let Some(kind) = endpoint.kind() else { continue };
        match seen.get(&(kind, name.to_lowercase())) {
            None => {
                seen.insert((kind, name.to_lowercase()), name);
            }
            Some(first) => breaches.push(Breach::new(
                Path::endpoint(name),
                format!("the endpoints {first:?} and {name:?} have the same name for the service"),
                format!("Rename {name:?} or {first:?}."),
            )),
        }
    }
    breaches
}

fn tags(profile: &Profile) -> Vec<Breach> {
    let Some(tags) = profile.tags.known() else { return Vec::new() };
    let mut breaches = Vec::new();
    if tags.len() > limits::TAGS {
        breaches.push(Breach::new(
            Path::attribute("tags"),
            format!("there are {} tags", tags.len()),
            format!("Remove {} of them.", tags.len() - limits::TAGS),
        ));
    }
    for (name, value) in tags {
        let path = || Path::attribute("tags").key(name);
        let length = name.chars().count();
        if !(1..=limits::TAG_NAME).contains(&length) {
            let what = format!("the name of a tag has {length} characters");
            breaches.push(Breach::new(path(), what, "Give the tag a name of 1 to 512 characters."));
        }
        let length = value.known().map_or(0, |value| value.chars().count());
        if length > limits::TAG_VALUE {
            let what = format!("the value of the tag {name:?} has {length} characters");
            breaches.push(Breach::new(path(), what, "Shorten it to at most 256 characters."));
        }
        breaches.extend(tag_name_form(name).map(|what| {
            let remedy = "Use letters, and inside the name also digits, hyphens, dots and underscores.";
            Breach::new(path(), what, remedy)
        }));
        let twin = tags.keys().take_while(|other| *other != name).find(|it| it.eq_ignore_ascii_case(name));
        if let Some(twin) = twin {
            let what = format!("the tags {twin:?} and {name:?} have the same name for Azure");
            breaches.push(Breach::new(path(), what, format!("Remove or rename {name:?} or {twin:?}.")));
        }
    }
    breaches
}

/// What is wrong with the letters of a tag's name. The first signs are refused for all of Azure. Traffic Manager
/// takes the others and does not keep the tag: <https://github.com/MicrosoftDocs/azure-docs/issues/90275>.
fn tag_name_form(name: &str) -> Option<String> {
    let is_wrong = |letter: &char| {
        matches!(letter, '<' | '>' | '%' | '&' | '\\' | '?' | '/' | '#' | ':') || letter.is_whitespace()
    };
    if let Some(wrong) = name.chars().find(is_wrong) {
        return Some(format!("the name of the tag {name:?} has {wrong:?} in it"));
    }
    let begins_with_digit = name.starts_with(|first: char| first.is_ascii_digit());
    begins_with_digit.then(|| format!("the name of the tag {name:?} begins with a digit"))
}
