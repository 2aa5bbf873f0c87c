//! A change of the spec that changes nothing.
//!
//! The controller of the hub looks at Azure only when the spec changes. A profile that was deleted or changed in Azure stays
//! so until then.

use hub::{MonitorConfig, Object, ProfileSpec, TrafficManagerProfile};
use serde_json::json;
use traffic_manager::profile::defaults;

use crate::fleet_object::Nudge;

/// A change after which the spec means what it meant before.
pub(super) fn equivalent(live: &Object<TrafficManagerProfile>) -> Nudge<ProfileSpec> {
    let monitor = live.spec.monitor_config.clone().unwrap_or_default();
    let with = |monitor| Nudge::Apply(ProfileSpec { monitor_config: Some(monitor), ..live.spec.clone() });
    let default = monitor.interval_in_seconds.map(defaults::timeout);
    // Without a time-out, the controller takes the default.
    if monitor.timeout_in_seconds.is_none() || monitor.timeout_in_seconds == default {
        let timeout = if monitor.timeout_in_seconds.is_none() { default } else { None };
        return with(MonitorConfig { timeout_in_seconds: timeout, ..monitor });
    }
    match &monitor.custom_headers {
        None => with(MonitorConfig { custom_headers: Some(Vec::new()), ..monitor }),
        // Nobody manages an empty list, so that no apply gives it up.
        Some(headers) if headers.is_empty() => {
            Nudge::Merge(json!({ "spec": { "monitorConfig": { "customHeaders": null } } }))
        }
        Some(_) => Nudge::Impossible,
    }
}
