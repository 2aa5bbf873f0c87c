//! The requests about what the service tells beside profiles: places, heat maps, the key of user metrics.

use http::Method;
use traffic_manager::id::ProfileId;

use crate::model::{GeographicHierarchy, HeatMap, UserMetrics};
use crate::profiles;
use crate::request::{Request, segment};

/// Reads the places that queries can be mapped from. Needs a login, and no subscription.
pub fn geographic_hierarchy() -> Request<GeographicHierarchy> {
    let path = "/providers/Microsoft.Network/trafficManagerGeographicHierarchies/default";
    Request::read(Method::GET, path.to_owned())
}

/// Reads where the queries of a profile came from in the last seven days. Needs Traffic View.
///
/// The corners are latitude and longitude, and leave out what lies outside.
pub fn heat_map(id: &ProfileId, corners: Option<[(f64, f64); 2]>) -> Request<HeatMap> {
    let request = Request::read(Method::GET, format!("{}/heatMaps/default", profiles::path(id)));
    let Some([top_left, bottom_right]) = corners else { return request };
    let pair = |(latitude, longitude): (f64, f64)| format!("{latitude},{longitude}");
    request.parameter("topLeft", pair(top_left)).parameter("botRight", pair(bottom_right))
}

/// Reads the key of user metrics of a subscription; an empty key means that there is none.
pub fn user_metrics(subscription_id: &str) -> Request<UserMetrics> {
    Request::read(Method::GET, user_metrics_path(subscription_id))
}

/// Makes a new key of user metrics for a subscription; the old one is not taken any more. Sent again after a lost
/// answer, it makes one key more, and the last is the one that counts.
pub fn renew_user_metrics(subscription_id: &str) -> Request<UserMetrics> {
    Request::read(Method::PUT, user_metrics_path(subscription_id))
}

/// Deletes the key of user metrics of a subscription, and with it the data that was collected.
pub fn delete_user_metrics(subscription_id: &str) -> Request<()> {
    Request::delete(user_metrics_path(subscription_id))
}

fn user_metrics_path(subscription_id: &str) -> String {
    let subscription = segment(subscription_id);
    format!("/subscriptions/{subscription}/providers/Microsoft.Network/trafficManagerUserMetricsKeys/default")
}
