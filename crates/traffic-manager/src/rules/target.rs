//! The target of one endpoint: which of the two is set, and its form. Nothing here shows a target: it may be a secret.

use std::net::IpAddr;

use super::finding::{Breach, Severity};
use super::quoted::Quoted;
use super::rule::{Check, Rule};
use super::source;
use super::subject::PlacedEndpoint;
use crate::id;
use crate::profile::limits;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "one-target",
        summary: "Exactly one of target and target_resource_id required",
        severity: Severity::Error,
        why: "An endpoint points to a DNS name or IP address (target), or to an Azure resource (target_resource_id).",
        source: source::ENDPOINT_TYPES,
        check: Check::Endpoint(one_target),
    },
    Rule {
        code: "target-form",
        summary: "Invalid target",
        severity: Severity::Error,
        why: "A target is a DNS name or an IP address and nothing else. Protocol, port and path of the probes are set in \
              monitor_config.",
        source: source::ENDPOINT_TYPES,
        check: Check::Endpoint(target_form),
    },
    Rule {
        code: "target-private",
        summary: "Target not reachable from the internet",
        severity: Severity::Warning,
        why: "Traffic Manager probes from the internet and cannot reach such an address, so the endpoint would be \
              Degraded.",
        source: source::FAQ,
        check: Check::Endpoint(target_private),
    },
    Rule {
        code: "target-resource-form",
        summary: "Invalid target resource ID",
        severity: Severity::Error,
        why: "target_resource_id is the full Azure Resource Manager ID of the resource.",
        source: source::ENDPOINT_TYPES,
        check: Check::Endpoint(target_resource_form),
    },
    Rule {
        code: "target-resource-kind",
        summary: "Unusual type of target resource",
        severity: Severity::Warning,
        why: "Azure documents public IP addresses, web apps and their slots, classic cloud services, and other Traffic \
              Manager profiles as targets, and no other resources.",
        source: source::ENDPOINT_TYPES,
        check: Check::Endpoint(target_resource_kind),
    },
    Rule {
        code: "target-itself",
        summary: "Profile nests itself",
        severity: Severity::Error,
        why: "Nested profiles must not form a loop.",
        source: source::NESTED,
        check: Check::Endpoint(target_itself),
    },
];

/// The types of resources that can be targets, in lower case.
const TARGET_KINDS: [&str; 5] = [
    "microsoft.network/publicipaddresses",
    "microsoft.network/trafficmanagerprofiles",
    "microsoft.web/sites",
    "microsoft.web/sites/slots",
    "microsoft.classiccompute/domainnames",
];

fn one_target(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let (target, resource) = (&placed.endpoint.target, &placed.endpoint.target_resource_id);
    if target.is_known() && resource.is_known() {
        return Some(Breach::new(
            placed.at("target"),
            format!("{placed} has both target and target_resource_id"),
            "Keep target for a DNS name or IP address, or target_resource_id for a resource, and remove the other.",
        ));
    }
    (target.is_absent() && resource.is_absent()).then(|| {
        Breach::new(
            placed.path(),
            format!("{placed} has neither target nor target_resource_id"),
            "Set target to a DNS name or IP address, or target_resource_id to the ID of a resource.",
        )
    })
}

fn target_form(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let (problem, remedy) = target_problem(placed.endpoint.target.known()?)?;
    Some(Breach::new(placed.at("target"), format!("the target of {placed} {problem}"), remedy))
}

/// What is wrong with a target, as the rest of a sentence about it, and what to do.
fn target_problem(target: &str) -> Option<(String, &'static str)> {
    let example = "Use a DNS name such as \"shop.example.com\", or an IP address.";
    let found = |problem: &str, remedy| Some((problem.to_owned(), remedy));
    if target.trim().is_empty() {
        return found("is blank", example);
    }
    if target.parse::<IpAddr>().is_ok() {
        return None;
    }
    if target.contains("://") {
        return found("is a URL", "Use its host name alone, without protocol, port and path.");
    }
    if target.contains('/') {
        return found("contains a path", "Use the host name alone, without the path.");
    }
    if target.contains(':') {
        return found("contains a port", "Use the host name alone, without the port.");
    }
    if target.trim() != target {
        return found("starts or ends with whitespace", "Remove the whitespace.");
    }
    if target.ends_with('.') {
        return found("ends with a dot", "Remove the dot.");
    }
    name_problem(target).map(|problem| (problem, example))
}

/// What is wrong with a DNS name.
fn name_problem(name: &str) -> Option<String> {
    if !name.is_ascii() {
        return Some(
            "contains characters outside ASCII; DNS needs the form that starts with \"xn--\"".to_owned(),
        );
    }
    if name.len() > limits::DNS_NAME {
        return Some(format!("has {} characters, and a DNS name has at most 253", name.len()));
    }
    if name.split('.').all(|label| label.chars().all(|c| c.is_ascii_digit())) {
        return Some("looks like an IP address and is not a valid one".to_owned());
    }
    name.split('.').find_map(|label| {
        let wrong = label.chars().find(|c| !c.is_ascii_alphanumeric() && !"-_".contains(*c));
        if label.is_empty() {
            Some("starts with a dot or has two in a row".to_owned())
        } else if let Some(wrong) = wrong {
            Some(format!("contains {wrong:?}"))
        } else if label.len() > limits::DNS_LABEL {
            Some("has a label of more than 63 characters".to_owned())
        } else if label.starts_with('-') || label.ends_with('-') {
            Some("has a label that starts or ends with a hyphen".to_owned())
        } else {
            None
        }
    })
}

fn target_private(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let is_private = match placed.endpoint.address()? {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified(),
        IpAddr::V6(v6) => {
            v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local()
        }
    };
    // An endpoint that is always served needs no probe.
    let is_probed = placed.endpoint.always_serve_enabled.or_default(false) == Some(false);
    (is_private && is_probed).then(|| {
        Breach::new(
            placed.at("target"),
            format!("the target of {placed} is not a public IP address"),
            "Use a public address, or set always_serve_enabled = true to serve the endpoint without probes.",
        )
    })
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

fn target_resource_form(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let id = placed.endpoint.target_resource_id.known()?;
    let otherwise = if placed.is_resource() { "an external endpoint" } else { "target" };
    resource_type(id).is_none().then(|| {
        Breach::new(
            placed.at("target_resource_id"),
            "target_resource_id is not the ID of a resource",
            format!(
                "Use the id attribute of the resource. It has the form \
                 /subscriptions/{{subscription ID}}/resourceGroups/{{resource group}}/providers/{{type}}/{{name}}. \
                 For a DNS name or IP address, use {otherwise} instead."
            ),
        )
    })
}

fn target_resource_kind(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let kind = resource_type(placed.endpoint.target_resource_id.known()?)?;
    if TARGET_KINDS.contains(&kind.as_str()) {
        return None;
    }
    // A type of Azure's is no secret. What merely stands in its place may be one.
    let is_azures =
        kind.starts_with("microsoft.") && kind.chars().all(|c| c.is_ascii_alphanumeric() || "./".contains(c));
    let shown = if is_azures { Quoted(&kind).to_string() } else { "unknown to this provider".to_owned() };
    let otherwise = if placed.is_resource() {
        "use an external endpoint with the DNS name of the resource instead"
    } else {
        "set target to the DNS name of the resource instead"
    };
    Some(Breach::new(
        placed.at("target_resource_id"),
        format!("the type of the resource is {shown}"),
        format!(
            "Use the ID of a public IP address with a DNS label, of a web app or of a profile, or {otherwise}."
        ),
    ))
}

fn target_itself(placed: &PlacedEndpoint<'_>) -> Option<Breach> {
    let (own, other) = (placed.profile.id.known()?, placed.endpoint.target_resource_id.known()?);
    id::same(own, other).then(|| {
        Breach::new(
            placed.at("target_resource_id"),
            "the endpoint points to its own profile",
            "Use the ID of another profile.",
        )
    })
}
