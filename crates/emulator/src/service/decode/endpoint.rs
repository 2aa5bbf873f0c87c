//! Reads an endpoint of a request: alone, or as an element of a profile's `endpoints`.

use serde_json::{Map, Value};
use traffic_manager::profile::Status;

use super::{Problems, Reader};
use crate::service::model::{Header, Subnet};
use crate::service::version::ApiVersion;

/// What a request says of an endpoint. What it does not say is `None`.
#[derive(Clone, Debug, Default)]
pub(crate) struct EndpointInput {
    pub(crate) name: Option<String>,
    pub(crate) type_name: Option<String>,
    pub(crate) has_properties: bool,
    pub(crate) status: Option<Status>,
    pub(crate) target_resource_id: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) weight: Option<i64>,
    pub(crate) priority: Option<i64>,
    pub(crate) location: Option<String>,
    pub(crate) min_children: Option<i64>,
    pub(crate) min_children_v4: Option<i64>,
    pub(crate) min_children_v6: Option<i64>,
    pub(crate) geo_mapping: Option<Vec<String>>,
    pub(crate) subnets: Option<Vec<Subnet>>,
    pub(crate) headers: Option<Vec<Header>>,
    pub(crate) always_serve: Option<Status>,
}

/// Reads an endpoint. Properties that the API version does not have are ignored, as unknown keys are.
pub(crate) fn endpoint(
    body: &Map<String, Value>,
    place: &str,
    version: ApiVersion,
    problems: &mut Problems,
) -> EndpointInput {
    let envelope = Reader::new(body, place);
    let p = envelope.child("properties", problems);
    let mut input = EndpointInput {
        name: envelope.text("name", problems),
        type_name: envelope.text("type", problems),
        has_properties: envelope.has("properties"),
        status: p.status("endpointStatus", problems),
        target_resource_id: p.text("targetResourceId", problems),
        target: p.text("target", problems),
        weight: p.integer("weight", problems),
        priority: p.integer("priority", problems),
        location: p.text("endpointLocation", problems),
        min_children: p.integer("minChildEndpoints", problems),
        ..EndpointInput::default()
    };
    if version.has_geographic() {
        input.geo_mapping = p.texts("geoMapping", problems);
    }
    if version.has_headers() {
        input.headers = p.headers("customHeaders", problems);
    }
    if version.has_subnets() {
        input.subnets = p.subnets("subnets", problems);
    }
    if version.has_family_minimums() {
        input.min_children_v4 = p.integer("minChildEndpointsIPv4", problems);
        input.min_children_v6 = p.integer("minChildEndpointsIPv6", problems);
    }
    if version.has_always_serve() {
        input.always_serve = p.status("alwaysServe", problems);
    }
    input
}
