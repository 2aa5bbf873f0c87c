//! The requests about single endpoints. There is no list: endpoints come inside their profile.

use http::Method;
use traffic_manager::id::EndpointId;

use crate::model::Endpoint;
use crate::object::Object;
use crate::profiles;
use crate::request::{Request, segment};

/// Reads an endpoint.
pub fn get(id: &EndpointId) -> Request<Endpoint> {
    Request::read(Method::GET, path(id)).about(Object::Endpoint(id.clone()))
}

/// Creates or replaces an endpoint. Treat what is left out as reset.
pub fn put(id: &EndpointId, endpoint: &Endpoint) -> Request<Endpoint> {
    Request::write(Method::PUT, path(id), endpoint).about(Object::Endpoint(id.clone()))
}

/// Changes what is given and keeps the rest. Never creates.
pub fn patch(id: &EndpointId, changes: &Endpoint) -> Request<Endpoint> {
    Request::write(Method::PATCH, path(id), changes).about(Object::Endpoint(id.clone()))
}

/// Deletes an endpoint. One that is not there counts as deleted, and so does one without its profile.
pub fn delete(id: &EndpointId) -> Request<()> {
    Request::delete(path(id)).about(Object::Endpoint(id.clone()))
}

fn path(id: &EndpointId) -> String {
    format!("{}/{}/{}", profiles::path(&id.profile), id.kind.segment(), segment(&id.name))
}
