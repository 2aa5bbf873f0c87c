//! The requests about profiles. Each is a value; a [`Client`](crate::Client) sends it.

use foreign_text::Sensitive;
use http::Method;
use serde::Deserialize;
use serde_json::json;
use traffic_manager::id::{PROFILE_TYPE, ProfileId};

use crate::comparison;
use crate::model::{NameAvailability, Profile};
use crate::object::Object;
use crate::page::Page;
use crate::request::{Api, Request, segment};

/// The version of the API that requests speak unless they say otherwise.
pub const API_VERSION: &str = "2022-04-01";

/// The first stable version that knows `recordType`.
pub const TYPED_RECORDS_API_VERSION: &str = "2026-09-01";

/// The API of Traffic Manager.
pub(crate) const API: Api = Api {
    version: API_VERSION,
    sensitive: Sensitive {
        list: "customHeaders",
        keys: &[
            "customHeaders",
            "monitorConfig",
            "dnsConfig",
            "endpoints",
            "trafficRoutingMethod",
            "properties",
        ],
    },
};

/// Reads a profile with its endpoints.
pub fn get(id: &ProfileId) -> Request<Profile> {
    about(id, Request::read(&API, Method::GET, path(id)))
}

/// Creates or replaces a profile. What is left out is reset, endpoints included.
pub fn put(id: &ProfileId, profile: &Profile) -> Request<Profile> {
    about(id, Request::write(&API, Method::PUT, path(id), profile, comparison::replaced))
}

/// Changes what is given and keeps the rest. Must not have endpoints, and cannot clear anything.
pub fn patch(id: &ProfileId, changes: &Profile) -> Request<Profile> {
    about(id, Request::write(&API, Method::PATCH, path(id), changes, comparison::merged))
}

/// Deletes a profile with its endpoints. One that is not there counts as deleted.
pub fn delete(id: &ProfileId) -> Request<()> {
    about(id, Request::delete(&API, path(id), decode_deletion))
}

/// Lists the profiles of a subscription. [`Client::list`](crate::Client::list) and
/// [`Client::pages`](crate::Client::pages) follow the pages.
pub fn list_in_subscription(subscription_id: &str) -> Request<Page<Profile>> {
    let subscription = segment(subscription_id);
    let list = Request::list(&API, format!("/subscriptions/{subscription}/providers/{PROFILE_TYPE}"));
    list.verified_by(Object::Profiles { subscription: subscription_id.to_owned(), group: None }.verify())
}

/// Lists the profiles of a resource group.
pub fn list_in_resource_group(subscription_id: &str, group: &str) -> Request<Page<Profile>> {
    let (subscription, name) = (segment(subscription_id), segment(group));
    let path = format!("/subscriptions/{subscription}/resourceGroups/{name}/providers/{PROFILE_TYPE}");
    let (subscription, group) = (subscription_id.to_owned(), Some(group.to_owned()));
    Request::list(&API, path).verified_by(Object::Profiles { subscription, group }.verify())
}

/// Asks whether anybody in the cloud has a relative name. Needs a login, and no subscription.
pub fn check_name(relative_name: &str) -> Request<NameAvailability> {
    let path = "/providers/Microsoft.Network/checkTrafficManagerNameAvailability".to_owned();
    Request::read(&API, Method::POST, path).with_body(json!({ "name": relative_name, "type": PROFILE_TYPE }))
}

fn about<T>(id: &ProfileId, request: Request<T>) -> Request<T> {
    request.verified_by(Object::Profile(id.clone()).verify())
}

/// Whether a profile that was read is the one that was sent by a PUT, as far as the service keeps what it is sent.
/// Endpoints that were not sent do not count.
pub fn is_as_sent(sent: &Profile, found: &Profile) -> bool {
    let has_endpoints = sent.properties.as_ref().is_some_and(|properties| properties.endpoints.is_some());
    let values = (serde_json::to_value(sent), serde_json::to_value(found));
    matches!(values, (Ok(sent), Ok(found)) if comparison::holds(&sent, &found, has_endpoints))
}

/// What some versions of the service answer to a DELETE; others answer nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deleted {
    #[serde(rename = "properties")]
    _properties: DeletedProperties,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeletedProperties {
    #[serde(rename = "boolean")]
    _boolean: bool,
}

/// Reads the answer to a DELETE. An answer that the service is not known to give is not believed: perhaps nothing was
/// deleted.
pub(crate) fn decode_deletion(body: &[u8]) -> Result<(), serde_json::Error> {
    match body {
        [] => Ok(()),
        body => serde_json::from_slice::<Deleted>(body).map(drop),
    }
}

/// The path of a profile.
pub(crate) fn path(id: &ProfileId) -> String {
    let (subscription, group, name) =
        (segment(&id.subscription_id), segment(&id.resource_group_name), segment(&id.name));
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{PROFILE_TYPE}/{name}")
}
