//! The provider `azuretm`: Azure Traffic Manager for Terraform and OpenTofu.
//!
//! One folder per Terraform noun; `provider` holds the configuration and the clients, `diagnostics` turns
//! what went wrong into what a user reads. The protocol, the rules and the requests are in crates of their own.

mod azure;
mod azurerm;
mod calls;
mod cloud;
mod custom_headers;
mod diagnostics;
mod differences;
mod endpoint;
mod findings;
mod fleet_backend;
mod fleet_data_source;
mod fleet_hub;
mod fleet_hub_credentials;
mod fleet_object;
mod fleet_profile;
mod fleet_service_export;
mod functions;
mod geographical_location;
mod hidden;
mod hub_diagnostics;
mod ids;
mod name_availability;
mod nesting;
mod planned;
mod provider;
mod route;
#[cfg(test)]
mod second_resource;
mod session;
mod three_way;
mod timeouts;
mod traffic_manager_endpoint;
mod traffic_manager_profile;
mod unconfirmed;
mod uuid;
mod waiting;
mod words;

pub use provider::{AzureTrafficManager, Environment};
