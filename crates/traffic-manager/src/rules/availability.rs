//! Profiles that are valid and cannot do what profiles are for.

use super::config::Profile;
use super::finding::{Breach, Severity};
use super::path::Path;
use super::rule::{Check, Rule};
use super::source;
use crate::profile::limits;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "single-endpoint",
        summary: "Only one endpoint",
        severity: Severity::Warning,
        why: "A single endpoint has nothing to fail over to: Traffic Manager returns it even when it is Degraded.",
        source: source::MONITORING,
        check: Check::Profile(single_endpoint),
    },
    Rule {
        code: "all-disabled",
        summary: "No endpoint enabled",
        severity: Severity::Warning,
        why: "A profile without an enabled endpoint is Inactive, and its DNS name does not resolve.",
        source: source::MONITORING,
        check: Check::Profile(all_disabled),
    },
    Rule {
        code: "endpoint-count",
        summary: "More endpoints than the usual limit",
        severity: Severity::Warning,
        why: "A profile has at most 200 endpoints, unless Azure has raised the limit for the subscription.",
        source: source::LIMITS,
        check: Check::Profile(endpoint_count),
    },
];

fn single_endpoint(profile: &Profile, at: &Path) -> Vec<Breach> {
    if profile.known_endpoints().count() != 1 {
        return Vec::new();
    }
    vec![Breach::new(
        at.attribute("endpoints"),
        "the profile has only one endpoint",
        "Add a second endpoint, unless more are to follow.",
    )]
}

fn all_disabled(profile: &Profile, at: &Path) -> Vec<Breach> {
    let mut endpoints = profile.known_endpoints().peekable();
    if endpoints.peek().is_none() || !endpoints.all(|(_, it)| it.enabled.known() == Some(&false)) {
        return Vec::new();
    }
    vec![Breach::new(
        at.attribute("endpoints"),
        "all endpoints are disabled",
        "Enable one, or set profile_status = \"Disabled\" if the profile is not to be used.",
    )]
}

fn endpoint_count(profile: &Profile, at: &Path) -> Vec<Breach> {
    above_limit(profile.known_endpoints().count(), &at.attribute("endpoints"))
}

/// What is wrong with this number of endpoints, which lies at this path.
pub(super) fn above_limit(count: usize, at: &Path) -> Vec<Breach> {
    if count <= limits::ENDPOINTS {
        return Vec::new();
    }
    vec![Breach::new(
        at.clone(),
        format!("the profile has {count} endpoints"),
        "Distribute them over nested profiles, or ask Azure to raise the limit.",
    )]
}
