//! The requests about profiles. Each is a value; a [`Client`](crate::Client) sends it.

use http::Method;
use serde_json::json;
use traffic_manager::id::{PROFILE_TYPE, ProfileId};

use crate::client::settle;
use crate::model::{NameAvailability, Profile, ProfilePage};
use crate::object::Object;
use crate::request::{Request, segment};

/// Reads a profile with its endpoints.
pub fn get(id: &ProfileId) -> Request<Profile> {
    Request::read(Method::GET, path(id)).about(Object::Profile(id.clone()))
}

/// Creates or replaces a profile. What is left out is reset, endpoints included.
pub fn put(id: &ProfileId, profile: &Profile) -> Request<Profile> {
    Request::write(Method::PUT, path(id), profile).about(Object::Profile(id.clone()))
}

/// Changes what is given and keeps the rest. Must not have endpoints, and cannot clear anything.
pub fn patch(id: &ProfileId, changes: &Profile) -> Request<Profile> {
    Request::write(Method::PATCH, path(id), changes).about(Object::Profile(id.clone()))
}

/// Deletes a profile with its endpoints. One that is not there counts as deleted.
pub fn delete(id: &ProfileId) -> Request<()> {
    Request::delete(path(id)).about(Object::Profile(id.clone()))
}

/// Lists the profiles of a subscription. [`Client::list`](crate::Client::list) follows the pages.
pub fn list_in_subscription(subscription_id: &str) -> Request<ProfilePage> {
    let subscription = segment(subscription_id);
    pages(format!("/subscriptions/{subscription}/providers/{PROFILE_TYPE}"))
}

/// Asks whether anybody in the cloud has a relative name. Needs a login, and no subscription.
pub fn check_name(relative_name: &str) -> Request<NameAvailability> {
    let path = "/providers/Microsoft.Network/checkTrafficManagerNameAvailability".to_owned();
    Request::read(Method::POST, path).asking(json!({ "name": relative_name, "type": PROFILE_TYPE }))
}

/// Whether a profile that was read is the one that was sent by a PUT, as far as the service keeps what it is sent.
/// Endpoints that were not sent do not count.
pub fn is_as_sent(sent: &Profile, found: &Profile) -> bool {
    let has_endpoints = sent.properties.as_ref().is_some_and(|properties| properties.endpoints.is_some());
    let values = (serde_json::to_value(sent), serde_json::to_value(found));
    matches!(values, (Ok(sent), Ok(found)) if settle::holds(&sent, &found, has_endpoints))
}

/// The first page at this path.
pub(crate) fn pages(path: String) -> Request<ProfilePage> {
    Request::read(Method::GET, path).decoded_by(|body| {
        let page: ProfilePage = serde_json::from_slice(body)?;
        Ok(ProfilePage { size: body.len(), ..page })
    })
}

/// The path of a profile.
pub(crate) fn path(id: &ProfileId) -> String {
    let (subscription, group, name) =
        (segment(&id.subscription_id), segment(&id.resource_group_name), segment(&id.name));
    format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{PROFILE_TYPE}/{name}")
}
