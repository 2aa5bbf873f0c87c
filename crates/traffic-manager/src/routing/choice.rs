//! What one profile chooses, from its settings and the statuses of its endpoints. It follows no nested endpoint.
//!
//! Everything that a query does not change is worked out once, when the choice is made.

use std::collections::HashMap;

use super::profile::{Endpoint, Profile};
use super::query::{Query, QueryType};
use super::scope::Scope;
use super::subnets::Subnets;
use crate::geography;
use crate::health::{EndpointMonitorStatus, Family};
use crate::profile::{RoutingMethod, Status, defaults};
use crate::region;

/// How a profile chooses.
#[derive(Debug)]
pub(super) enum Choice {
    /// It answers nothing, whatever is asked.
    Nothing(Negative),
    /// One endpoint, whatever is asked.
    One(usize),
    /// At random, by weight.
    Weighted(Weighted),
    /// The nearest region.
    Performance(Vec<Region>),
    /// By place.
    Geographic(HashMap<String, Place>),
    /// Several addresses.
    MultiValue(MultiValue),
    /// By address.
    Subnet(Subnets, Option<usize>),
}

/// An answer without records.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Negative {
    /// The name does not exist.
    NxDomain,
    /// The name exists, without such a record.
    NoData,
}

/// Endpoints by weight.
#[derive(Debug)]
pub(super) struct Weighted {
    endpoints: Vec<usize>,
    /// The sums of the weights up to each endpoint, its own included; never empty.
    sums: Vec<u64>,
}

/// The endpoints of a region.
#[derive(Debug)]
pub(super) struct Region {
    /// The short name; empty for endpoints without a region.
    pub(super) name: String,
    pub(super) endpoints: Vec<usize>,
}

/// What a Geographic profile has for a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) endpoint: usize,
    /// Whether the endpoint is Stopped: then there is no answer, and no other place is tried.
    pub(super) is_stopped: bool,
}

/// Endpoints of which several are answered.
#[derive(Debug)]
pub(super) struct MultiValue {
    endpoints: Vec<(usize, Option<Family>)>,
    max_return: usize,
}

/// The endpoints that a query may get, each with the same share unless there are weights.
pub(super) enum Candidates<'a> {
    None(Negative),
    One(usize),
    Weighted(&'a Weighted),
    /// One of them, evenly.
    Evenly(Vec<usize>),
    /// So many of them at once.
    Several(Vec<usize>, usize),
}

impl Choice {
    /// The choice of a profile whose endpoints have these statuses.
    pub(super) fn new(profile: &Profile, statuses: &[EndpointMonitorStatus]) -> Self {
        let has_enabled = profile.endpoints.iter().any(|endpoint| endpoint.status.is_enabled());
        if profile.status == Status::Disabled || !has_enabled {
            return Self::Nothing(Negative::NxDomain);
        }
        if profile.method == RoutingMethod::Geographic {
            return Self::Geographic(places(&profile.endpoints, statuses));
        }
        let eligible = eligible(statuses);
        if eligible.is_empty() {
            return Self::Nothing(Negative::NoData);
        }
        match profile.method {
            RoutingMethod::Weighted => Self::Weighted(Weighted::new(&profile.endpoints, eligible)),
            RoutingMethod::Performance => Self::Performance(regions(&profile.endpoints, &eligible)),
            RoutingMethod::Subnet => subnet(&profile.endpoints, &eligible),
            RoutingMethod::MultiValue => {
                let family = |index: usize| (index, profile.endpoints[index].target.family());
                let endpoints = eligible.into_iter().map(family).collect();
                Self::MultiValue(MultiValue { endpoints, max_return: profile.max_return })
            }
            RoutingMethod::Priority | RoutingMethod::Geographic => {
                let first = eligible.iter().min_by_key(|index| profile.endpoints[**index].priority);
                first.map_or(Self::Nothing(Negative::NoData), |index| Self::One(*index))
            }
        }
    }

    /// What a query may get. Adds to the scope what of the source the choice depends on.
    pub(super) fn candidates(&self, query: &Query<'_>, scope: &mut Scope) -> Candidates<'_> {
        match self {
            Self::Nothing(negative) => Candidates::None(*negative),
            Self::One(endpoint) => Candidates::One(*endpoint),
            Self::Weighted(weighted) => Candidates::Weighted(weighted),
            Self::Performance(regions) => {
                scope.depends_on_location = true;
                one_or_evenly(nearest(regions, query))
            }
            Self::Geographic(places) => {
                scope.depends_on_location = true;
                match most_specific(places, query.place) {
                    Some((_, Place { endpoint, is_stopped: false })) => Candidates::One(endpoint),
                    _ => Candidates::None(Negative::NoData),
                }
            }
            Self::MultiValue(several) => several.candidates(query.query_type),
            Self::Subnet(subnets, fallback) => {
                let found = query.source.and_then(|source| {
                    let (found, prefix) = subnets.find(source);
                    scope.add_subnet(prefix);
                    found
                });
                found.or(*fallback).map_or(Candidates::None(Negative::NoData), Candidates::One)
            }
        }
    }
}

impl Weighted {
    fn new(all: &[Endpoint], endpoints: Vec<usize>) -> Self {
        let sums = endpoints
            .iter()
            .scan(0_u64, |sum, index| {
                // A weight of 0 does not exist; it would make a sum of 0 possible.
                *sum += u64::from(all[*index].weight.max(1));
                Some(*sum)
            })
            .collect();
        Self { endpoints, sums }
    }

    fn total(&self) -> u64 {
        self.sums.last().copied().unwrap_or(1)
    }

    /// The endpoint for a random number, of which every value is as likely.
    pub(super) fn pick(&self, random: u64) -> usize {
        let point = scaled(random, self.total());
        let index = if self.sums.len() <= 16 {
            // Counting has no branch that is guessed wrong.
            self.sums.iter().map(|sum| usize::from(*sum <= point)).sum()
        } else {
            self.sums.partition_point(|sum| *sum <= point)
        };
        self.endpoints[index]
    }

    /// Every endpoint with its share.
    pub(super) fn shares(&self) -> impl Iterator<Item = (usize, f64)> {
        let before = std::iter::once(0).chain(self.sums.iter().copied());
        let weights = self.sums.iter().zip(before).map(|(sum, before)| sum - before);
        self.endpoints.iter().copied().zip(weights.map(|weight| ratio(weight, self.total())))
    }
}

impl MultiValue {
    fn candidates(&self, query_type: QueryType) -> Candidates<'_> {
        let asked = |(_, family): &&(usize, Option<Family>)| match query_type {
            QueryType::A => *family == Some(Family::V4),
            QueryType::Aaaa => *family == Some(Family::V6),
            QueryType::Any => family.is_some(),
            QueryType::Other => false,
        };
        let endpoints: Vec<usize> = self.endpoints.iter().filter(asked).map(|(index, _)| *index).collect();
        if endpoints.is_empty() {
            return Candidates::None(Negative::NoData);
        }
        let count = endpoints.len().min(self.max_return.max(1));
        Candidates::Several(endpoints, count)
    }
}

/// A random number brought below a bound. The bias is less than one in 2^64 / bound.
pub(super) fn scaled(random: u64, bound: u64) -> u64 {
    u64::try_from((u128::from(random) * u128::from(bound)) >> 64).unwrap_or(0)
}

/// A quotient of numbers that are far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "sums of weights and numbers of endpoints are far below 2^53")]
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// The endpoints that take part: those that are eligible, or all Degraded ones if none is.
fn eligible(statuses: &[EndpointMonitorStatus]) -> Vec<usize> {
    let those = |takes_part: fn(EndpointMonitorStatus) -> bool| -> Vec<usize> {
        let taken = statuses.iter().enumerate().filter(|(_, status)| takes_part(**status));
        taken.map(|(index, _)| index).collect()
    };
    let eligible = those(EndpointMonitorStatus::is_eligible);
    if eligible.is_empty() { those(|status| status == EndpointMonitorStatus::Degraded) } else { eligible }
}

/// The places that have an endpoint which is in use. Health does not count.
fn places(endpoints: &[Endpoint], statuses: &[EndpointMonitorStatus]) -> HashMap<String, Place> {
    let mut places = HashMap::new();
    for (index, (endpoint, status)) in endpoints.iter().zip(statuses).enumerate() {
        let place = Place { endpoint: index, is_stopped: *status == EndpointMonitorStatus::Stopped };
        if endpoint.status.is_enabled() {
            for code in &endpoint.geo_mappings {
                // The service refuses a code that another endpoint has.
                places.entry(code.to_ascii_uppercase()).or_insert(place);
            }
        }
    }
    places
}

/// The most specific code that has an endpoint, from the state to the world.
pub(super) fn most_specific(places: &HashMap<String, Place>, place: Option<&str>) -> Option<(String, Place)> {
    let mut codes: Vec<&str> = Vec::with_capacity(4);
    let upper = place.unwrap_or_default().to_ascii_uppercase();
    if let Some(known) = geography::find(&upper) {
        codes.extend(known.and_ancestors().map(|place| place.code));
    } else {
        // A code that is newer than the table: itself, and the country of a state.
        codes.push(&upper);
        let country = upper.split_once('-').and_then(|(country, _)| geography::find(country));
        codes.extend(country.into_iter().flat_map(geography::Place::and_ancestors).map(|place| place.code));
        codes.push(defaults::WORLD);
    }
    codes.into_iter().find_map(|code| Some((code.to_owned(), *places.get(code)?)))
}

fn regions(endpoints: &[Endpoint], eligible: &[usize]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for index in eligible {
        let name = endpoints[*index].location.as_deref().map(region::normalize).unwrap_or_default();
        match regions.iter_mut().find(|region| region.name == name) {
            Some(region) => region.endpoints.push(*index),
            None => regions.push(Region { name, endpoints: vec![*index] }),
        }
    }
    regions
}

/// The endpoints of the nearest region, or of all that are equally near. Regions of unknown latency are the farthest.
fn nearest(regions: &[Region], query: &Query<'_>) -> Vec<usize> {
    let distance = |region: &Region| milliseconds(query, &region.name).unwrap_or(f64::INFINITY);
    let least = regions.iter().map(distance).fold(f64::INFINITY, f64::min);
    let near = regions.iter().filter(|region| distance(region).total_cmp(&least).is_le());
    let mut endpoints: Vec<usize> = near.flat_map(|region| region.endpoints.iter().copied()).collect();
    endpoints.sort_unstable();
    endpoints
}

/// The latency to a region, as far as it is known.
pub(super) fn milliseconds(query: &Query<'_>, region: &str) -> Option<f64> {
    query.latency?.milliseconds(region).filter(|latency| latency.is_finite())
}

fn subnet(endpoints: &[Endpoint], eligible: &[usize]) -> Choice {
    let ranges = |index: &usize| {
        let index = *index;
        endpoints[index].subnets.iter().map(move |range| (*range, index))
    };
    let fallback = eligible.iter().copied().find(|index| endpoints[*index].subnets.is_empty());
    Choice::Subnet(Subnets::new(eligible.iter().flat_map(ranges)), fallback)
}

fn one_or_evenly(endpoints: Vec<usize>) -> Candidates<'static> {
    match endpoints[..] {
        [] => Candidates::None(Negative::NoData),
        [one] => Candidates::One(one),
        _ => Candidates::Evenly(endpoints),
    }
}
