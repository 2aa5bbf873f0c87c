//! What has become of the profile in Azure, which the hub does not notice by itself.

use arm::model::Profile as AzureProfile;
use tf_plugin::{Context, Value};
use traffic_manager::id::ProfileId;
use traffic_manager::profile::defaults;

use super::model::{MonitorConfig, Profile};
use crate::azure::Azure;
use crate::custom_headers;
use crate::fleet_object::{Condition, InAzure, profile_in_azure};
use crate::session::Reader;

/// The TTL of all profiles that Fleet makes.
const TTL: i64 = 60;

/// Compares a profile that the hub calls programmed with what Azure has. What Azure does not tell changes nothing.
pub(super) async fn notice(context: &Context<Azure>, state: Profile) -> Profile {
    let id = state.resource_id.as_deref().and_then(|id| ProfileId::parse(id).ok());
    let Some(id) = id.filter(|_| Condition::holds(&state.programmed)) else { return state };
    match profile_in_azure(context, &id, Reader::Resource).await {
        InAzure::Gone => Profile {
            programmed: Condition::deleted_in_azure(format!(
                "The profile {id} was deleted in Azure, and the hub has not noticed. The next apply creates it again."
            )),
            ..state
        },
        InAzure::Found(found) => compared(state, &found),
        InAzure::Untold => state,
    }
}

/// Settings that were changed in Azure stand in the state, so that a plan shows them. For those that a Fleet profile has no
/// attribute for, the condition says so.
fn compared(state: Profile, found: &AzureProfile) -> Profile {
    let properties = found.properties.clone().unwrap_or_default();
    let dns = properties.dns_config.unwrap_or_default();
    let others = [
        ("the TTL", dns.ttl.is_none_or(|ttl| ttl == TTL)),
        ("the routing method", is(properties.traffic_routing_method.as_deref(), "Weighted")),
        ("the status of the profile", is(properties.profile_status.as_deref(), "Enabled")),
    ];
    let mut changed: Vec<&str> =
        others.into_iter().filter(|(_, is_right)| !is_right).map(|(name, _)| name).collect();
    let wanted = state.monitor().cloned().unwrap_or_else(MonitorConfig::defaults);
    let live = properties.monitor_config.map_or_else(|| wanted.clone(), |monitor| in_azure(monitor, &wanted));
    let monitor_config = if live == wanted {
        state.monitor_config.clone()
    } else {
        changed.push("the settings of the probes");
        Value::Known(live)
    };
    if changed.is_empty() {
        return state;
    }
    let text = format!(
        "In Azure, {} was changed, and the hub has not noticed. The next apply sets it again.",
        changed.join(" and ")
    );
    Profile { monitor_config, programmed: Condition::changed_in_azure(text), ..state }
}

fn is(found: Option<&str>, wanted: &str) -> bool {
    found.is_none_or(|found| found.eq_ignore_ascii_case(wanted))
}

/// The settings in Azure; what it leaves out is as it is wanted.
fn in_azure(monitor: arm::model::MonitorConfig, wanted: &MonitorConfig) -> MonitorConfig {
    let number = |found: Option<i64>, wanted: &Value<i64>| found.map_or_else(|| wanted.clone(), Value::Known);
    let same_text = |found: Option<String>, wanted: &Value<String>| match found {
        Some(found) if !wanted.as_deref().is_some_and(|wanted| wanted.eq_ignore_ascii_case(&found)) => {
            Value::Known(found)
        }
        _ => wanted.clone(),
    };
    MonitorConfig {
        protocol: same_text(monitor.protocol, &wanted.protocol),
        port: number(monitor.port, &wanted.port),
        // A probe over TCP has no path, whatever is wanted.
        path: monitor.path.filter(|path| !path.is_empty()).map_or_else(|| wanted.path.clone(), Value::Known),
        interval_in_seconds: number(
            monitor.interval_in_seconds.or(Some(defaults::INTERVAL)),
            &wanted.interval_in_seconds,
        ),
        timeout_in_seconds: number(monitor.timeout_in_seconds, &wanted.timeout_in_seconds),
        tolerated_number_of_failures: number(
            monitor.tolerated_number_of_failures,
            &wanted.tolerated_number_of_failures,
        ),
        custom_header: custom_headers::from_azure(monitor.custom_headers),
    }
}
