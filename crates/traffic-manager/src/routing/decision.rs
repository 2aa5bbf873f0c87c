//! One answer to a query: the walk from a profile to a leaf.

use std::net::IpAddr;

use super::choice::{Candidates, Negative, scaled};
use super::profile::Target;
use super::query::{Query, QueryType};
use super::scope::Scope;
use super::tree::Tree;

/// What a server answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer<'a> {
    /// The name is an alias of this one. The answer to queries of every type.
    Cname(&'a str),
    /// The addresses, at least one, each of the family that was asked for.
    Addresses(Vec<IpAddr>),
    /// The name exists, without a record of this type.
    NoData,
    /// The name does not exist.
    NxDomain,
    /// An endpoint was chosen whose target is not known, or a child profile that was not given.
    Unknown,
}

/// One answer and what it depends on.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// What is answered.
    pub answer: Answer<'a>,
    /// Seconds that the answer may be kept.
    pub ttl: u32,
    /// On what of the source the answer depends.
    pub scope: Scope,
}

impl Tree {
    /// One answer to a query, chosen at random where the routing is random.
    ///
    /// `random` gives numbers of which every value of 64 bits is as likely.
    pub fn decide(&self, query: &Query<'_>, mut random: impl FnMut() -> u64) -> Decision<'_> {
        let mut node = self.root();
        let mut scope = Scope::default();
        let ttl = node.ttl;
        let answer = loop {
            let chosen = match node.choice.candidates(query, &mut scope) {
                Candidates::None(negative) => break negative.into(),
                Candidates::One(endpoint) => endpoint,
                Candidates::Weighted(weighted) => weighted.pick(random()),
                Candidates::Evenly(endpoints) => endpoints[below(random(), endpoints.len())],
                Candidates::Several(endpoints, count) => {
                    let addresses = drawn(endpoints, count, random);
                    let address = |index: usize| match node.endpoints[index].target {
                        Target::Address(address) => Some(address),
                        _ => None,
                    };
                    break Answer::Addresses(addresses.into_iter().filter_map(address).collect());
                }
            };
            let endpoint = &node.endpoints[chosen];
            match endpoint.child {
                Some(child) => node = &self.nodes[child],
                None => break Answer::from_target(&endpoint.target, query.query_type),
            }
        };
        Decision { answer, ttl, scope }
    }
}

impl<'a> Answer<'a> {
    /// The answer of an endpoint that was chosen.
    pub(super) fn from_target(target: &'a Target, query_type: QueryType) -> Self {
        match target {
            Target::Name(name) => Self::Cname(name),
            Target::Address(address) if query_type.takes(*address) => Self::Addresses(vec![*address]),
            Target::Address(_) => Self::NoData,
            Target::Profile(_) | Target::Unknown => Self::Unknown,
        }
    }
}

impl From<Negative> for Answer<'_> {
    fn from(negative: Negative) -> Self {
        match negative {
            Negative::NxDomain => Self::NxDomain,
            Negative::NoData => Self::NoData,
        }
    }
}

/// A random number brought below a length.
fn below(random: u64, length: usize) -> usize {
    let bound = u64::try_from(length).unwrap_or(u64::MAX);
    usize::try_from(scaled(random, bound)).unwrap_or(0)
}

/// So many of them, in random order.
fn drawn(mut endpoints: Vec<usize>, count: usize, mut random: impl FnMut() -> u64) -> Vec<usize> {
    for index in 0..count {
        let other = index + below(random(), endpoints.len() - index);
        endpoints.swap(index, other);
    }
    endpoints.truncate(count);
    endpoints
}
