//! From Terraform's terms to what Azure is sent.
//!
//! Every field is sent every time: Azure's answer to a field that is left out is not the same for all of them
//! (a `ttl` left out is 0).

use std::collections::BTreeMap;

use arm::model as azure;
use tf_plugin::Value;
use traffic_manager::geography;
use traffic_manager::id::{EndpointKey, EndpointKind};
use traffic_manager::profile::{Status, defaults};

use super::{Endpoint, MonitorConfig, Profile, Subnet, elements, status_range};

/// The whole profile. Where endpoints are managed elsewhere, it says nothing of them.
pub(in super::super) fn to_azure(planned: &Profile) -> azure::Profile {
    let properties = azure::ProfileProperties {
        profile_status: planned.profile_status.known().cloned(),
        traffic_routing_method: planned.traffic_routing_method.known().cloned(),
        dns_config: planned.dns().map(|dns| azure::DnsConfig {
            relative_name: dns.relative_name.known().cloned(),
            ttl: dns.ttl.known().copied(),
            ..Default::default()
        }),
        monitor_config: planned.monitor().map(monitor_config),
        endpoints: planned.endpoints.known().map(endpoints),
        traffic_view_enrollment_status: planned.traffic_view_enabled.known().map(|enabled| status(*enabled)),
        max_return: planned.max_return.known().copied(),
        record_type: planned.record_type.known().cloned(),
        ..Default::default()
    };
    azure::Profile {
        location: Some(defaults::LOCATION.to_owned()),
        tags: Some(texts(&planned.tags)),
        properties: Some(properties),
        ..Default::default()
    }
}

fn endpoints(planned: &BTreeMap<String, Value<Endpoint>>) -> Vec<azure::Endpoint> {
    let known = planned.iter().filter_map(|(key, value)| Some((key, value.known()?)));
    known
        .map(|(key, planned)| endpoint(&planned.key(key).unwrap_or_else(|| external(key)), planned))
        .collect()
}

/// While nobody knows where an endpoint leads, only its name is known.
fn external(key: &str) -> EndpointKey {
    EndpointKey::new(EndpointKind::External, EndpointKey::split(key).1)
}

fn monitor_config(planned: &MonitorConfig) -> azure::MonitorConfig {
    let ranges = elements(&planned.expected_status_code_ranges).filter_map(|text| status_range(text));
    let ranges = ranges.map(|(min, max)| azure::StatusCodeRange {
        min: Some(min),
        max: Some(max),
        ..Default::default()
    });
    let headers = planned.custom_header.known().into_iter().flat_map(|headers| &headers.0);
    let headers = headers
        .map(|header| self::header(header.name.as_deref().unwrap_or_default(), header.value.as_deref()));
    azure::MonitorConfig {
        protocol: planned.protocol.known().cloned(),
        port: planned.port.known().copied(),
        path: planned.path.known().cloned(),
        interval_in_seconds: planned.interval_in_seconds.known().copied(),
        timeout_in_seconds: planned.timeout_in_seconds.known().copied(),
        tolerated_number_of_failures: planned.tolerated_number_of_failures.known().copied(),
        expected_status_code_ranges: filled(ranges.collect()),
        custom_headers: filled(headers.collect()),
        ..Default::default()
    }
}

fn endpoint(key: &EndpointKey, planned: &Endpoint) -> azure::Endpoint {
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

fn header(name: &str, value: Option<&str>) -> azure::CustomHeader {
    azure::CustomHeader {
        name: Some(name.to_owned()),
        value: Some(value.unwrap_or_default().to_owned()),
        ..Default::default()
    }
}

fn status(enabled: bool) -> String {
    Status::from_enabled(enabled).as_str().to_owned()
}

fn filled<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn texts(texts: &Value<BTreeMap<String, Value<String>>>) -> BTreeMap<String, String> {
    let known = texts.known().into_iter().flatten();
    known.filter_map(|(name, text)| Some((name.clone(), text.known()?.clone()))).collect()
}
