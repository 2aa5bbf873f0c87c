//! The name of an endpoint, or its key in the map `endpoints`: a name, or a kind and a name.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::finding::{Breach, Severity};
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use super::subject::{Place, PlacedEndpoint};
use crate::id::{EndpointKey, EndpointKind};
use crate::profile::limits;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "endpoint-name",
        summary: "Invalid endpoint name",
        severity: Severity::Error,
        why: "An endpoint name has 1 to 260 characters, is not blank, contains no slash, and is not \".\" or \
              \"..\": it is a segment of the endpoint's ID.",
        source: source::API,
        check: Check::Endpoint(endpoint_name),
    },
    Rule {
        code: "endpoint-key-kind",
        summary: "Invalid endpoint kind in a key",
        severity: Severity::Error,
        why: "A key with a slash is the kind and the name of an endpoint, such as \"azureEndpoints/east\". The kind \
              is azureEndpoints, externalEndpoints or nestedEndpoints, and has to match what the endpoint points to.",
        source: source::ENDPOINT_TYPES,
        check: Check::Endpoint(endpoint_key_kind),
    },
    Rule {
        code: "endpoint-name-unique",
        summary: "Endpoint name used twice",
        severity: Severity::Error,
        why: "Endpoints of one kind need different names, and Azure ignores letter case in names. Endpoints of \
              different kinds may share a name.",
        source: source::API,
        check: Check::Endpoints(endpoint_name_unique),
    },
];

fn endpoint_name(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let (name, path, noun) = match placed.place {
        Place::Element(key) => {
            let (kind, name) = EndpointKey::split(key);
            // Another rule reports a slash after something that is no kind.
            if kind.is_none() && name.contains('/') {
                return None;
            }
            (name, placed.path(), "key")
        }
        Place::Resource(name) => (name.known()?.as_str(), placed.at("name"), "name"),
    };
    let problem = name_problem(name)?;
    let what = format!("{} is not a valid endpoint name: {problem}", Quoted(name));
    Some(Breach::new(path, what, format!("Use another {noun}, such as {:?}.", example(name))))
}

fn name_problem(name: &str) -> Option<String> {
    let length = name.chars().count();
    if name.trim().is_empty() {
        Some("it is blank".to_owned())
    } else if !limits::ENDPOINT_NAME.contains(&length) {
        Some(format!("it has {length} characters"))
    } else if name.contains('/') {
        Some("it contains a slash".to_owned())
    } else if matches!(name, "." | "..") {
        Some("it stands for another level of a path".to_owned())
    } else {
        None
    }
}

/// A name that resembles this one and is valid.
fn example(name: &str) -> String {
    let hyphenated = name.replace('/', "-");
    match hyphenated.trim().trim_matches('-') {
        "" | "." | ".." => "east".to_owned(),
        better => better.chars().take(*limits::ENDPOINT_NAME.end()).collect(),
    }
}

fn endpoint_key_kind(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let Place::Element(key) = placed.place else { return None };
    let (kind_in_key, name) = EndpointKey::split(key);
    let (what, remedy) = match (kind_in_key, placed.endpoint.kind()) {
        (None, _) => {
            let (no_kind, _) = key.split_once('/')?;
            let what = format!("{} is not a kind of endpoint", Quoted(no_kind));
            let example = example(key);
            (what, format!("Use a key without a slash, such as {example:?}, or start it with a kind."))
        }
        (Some(kind_in_key), Some(own)) if kind_in_key != own => {
            let points = format!("it points to {}", noun(own));
            let what = format!("the key of {placed} says {kind_in_key}, but {points}");
            (what, format!("Use the key {}.", Quoted(&EndpointKey::new(own, name).to_string())))
        }
        _ => return None,
    };
    Some(Breach::new(placed.path(), what, remedy))
}

fn noun(kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Azure => "an Azure resource",
        EndpointKind::External => "a DNS name or IP address",
        EndpointKind::Nested => "another profile",
    }
}

fn endpoint_name_unique(endpoints: &[PlacedEndpoint<'_>]) -> Vec<Breach> {
    let mut seen: BTreeMap<EndpointKey, &str> = BTreeMap::new();
    let mut breaches = Vec::new();
    for placed in endpoints {
        let Place::Element(key) = placed.place else { continue };
        let (kind_in_key, name) = EndpointKey::split(key);
        let Some(kind) = placed.endpoint.kind().or(kind_in_key) else { continue };
        match seen.entry(EndpointKey::new(kind, name)) {
            Entry::Vacant(entry) => {
                entry.insert(key);
            }
            Entry::Occupied(first) => breaches.push(Breach::new(
                placed.path(),
                format!("the keys {} and {} name the same endpoint", Quoted(first.get()), Quoted(key)),
                "Rename or remove one of the two.",
            )),
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::breaches::{sound, text};
    use super::super::{Endpoint, Path, check_profile};
    use super::*;
    use crate::config_value::ConfigValue::{self, Absent, Known, Unknown};

    /// A key, the target and the target resource.
    type Row<'a> = (&'a str, (ConfigValue<String>, ConfigValue<String>));

    const RESOURCES: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers";

    /// What is found in a map with these keys; what each endpoint points to decides its kind.
    #[track_caller]
    fn check_keys(endpoints: &[(&str, EndpointKind)], expected: &[&str]) {
        let targets = |number: usize, kind: EndpointKind| match kind {
            EndpointKind::External => (text(&format!("e{number}.example.com")), Absent),
            EndpointKind::Azure => {
                (Absent, text(&format!("{RESOURCES}/Microsoft.Network/publicIPAddresses/{number}")))
            }
            EndpointKind::Nested => {
                (Absent, text(&format!("{RESOURCES}/Microsoft.Network/trafficManagerProfiles/{number}")))
            }
        };
        check_targets(
            &endpoints
                .iter()
                .enumerate()
                .map(|(number, (key, kind))| (*key, targets(number, *kind)))
                .collect::<Vec<_>>(),
            expected,
        );
    }

    #[track_caller]
    fn check_targets(endpoints: &[Row<'_>], expected: &[&str]) {
        let mut profile = sound();
        let endpoint = |(target, target_resource_id): &(ConfigValue<String>, ConfigValue<String>)| Endpoint {
            target: target.clone(),
            target_resource_id: target_resource_id.clone(),
            ..Endpoint::default()
        };
        profile.endpoints = Known(
            endpoints
                .iter()
                .map(|(key, targets)| ((*key).to_owned(), endpoint(targets)))
                .collect::<BTreeMap<_, _>>(),
        );
        let found: Vec<String> = check_profile(&profile, &Path::root())
            .into_iter()
            .map(|it| format!("{} {}: {}", it.code, it.path, it.what))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn endpoints_of_different_kinds_may_share_a_name() {
        use EndpointKind::{Azure, External, Nested};
        check_keys(
            &[("East", External), ("azureEndpoints/East", Azure), ("NESTEDendpoints/east", Nested)],
            &[],
        );
        check_keys(&[("east", Azure), ("East", External)], &[]);
    }

    #[test]
    fn two_keys_of_one_endpoint_are_refused_by_both_names() {
        use EndpointKind::{Azure, External};
        let found = "endpoint-name-unique endpoints[\"externalEndpoints/east\"]: the keys \"EAST\" and \"externalEndpoints/east\" \
             name the same endpoint";
        check_keys(&[("EAST", External), ("externalEndpoints/east", External)], &[found]);
        let found = "endpoint-name-unique endpoints[\"azureEndpoints/straße\"]: the keys \"AzureEndpoints/Straße\" and \
                     \"azureEndpoints/straße\" name the same endpoint";
        check_keys(&[("AzureEndpoints/Straße", Azure), ("azureEndpoints/straße", Azure)], &[found]);
    }

    #[test]
    fn a_kind_that_does_not_match_is_reported_on_the_key() {
        let found = "endpoint-key-kind endpoints[\"azureEndpoints/a\"]: the key of the endpoint \"azureEndpoints/a\" says \
                     azureEndpoints, but it points to a DNS name or IP address";
        check_keys(&[("azureEndpoints/a", EndpointKind::External), ("b", EndpointKind::External)], &[found]);
    }

    #[test]
    fn while_the_target_is_unknown_the_key_alone_gives_the_kind() {
        let unknown = || (Unknown, Unknown);
        check_targets(
            &[("azureEndpoints/a", unknown()), ("nestedEndpoints/a", unknown()), ("a", unknown())],
            &[],
        );
        let found = "endpoint-name-unique endpoints[\"azureendpoints/A\"]: the keys \"azureEndpoints/a\" and \
                     \"azureendpoints/A\" name the same endpoint";
        check_targets(&[("azureEndpoints/a", unknown()), ("azureendpoints/A", unknown())], &[found]);
    }

    #[test]
    fn only_the_name_after_a_kind_is_held_to_the_rules_of_names() {
        use EndpointKind::External;
        let long = format!("externalEndpoints/{}", "e".repeat(260));
        check_keys(&[(&long, External), ("externalEndpoints/a #1", External)], &[]);
        let found = "endpoint-name endpoints[\"externalEndpoints/a/b\"]: \"a/b\" is not a valid endpoint name: it \
                     contains a slash";
        check_keys(&[("externalEndpoints/a/b", External), ("b", External)], &[found]);
    }
}
