//! The resource `azuretm_traffic_manager_profile`.

mod adoption;
mod calls;
mod changes;
mod data_source;
mod doubt;
mod elsewhere;
mod endpoints;
mod freshness;
mod model;
mod plan;
mod resource;
mod schema;
mod waiting;

pub(crate) use data_source::TrafficManagerProfileSource;
pub(crate) use resource::TrafficManagerProfile;
