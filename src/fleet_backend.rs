//! The resource `azuretm_fleet_backend`: a `TrafficManagerBackend` on the hub of a fleet.

mod drift;
mod model;
mod nudge;
mod plan;
mod resource;

/// The resource type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FleetBackend;
