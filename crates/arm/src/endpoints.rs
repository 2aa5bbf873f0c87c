//! The requests about single endpoints. There is no list: endpoints come inside their profile.

use http::Method;
use traffic_manager::id::EndpointId;

use crate::comparison;
use crate::model::Endpoint;
use crate::object::Object;
use crate::profiles::{self, API};
use crate::request::{Request, segment};

/// Reads an endpoint.
pub fn get(id: &EndpointId) -> Request<Endpoint> {
    about(id, Request::read(&API, Method::GET, path(id)))
}

/// Creates or replaces an endpoint. Treat what is left out as reset.
pub fn put(id: &EndpointId, endpoint: &Endpoint) -> Request<Endpoint> {
    about(id, Request::write(&API, Method::PUT, path(id), endpoint, comparison::replaced))
}

/// Changes what is given and keeps the rest. Never creates.
pub fn patch(id: &EndpointId, changes: &Endpoint) -> Request<Endpoint> {
    about(id, Request::write(&API, Method::PATCH, path(id), changes, comparison::merged))
}

/// Deletes an endpoint. One that is not there counts as deleted, and so does one without its profile.
pub fn delete(id: &EndpointId) -> Request<()> {
    about(id, Request::delete(&API, path(id), profiles::decode_deletion))
}

/// Whether an endpoint that was read is the one that was sent by a PUT, as far as the service keeps what it is sent.
pub fn is_as_sent(sent: &Endpoint, found: &Endpoint) -> bool {
    let values = (serde_json::to_value(sent), serde_json::to_value(found));
    matches!(values, (Ok(sent), Ok(found)) if comparison::holds(&sent, &found, true))
}

/// The service itself says `NotFound` of an endpoint. Of a profile it says so when there is no heat map.
fn about<T>(id: &EndpointId, request: Request<T>) -> Request<T> {
    request.verified_by(Object::Endpoint(id.clone()).verify()).absent_by("NotFound")
}

fn path(id: &EndpointId) -> String {
    format!("{}/{}/{}", profiles::path(&id.profile), id.kind.segment(), segment(&id.name))
}
