//! The header that tells how many requests are left.

use http::Method;

use super::route::Route;

/// The requests left that the service tells, always the highest numbers seen in recorded answers of 2022 and
/// later: the emulator does not count.
pub(crate) fn left(route: &Route, method: &Method) -> Option<(&'static str, u32)> {
    const RESOURCE: &str = "x-ms-ratelimit-remaining-subscription-resource-requests";
    let left = match (route, method.as_str()) {
        (Route::Profile(_), "PUT" | "PATCH") => 4499,
        (Route::Endpoint(..), "PUT" | "PATCH") => 249,
        (Route::Profile(_) | Route::Endpoint(..), "DELETE") => 499,
        (
            Route::Profile(_)
            | Route::Endpoint(..)
            | Route::ProfilesOfGroup(_)
            | Route::ProfilesOfSubscription(_),
            "GET",
        ) => 1999,
        (Route::UserMetricsKey(_), "PUT" | "DELETE") => 98,
        (Route::NameCheck | Route::NameCheckV2(_), _) => {
            return Some(("x-ms-ratelimit-remaining-tenant-writes", 1199));
        }
        (Route::GeographicHierarchy, _) => {
            return Some(("x-ms-ratelimit-remaining-tenant-resource-requests", 99));
        }
        (Route::Group(_) | Route::Groups(_), "GET" | "HEAD") => {
            return Some(("x-ms-ratelimit-remaining-subscription-reads", 11999));
        }
        (Route::Group(_), "PUT" | "PATCH") | (Route::PublicIp(_), "PUT") => {
            return Some(("x-ms-ratelimit-remaining-subscription-writes", 1199));
        }
        (Route::Group(_), "DELETE") => return Some(("x-ms-ratelimit-remaining-subscription-deletes", 14999)),
        _ => return None,
    };
    Some((RESOURCE, left))
}
