//! The resource `azuretm_traffic_manager_profile`.

mod apply;
mod calls;
mod data_source;
mod endpoints;
mod endpoints_data_source;
mod list;
mod merge;
mod model;
mod moved;
mod plan;
mod private;
mod resource;
mod take_over;
mod waiting;

pub(crate) use data_source::TrafficManagerProfileSource;
pub(crate) use endpoints_data_source::TrafficManagerEndpointsSource;
pub(crate) use list::TrafficManagerProfileList;
pub(crate) use model::{Profile, from_azure, to_rules};

/// The resource `azuretm_traffic_manager_profile`.
#[derive(Debug)]
pub(crate) struct TrafficManagerProfile;
