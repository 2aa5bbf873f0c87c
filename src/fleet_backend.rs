//! The resource `azuretm_fleet_backend`: a `TrafficManagerBackend` on the hub of a fleet.

mod model;
mod plan;

/// The resource type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FleetBackend;
