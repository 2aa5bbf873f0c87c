//! The profiles that a question is about: the one that is asked and those that can be nested in it.

use std::collections::{BTreeMap, BTreeSet};

use tf_plugin::Path;
use traffic_manager::health::Health;
use traffic_manager::routing::{self, Found, NotRoutable, Route, Target, Tree, TreeError};

use super::model::{ALL, Question, Wrong, health_of_status};
use crate::endpoint::Endpoint;
use crate::traffic_manager_profile::{Profile, to_rules};

/// The key of the profile that is asked, which need not have an ID.
const ASKED: &str = "";

/// Profiles by their IDs, lower case.
#[derive(Debug)]
pub(super) struct Profiles(BTreeMap<String, routing::Profile>);

/// Why there is no answer.
#[derive(Debug, PartialEq)]
pub(super) enum NoAnswer {
    /// Something that decides is not known yet.
    Unknown,
    /// Something is wrong with a profile; the first is the one that is asked.
    Profile(usize, Wrong),
    /// Something is wrong with the question.
    Question(Wrong),
}

impl Profiles {
    /// The profile that is asked, and those that can be nested in it, each under its ID.
    pub(super) fn new(asked: &Profile, nested: &[(String, Profile)]) -> Result<Self, NoAnswer> {
        let mut profiles = BTreeMap::new();
        let all = std::iter::once((ASKED, asked)).chain(nested.iter().map(|(id, it)| (id.as_str(), it)));
        for (position, (id, profile)) in all.enumerate() {
            let routed = to_routing(profile).map_err(|error| match error {
                NotRoutable::Unknown(_) => NoAnswer::Unknown,
                NotRoutable::Invalid(path) => {
                    let what = format!("{path} is missing or not valid");
                    NoAnswer::Profile(position, Wrong::new(Path::root(), what))
                }
            })?;
            profiles.insert(id.to_lowercase(), routed);
        }
        // It can be nested in itself, which is told then.
        if let Some(id) = asked.id.as_deref().map(str::to_lowercase) {
            let routed = profiles[ASKED].clone();
            profiles.entry(id).or_insert(routed);
        }
        Ok(Self(profiles))
    }

    /// Every answer to a question.
    pub(super) fn route(mut self, question: &Question) -> Result<Route, NoAnswer> {
        self.set_health(question)?;
        let find = |key: &str| self.0.get(key).cloned().map_or(Found::NotGiven, Found::Profile);
        let tree = Tree::new(ASKED, find).map_err(|error| {
            let what = match error {
                TreeError::Loop(id) if !id.is_empty() => format!("the profile {id:?} is nested in itself"),
                other => other.to_string(),
            };
            NoAnswer::Profile(0, Wrong::new(Path::root(), what))
        })?;
        question.with(|query| {
            let needs = tree.needs(query);
            let missing = [
                (needs.source && query.source.is_none(), "source", "Subnet"),
                (needs.place && query.place.is_none(), "geographic_code", "Geographic"),
                (needs.latency && query.latency.is_none(), "region", "Performance"),
            ];
            if let Some((_, attribute, method)) = missing.into_iter().find(|(is_missing, ..)| *is_missing) {
                let what =
                    format!("the answer depends on {attribute}, because a profile uses {method} routing");
                return Err(NoAnswer::Question(Wrong::new(Path::new(attribute), what)));
            }
            Ok(tree.route(query))
        })
    }

    /// Sets the health that the question gives.
    fn set_health(&mut self, question: &Question) -> Result<(), NoAnswer> {
        let mut unused: BTreeSet<&str> = question.health.keys().map(String::as_str).collect();
        unused.remove(ALL);
        // The ways to profiles, from the one that is asked: at most as many as there are levels.
        let mut ways = vec![(ASKED.to_owned(), String::new(), 0)];
        while let Some((key, prefix, level)) = ways.pop() {
            let nested: BTreeSet<String> = self.0.keys().cloned().collect();
            for endpoint in self.0.get_mut(&key).into_iter().flat_map(|profile| &mut profile.endpoints) {
                let name = format!("{prefix}{}", endpoint.name);
                let is_named = unused.remove(name.as_str());
                match &endpoint.target {
                    Target::Profile(child) if nested.contains(child) => {
                        if is_named {
                            let what = format!(
                                "{name:?} is a nested profile, whose health follows from its endpoints: name those, such \
                                 as \"{name}/...\""
                            );
                            return Err(NoAnswer::Question(Wrong::new(Path::new("health").key(&name), what)));
                        }
                        if level < traffic_manager::profile::limits::NESTED_LEVELS {
                            ways.push((child.clone(), format!("{name}/"), level + 1));
                        }
                    }
                    _ => {
                        let given = question.health.get(&name).or_else(|| question.health.get(ALL));
                        if let Some(health) = given {
                            endpoint.health = *health;
                        }
                    }
                }
            }
        }
        match unused.pop_first() {
            Some(name) => {
                let what = format!("there is no endpoint {name:?}");
                Err(NoAnswer::Question(Wrong::new(Path::new("health").key(name), what)))
            }
            None => Ok(()),
        }
    }
}

/// A profile as the engine takes it. What Azure last said of the health of an endpoint holds; an endpoint of which it said
/// nothing is healthy.
fn to_routing(profile: &Profile) -> Result<routing::Profile, NotRoutable> {
    let mut routed = routing::Profile::from_config(&to_rules(profile))?;
    let Some(endpoints) = profile.endpoints.known() else { return Ok(routed) };
    for endpoint in &mut routed.endpoints {
        let Some(settings) = endpoints.get(&endpoint.name).and_then(|it| it.known()) else { continue };
        if let Some(health) = health(settings) {
            endpoint.health = health;
        }
        if let (Target::Unknown, Some(target)) = (&endpoint.target, settings.resolved_target.as_deref()) {
            endpoint.target = Target::parse(target);
        }
    }
    Ok(routed)
}

fn health(endpoint: &Endpoint) -> Option<Health> {
    endpoint.monitor_status.as_deref().map(health_of_status)
}
