//! The rules that a profile and its endpoints have to keep, as pure functions.
//!
//! [`check`] collects every finding at once. A rule reports only values that are known: what is unknown
//! at plan is neither guessed nor reported, and is checked again once it is known. Nothing here changes
//! or normalises a value, and nothing asks the service.
//!
//! A finding may be printed although the configuration marks a value as sensitive. So it quotes names, keys, words,
//! numbers, addresses of subnets and codes, which it could not do without; and it never quotes the value of a
//! header or tag, the name of a header that cannot be one, a target, the ID of a target resource, or a probe path.

mod availability;
#[cfg(any(test, feature = "breaches"))]
pub mod breaches;
mod children;
mod endpoint_keys;
mod endpoints;
mod finding;
mod geographic;
mod given_profile;
mod headers;
mod location;
mod monitor;
mod names;
mod numbers;
mod record_type;
mod subnets;
mod target;
mod targets;
mod vocabulary;

pub use finding::{Finding, Path, Rule, Severity, Step};
pub use given_profile::{DnsConfig, Endpoint, Header, MonitorConfig, Profile, Subnet};

/// The documents that the rules are taken from.
mod source {
    pub(super) const API: &str =
        "https://learn.microsoft.com/rest/api/trafficmanager/profiles/create-or-update";
    pub(super) const ENDPOINT_TYPES: &str =
        "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-endpoint-types";
    pub(super) const FAQ: &str = "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-faqs";
    pub(super) const GEOGRAPHY: &str =
        "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-geographic-regions";
    pub(super) const LIMITS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits";
    pub(super) const MONITORING: &str =
        "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-monitoring";
    pub(super) const NAMING: &str =
        "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";
    pub(super) const NESTED: &str =
        "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-nested-profiles";
    pub(super) const REGIONS: &str = "https://learn.microsoft.com/azure/reliability/regions-list";
    pub(super) const ROUTING: &str =
        "https://learn.microsoft.com/azure/traffic-manager/traffic-manager-routing-methods";
    pub(super) const TAGS: &str =
        "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources";
}

/// Rules that are about the same part of a profile.
#[derive(Debug)]
pub struct Area {
    /// What they are about, in a few words.
    pub title: &'static str,
    /// The rules.
    pub rules: &'static [Rule],
}

impl Area {
    const fn new(title: &'static str, rules: &'static [Rule]) -> Self {
        Self { title, rules }
    }
}

/// The rules, area by area.
pub static AREAS: &[Area] = &[
    Area::new("Names and tags", names::RULES),
    Area::new("Endpoint names", endpoint_keys::RULES),
    Area::new("Fixed values", vocabulary::RULES),
    Area::new("Numbers", numbers::RULES),
    Area::new("Probes", monitor::RULES),
    Area::new("Probe headers", headers::RULES),
    Area::new("Targets", target::RULES),
    Area::new("Targets of a profile", targets::RULES),
    Area::new("Priorities and Always Serve", endpoints::RULES),
    Area::new("Nested profiles", children::RULES),
    Area::new("Endpoint locations", location::RULES),
    Area::new("Geographic routing", geographic::RULES),
    Area::new("Subnet routing", subnets::RULES),
    Area::new("Record types", record_type::RULES),
    Area::new("Availability", availability::RULES),
];

/// Every rule, in the order in which findings are reported.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    AREAS.iter().flat_map(|area| area.rules)
}

/// Everything that is wrong with a profile, or legal and likely to hurt.
pub fn check(profile: &Profile) -> Vec<Finding> {
    all().flat_map(|rule| rule.findings(profile)).collect()
}

/// The part of [`check`] that needs the id of the profile, which a configuration does not have and a plan has.
pub fn check_with_id(profile: &Profile) -> Vec<Finding> {
    all().filter(|rule| rule.code == target::TARGET_ITSELF).flat_map(|rule| rule.findings(profile)).collect()
}

#[cfg(test)]
mod tests;
