//! A DNS query, as far as routing depends on it.

use std::net::IpAddr;

/// The round-trip times from a client to regions.
pub trait Latency {
    /// Milliseconds to a region, given by its short name (`westeurope`). `None` if it is not known.
    fn milliseconds(&self, region: &str) -> Option<f64>;
}

impl<F: Fn(&str) -> Option<f64>> Latency for F {
    fn milliseconds(&self, region: &str) -> Option<f64> {
        self(region)
    }
}

/// The type of the records that are asked for.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum QueryType {
    /// IPv4 addresses.
    #[default]
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Everything there is.
    Any,
    /// Anything else, such as CNAME or TXT.
    Other,
}

/// A query. What is not given is not known: see [`crate::routing`] for what is answered then.
#[derive(Clone, Copy, Default)]
pub struct Query<'a> {
    /// The type.
    pub query_type: QueryType,
    /// The address of the resolver, or of the client subnet that the resolver sends.
    pub source: Option<IpAddr>,
    /// The geographic code of the place that the source is in, such as `FR` or `US-CA`.
    pub place: Option<&'a str>,
    /// The latencies from the source.
    pub latency: Option<&'a dyn Latency>,
}

impl QueryType {
    /// Whether a record with this address answers the query.
    pub(super) const fn takes(self, address: IpAddr) -> bool {
        match self {
            Self::A => address.is_ipv4(),
            Self::Aaaa => address.is_ipv6(),
            Self::Any => true,
            Self::Other => false,
        }
    }
}

impl std::fmt::Debug for Query<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Query")
            .field("query_type", &self.query_type)
            .field("source", &self.source)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}
