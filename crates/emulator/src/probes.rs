//! Health probes: what is asked of an endpoint, when, what its answer means, and how it gets there.
//!
//! They are those of Azure's "Traffic Manager endpoint monitoring", with these differences. Azure probes from many
//! places, and each of them counts; here one probe stands for all. A probe goes only to an address that the user has
//! mapped the endpoint's target to, and no name is resolved. The first probe of an endpoint comes at once. Intervals and
//! timeouts can be shortened ([`TimeScale`]). With https, the name for SNI is that of the `host` header; what Azure
//! sends is not documented.
//!
//! Which endpoints are probed, and what results make of them, is the service's affair.

mod request;
mod response;
#[cfg(test)]
mod samples;
mod schedule;
mod time_scale;
mod transport;

pub(crate) use self::request::ProbeRequest;
pub(crate) use self::schedule::{Planned, Schedule, Ticket};
pub(crate) use self::time_scale::TimeScale;
pub(crate) use self::transport::{Failed, Network, Transport};
