//! The question and the answer in Terraform's terms, said once for the function and the data source.

use std::collections::BTreeMap;
use std::net::IpAddr;

use tf_plugin::cty::Number;
use tf_plugin::{Path, Value, object};
use traffic_manager::health::{Health, Probe};
use traffic_manager::latency::nearest::region_of_place;
use traffic_manager::latency::{Latencies, Row};
use traffic_manager::routing::{Latency, Query, QueryType};
use traffic_manager::{geography, region};

use crate::timeouts::ReadTimeouts;

object! {
    /// Tells which endpoints of a Traffic Manager profile answer a DNS query now: with the settings and the health of the
    /// profile in Azure, and of the profiles nested in it.
    ///
    /// This is computed by the provider. No DNS query is sent.
    pub struct Route {
        /// The ID of the profile, in any letter case.
        pub profile_id: Value<String> => [required],
        /// The type of the DNS query. Defaults to `A`.
        pub query_type: Value<String> => [one_of(QUERY_TYPES)],
        /// The IP address of the client's DNS resolver, or of the client if the resolver sends EDNS client subnets. Required
        /// for `Subnet` routing.
        pub source: Value<String>,
        /// The code of the geographic location of the source, such as `FR` or `US-CA`. Required for `Geographic` routing.
        pub geographic_code: Value<String>,
        /// The Azure region that is nearest to the source, such as `westeurope`. Used for `Performance` routing, with the
        /// latencies between regions that Microsoft publishes. Defaults to the region that is nearest to `geographic_code`.
        pub region: Value<String>,
        /// The latency from the source to Azure regions in milliseconds. Used for `Performance` routing instead of the
        /// published latencies.
        pub latencies: Value<BTreeMap<String, Value<Number>>> => [no_null_elements],
        /// The health of endpoints by name, instead of their current health: `Online`, `Degraded`, `CheckingEndpoint` or
        /// `Stopped`. An endpoint of a nested profile is named by the names of the endpoints that lead to it, such as
        /// `europe/blue`. The name `*` stands for all endpoints that are not named.
        pub health: Value<BTreeMap<String, Value<String>>> => [no_null_elements],
        /// The type of the DNS response: `CNAME`, `A` or `AAAA`; `NODATA` for a response without records, `NXDOMAIN` if the
        /// name does not resolve. If several responses are possible, that of the most probable endpoint.
        pub record_type: Value<String> => [computed],
        /// The DNS names or IP addresses that a response can have, the most probable first.
        pub answers: Value<Vec<Value<String>>> => [computed],
        /// The time to live of the response in seconds.
        pub ttl: Value<i64> => [computed],
        /// The probability of each endpoint that can be selected, from 0 to 1, by name. An endpoint of a nested profile is
        /// named as in `health`.
        pub endpoints: Value<BTreeMap<String, Value<Number>>> => [computed],
        /// The reasons, step by step.
        pub reasons: Value<Vec<Value<String>>> => [computed],
        /// How long the read may take.
        pub timeouts: Value<ReadTimeouts> => [block],
    }
}

/// The attributes that make the question.
pub(super) const QUESTION: &[&str] =
    &["query_type", "source", "geographic_code", "region", "latencies", "health"];

/// The attributes that make the answer.
pub(super) const ANSWER: &[&str] = &["record_type", "answers", "ttl", "endpoints", "reasons"];

const QUERY_TYPES: &[&str] = &["A", "AAAA", "CNAME", "ANY"];

/// The name that stands for all endpoints.
pub(super) const ALL: &str = "*";

/// A question that can be answered.
#[derive(Debug)]
pub(super) struct Question {
    query_type: QueryType,
    source: Option<IpAddr>,
    place: Option<&'static str>,
    latencies: Option<KnownLatencies>,
    /// The health of endpoints by name.
    pub(super) health: BTreeMap<String, Health>,
}

/// What is known of latencies.
#[derive(Debug)]
enum KnownLatencies {
    /// As the question has them, by the short name of the region.
    Given(BTreeMap<String, f64>),
    /// The published ones from a region.
    Published(Row<'static>),
}

/// What is wrong with a question, and where.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Wrong {
    pub(super) path: Path,
    /// As a sentence without its period.
    pub(super) what: String,
}

impl Question {
    /// The question that a configuration asks. All of it is known.
    pub(super) fn new(asked: &Route) -> Result<Self, Vec<Wrong>> {
        let mut wrong = Vec::new();
        let place = check(geographic_code(asked), &mut wrong);
        let question = Self {
            query_type: match asked.query_type.as_deref() {
                None | Some("A") => QueryType::A,
                Some("AAAA") => QueryType::Aaaa,
                Some("ANY") => QueryType::Any,
                Some(_) => QueryType::Other,
            },
            source: check(source(asked), &mut wrong),
            place,
            latencies: check(latencies(asked, place), &mut wrong),
            health: health(asked, &mut wrong),
        };
        if wrong.is_empty() { Ok(question) } else { Err(wrong) }
    }

    /// Asks it.
    pub(super) fn with<T>(&self, ask: impl FnOnce(&Query<'_>) -> T) -> T {
        let latency = self.latencies.as_ref().map(|known| known as &dyn Latency);
        ask(&Query { query_type: self.query_type, source: self.source, place: self.place, latency })
    }
}

impl Latency for KnownLatencies {
    fn milliseconds(&self, region: &str) -> Option<f64> {
        match self {
            Self::Given(latencies) => latencies.get(region).copied(),
            Self::Published(row) => row.to_named(region).map(f64::from),
        }
    }
}

impl Wrong {
    pub(super) fn new(path: Path, what: impl Into<String>) -> Self {
        Self { path, what: what.into() }
    }
}

fn check<T>(value: Result<Option<T>, Wrong>, wrong: &mut Vec<Wrong>) -> Option<T> {
    value.map_err(|error| wrong.push(error)).ok().flatten()
}

fn source(asked: &Route) -> Result<Option<IpAddr>, Wrong> {
    let Some(text) = asked.source.as_deref() else { return Ok(None) };
    let what = || format!("{text:?} is not an IP address");
    text.parse().map(Some).map_err(|_| Wrong::new(Path::new("source"), what()))
}

fn geographic_code(asked: &Route) -> Result<Option<&'static str>, Wrong> {
    let Some(text) = asked.geographic_code.as_deref() else { return Ok(None) };
    geography::find(text).map(|place| Some(place.code)).ok_or_else(|| {
        let named: Vec<&str> = geography::named(text).map(|place| place.code).collect();
        let remedy = match named[..] {
            [] => "use a code such as \"FR\", \"US-CA\" or \"GEO-EU\"".to_owned(),
            _ => format!("use its code, {}", named.join(" or ")),
        };
        Wrong::new(Path::new("geographic_code"), format!("{text:?} is not a geographic code: {remedy}"))
    })
}

fn latencies(asked: &Route, place: Option<&'static str>) -> Result<Option<KnownLatencies>, Wrong> {
    if let Some(given) = asked.latencies.known() {
        let milliseconds = |(name, latency): (&String, &Value<Number>)| {
            let latency = latency.known().and_then(|number| number.as_str().parse().ok());
            let latency = latency.filter(|latency| (0.0..=1e6).contains(latency)).ok_or_else(|| {
                let what = format!("the latency to {name:?} is not a number of milliseconds");
                Wrong::new(Path::new("latencies").key(name.as_str()), what)
            });
            Ok((region::normalize(name), latency?))
        };
        return Ok(Some(KnownLatencies::Given(given.iter().map(milliseconds).collect::<Result<_, _>>()?)));
    }
    let Some(name) = asked.region.as_deref().or_else(|| place.and_then(region_of_place)) else {
        return Ok(None);
    };
    let published = Latencies::published();
    let row = published.region(name).and_then(|region| published.from(region));
    row.map(|row| Some(KnownLatencies::Published(row))).ok_or_else(|| {
        let what = match region::display_name(name).or_else(|| region::nearest(name)) {
            Some(meant) if !region::same(meant, name) => format!("{name:?} is not a region: use {meant:?}"),
            Some(_) => format!(
                "Microsoft publishes no latencies from {name:?}: set latencies, or use a region nearby"
            ),
            None => format!("{name:?} is not a region: use a name such as \"westeurope\""),
        };
        Wrong::new(Path::new("region"), what)
    })
}

fn health(asked: &Route, wrong: &mut Vec<Wrong>) -> BTreeMap<String, Health> {
    let given = asked.health.known().into_iter().flatten();
    let mut health = BTreeMap::new();
    for (name, status) in given {
        let word = status.as_deref().unwrap_or_default();
        match Health::parse_ignoring_case(word) {
            Some(parsed) => {
                health.insert(name.clone(), parsed);
            }
            None => wrong.push(Wrong::new(
                Path::new("health").key(name.as_str()),
                format!(
                    "{word:?} is not a health that an endpoint can be given: use Online, Degraded, CheckingEndpoint or Stopped"
                ),
            )),
        }
    }
    health
}

/// The health that a status in Azure shows, of an endpoint whose settings may have changed since.
pub(super) fn health_of_status(status: &str) -> Health {
    Health::parse_ignoring_case(status).unwrap_or(Health::Probed(Probe::Undecided))
}
