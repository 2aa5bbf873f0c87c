//! What is special about the resource of a Fleet backend: other backends of the same service, and changes in Azure.

use tf_plugin::resource::Plan;
use tf_plugin::{Context, Diagnostics};
use traffic_manager::rules;

use super::model::Backend;
use super::{FleetBackend, drift, nudge, plan};
use crate::azure::Azure;
use crate::endpoint::config_value;
use crate::fleet_object::{Condition, FleetObject as _, FleetResource, FleetType, KindOf, Nudge, SpecOf};

impl FleetType for FleetBackend {
    const TYPE_NAME: &'static str = "azuretm_fleet_backend";
    type Model = Backend;

    fn checked(plan: &Plan<FleetResource<Self>>) -> rules::FleetObject {
        let export_weights = plan.prior.as_ref().map(plan::export_weights).unwrap_or_default();
        let weight = config_value(&plan.planned.weight);
        rules::FleetObject { weight, export_weights, ..plan.config.to_rules() }
    }

    fn complete(azure: &Azure, plan: &mut Plan<FleetResource<Self>>, diagnostics: &mut Diagnostics) {
        plan::check_services(azure, &plan.planned, diagnostics);
        plan::complete(plan);
    }

    async fn noticed(context: &Context<Azure>, state: Backend) -> Backend {
        drift::notice(context, state).await
    }

    fn nudge(prior: &Backend, live: &hub::Object<KindOf<Self>>) -> Nudge<SpecOf<Self>> {
        if Condition::is_noticed(&prior.accepted) { nudge::detour(live) } else { Nudge::NotNeeded }
    }
}
