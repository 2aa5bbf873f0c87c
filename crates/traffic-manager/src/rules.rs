//! The rules that a profile and its endpoints have to keep, as pure functions.
//!
//! [`check_profile`] looks at a profile with its map of endpoints, [`check_endpoint`] at an endpoint that is a resource
//! of its own, [`check_beside`] at two of those, and [`check_count`] at how many there are; an endpoint is held to the same
//! rules in all of them. They collect every finding at once. A rule reports only values that are known: what is unknown at plan is neither guessed nor reported, and is checked again once it is known.
//! Nothing here changes or normalises a value, and nothing asks the service.
//!
//! A finding may be printed although the configuration marks a value as sensitive. So it quotes names, keys, words,
//! numbers, addresses of subnets and codes, which it could not do without; and it never quotes the value of a
//! header or tag, the name of a header that cannot be one, a target, the ID of a target resource, or a probe path.

mod availability;
mod beside;
#[cfg(any(test, feature = "breaches"))]
pub mod breaches;
mod child_minimums;
mod config;
mod endpoint_keys;
mod finding;
mod fixed_values;
mod fleet;
mod geographic;
mod headers;
mod location;
mod monitor;
mod names;
mod numbers;
mod path;
mod priorities;
mod quoted;
mod record_type;
mod rule;
mod source;
mod subject;
mod subnets;
mod target;
mod target_combinations;

use subject::PlacedEndpoint;

pub use beside::NamedEndpoint;
pub use child_minimums::child_minimums;
pub use config::{DnsConfig, Endpoint, FleetObject, Header, MonitorConfig, Profile, Subnet};
pub use finding::{Finding, Severity};
pub use path::{Path, Step};
pub use rule::Rule;
pub use subject::ProfileContext;

use crate::config_value::ConfigValue;

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
    Area::new("Fixed values", fixed_values::RULES),
    Area::new("Numbers", numbers::RULES),
    Area::new("Probes", monitor::RULES),
    Area::new("Probe headers", headers::RULES),
    Area::new("Targets", target::RULES),
    Area::new("Targets of a profile", target_combinations::RULES),
    Area::new("Priorities and Always Serve", priorities::RULES),
    Area::new("Nested profiles", child_minimums::RULES),
    Area::new("Endpoint locations", location::RULES),
    Area::new("Geographic routing", geographic::RULES),
    Area::new("Subnet routing", subnets::RULES),
    Area::new("Record types", record_type::RULES),
    Area::new("Availability", availability::RULES),
];

/// The rules that only objects on the hub of a fleet have.
pub static FLEET_AREA: Area = Area::new("Fleet", fleet::RULES);

/// Every rule of profiles and endpoints, in the order in which findings are reported.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    AREAS.iter().flat_map(|area| area.rules)
}

/// Everything that is wrong with a profile at a path and with its endpoints, or legal and likely to hurt.
pub fn check_profile(profile: &Profile, at: &Path) -> Vec<Finding> {
    let context = ProfileContext::from(profile);
    let endpoints = PlacedEndpoint::in_profile(profile, &context, at);
    all().flat_map(|rule| rule.in_profile(profile, &endpoints, at)).collect()
}

/// Everything that is wrong with an endpoint that is a resource of its own at a path, or legal and likely to hurt, as far
/// as its profile is known. What is wrong only
/// beside other endpoints, such as a priority that another one has, is not found.
pub fn check_endpoint(
    endpoint: &Endpoint,
    name: &ConfigValue<String>,
    profile: &ProfileContext,
    at: &Path,
) -> Vec<Finding> {
    let endpoints = [PlacedEndpoint::resource(endpoint, name, profile, at)];
    all().flat_map(|rule| rule.in_endpoints(&endpoints)).collect()
}

/// Everything that is wrong with an endpoint that is a resource of its own because of one other endpoint of its profile:
/// a priority, target, code or address that both have, or kinds of targets that do not go together. What is wrong with
/// either of them alone is not found. Each finding lies on the endpoint `own`, and names both.
pub fn check_beside(
    own: &NamedEndpoint,
    other: &NamedEndpoint,
    profile: &ProfileContext,
    at: &Path,
) -> Vec<Finding> {
    // That some endpoints have priorities and others have none is said of all of them.
    let rules = all().filter(|rule| rule.code != "priority-partly");
    beside::findings(rules, (own, other), profile, at)
}

/// What is wrong with the number of endpoints of a profile, of which one, at a path, is a resource of its own.
pub fn check_count(count: usize, at: &Path) -> Vec<Finding> {
    let rules = all().filter(|rule| rule.code == "endpoint-count");
    rules.flat_map(|rule| rule.findings(availability::above_limit(count, at))).collect()
}

/// Everything that is wrong with an object on the hub of a fleet at a path, or legal and likely to hurt. What Fleet makes of
/// it in Azure is held to the rules of profiles.
pub fn check_fleet(object: &FleetObject, at: &Path) -> Vec<Finding> {
    let profile = Profile {
        resource_group_name: object.resource_group_name.clone(),
        monitor_config: object.monitor_config.clone(),
        ..Profile::default()
    };
    let shared = all().filter(|rule| fleet::SHARED.contains(&rule.code));
    let shared = shared
        .flat_map(|rule| rule.in_profile(&profile, &[], at))
        .map(|finding| Finding { path: finding.path.in_one_monitor(), ..finding });
    FLEET_AREA.rules.iter().flat_map(|rule| rule.in_fleet(object, at)).chain(shared).collect()
}

#[cfg(test)]
mod tests;
