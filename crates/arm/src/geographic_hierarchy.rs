//! The request about the places that queries can be mapped from.

use http::Method;

use crate::model::GeographicHierarchy;
use crate::profiles::API;
use crate::request::Request;

/// Reads the places. Needs a login, and no subscription.
pub fn get() -> Request<GeographicHierarchy> {
    let path = "/providers/Microsoft.Network/trafficManagerGeographicHierarchies/default";
    Request::read(&API, Method::GET, path.to_owned())
}
