//! The resource `azuretm_traffic_manager_profile`.

mod endpoints;
mod model;
mod plan;
mod resource;
mod schema;

pub(crate) use resource::TrafficManagerProfile;
