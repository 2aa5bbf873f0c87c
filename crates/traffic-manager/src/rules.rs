//! The rules that a profile and its endpoints have to keep, as pure functions.
//!
//! [`check`] collects every finding at once. A rule speaks only of values that are known: what is unknown
//! at plan is neither guessed nor reported, and is checked again once it is known. Nothing here changes
//! or normalises a value, and nothing asks the service.

mod availability;
mod children;
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

/// The rules, area by area.
static AREAS: &[&[Rule]] = &[
    names::RULES,
    vocabulary::RULES,
    numbers::RULES,
    monitor::RULES,
    headers::RULES,
    target::RULES,
    targets::RULES,
    endpoints::RULES,
    children::RULES,
    location::RULES,
    geographic::RULES,
    subnets::RULES,
    record_type::RULES,
    availability::RULES,
];

/// Every rule, in the order in which findings are reported.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    AREAS.iter().copied().flatten()
}

/// Everything that is wrong with a profile, or legal and likely to hurt.
pub fn check(profile: &Profile) -> Vec<Finding> {
    all().flat_map(|rule| rule.findings(profile)).collect()
}

#[cfg(test)]
mod tests;
