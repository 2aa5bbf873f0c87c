//! The resource `azuretm_traffic_manager_profile`.

mod apply;
mod calls;
mod data_source;
mod endpoints;
mod merge;
mod model;
mod moved;
mod plan;
mod private;
mod resource;
mod take_over;
mod waiting;

pub(crate) use data_source::TrafficManagerProfileSource;

/// The resource `azuretm_traffic_manager_profile`.
#[derive(Debug)]
pub(crate) struct TrafficManagerProfile;
