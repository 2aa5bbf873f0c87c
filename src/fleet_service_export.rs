//! The resource `azuretm_fleet_service_export`: a `ServiceExport` in a member cluster, or a template of one on the hub.

mod model;
mod plan;

/// The resource type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FleetServiceExport;
