//! The resource `azuretm_fleet_service_export`: a `ServiceExport` in a member cluster, or a template of one on the hub.

mod model;
mod resource;

/// The resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FleetServiceExport;
