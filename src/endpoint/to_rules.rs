//! From Terraform's terms to what the rules are asked about.

use std::collections::BTreeMap;

use arm::model as azure;
use tf_plugin::{Set, Value};
use traffic_manager::config_value::ConfigValue;
use traffic_manager::rules;

use super::{Endpoint, Subnet, from_azure};

/// An endpoint in Azure as the rules see it, with its name.
pub(crate) fn named(endpoint: &azure::Endpoint) -> rules::NamedEndpoint {
    let name = endpoint.name.clone().map_or(ConfigValue::Unknown, ConfigValue::Known);
    let settings = from_azure(endpoint.clone());
    rules::NamedEndpoint { name, endpoint: to_rules(&Value::Known(settings)) }
}

/// What the rules have to know of a profile in Azure.
pub(crate) fn context_of(profile: &azure::Profile) -> rules::ProfileContext {
    let known = |text: Option<&String>| text.cloned().map_or(ConfigValue::Unknown, ConfigValue::Known);
    let properties = profile.properties.as_ref();
    let monitor = properties.and_then(|it| it.monitor_config.as_ref());
    rules::ProfileContext {
        id: known(profile.id.as_ref()),
        traffic_routing_method: known(properties.and_then(|it| it.traffic_routing_method.as_ref())),
        record_type: known(properties.and_then(|it| it.record_type.as_ref())),
        protocol: known(monitor.and_then(|it| it.protocol.as_ref())),
    }
}

/// An endpoint as the rules see it.
pub(crate) fn to_rules(value: &Value<Endpoint>) -> rules::Endpoint {
    let config = match value {
        Value::Known(config) => config,
        Value::Null => return rules::Endpoint::default(),
        Value::Unknown(_) => return rules::Endpoint::unknown(),
    };
    rules::Endpoint {
        target: config_value(&config.target),
        target_resource_id: config_value(&config.target_resource_id),
        weight: config_value(&config.weight),
        priority: config_value(&config.priority),
        enabled: config_value(&config.enabled),
        always_serve_enabled: config_value(&config.always_serve_enabled),
        endpoint_location: config_value(&config.endpoint_location),
        geo_mappings: map(&config.geo_mappings, |Set(codes)| codes.iter().map(config_value).collect()),
        subnets: map(&config.subnets, |Set(subnets)| subnets.iter().map(subnet).collect()),
        custom_headers: map(&config.custom_headers, |headers| {
            let named = headers.iter();
            named
                .map(|(name, value)| rules::Header {
                    name: ConfigValue::Known(name.clone()),
                    value: config_value(value),
                })
                .collect()
        }),
        minimum_child_endpoints: config_value(&config.minimum_child_endpoints),
        minimum_required_child_endpoints_ipv4: config_value(&config.minimum_required_child_endpoints_ipv4),
        minimum_required_child_endpoints_ipv6: config_value(&config.minimum_required_child_endpoints_ipv6),
    }
}

/// A subnet as the rules see it.
pub(crate) fn subnet_to_rules(subnet: &Subnet) -> rules::Subnet {
    rules::Subnet {
        first: config_value(&subnet.first),
        last: config_value(&subnet.last),
        scope: config_value(&subnet.scope),
    }
}

fn subnet(value: &Value<Subnet>) -> rules::Subnet {
    match value {
        Value::Known(subnet) => subnet_to_rules(subnet),
        Value::Null | Value::Unknown(_) => rules::Subnet {
            first: ConfigValue::Unknown,
            last: ConfigValue::Unknown,
            scope: ConfigValue::Unknown,
        },
    }
}

/// A value as the rules see it.
pub(crate) fn config_value<T: Clone>(value: &Value<T>) -> ConfigValue<T> {
    map(value, T::clone)
}

/// The same with another type.
pub(crate) fn map<T, U>(value: &Value<T>, change: impl FnOnce(&T) -> U) -> ConfigValue<U> {
    match value {
        Value::Known(value) => ConfigValue::Known(change(value)),
        Value::Null => ConfigValue::Absent,
        Value::Unknown(_) => ConfigValue::Unknown,
    }
}

/// Members by name.
pub(crate) fn by_name<T, U>(members: &BTreeMap<String, T>, change: impl Fn(&T) -> U) -> BTreeMap<String, U> {
    members.iter().map(|(name, member)| (name.clone(), change(member))).collect()
}
