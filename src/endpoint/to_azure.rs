//! From Terraform's terms to what Azure is sent of an endpoint. Every field is sent every time.

use arm::model as azure;
use tf_plugin::{Set, Value};
use traffic_manager::geography;
use traffic_manager::id::{EndpointKey, EndpointKind};
use traffic_manager::profile::Status;

use super::{Endpoint, Subnet};

/// The whole endpoint.
pub(crate) fn to_azure(key: &EndpointKey, planned: &Endpoint) -> azure::Endpoint {
    let nested = key.kind == EndpointKind::Nested;
    let properties = azure::EndpointProperties {
        endpoint_status: planned.enabled.known().map(|enabled| status(*enabled)),
        target: planned.target.known().cloned(),
        target_resource_id: planned.target_resource_id.known().cloned(),
        weight: planned.weight.known().copied(),
        priority: planned.priority.known().copied(),
        endpoint_location: planned.endpoint_location.known().cloned(),
        min_child_endpoints: planned.minimum_child_endpoints.known().filter(|_| nested).copied(),
        min_child_endpoints_ipv4: planned.minimum_required_child_endpoints_ipv4.known().copied(),
        min_child_endpoints_ipv6: planned.minimum_required_child_endpoints_ipv6.known().copied(),
        geo_mapping: filled(elements(&planned.geo_mappings).map(|code| place(code)).collect()),
        subnets: filled(elements(&planned.subnets).map(subnet).collect()),
        custom_headers: filled(headers(planned)),
        always_serve: planned.always_serve_enabled.known().filter(|_| !nested).map(|on| status(*on)),
        ..Default::default()
    };
    azure::Endpoint {
        name: Some(key.name.clone()),
        type_name: Some(key.kind.type_name().to_owned()),
        properties: Some(properties),
        ..Default::default()
    }
}

/// A geographic code as Azure spells it; one that is not known here stays as it is.
fn place(code: &str) -> String {
    geography::find(code).map_or(code, |place| place.code).to_owned()
}

fn subnet(planned: &Subnet) -> azure::Subnet {
    azure::Subnet {
        first: planned.first.known().cloned(),
        last: planned.last.known().cloned(),
        scope: planned.scope.known().copied(),
        ..Default::default()
    }
}

fn headers(planned: &Endpoint) -> Vec<azure::CustomHeader> {
    let headers = planned.custom_headers.known().into_iter().flatten();
    headers.map(|(name, value)| header(name, value.as_deref())).collect()
}

/// A header of probes.
pub(crate) fn header(name: &str, value: Option<&str>) -> azure::CustomHeader {
    azure::CustomHeader {
        name: Some(name.to_owned()),
        value: Some(value.unwrap_or_default().to_owned()),
        ..Default::default()
    }
}

/// The word for enabled or disabled.
pub(crate) fn status(enabled: bool) -> String {
    Status::from_enabled(enabled).as_str().to_owned()
}

/// Empty is none.
pub(crate) fn filled<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// The known elements of a set.
pub(crate) fn elements<T>(set: &Value<Set<Value<T>>>) -> impl Iterator<Item = &T> {
    set.known().into_iter().flat_map(|set| set.0.iter().filter_map(Value::known))
}
