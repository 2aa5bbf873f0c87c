//! Every answer that a query can get, with its probability.

use std::net::IpAddr;

use super::choice::{Candidates, Negative, ratio};
use super::decision::Answer;
use super::profile::Target;
use super::query::Query;
use super::scope::Scope;
use super::tree::{Node, Tree};
use super::{choice::Choice, reasons};

/// Every answer to a query.
///
/// [`Route::shares`], [`Route::no_data`] and [`Route::nx_domain`] add up to 1, unless an answer of a `MultiValue` profile has
/// several addresses: each then counts with the probability that it is in the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The endpoints that can be chosen, the most probable first, otherwise in the order of the profiles.
    pub shares: Vec<Share>,
    /// The probability that no endpoint is chosen although the name exists.
    pub no_data: f64,
    /// The probability that the name does not exist.
    pub nx_domain: f64,
    /// Seconds that an answer may be kept.
    pub ttl: u32,
    /// On what of the source the answer depends.
    pub scope: Scope,
    /// Why, profile by profile, in sentences.
    pub reasons: Vec<String>,
}

/// An endpoint that can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// The names of the endpoints from the profile that was asked down to this one. If several ways lead to it, the first.
    pub path: Vec<String>,
    /// What it leads to.
    pub target: Target,
    /// The probability that it is chosen: above 0, up to 1.
    pub probability: f64,
    /// Whether its target answers a query of this type. An address of the other family does not, and an endpoint whose target
    /// is not known may or may not.
    pub answers: bool,
}

/// What a query has to say so that its answer is no guess.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Needs {
    /// The address of the source: a Subnet profile is asked.
    pub source: bool,
    /// The place of the source: a Geographic profile is asked.
    pub place: bool,
    /// The latencies from the source: a Performance profile with endpoints in several regions is asked.
    pub latency: bool,
}

/// What leads to a profile: the probability, and the names of the endpoints.
#[derive(Clone, Default)]
struct Arrival {
    probability: f64,
    path: Vec<String>,
}

impl Route {
    /// The addresses and names that can be in an answer, without repetitions.
    pub fn records(&self) -> Vec<String> {
        let mut records: Vec<String> = Vec::new();
        for share in self.shares.iter().filter(|share| share.answers) {
            let record = match &share.target {
                Target::Name(name) => name.clone(),
                Target::Address(address) => address.to_string(),
                Target::Profile(_) | Target::Unknown => continue,
            };
            if !records.contains(&record) {
                records.push(record);
            }
        }
        records
    }

    /// The type of the records of the most probable answer: `CNAME`, `A` or `AAAA`; without records `NODATA` or `NXDOMAIN`.
    /// `None` if the target is not known.
    pub fn record_type(&self) -> Option<&'static str> {
        let Some(share) = self.shares.iter().find(|share| share.answers).or(self.shares.first()) else {
            return Some(if self.nx_domain > self.no_data { "NXDOMAIN" } else { "NODATA" });
        };
        match &share.target {
            Target::Profile(_) | Target::Unknown => None,
            _ if !share.answers => Some("NODATA"),
            Target::Name(_) => Some("CNAME"),
            Target::Address(IpAddr::V4(_)) => Some("A"),
            Target::Address(IpAddr::V6(_)) => Some("AAAA"),
        }
    }
}

impl Tree {
    /// Every answer to a query.
    pub fn route(&self, query: &Query<'_>) -> Route {
        let mut route = Route {
            shares: Vec::new(),
            no_data: 0.0,
            nx_domain: 0.0,
            ttl: self.root().ttl,
            scope: Scope::default(),
            reasons: Vec::new(),
        };
        for (node, arrival) in self.asked(query, &mut route.scope) {
            route.reasons.extend(reasons::of_choice(node, query));
            add_shares(node, &arrival, query, &mut route);
        }
        route.shares.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        route
    }

    /// The probability of each endpoint of the profile that the tree begins with, in their order: how much of the queries it
    /// gets, also where a profile that is nested in it then has no answer.
    pub fn endpoint_probabilities(&self, query: &Query<'_>) -> Vec<f64> {
        let root = self.root();
        let mut probabilities = vec![0.0; root.endpoints.len()];
        for (endpoint, share) in shares(&root.choice.candidates(query, &mut Scope::default())) {
            probabilities[endpoint] = share;
        }
        probabilities
    }

    /// What a query has to say so that its answer is no guess, as far as the given parts of it lead.
    pub fn needs(&self, query: &Query<'_>) -> Needs {
        let mut needs = Needs::default();
        for (node, _) in self.asked(query, &mut Scope::default()) {
            match &node.choice {
                Choice::Subnet(..) => needs.source = true,
                Choice::Geographic(_) => needs.place = true,
                Choice::Performance(regions) => needs.latency |= regions.len() > 1,
                Choice::Nothing(_) | Choice::One(_) | Choice::Weighted(_) | Choice::MultiValue(_) => {}
            }
        }
        needs
    }

    /// The profiles that a query can reach, parents first, each with how it is reached.
    fn asked(&self, query: &Query<'_>, scope: &mut Scope) -> Vec<(&Node, Arrival)> {
        let mut arrivals: Vec<Option<Arrival>> = vec![None; self.nodes.len()];
        if let Some(root) = arrivals.last_mut() {
            *root = Some(Arrival { probability: 1.0, path: Vec::new() });
        }
        let mut asked = Vec::new();
        // A parent comes after its children, so all that leads to a profile is known when its turn comes.
        for index in (0..self.nodes.len()).rev() {
            let Some(arrival) = arrivals[index].take() else { continue };
            let node = &self.nodes[index];
            for (endpoint, share) in shares(&node.choice.candidates(query, scope)) {
                if let Some(child) = node.endpoints[endpoint].child {
                    let reached = arrivals[child].get_or_insert_with(|| Arrival {
                        probability: 0.0,
                        path: extended(&arrival.path, &node.endpoints[endpoint].name),
                    });
                    reached.probability += arrival.probability * share;
                }
            }
            asked.push((node, arrival));
        }
        asked
    }
}

/// The endpoints of a profile that can be chosen, each with its share of the queries that reach the profile.
fn shares(candidates: &Candidates<'_>) -> Vec<(usize, f64)> {
    let evenly = |endpoints: &[usize], count: usize| {
        let length = u64::try_from(endpoints.len()).unwrap_or(u64::MAX);
        let share = ratio(u64::try_from(count).unwrap_or(u64::MAX), length);
        endpoints.iter().map(|index| (*index, share)).collect()
    };
    match candidates {
        Candidates::None(_) => Vec::new(),
        Candidates::One(endpoint) => vec![(*endpoint, 1.0)],
        Candidates::Weighted(weighted) => weighted.shares().collect(),
        Candidates::Evenly(endpoints) => evenly(endpoints, 1),
        Candidates::Several(endpoints, count) => evenly(endpoints, *count),
    }
}

/// Adds what a profile itself answers: nothing of its nested endpoints.
fn add_shares(node: &Node, arrival: &Arrival, query: &Query<'_>, route: &mut Route) {
    let candidates = node.choice.candidates(query, &mut Scope::default());
    match candidates {
        Candidates::None(Negative::NoData) => route.no_data += arrival.probability,
        Candidates::None(Negative::NxDomain) => route.nx_domain += arrival.probability,
        _ => {}
    }
    let own = shares(&candidates).into_iter().filter(|(index, _)| node.endpoints[*index].child.is_none());
    route.shares.extend(own.map(|(index, share)| {
        let endpoint = &node.endpoints[index];
        Share {
            path: extended(&arrival.path, &endpoint.name),
            target: endpoint.target.clone(),
            probability: arrival.probability * share,
            answers: Answer::from_target(&endpoint.target, query.query_type) != Answer::NoData,
        }
    }));
}

fn extended(path: &[String], name: &str) -> Vec<String> {
    let mut path = path.to_vec();
    path.push(name.to_owned());
    path
}
