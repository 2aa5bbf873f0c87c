//! The target of one endpoint: which of the two is given, and how it is written.

use std::net::{IpAddr, Ipv6Addr};

use super::finding::{Breach, Path, Rule, Severity};
use super::{Endpoint, Profile, source};
use crate::id;
use crate::profile::limits;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "one-target",
        summary: "Exactly one of target and target_resource_id needed",
        severity: Severity::Error,
        why: "An endpoint leads to a DNS name or an address (target), or to a resource of Azure \
              (target_resource_id), and never to both.",
        source: source::ENDPOINT_TYPES,
        look: one_target,
    },
    Rule {
        code: "target-form",
        summary: "Invalid target",
        severity: Severity::Error,
        why: "A target is a DNS name or an IP address alone, because DNS answers carry nothing else. Protocol, \
              port and path of the probes are set in monitor_config.",
        source: source::ENDPOINT_TYPES,
        look: target_form,
    },
    Rule {
        code: "target-private",
        summary: "Target not reachable from the internet",
        severity: Severity::Warning,
        why: "Traffic Manager probes from the internet and cannot reach addresses that are not public, so the \
              endpoint would be Degraded unless it is always served.",
        source: source::FAQ,
        look: target_private,
    },
    Rule {
        code: "target-resource-form",
        summary: "Invalid target resource id",
        severity: Severity::Error,
        why: "A target resource is named by its whole id in Azure Resource Manager.",
        source: source::ENDPOINT_TYPES,
        look: target_resource_form,
    },
    Rule {
        code: "target-resource-kind",
        summary: "Unusual kind of target resource",
        severity: Severity::Warning,
        why: "Azure documents public IP addresses, web apps and their slots, classic cloud services, and other \
              profiles as targets, and no resources of other kinds.",
        source: source::ENDPOINT_TYPES,
        look: target_resource_kind,
    },
    Rule {
        code: TARGET_ITSELF,
        summary: "Profile leads to itself",
        severity: Severity::Error,
        why: "Profiles cannot be nested in a circle.",
        source: source::NESTED,
        look: target_itself,
    },
];

/// The rule that needs the id of the profile.
pub(super) const TARGET_ITSELF: &str = "target-itself";

/// The kinds of resources that can be targets, in lower case.
const TARGET_KINDS: [&str; 5] = [
    "microsoft.network/publicipaddresses",
    "microsoft.network/trafficmanagerprofiles",
    "microsoft.web/sites",
    "microsoft.web/sites/slots",
    "microsoft.classiccompute/domainnames",
];

fn one_target(profile: &Profile) -> Vec<Breach> {
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let both = endpoint.target.is_known() && endpoint.target_resource_id.is_known();
        let neither = endpoint.target.is_absent() && endpoint.target_resource_id.is_absent();
        if both {
            Some(Breach::new(
                Path::endpoint(name).then("target"),
                format!("the endpoint {name:?} has both target and target_resource_id"),
                "Keep target for a DNS name or an address, or target_resource_id for a resource; remove the other.",
            ))
        } else if neither {
            Some(Breach::new(
                Path::endpoint(name),
                format!("the endpoint {name:?} has neither target nor target_resource_id"),
                "Give target a DNS name or an address, or give target_resource_id the id of a resource.",
            ))
        } else {
            None
        }
    };
    profile.known_endpoints().filter_map(of_one).collect()
}

fn target_form(profile: &Profile) -> Vec<Breach> {
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let target = endpoint.target.known()?;
        let (problem, remedy) = target_problem(target)?;
        let path = Path::endpoint(name).then("target");
        Some(Breach::new(path, format!("{target:?} cannot be a target: {problem}"), remedy))
    };
    profile.known_endpoints().filter_map(of_one).collect()
}

/// What is wrong with a target, and what to do about it.
fn target_problem(target: &str) -> Option<(String, String)> {
    let with = |problem: &str, remedy: String| Some((problem.to_owned(), remedy));
    let example = || "Give a DNS name such as \"shop.example.com\", or an address.".to_owned();
    if target.trim().is_empty() {
        return with("it is blank", example());
    }
    if target.parse::<IpAddr>().is_ok() {
        return None;
    }
    let host = host_of(target);
    let instead = || if host_problem(host).is_none() { format!("Write {host:?}.") } else { example() };
    if target.contains("://") {
        return with("it has a protocol", instead());
    }
    if target.contains('/') {
        return with("it has a path", instead());
    }
    if target.contains(':') {
        return with("it has a port", instead());
    }
    if target.trim() != target {
        return with("it begins or ends with blanks", instead());
    }
    if target.ends_with('.') {
        return with("it ends with a dot", instead());
    }
    host_problem(host).map(|problem| (problem, example()))
}

/// What is left of a target without protocol, path, port, blanks and the last dot.
fn host_of(target: &str) -> &str {
    let host = target.trim();
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or(host);
    let host = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None if host.parse::<Ipv6Addr>().is_ok() => host,
        None => host.split(':').next().unwrap_or(host),
    };
    host.strip_suffix('.').unwrap_or(host)
}

/// What is wrong with a DNS name or an address that is nothing but that.
fn host_problem(host: &str) -> Option<String> {
    if host.parse::<IpAddr>().is_ok() {
        return None;
    }
    if host.is_empty() {
        return Some("it is empty".to_owned());
    }
    if !host.is_ascii() {
        return Some("it holds letters outside ASCII; DNS wants the form with xn--".to_owned());
    }
    if host.len() > limits::DNS_NAME {
        return Some(format!("it has {} characters, and DNS allows 253", host.len()));
    }
    if host.split('.').all(|label| label.chars().all(|c| c.is_ascii_digit())) {
        return Some("it looks like an address and is none".to_owned());
    }
    host.split('.').find_map(|label| {
        let wrong = label.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_".contains(*c));
        if label.is_empty() {
            Some("it has two dots in a row or one at its start".to_owned())
        } else if let Some(wrong) = wrong {
            Some(format!("it holds {wrong:?}"))
        } else if label.len() > limits::DNS_LABEL {
            Some(format!("its label {label:?} has more than 63 characters"))
        } else if label.starts_with('-') || label.ends_with('-') {
            Some(format!("its label {label:?} begins or ends with a hyphen"))
        } else {
            None
        }
    })
}

fn target_private(profile: &Profile) -> Vec<Breach> {
    let private = |address: IpAddr| match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified(),
        IpAddr::V6(v6) => {
            v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local()
        }
    };
    let of_one = |(name, endpoint): (&str, &Endpoint)| {
        let address = endpoint.address().filter(|address| private(*address))?;
        Some(Breach::new(
            Path::endpoint(name).then("target"),
            format!("{address} is not a public address"),
            "Use an address that the internet reaches, or set always_serve_enabled = true.",
        ))
    };
    // An endpoint that is always served needs no probe.
    let probed =
        |(_, endpoint): &(&str, &Endpoint)| endpoint.always_serve_enabled.or_default(false) == Some(false);
    profile.known_endpoints().filter(probed).filter_map(of_one).collect()
}

/// The type of a resource from its id, in lower case: `microsoft.web/sites/slots`.
fn resource_type(resource_id: &str) -> Option<String> {
    let lower = resource_id.trim_end_matches('/').to_lowercase();
    let rest = lower.strip_prefix("/subscriptions/")?;
    let segments: Vec<&str> = rest.split('/').collect();
    let [subscription, "resourcegroups", group, "providers", namespace, pairs @ ..] = segments.as_slice()
    else {
        return None;
    };
    let whole = pairs.len() >= 2 && pairs.len() % 2 == 0;
    let blank = [subscription, group, namespace].into_iter().chain(pairs).any(|part| part.trim().is_empty());
    let types: Vec<&str> = pairs.iter().step_by(2).copied().collect();
    (whole && !blank).then(|| format!("{namespace}/{}", types.join("/")))
}

fn known_resources(profile: &Profile) -> impl Iterator<Item = (Path, &String)> {
    profile.known_endpoints().filter_map(|(name, endpoint)| {
        let id = endpoint.target_resource_id.known()?;
        Some((Path::endpoint(name).then("target_resource_id"), id))
    })
}

fn target_resource_form(profile: &Profile) -> Vec<Breach> {
    let breach = |(path, id): (Path, &String)| {
        Breach::new(
            path,
            format!("{id:?} is not the id of a resource"),
            "Give the id attribute of the resource; it has the form \
             /subscriptions/{subscription id}/resourceGroups/{group}/providers/{type}/{name}. \
             For a DNS name or an address, use target.",
        )
    };
    known_resources(profile).filter(|(_, id)| resource_type(id).is_none()).map(breach).collect()
}

fn target_resource_kind(profile: &Profile) -> Vec<Breach> {
    let of_one = |(path, id): (Path, &String)| {
        let kind = resource_type(id).filter(|kind| !TARGET_KINDS.contains(&kind.as_str()))?;
        Some(Breach::new(
            path,
            format!("a resource of the type {kind} is unlikely to be accepted as a target"),
            "Give the id of a public IP address with a DNS label, of a web app or of a profile; \
             or give the DNS name of the resource as target.",
        ))
    };
    known_resources(profile).filter_map(of_one).collect()
}

fn target_itself(profile: &Profile) -> Vec<Breach> {
    let Some(own) = profile.id.known() else { return Vec::new() };
    let breach = |(path, _): (Path, &String)| {
        Breach::new(path, "the endpoint leads back to its own profile", "Give the id of another profile.")
    };
    known_resources(profile).filter(|(_, other)| id::same(own, other)).map(breach).collect()
}
