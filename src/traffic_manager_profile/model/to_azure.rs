//! From Terraform's terms to what Azure is sent.
//!
//! Every field is sent every time: Azure's answer to a field that is left out is not the same for all of them
//! (a `ttl` left out is 0).

use std::collections::BTreeMap;

use arm::model as azure;
use tf_plugin::Value;
use traffic_manager::id::{EndpointKey, EndpointKind};
use traffic_manager::profile::defaults;

use super::{MonitorConfig, Profile, status_range};
use crate::custom_headers;
use crate::endpoint::{self, Endpoint, elements, filled, status};

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
        .map(|(key, planned)| endpoint::to_azure(&planned.key(key).unwrap_or_else(|| external(key)), planned))
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
    azure::MonitorConfig {
        protocol: planned.protocol.known().cloned(),
        port: planned.port.known().copied(),
        path: planned.path.known().cloned(),
        interval_in_seconds: planned.interval_in_seconds.known().copied(),
        timeout_in_seconds: planned.timeout_in_seconds.known().copied(),
        tolerated_number_of_failures: planned.tolerated_number_of_failures.known().copied(),
        expected_status_code_ranges: filled(ranges.collect()),
        custom_headers: custom_headers::to_azure(&planned.custom_header),
        ..Default::default()
    }
}

fn texts(texts: &Value<BTreeMap<String, Value<String>>>) -> BTreeMap<String, String> {
    let known = texts.known().into_iter().flatten();
    known.filter_map(|(name, text)| Some((name.clone(), text.known()?.clone()))).collect()
}
