//! The domain of Azure Traffic Manager: names, rules, health and routing, without I/O.
//!
//! Everything here is a value or a pure function of values. The crate knows neither Azure's JSON nor
//! Terraform's values, starts no runtime and opens no connection.

mod azure_enum;

pub mod address_range;
pub mod client_location;
pub mod config_value;
pub mod fleet;
pub mod geography;
pub mod health;
pub mod id;
pub mod latency;
pub mod profile;
pub mod region;
pub mod routing;
pub mod rules;
