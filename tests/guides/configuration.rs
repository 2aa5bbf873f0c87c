//! Profiles of the rules as configurations, so that what breaks a rule can be told to the provider.
//!
//! The names of attributes are written out once more: a test that took them from the provider's own conversion
//! would not notice a wrong one.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use traffic_manager::config_value::ConfigValue;
use traffic_manager::rules::{Endpoint, Header, MonitorConfig, Profile, Subnet};

/// The configuration of a profile of which everything is known.
pub(crate) fn from_profile(profile: &Profile) -> Json {
    json!({
        "name": text(&profile.name),
        "resource_group_name": text(&profile.resource_group_name),
        "traffic_routing_method": text(&profile.traffic_routing_method),
        "dns_config": [{
            "relative_name": text(&profile.dns_config.relative_name),
            "ttl": number(&profile.dns_config.ttl),
        }],
        "monitor_config": [monitor_config(&profile.monitor_config)],
        "profile_status": text(&profile.profile_status),
        "max_return": number(&profile.max_return),
        "record_type": text(&profile.record_type),
        "tags": json(&profile.tags, |tags| by_name(tags, text)),
        "endpoints": json(&profile.endpoints, |endpoints| by_name(endpoints, endpoint)),
    })
}

fn monitor_config(monitor: &MonitorConfig) -> Json {
    let header = |header: &Header| json!({ "name": text(&header.name), "value": text(&header.value) });
    let headers = json(&monitor.custom_header, |headers| headers.iter().map(header).collect());
    json!({
        "protocol": text(&monitor.protocol),
        "port": number(&monitor.port),
        "path": text(&monitor.path),
        "interval_in_seconds": number(&monitor.interval_in_seconds),
        "timeout_in_seconds": number(&monitor.timeout_in_seconds),
        "tolerated_number_of_failures": number(&monitor.tolerated_number_of_failures),
        "expected_status_code_ranges": texts(&monitor.expected_status_code_ranges),
        // A block that is left out is there no times.
        "custom_header": if headers.is_null() { json!([]) } else { headers },
    })
}

fn endpoint(endpoint: &Endpoint) -> Json {
    let named = |header: &Header| (header.name.known().cloned().unwrap_or_default(), text(&header.value));
    json!({
        "target": text(&endpoint.target),
        "target_resource_id": text(&endpoint.target_resource_id),
        "weight": number(&endpoint.weight),
        "priority": number(&endpoint.priority),
        "enabled": json(&endpoint.enabled, |is| json!(is)),
        "always_serve_enabled": json(&endpoint.always_serve_enabled, |is| json!(is)),
        "endpoint_location": text(&endpoint.endpoint_location),
        "geo_mappings": texts(&endpoint.geo_mappings),
        "subnets": json(&endpoint.subnets, |subnets| subnets.iter().map(subnet).collect()),
        "custom_headers": json(&endpoint.custom_headers, |headers| {
            Json::Object(headers.iter().map(named).collect())
        }),
        "minimum_child_endpoints": number(&endpoint.minimum_child_endpoints),
        "minimum_required_child_endpoints_ipv4": number(&endpoint.minimum_required_child_endpoints_ipv4),
        "minimum_required_child_endpoints_ipv6": number(&endpoint.minimum_required_child_endpoints_ipv6),
    })
}

fn subnet(subnet: &Subnet) -> Json {
    json!({ "first": text(&subnet.first), "last": text(&subnet.last), "scope": number(&subnet.scope) })
}

fn text(text: &ConfigValue<String>) -> Json {
    json(text, |text| json!(text))
}

fn texts(texts: &ConfigValue<Vec<ConfigValue<String>>>) -> Json {
    json(texts, |texts| texts.iter().map(text).collect())
}

fn number(number: &ConfigValue<i64>) -> Json {
    json(number, |number| json!(number))
}

fn json<T>(value: &ConfigValue<T>, of: impl FnOnce(&T) -> Json) -> Json {
    match value {
        ConfigValue::Known(value) => of(value),
        ConfigValue::Absent => Json::Null,
        ConfigValue::Unknown => panic!("JSON has no unknown values"),
    }
}

fn by_name<T>(members: &BTreeMap<String, T>, of: impl Fn(&T) -> Json) -> Json {
    Json::Object(members.iter().map(|(name, member)| (name.clone(), of(member))).collect::<Map<_, _>>())
}
