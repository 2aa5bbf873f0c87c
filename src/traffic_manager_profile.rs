//! The resource `azuretm_traffic_manager_profile`.

mod adoption;
mod calls;
mod changes;
mod endpoints;
mod model;
mod plan;
mod resource;
mod schema;
mod waiting;

pub(crate) use resource::TrafficManagerProfile;
