//! The state of azurerm's profile as a state of this one, for `moved` blocks. Endpoints are none of it: in azurerm they have
//! resources of their own.

use std::collections::BTreeMap;

use serde::Deserialize;
use tf_plugin::object::Object as _;
use tf_plugin::resource::{Move, State, WithMove};
use tf_plugin::{Diagnostics, Value};

use super::TrafficManagerProfile;
use super::model::{DnsConfig, MonitorConfig, Profile};
use crate::azurerm::{self, StoredHeader, StoredTimeouts, headers, positive, tags, text, texts, timeouts};

impl WithMove for TrafficManagerProfile {
    fn moved(&self, request: &Move, diagnostics: &mut Diagnostics) -> Option<State<Self>> {
        let stored = azurerm::state_of(request, &["azurerm_traffic_manager_profile"], diagnostics)?;
        Some(State::new(profile(stored)))
    }
}

/// What azurerm stores of a profile.
#[derive(Deserialize)]
struct Stored {
    id: Option<String>,
    name: Option<String>,
    resource_group_name: Option<String>,
    traffic_routing_method: Option<String>,
    dns_config: Option<Vec<StoredDns>>,
    monitor_config: Option<Vec<StoredMonitor>>,
    profile_status: Option<String>,
    max_return: Option<i64>,
    traffic_view_enabled: Option<bool>,
    tags: Option<BTreeMap<String, String>>,
    fqdn: Option<String>,
    timeouts: Option<StoredTimeouts>,
}

#[derive(Deserialize)]
struct StoredDns {
    relative_name: Option<String>,
    ttl: Option<i64>,
}

#[derive(Deserialize)]
struct StoredMonitor {
    protocol: Option<String>,
    port: Option<i64>,
    path: Option<String>,
    interval_in_seconds: Option<i64>,
    timeout_in_seconds: Option<i64>,
    tolerated_number_of_failures: Option<i64>,
    expected_status_code_ranges: Option<Vec<String>>,
    custom_header: Option<Vec<StoredHeader>>,
}

fn profile(stored: Stored) -> Profile {
    let dns = stored.dns_config.into_iter().flatten();
    let monitor = stored.monitor_config.into_iter().flatten();
    Profile {
        id: text(stored.id),
        name: text(stored.name),
        resource_group_name: text(stored.resource_group_name),
        traffic_routing_method: text(stored.traffic_routing_method),
        dns_config: Value::Known(dns.map(dns_config).collect()),
        monitor_config: Value::Known(monitor.map(monitor_config).collect()),
        profile_status: text(stored.profile_status),
        max_return: positive(stored.max_return),
        traffic_view_enabled: stored.traffic_view_enabled.into(),
        tags: tags(stored.tags),
        fqdn: text(stored.fqdn),
        timeouts: timeouts(stored.timeouts),
        ..Profile::null()
    }
}

fn dns_config(stored: StoredDns) -> DnsConfig {
    DnsConfig { relative_name: text(stored.relative_name), ttl: stored.ttl.into() }
}

fn monitor_config(stored: StoredMonitor) -> MonitorConfig {
    MonitorConfig {
        protocol: text(stored.protocol),
        port: positive(stored.port),
        path: text(stored.path),
        interval_in_seconds: positive(stored.interval_in_seconds),
        timeout_in_seconds: positive(stored.timeout_in_seconds),
        tolerated_number_of_failures: stored.tolerated_number_of_failures.into(),
        expected_status_code_ranges: texts(stored.expected_status_code_ranges),
        custom_header: headers(stored.custom_header),
    }
}

#[cfg(test)]
mod tests {
    use tf_plugin::Set;

    use super::*;
    use crate::azurerm::stored_by;
    use crate::custom_headers::CustomHeader;
    use crate::timeouts::Timeouts;

    fn moved(release: &str, name: &str) -> Profile {
        profile(stored_by(release, "azurerm_traffic_manager_profile", name))
    }

    #[test]
    fn everything_that_azurerm_stores_is_carried_over() {
        let header = |name: &str, value: &str| CustomHeader { name: name.into(), value: value.into() };
        let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-global/providers/\
                  Microsoft.Network/trafficManagerProfiles/shop";
        let expected = Profile {
            id: id.into(),
            name: "shop".into(),
            resource_group_name: "rg-global".into(),
            traffic_routing_method: "Weighted".into(),
            dns_config: Value::Known(vec![DnsConfig {
                relative_name: "contoso-shop".into(),
                ttl: Value::Known(30),
            }]),
            monitor_config: Value::Known(vec![MonitorConfig {
                protocol: "HTTPS".into(),
                port: Value::Known(443),
                path: "/health".into(),
                interval_in_seconds: Value::Known(30),
                timeout_in_seconds: Value::Known(9),
                tolerated_number_of_failures: Value::Known(2),
                expected_status_code_ranges: Value::Known(Set(vec!["200-299".into(), "301-301".into()])),
                custom_header: Value::Known(Set(vec![
                    header("X-Shop", "probe"),
                    header("Host", "shop.example.com"),
                ])),
            }]),
            profile_status: "Enabled".into(),
            traffic_view_enabled: Value::Known(true),
            tags: Value::Known(BTreeMap::from([("team".to_owned(), "web".into())])),
            fqdn: "contoso-shop.trafficmanager.net".into(),
            timeouts: Value::Known(Timeouts { create: "45m".into(), ..Timeouts::null() }),
            ..Profile::null()
        };
        assert_eq!(moved("5.x", "shop"), expected);
        let older = moved("2.x", "shop");
        assert_eq!(older.monitor().map(|monitor| monitor.protocol.clone()), Some("https".into()));
        assert_eq!(Profile { monitor_config: expected.monitor_config.clone(), ..older }, expected);
    }

    #[test]
    fn zeros_and_empty_texts_that_mean_nothing_are_null() {
        let child = moved("5.x", "child");
        let monitor = child.monitor().unwrap();
        assert!(child.max_return.is_null() && child.tags.is_null() && child.timeouts.is_null());
        assert!(monitor.path.is_null() && monitor.expected_status_code_ranges.is_null());
        assert_eq!(monitor.custom_header, Value::Known(Set(Vec::new())), "a block is there no times");
        assert_eq!(moved("5.x", "addresses").max_return, Value::Known(4));
        let nothing = profile(serde_json::from_str("{}").unwrap());
        let blocks = Profile {
            dns_config: Value::Known(Vec::new()),
            monitor_config: Value::Known(Vec::new()),
            ..Profile::null()
        };
        assert_eq!(nothing, blocks);
    }
}
