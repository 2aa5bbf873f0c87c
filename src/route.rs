//! Who answers a DNS query: the function `route`, about profiles in a configuration, and the data source
//! `azuretm_traffic_manager_route`, about a profile in Azure. Both ask the same question in the same words.

mod answer;
mod data_source;
mod function;
mod model;
mod profiles;
mod typed;

pub(crate) use data_source::TrafficManagerRouteSource;
pub(crate) use function::RouteFunction;
