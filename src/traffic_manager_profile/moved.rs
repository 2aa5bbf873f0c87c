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
