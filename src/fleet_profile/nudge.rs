//! A spec that means the same as another and is not equal to it.
//!
//! The controller of the hub looks at Azure only when the spec changes. A profile that was deleted or changed in Azure stays
//! so until then.

use hub::{MonitorConfig, Object, ProfileSpec, TrafficManagerProfile};

use super::model;

/// A spec with the same meaning; `None` if there is none: with headers and a time-out of the user's own, there is nothing that
/// could be said in another way.
pub(super) fn equivalent(live: &Object<TrafficManagerProfile>) -> Option<ProfileSpec> {
    let monitor = live.spec.monitor_config.clone()?;
    let monitor = match &monitor.custom_headers {
        None => MonitorConfig { custom_headers: Some(Vec::new()), ..monitor },
        Some(headers) if headers.is_empty() => MonitorConfig { custom_headers: None, ..monitor },
        // Without a time-out, the controller takes the default.
        Some(_) => {
            let default = model::MonitorConfig::default_timeout(monitor.interval_in_seconds?);
            let timeout = match monitor.timeout_in_seconds {
                None => Some(default),
                Some(timeout) if timeout == default => None,
                Some(_) => return None,
            };
            MonitorConfig { timeout_in_seconds: timeout, ..monitor }
        }
    };
    Some(ProfileSpec { monitor_config: Some(monitor), ..live.spec.clone() })
}
