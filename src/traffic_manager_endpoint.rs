//! The resources of single endpoints: `azuretm_traffic_manager_azure_endpoint`, `azuretm_traffic_manager_external_endpoint`
//! and `azuretm_nested_profile`. They differ in their kind, which decides what their schemas have.

mod apply;
mod calls;
mod kind;
mod list;
mod model;
mod moved;
mod plan;
mod private;
mod resource;
mod waiting;
mod write;

pub(crate) use kind::{AzureEndpoint, EndpointResource, EndpointType, ExternalEndpoint, NestedProfile};
pub(crate) use list::EndpointList;

#[cfg(test)]
mod tests;
