//! What the provider knows of a Fleet backend before it exists, and what does not go together with other backends. No cluster
//! is asked.

use tf_plugin::resource::Plan;
use tf_plugin::{Diagnostics, Path, Value};
use traffic_manager::fleet;
use traffic_manager::rules;

use super::FleetBackend;
use super::model::{self, Backend, BackendEndpoint};
use crate::azure::Azure;
use crate::findings;
use crate::fleet_object::FleetObject as _;

/// The code of the warning of lost ratios, for `ignored_warnings`.
pub(super) const LOW_WEIGHT: &str = "fleet-weight-low";

/// Below this weight, shares that are rounded up can differ much from what was meant.
const LOW: i64 = 100;

/// Completes the planned state.
pub(super) fn complete(azure: &Azure, plan: &mut Plan<FleetBackend>, diagnostics: &mut Diagnostics) {
    let found = rules::check_fleet(&model::to_rules(&plan.config), &rules::Path::root());
    findings::of_plan(&found, &found, azure, plan.is_during_apply, diagnostics);
    check_services(azure, plan, diagnostics);
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
    if !plan.is_during_apply && !azure.ignored_warnings.contains(LOW_WEIGHT) {
        warn_of_lost_ratio(prior, plan.planned.weight.known().copied(), diagnostics);
    }
}

/// Refuses a service that another backend of the same profile has. Azure takes a target once in a profile.
fn check_services(azure: &Azure, plan: &Plan<FleetBackend>, diagnostics: &mut Diagnostics) {
    let Backend { namespace, name, profile_name, service_name, .. } = &plan.planned;
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

/// Warns if the weights that the clusters get are not in the ratio of their exports.
fn warn_of_lost_ratio(prior: &Backend, weight: Option<i64>, diagnostics: &mut Diagnostics) {
    let endpoints = prior.endpoints.known().into_iter().flat_map(|endpoints| &endpoints.0);
    let known: Vec<&BackendEndpoint> = endpoints.filter_map(Value::known).collect();
    let exports: Vec<i64> =
        known.iter().map(|each| each.export_weight.known().copied().unwrap_or(1)).collect();
    let Some(weight) = weight.filter(|weight| (1..LOW).contains(weight) && exports.len() > 1) else { return };
    let weights = fleet::endpoint_weights(weight, &exports);
    if keeps_ratio(&weights, &exports) {
        return;
    }
    let lines = known.iter().zip(&exports).zip(&weights).map(|((endpoint, export), weight)| {
        format!(
            "  {}: export weight {export}, endpoint weight {weight}",
            endpoint.cluster.as_deref().unwrap_or_default()
        )
    });
    diagnostics.warning(
        Path::new("weight"),
        "The weights of the clusters are not in the ratio of their exports",
        format!(
            "Fleet shares the weight {weight} of the backend among the clusters and rounds up:\n\n{}\n\nUse a weight of 100 or \
             more, and multiply those of the other backends of the profile by the same factor.\n\nTo hide this warning, add \
             {LOW_WEIGHT:?} to ignored_warnings in the provider block.",
            lines.collect::<Vec<_>>().join("\n")
        ),
    );
}

/// Whether all weights are the same multiple of the exports.
fn keeps_ratio(weights: &[i64], exports: &[i64]) -> bool {
    let (Some(first), Some(export)) = (weights.first(), exports.first()) else { return true };
    let is_same = |(weight, other): (&i64, &i64)| {
        i128::from(*weight) * i128::from(*export) == i128::from(*first) * i128::from(*other)
    };
    weights.iter().zip(exports).all(is_same)
}
