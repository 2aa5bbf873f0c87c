//! Who answers a DNS query: the routing of Traffic Manager, for a tree of profiles whose health is known.
//!
//! A [`Tree`] is made of a profile and the profiles nested in it. It answers a [`Query`] in two ways: [`Tree::decide`] picks
//! one answer, as a DNS server does, and [`Tree::route`] tells every possible answer with its exact probability and the
//! reasons. Both stand on the same choice of each profile, so they cannot disagree.
//!
//! Sources: Azure, "Traffic Manager routing methods", "Traffic Manager endpoint monitoring", "Nested Traffic Manager
//! profiles" and "Traffic Manager FAQs". Where they are silent or contradict each other, this is what the engine does:
//!
//! - An address that no endpoint of a Subnet profile has, and a place that no endpoint of a Geographic profile has, get an
//!   answer without records (NODATA). The article on routing methods says so; the FAQ says NXDOMAIN for Subnet.
//! - With Subnet, an endpoint that is not eligible is passed over for the endpoint without subnets.
//! - The answer has the TTL of the profile that was asked, also when a nested profile chose.
//! - Endpoints that are Unmonitored (Always Serve) count as Online where their profile's status is derived.
//! - That all Degraded endpoints count as Online when none is eligible is decided for a profile as a whole, and not for
//!   each address family of a `MultiValue` profile.
//! - Regions with the same latency share the queries evenly, endpoint by endpoint, as endpoints of one region do. When
//!   nothing is known of the latencies, every region counts as equally near.
//! - A nested profile that was deleted leaves its endpoint Stopped.
//!
//! Azure measures the latency between networks of clients and its regions, and does not publish it. The engine takes
//! whatever latencies it is given.

mod choice;
mod decision;
mod from_config;
mod profile;
mod query;
mod reasons;
mod route;
mod scope;
mod subnets;
mod tree;

pub use decision::{Answer, Decision};
pub use from_config::NotRoutable;
pub use profile::{Endpoint, Profile, Target};
pub use query::{Latency, Query, QueryType};
pub use route::{Needs, Route, Share};
pub use scope::Scope;
pub use tree::{Found, Tree, TreeError};

#[cfg(test)]
mod tests;
