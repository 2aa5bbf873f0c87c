//! What the provider knows of a Fleet backend before it exists, and what does not go together with other backends. No cluster
//! is asked.

use tf_plugin::resource::Plan;
use tf_plugin::{Diagnostics, Path, Value};

use super::FleetBackend;
use super::model::Backend;
use crate::azure::Azure;
use crate::fleet_object::{Condition, FleetObject as _, FleetResource};

/// Completes the planned state.
pub(super) fn complete(plan: &mut Plan<FleetResource<FleetBackend>>) {
    plan.planned.id = plan.planned.head().id();
    let Some(prior) = &plan.prior else { return };
    plan.planned.uid = prior.uid.clone();
    let unchanged = Backend {
        wait: prior.wait.clone(),
        force_conflicts: prior.force_conflicts.clone(),
        timeouts: prior.timeouts.clone(),
        endpoints: prior.endpoints.clone(),
        accepted: prior.accepted.clone(),
        ..plan.planned.clone()
    };
    let is_unchanged = unchanged == *prior && !Condition::is_noticed(&prior.accepted);
    plan.planned.endpoints = if is_unchanged { prior.endpoints.clone() } else { Value::unknown() };
    plan.planned.accepted = if is_unchanged { prior.accepted.clone() } else { Value::unknown() };
}

/// Refuses a service that another backend of the same profile has. Azure takes a target once in a profile.
pub(super) fn check_services(azure: &Azure, planned: &Backend, diagnostics: &mut Diagnostics) {
    let Backend { namespace, name, profile_name, service_name, .. } = planned;
    let (Some(namespace), Some(name), Some(profile), Some(service)) =
        (namespace.as_deref(), name.as_deref(), profile_name.as_deref(), service_name.as_deref())
    else {
        return;
    };
    let Some(other) = azure.session.plans_backend([namespace, profile, service], name) else { return };
    diagnostics.error(
        Path::new("service_name"),
        "Two backends of one service on one profile",
        format!(
            "The backends {other:?} and {name:?} both have the service {service:?} on the Fleet profile {namespace}/{profile}. \
             Azure accepts a target only once in a profile, so that the endpoints of one of them are refused. Use one backend, \
             or another profile."
        ),
    );
}

/// The weights of the exports, as they were when the backend was last read.
pub(super) fn export_weights(prior: &Backend) -> Vec<i64> {
    let endpoints = prior.endpoints.known().into_iter().flat_map(|endpoints| &endpoints.0);
    endpoints.filter_map(Value::known).map(|each| each.export_weight.known().copied().unwrap_or(1)).collect()
}
