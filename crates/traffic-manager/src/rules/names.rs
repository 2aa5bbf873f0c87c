//! Names: of the profile, its resource group, its DNS name and its tags.

use super::config::Profile;
use super::finding::{Breach, Severity};
use super::path::Path;
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use crate::profile::limits;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "profile-name",
        summary: "Invalid profile name",
        severity: Severity::Error,
        why: "A profile name has 1 to 63 letters, digits and hyphens, and starts and ends with a letter or digit. \
              Azure rejects dots and underscores.",
        source: source::NAMING,
        check: Check::Profile(profile_name),
    },
    Rule {
        code: "resource-group-name",
        summary: "Invalid resource group name",
        severity: Severity::Error,
        why: "A resource group name has 1 to 90 letters, digits, underscores, hyphens, periods and parentheses, and \
              does not end with a period.",
        source: source::NAMING,
        check: Check::Profile(resource_group_name),
    },
    Rule {
        code: "relative-name",
        summary: "Invalid relative name",
        severity: Severity::Error,
        why: "The relative name is the first part of the profile's DNS name: one or more labels of 1 to 63 letters, \
              digits and hyphens, separated by dots. No label starts or ends with a hyphen, and the whole DNS name \
              has at most 253 characters.",
        source: source::API,
        check: Check::Profile(relative_name),
    },
    Rule {
        code: "relative-name-suffix",
        summary: "Relative name ends with the cloud's suffix",
        severity: Severity::Warning,
        why: "Azure appends the suffix itself, so the DNS name of the profile would end with it twice.",
        source: source::API,
        check: Check::Profile(relative_name_suffix),
    },
    Rule {
        code: "tags",
        summary: "Invalid tags",
        severity: Severity::Error,
        why: "A resource has at most 50 tags. A tag name has 1 to 512 characters, a tag value at most 256. Azure \
              ignores letter case in tag names and rejects some characters. Traffic Manager also loses tags whose \
              names contain a space, \"#\" or \":\", or start with a digit.",
        source: source::TAGS,
        check: Check::Profile(tags),
    },
];

/// The shortest suffix of a cloud, with its dot, so that no name is refused that one of them takes.
const SHORTEST_SUFFIX: &str = ".trafficmanager.cn";

/// The suffixes of the clouds.
const SUFFIXES: [&str; 3] = [".trafficmanager.net", ".usgovtrafficmanager.net", SHORTEST_SUFFIX];

fn profile_name(profile: &Profile, at: &Path) -> Vec<Breach> {
    let wrong = |name: &&String| {
        !limits::PROFILE_NAME.contains(&name.chars().count())
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            || name.starts_with('-')
            || name.ends_with('-')
    };
    let breach = |name: &String| {
        let example = suggestion(name, *limits::PROFILE_NAME.end()).unwrap_or_else(|| "shop".to_owned());
        let what = format!("{} is not a valid profile name", Quoted(name));
        Breach::new(at.attribute("name"), what, format!("Use a name such as {example:?}."))
    };
    profile.name.known().filter(wrong).map(breach).into_iter().collect()
}

/// A valid name that resembles this one: accents are dropped, and a hyphen replaces whatever else is not allowed.
/// `None` when too little is left of it to be recognised.
fn suggestion(name: &str, longest: usize) -> Option<String> {
    let mut better = String::new();
    for letter in name.chars().take(longest).map(without_accent) {
        if letter.is_ascii_alphanumeric() {
            better.push(letter);
        } else if !better.ends_with('-') {
            better.push('-');
        }
    }
    let better = better.trim_matches('-');
    let kept = better.chars().filter(char::is_ascii_alphanumeric).count();
    let letters = name.chars().take(longest).filter(|letter| letter.is_alphanumeric()).count();
    (kept > 0 && kept * 2 >= letters).then(|| better.to_owned())
}

/// The letter of the English alphabet that a letter of Latin-1 is based on.
fn without_accent(letter: char) -> char {
    match letter {
        'À'..='Å' => 'A',
        'Ç' => 'C',
        'È'..='Ë' => 'E',
        'Ì'..='Ï' => 'I',
        'Ñ' => 'N',
        'Ò'..='Ö' | 'Ø' => 'O',
        'Ù'..='Ü' => 'U',
        'Ý' => 'Y',
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ý' | 'ÿ' => 'y',
        other => other,
    }
}

fn resource_group_name(profile: &Profile, at: &Path) -> Vec<Breach> {
    let wrong = |name: &&String| {
        !limits::RESOURCE_GROUP_NAME.contains(&name.chars().count())
            || !name.chars().all(|c| c.is_alphanumeric() || "_-.()".contains(c))
            || name.ends_with('.')
    };
    let breach = |name: &String| {
        Breach::new(
            at.attribute("resource_group_name"),
            format!("{} is not a valid resource group name", Quoted(name)),
            "Use the name of an existing resource group, not its ID.",
        )
    };
    profile.resource_group_name.known().filter(wrong).map(breach).into_iter().collect()
}

fn relative_name(profile: &Profile, at: &Path) -> Vec<Breach> {
    let Some(name) = profile.dns_config.relative_name.known() else { return Vec::new() };
    let longest = limits::DNS_NAME - SHORTEST_SUFFIX.len();
    let problem = if name.is_empty() {
        Some("it is empty".to_owned())
    } else if name.len() > longest {
        Some(format!("it has {} characters, and only {longest} leave room for the suffix", name.len()))
    } else {
        name.split('.').find_map(label_problem)
    };
    let breach = |problem: String| {
        Breach::new(
            at.dns("relative_name"),
            format!("{} is not a valid relative name: {problem}", Quoted(name)),
            "Use letters, digits and hyphens, as in \"contoso-shop\".",
        )
    };
    problem.map(breach).into_iter().collect()
}

/// What is wrong with one label of a relative name.
fn label_problem(label: &str) -> Option<String> {
    if label.is_empty() {
        Some("it starts or ends with a dot, or has two in a row".to_owned())
    } else if let Some(wrong) = label.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        Some(format!("it contains {wrong:?}"))
    } else if label.starts_with('-') || label.ends_with('-') {
        Some(format!("the label {} starts or ends with a hyphen", Quoted(label)))
    } else if label.len() > limits::DNS_LABEL {
        Some(format!("a label has {} characters", label.len()))
    } else {
        None
    }
}

fn relative_name_suffix(profile: &Profile, at: &Path) -> Vec<Breach> {
    let Some(name) = profile.dns_config.relative_name.known() else { return Vec::new() };
    let lower = name.to_lowercase();
    let breach = |suffix: &str| {
        Breach::new(
            at.dns("relative_name"),
            format!("{} ends with {suffix:?}", Quoted(name)),
            format!("Use {}.", Quoted(&name[..name.len() - suffix.len()])),
        )
    };
    SUFFIXES
        .into_iter()
        .filter(|suffix| lower.len() > suffix.len() && lower.ends_with(suffix) && name.is_ascii())
        .map(breach)
        .collect()
}

fn tags(profile: &Profile, at: &Path) -> Vec<Breach> {
    let Some(tags) = profile.tags.known() else { return Vec::new() };
    let mut breaches = Vec::new();
    if tags.len() > limits::TAGS {
        breaches.push(Breach::new(
            at.attribute("tags"),
            format!("there are {} tags", tags.len()),
            format!("Remove {} of them.", tags.len() - limits::TAGS),
        ));
    }
    for (name, value) in tags {
        let path = || at.attribute("tags").key(name);
        let length = name.chars().count();
        if !(1..=limits::TAG_NAME).contains(&length) {
            let what = format!("a tag name has {length} characters");
            breaches.push(Breach::new(path(), what, "Use a name of 1 to 512 characters."));
        }
        let length = value.known().map_or(0, |value| value.chars().count());
        if length > limits::TAG_VALUE {
            let what = format!("the value of the tag {} has {length} characters", Quoted(name));
            breaches.push(Breach::new(path(), what, "Shorten it to at most 256 characters."));
        }
        breaches.extend(tag_name_form(name).map(|what| {
            let remedy =
                "Start the name with a letter, and use letters, digits, hyphens, dots and underscores.";
            Breach::new(path(), what, remedy)
        }));
        let twin = tags.keys().take_while(|other| *other != name).find(|it| it.eq_ignore_ascii_case(name));
        if let Some(twin) = twin {
            let what = format!("the tags {} and {} are the same tag for Azure", Quoted(twin), Quoted(name));
            breaches.push(Breach::new(path(), what, "Rename or remove one of the two."));
        }
    }
    breaches
}

/// What is wrong with the characters of a tag name. All of Azure rejects the first ones. Traffic Manager accepts the
/// others and does not keep the tag: <https://github.com/MicrosoftDocs/azure-docs/issues/90275>.
fn tag_name_form(name: &str) -> Option<String> {
    let is_wrong = |letter: &char| {
        matches!(letter, '<' | '>' | '%' | '&' | '\\' | '?' | '/' | '#' | ':') || letter.is_whitespace()
    };
    if let Some(wrong) = name.chars().find(is_wrong) {
        return Some(format!("the tag name {} contains {wrong:?}", Quoted(name)));
    }
    let begins_with_digit = name.starts_with(|first: char| first.is_ascii_digit());
    begins_with_digit.then(|| format!("the tag name {} starts with a digit", Quoted(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_suggestion(name: &str, expected: Option<&str>) {
        let found = suggestion(name, *limits::PROFILE_NAME.end());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn a_suggested_name_reads_like_the_one_that_was_given() {
        check_suggestion("my.shop_1", Some("my-shop-1"));
        check_suggestion("Ünï-shop", Some("Uni-shop"));
        check_suggestion("-a - b-", Some("a-b"));
        check_suggestion(&"a".repeat(64), Some(&"a".repeat(63)));
    }

    #[test]
    fn where_hardly_a_letter_can_be_kept_no_name_is_suggested() {
        for name in ["", "...", "магазин1", "商店-a"] {
            check_suggestion(name, None);
        }
    }
}
