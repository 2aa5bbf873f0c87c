//! Profiles and endpoints as the engine takes them: every default filled in. It decides nothing.

use std::net::IpAddr;

use crate::address_range::AddressRange;
use crate::health::{ChildMinimums, Family, Health};
use crate::profile::{RoutingMethod, Status, defaults};

/// A profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What the reasons call it.
    pub name: String,
    /// Whether it is in use.
    pub status: Status,
    /// How it chooses among its endpoints.
    pub method: RoutingMethod,
    /// Seconds that its answers may be kept.
    pub ttl: u32,
    /// How many addresses an answer of `MultiValue` has at most.
    pub max_return: usize,
    /// The endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// An endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The name, unique in the profile for its kind.
    pub name: String,
    /// What an answer says.
    pub target: Target,
    /// Whether it is in use.
    pub status: Status,
    /// Whether it is served without probes.
    pub always_serve: Status,
    /// What is known of the target. A nested endpoint takes its status from the child, and this only if the child is not
    /// given.
    pub health: Health,
    /// The share of the queries, for `Weighted`: 1 to 1000.
    pub weight: u32,
    /// The rank, for `Priority`: the lowest is served first.
    pub priority: u32,
    /// The region, for `Performance`, in any spelling.
    pub location: Option<String>,
    /// Codes of places, for `Geographic`, in any letter case.
    pub geo_mappings: Vec<String>,
    /// Addresses of clients, for `Subnet`.
    pub subnets: Vec<AddressRange>,
    /// How many endpoints of the child have to be online.
    pub minimums: ChildMinimums,
}

/// What an endpoint leads to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// A DNS name.
    Name(String),
    /// An address.
    Address(IpAddr),
    /// A child profile, by the key under which it is found.
    Profile(String),
    /// Something whose DNS name is not known, such as a resource that does not exist yet.
    Unknown,
}

impl Target {
    /// The target of this text: an address or a DNS name.
    pub fn parse(text: &str) -> Self {
        text.trim().parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Address)
    }

    /// The address family if the target is an address.
    pub(super) const fn family(&self) -> Option<Family> {
        match self {
            Self::Address(IpAddr::V4(_)) => Some(Family::V4),
            Self::Address(IpAddr::V6(_)) => Some(Family::V6),
            _ => None,
        }
    }
}

impl Profile {
    /// An enabled profile with these endpoints, a TTL of 60 seconds, and at most 2 addresses in an answer.
    pub fn new(name: impl Into<String>, method: RoutingMethod, endpoints: Vec<Endpoint>) -> Self {
        Self {
            name: name.into(),
            status: Status::Enabled,
            method,
            ttl: 60,
            max_return: defaults::MAX_RETURN,
            endpoints,
        }
    }
}

impl Endpoint {
    /// An enabled endpoint of which the service's defaults hold and whose health is not decided.
    pub fn new(name: impl Into<String>, target: Target) -> Self {
        Self {
            name: name.into(),
            target,
            status: Status::Enabled,
            always_serve: Status::Disabled,
            health: Health::default(),
            weight: 1,
            priority: 1,
            location: None,
            geo_mappings: Vec::new(),
            subnets: Vec::new(),
            minimums: ChildMinimums::default(),
        }
    }
}
