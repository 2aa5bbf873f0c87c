//! What the provider knows of a Fleet backend before it exists, and what does not go together with other backends. No cluster
//! is asked.

use tf_plugin::resource::Plan;
use tf_plugin::{Diagnostics, Path, Value};
use traffic_manager::rules;

use super::FleetBackend;
use super::model::Backend;
use crate::azure::Azure;
use crate::endpoint::config_value;
use crate::fleet_object::{FleetObject as _, FleetResource, FleetType};

impl FleetType for FleetBackend {
    const TYPE_NAME: &'static str = "azuretm_fleet_backend";
    type Model = Backend;

    fn checked(plan: &Plan<FleetResource<Self>>) -> rules::FleetObject {
        let export_weights = plan.prior.as_ref().map(export_weights).unwrap_or_default();
        let weight = config_value(&plan.planned.weight);
        rules::FleetObject { weight, export_weights, ..plan.config.to_rules() }
    }

    fn complete(azure: &Azure, plan: &mut Plan<FleetResource<Self>>, diagnostics: &mut Diagnostics) {
        check_services(azure, &plan.planned, diagnostics);
        complete(plan);
    }
}

/// Completes the planned state.
fn complete(plan: &mut Plan<FleetResource<FleetBackend>>) {
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
    let is_unchanged = unchanged == *prior;
    plan.planned.endpoints = if is_unchanged { prior.endpoints.clone() } else { Value::unknown() };
    plan.planned.accepted = if is_unchanged { prior.accepted.clone() } else { Value::unknown() };
}

/// Refuses a service that another backend of the same profile has. Azure takes a target once in a profile.
fn check_services(azure: &Azure, planned: &Backend, diagnostics: &mut Diagnostics) {
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
fn export_weights(prior: &Backend) -> Vec<i64> {
    let endpoints = prior.endpoints.known().into_iter().flat_map(|endpoints| &endpoints.0);
    endpoints.filter_map(Value::known).map(|each| each.export_weight.known().copied().unwrap_or(1)).collect()
}
