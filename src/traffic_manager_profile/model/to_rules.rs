//! From Terraform's terms to what the rules are asked about.

use tf_plugin::Set;
use traffic_manager::config_value::ConfigValue;
use traffic_manager::rules;

use super::{MonitorConfig, Profile};
use crate::custom_headers;
use crate::endpoint::{self, by_name, config_value, map};

/// A configuration as the rules see it.
pub(crate) fn to_rules(config: &Profile) -> rules::Profile {
    rules::Profile {
        id: config_value(&config.id),
        name: config_value(&config.name),
        resource_group_name: config_value(&config.resource_group_name),
        traffic_routing_method: config_value(&config.traffic_routing_method),
        dns_config: config.dns().map_or_else(unknown_dns, |dns| rules::DnsConfig {
            relative_name: config_value(&dns.relative_name),
            ttl: config_value(&dns.ttl),
        }),
        monitor_config: config.monitor().map_or_else(unknown_monitor, monitor_config),
        profile_status: config_value(&config.profile_status),
        max_return: config_value(&config.max_return),
        record_type: config_value(&config.record_type),
        tags: map(&config.tags, |tags| by_name(tags, config_value)),
        endpoints: map(&config.endpoints, |endpoints| by_name(endpoints, endpoint::to_rules)),
    }
}

/// A block that is missing is told by Terraform itself, so it is only not known here.
fn unknown_dns() -> rules::DnsConfig {
    rules::DnsConfig { relative_name: ConfigValue::Unknown, ttl: ConfigValue::Unknown }
}

fn unknown_monitor() -> rules::MonitorConfig {
    rules::MonitorConfig {
        protocol: ConfigValue::Unknown,
        port: ConfigValue::Unknown,
        path: ConfigValue::Unknown,
        interval_in_seconds: ConfigValue::Unknown,
        timeout_in_seconds: ConfigValue::Unknown,
        tolerated_number_of_failures: ConfigValue::Unknown,
        expected_status_code_ranges: ConfigValue::Unknown,
        custom_header: ConfigValue::Unknown,
    }
}

fn monitor_config(config: &MonitorConfig) -> rules::MonitorConfig {
    rules::MonitorConfig {
        protocol: config_value(&config.protocol),
        port: config_value(&config.port),
        path: config_value(&config.path),
        interval_in_seconds: config_value(&config.interval_in_seconds),
        timeout_in_seconds: config_value(&config.timeout_in_seconds),
        tolerated_number_of_failures: config_value(&config.tolerated_number_of_failures),
        expected_status_code_ranges: map(&config.expected_status_code_ranges, |Set(ranges)| {
            ranges.iter().map(config_value).collect()
        }),
        custom_header: custom_headers::to_rules(&config.custom_header),
    }
}
