//! The routing methods, nesting and the laws that hold for all of them.

mod laws;
mod methods;
mod nesting;
mod rules;

use std::net::IpAddr;

use super::{Endpoint, Found, Profile, Query, Route, Target, Tree};
use crate::health::{Health, Probe};
use crate::profile::RoutingMethod;

/// An online endpoint with this target.
fn endpoint(name: &str, target: &str) -> Endpoint {
    Endpoint { health: Health::Probed(Probe::Healthy), ..Endpoint::new(name, Target::parse(target)) }
}

fn nested(name: &str, child: &str) -> Endpoint {
    Endpoint::new(name, Target::Profile(child.to_owned()))
}

fn degraded(endpoint: Endpoint) -> Endpoint {
    Endpoint { health: Health::Probed(Probe::Failing), ..endpoint }
}

fn disabled(endpoint: Endpoint) -> Endpoint {
    Endpoint { status: crate::profile::Status::Disabled, ..endpoint }
}

fn stopped(endpoint: Endpoint) -> Endpoint {
    Endpoint { health: Health::Stopped, ..endpoint }
}

fn profile(method: RoutingMethod, endpoints: Vec<Endpoint>) -> Profile {
    Profile::new("shop", method, endpoints)
}

/// A tree of the first profile; the others are found by their names.
fn tree(profiles: &[Profile]) -> Tree {
    let find = |key: &str| {
        let profile = profiles.iter().find(|profile| profile.name == key);
        profile.cloned().map_or(Found::Missing, Found::Profile)
    };
    Tree::new(&profiles[0].name, find).unwrap()
}

fn route(profiles: &[Profile], query: &Query<'_>) -> Route {
    tree(profiles).route(query)
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The names of the endpoints with their shares in percent.
fn shares(route: &Route) -> Vec<(String, f64)> {
    let share = |share: &super::Share| (share.path.join("/"), (share.probability * 1e8).round() / 1e6);
    route.shares.iter().map(share).collect()
}

fn check_shares(route: &Route, expected: &[(&str, f64)]) {
    let expected: Vec<(String, f64)> =
        expected.iter().map(|(name, share)| ((*name).to_owned(), *share)).collect();
    assert_eq!(shares(route), expected, "{:#?}", route.reasons);
}
