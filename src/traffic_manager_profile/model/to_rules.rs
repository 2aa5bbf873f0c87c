//! From Terraform's terms to what the rules are asked about.

use std::collections::BTreeMap;

use tf_plugin::{Set, Value};
use traffic_manager::given::Given;
use traffic_manager::rules;

use super::{CustomHeader, Endpoint, MonitorConfig, Profile, Subnet};

/// A configuration as the rules see it.
pub(in super::super) fn to_rules(config: &Profile) -> rules::Profile {
    rules::Profile {
        id: given(&config.id),
        name: given(&config.name),
        resource_group_name: given(&config.resource_group_name),
        traffic_routing_method: given(&config.traffic_routing_method),
        dns_config: config.dns().map_or_else(unknown_dns, |dns| rules::DnsConfig {
            relative_name: given(&dns.relative_name),
            ttl: given(&dns.ttl),
        }),
        monitor_config: config.monitor().map_or_else(unknown_monitor, monitor_config),
        profile_status: given(&config.profile_status),
        max_return: given(&config.max_return),
        record_type: given(&config.record_type),
        tags: map(&config.tags, |tags| named(tags, given)),
        endpoints: map(&config.endpoints, |endpoints| named(endpoints, endpoint)),
    }
}

/// A block that is missing is told by Terraform itself, so it is only not known here.
fn unknown_dns() -> rules::DnsConfig {
    rules::DnsConfig { relative_name: Given::Unknown, ttl: Given::Unknown }
}

fn unknown_monitor() -> rules::MonitorConfig {
    rules::MonitorConfig {
        protocol: Given::Unknown,
        port: Given::Unknown,
        path: Given::Unknown,
        interval_in_seconds: Given::Unknown,
        timeout_in_seconds: Given::Unknown,
        tolerated_number_of_failures: Given::Unknown,
        expected_status_code_ranges: Given::Unknown,
        custom_header: Given::Unknown,
    }
}

fn monitor_config(config: &MonitorConfig) -> rules::MonitorConfig {
    rules::MonitorConfig {
        protocol: given(&config.protocol),
        port: given(&config.port),
        path: given(&config.path),
        interval_in_seconds: given(&config.interval_in_seconds),
        timeout_in_seconds: given(&config.timeout_in_seconds),
        tolerated_number_of_failures: given(&config.tolerated_number_of_failures),
        expected_status_code_ranges: map(&config.expected_status_code_ranges, |Set(ranges)| {
            ranges.iter().map(given).collect()
        }),
        custom_header: map(&config.custom_header, |Set(headers)| {
            headers
                .iter()
                .map(|CustomHeader { name, value }| rules::Header { name: given(name), value: given(value) })
                .collect()
        }),
    }
}

fn endpoint(value: &Value<Endpoint>) -> rules::Endpoint {
    let config = match value {
        Value::Known(config) => config,
        Value::Null => return rules::Endpoint::default(),
        Value::Unknown(_) => return rules::Endpoint::unknown(),
    };
    rules::Endpoint {
        target: given(&config.target),
        target_resource_id: given(&config.target_resource_id),
        weight: given(&config.weight),
        priority: given(&config.priority),
        enabled: given(&config.enabled),
        always_serve_enabled: given(&config.always_serve_enabled),
        endpoint_location: given(&config.endpoint_location),
        geo_mappings: map(&config.geo_mappings, |Set(codes)| codes.iter().map(given).collect()),
        subnets: map(&config.subnets, |Set(subnets)| subnets.iter().map(subnet).collect()),
        custom_headers: map(&config.custom_headers, |headers| {
            let named = headers.iter();
            named
                .map(|(name, value)| rules::Header { name: Given::Known(name.clone()), value: given(value) })
                .collect()
        }),
        minimum_child_endpoints: given(&config.minimum_child_endpoints),
        minimum_required_child_endpoints_ipv4: given(&config.minimum_required_child_endpoints_ipv4),
        minimum_required_child_endpoints_ipv6: given(&config.minimum_required_child_endpoints_ipv6),
    }
}

fn subnet(value: &Value<Subnet>) -> rules::Subnet {
    match value {
        Value::Known(subnet) => rules::Subnet {
            first: given(&subnet.first),
            last: given(&subnet.last),
            scope: given(&subnet.scope),
        },
        Value::Null | Value::Unknown(_) => {
            rules::Subnet { first: Given::Unknown, last: Given::Unknown, scope: Given::Unknown }
        }
    }
}

fn given<T: Clone>(value: &Value<T>) -> Given<T> {
    map(value, T::clone)
}

fn map<T, U>(value: &Value<T>, change: impl FnOnce(&T) -> U) -> Given<U> {
    match value {
        Value::Known(value) => Given::Known(change(value)),
        Value::Null => Given::Absent,
        Value::Unknown(_) => Given::Unknown,
    }
}

fn named<T, U>(members: &BTreeMap<String, T>, change: impl Fn(&T) -> U) -> BTreeMap<String, U> {
    members.iter().map(|(name, member)| (name.clone(), change(member))).collect()
}
