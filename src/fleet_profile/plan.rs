//! What the provider knows of a Fleet profile before it exists: its id, its DNS name, and the default of the time-out. No
//! cluster is asked.

use tf_plugin::Value;
use tf_plugin::resource::Plan;
use traffic_manager::fleet;

use super::FleetProfile;
use super::model::Profile;
use crate::azure::Azure;
use crate::fleet_object::{Condition, FleetObject as _, FleetResource};
use crate::planned::probe_timeout;

/// Completes the planned state.
pub(super) fn complete(azure: &Azure, plan: &mut Plan<FleetResource<FleetProfile>>) {
    if let (Value::Known(planned), Some(config)) = (&mut plan.planned.monitor_config, plan.config.monitor()) {
        planned.timeout_in_seconds = probe_timeout(&config.timeout_in_seconds, &planned.interval_in_seconds);
    }
    plan.planned.id = plan.planned.head().id();
    plan.planned.dns_name = dns_name(azure, plan);
    let Some(prior) = &plan.prior else { return };
    plan.planned.uid = prior.uid.clone();
    plan.planned.resource_id = prior.resource_id.clone();
    let unchanged = Profile {
        wait: prior.wait.clone(),
        force_conflicts: prior.force_conflicts.clone(),
        timeouts: prior.timeouts.clone(),
        programmed: prior.programmed.clone(),
        ..plan.planned.clone()
    };
    plan.planned.programmed = if unchanged == *prior && !Condition::is_noticed(&prior.programmed) {
        prior.programmed.clone()
    } else {
        Value::unknown()
    };
}

/// The DNS name: Fleet makes its first label of namespace and name.
fn dns_name(azure: &Azure, plan: &Plan<FleetResource<FleetProfile>>) -> Value<String> {
    let planned = &plan.planned;
    if let Some(prior) = &plan.prior
        && prior.namespace == planned.namespace
        && prior.name == planned.name
        && !prior.dns_name.is_null()
    {
        return prior.dns_name.clone();
    }
    match (planned.namespace.as_deref(), planned.name.as_deref()) {
        (Some(namespace), Some(name)) => {
            let label = fleet::relative_name(namespace, name);
            Value::Known(format!("{label}.{}", azure.cloud.dns_suffix))
        }
        _ => Value::unknown(),
    }
}
