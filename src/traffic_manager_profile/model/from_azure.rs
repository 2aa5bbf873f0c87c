//! From what Azure answers to Terraform's terms.

use std::collections::BTreeMap;

use arm::model::{self as azure, MonitorConfig as AzureMonitorConfig};
use tf_plugin::{Set, Value};
use traffic_manager::id::EndpointKey;
use traffic_manager::profile::RoutingMethod;

use super::{DnsConfig, MonitorConfig, Profile, is_key_of};
use crate::custom_headers;
use crate::endpoint::{self, Endpoint, enabled};

/// The state that follows from an answer. What Azure does not know (timeouts, and who manages the endpoints)
/// is taken from `current`, and so are id, name and group, which are the user's spelling of the same.
pub(crate) fn from_azure(answer: azure::Profile, current: &Profile) -> Profile {
    let properties = answer.properties.unwrap_or_default();
    let dns = properties.dns_config.unwrap_or_default();
    let monitor = properties.monitor_config.unwrap_or_default();
    let endpoints = current.endpoints.known().map(|known| {
        let found = properties.endpoints.unwrap_or_default();
        endpoints(found, known, properties.traffic_routing_method.as_deref())
    });
    Profile {
        id: current.id.clone(),
        name: current.name.clone(),
        resource_group_name: current.resource_group_name.clone(),
        traffic_routing_method: properties.traffic_routing_method.into(),
        fqdn: dns.fqdn.into(),
        dns_config: Value::Known(vec![DnsConfig {
            relative_name: dns.relative_name.into(),
            ttl: dns.ttl.into(),
        }]),
        monitor_status: monitor.profile_monitor_status.clone().into(),
        monitor_config: Value::Known(vec![monitor_config(monitor)]),
        profile_status: properties.profile_status.into(),
        max_return: properties.max_return.into(),
        record_type: properties.record_type.into(),
        adopt_existing: current.adopt_existing.clone(),
        wait_for_online: current.wait_for_online.clone(),
        traffic_view_enabled: enabled(properties.traffic_view_enrollment_status.as_deref()),
        tags: answer.tags.filter(|tags| !tags.is_empty()).map(|tags| self::tags(tags, &current.tags)).into(),
        endpoints: endpoints.into(),
        timeouts: current.timeouts.clone(),
    }
}

fn monitor_config(monitor: AzureMonitorConfig) -> MonitorConfig {
    let ranges = monitor
        .expected_status_code_ranges
        .filter(|ranges| !ranges.is_empty())
        .map(|ranges| Set(ranges.iter().filter_map(range).map(Value::Known).collect()));
    MonitorConfig {
        protocol: monitor.protocol.into(),
        port: monitor.port.into(),
        path: monitor.path.into(),
        interval_in_seconds: monitor.interval_in_seconds.into(),
        timeout_in_seconds: monitor.timeout_in_seconds.into(),
        tolerated_number_of_failures: monitor.tolerated_number_of_failures.into(),
        expected_status_code_ranges: ranges.into(),
        custom_header: custom_headers::from_azure(monitor.custom_headers),
    }
}

fn range(range: &azure::StatusCodeRange) -> Option<String> {
    let (min, max) = (range.min?, range.max.or(range.min)?);
    Some(if min == max { min.to_string() } else { format!("{min}-{max}") })
}

/// The endpoints by the keys that the state or plan has for them. Others are keyed by their names; where two have one
/// name, by kind and name.
fn endpoints(
    found: Vec<azure::Endpoint>,
    current: &BTreeMap<String, Value<Endpoint>>,
    method: Option<&str>,
) -> BTreeMap<String, Value<Endpoint>> {
    let names: Vec<String> =
        found.iter().map(|each| each.name.as_deref().unwrap_or_default().to_lowercase()).collect();
    let mut map = BTreeMap::new();
    for found in found {
        let name = found.name.clone().unwrap_or_default();
        let key = endpoint::kind_of(&found).map(|kind| EndpointKey::new(kind, name.as_str()));
        let known = key
            .as_ref()
            .and_then(|key| current.iter().find(|(map_key, value)| is_key_of(map_key, value, key)));
        let map_key = match (known, key) {
            (Some((map_key, _)), _) => map_key.clone(),
            (None, Some(key)) if names.iter().filter(|own| **own == name.to_lowercase()).count() > 1 => {
                key.to_string()
            }
            (None, _) => name,
        };
        let mut state = endpoint::from_azure(found);
        let is_numbered = known.and_then(|(_, value)| value.known()).is_none_or(|it| !it.priority.is_null());
        if !is_numbered && !is_priority(method) {
            state.priority = Value::Null;
        }
        map.insert(map_key, Value::Known(state));
    }
    map
}

/// Azure numbers the endpoints of every profile, but only here do the numbers say something.
fn is_priority(method: Option<&str>) -> bool {
    method.and_then(RoutingMethod::parse_ignoring_case) == Some(RoutingMethod::Priority)
}

/// The tags, with names in the spelling of the state or plan. Azure ignores their letter case, and after a change of
/// it alone some of its services answer the old one.
fn tags(
    tags: BTreeMap<String, String>,
    current: &Value<BTreeMap<String, Value<String>>>,
) -> BTreeMap<String, Value<String>> {
    let spelled = |name: String| {
        let known = current.known().and_then(|known| known.keys().find(|it| it.eq_ignore_ascii_case(&name)));
        known.cloned().unwrap_or(name)
    };
    tags.into_iter().map(|(name, text)| (spelled(name), Value::Known(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_spelling_of_the_name_of_a_tag_is_that_of_the_plan() {
        let texts = |name: &str| BTreeMap::from([(name.to_owned(), "web".to_owned())]);
        let planned = BTreeMap::from([("Team".to_owned(), Value::Known("web".to_owned()))]);
        assert_eq!(tags(texts("team"), &Value::Known(planned.clone())), planned);
        let other = tags(texts("team"), &Value::Null);
        assert_eq!(other.keys().collect::<Vec<_>>(), ["team"], "Azure's spelling, where there is no other");
    }
}
