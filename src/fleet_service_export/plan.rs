//! What the provider knows of a service export before it exists.

use tf_plugin::Diagnostics;
use tf_plugin::resource::Plan;

use super::FleetServiceExport;
use super::model::Export;
use crate::azure::Azure;
use crate::fleet_object::{FleetObject as _, FleetResource, FleetType};

impl FleetType for FleetServiceExport {
    const TYPE_NAME: &'static str = "azuretm_fleet_service_export";
    type Model = Export;

    fn complete(_azure: &Azure, plan: &mut Plan<FleetResource<Self>>, _diagnostics: &mut Diagnostics) {
        plan.planned.id = plan.planned.head().id();
        if let Some(prior) = &plan.prior {
            plan.planned.uid = prior.uid.clone();
            plan.planned.valid = prior.valid.clone();
        }
    }
}
