//! Create, read, update, delete and import of a service export.

use hub::ObjectKey;
use tf_plugin::object::Object as _;
use tf_plugin::resource::{
    Create, Delete, Import, Move, Plan, Read, State, Update, WithIdentity, WithImport, WithMove,
};
use tf_plugin::{Context, Diagnostics, Resource, Value};
use traffic_manager::rules;

use super::FleetServiceExport;
use super::model::{self, Export};
use crate::azure::Azure;
use crate::fleet_object::{self, FleetObject as _, Identity, Nudge, Private};
use crate::timeouts::Timeouts;
use crate::{findings, planned};

impl Resource for FleetServiceExport {
    const TYPE_NAME: &'static str = "azuretm_fleet_service_export";
    type Model = Export;
    type Private = Private;
    type Data = Azure;

    fn validate(&self, config: &Export, diagnostics: &mut Diagnostics) {
        findings::of_validation(
            &rules::check_fleet(&model::to_rules(config), &rules::Path::root()),
            diagnostics,
        );
        Timeouts::check(&config.timeouts, diagnostics);
    }

    async fn plan(&self, context: &Context<Azure>, plan: &mut Plan<Self>, diagnostics: &mut Diagnostics) {
        let azure = context.provider();
        let found = rules::check_fleet(&model::to_rules(&plan.config), &rules::Path::root());
        findings::of_plan(&found, &found, azure, plan.is_during_apply, diagnostics);
        plan.planned.id = plan.planned.head().id();
        if let Some(prior) = &plan.prior {
            plan.planned.uid = prior.uid.clone();
            plan.planned.valid = prior.valid.clone();
        }
    }

    async fn create(
        &self,
        context: &Context<Azure>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let (created, private) = fleet_object::create(context, &request.planned, diagnostics).await?;
        Some(State { model: planned::settle(&request.planned, created), private })
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: Read<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Read { current, private, .. } = request;
        fleet_object::read(context, &current, &private, diagnostics).await.map(State::new)
    }

    async fn update(
        &self,
        context: &Context<Azure>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Update { prior, planned, .. } = request;
        let updated =
            fleet_object::update(context, (&prior, &planned), |_| Nudge::NotNeeded, diagnostics).await?;
        Some(State::new(planned::settle(&planned, updated)))
    }

    async fn delete(&self, context: &Context<Azure>, request: Delete<Self>, diagnostics: &mut Diagnostics) {
        fleet_object::delete(context, &request.prior, diagnostics).await;
    }
}

impl WithImport for FleetServiceExport {
    async fn import(
        &self,
        _context: &Context<Azure>,
        request: Import,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let key = fleet_object::imported_key(&request.id, None, diagnostics)?;
        Some(State::new(imported(key)))
    }
}

fn imported(ObjectKey { namespace, name }: ObjectKey) -> Export {
    Export { namespace: Value::Known(namespace), name: Value::Known(name), ..Export::null() }
}

impl WithIdentity for FleetServiceExport {
    type Identity = Identity;

    fn identity(&self, state: &Export) -> Option<Identity> {
        state.head().identity()
    }

    fn import_id(
        &self,
        _context: &Context<Azure>,
        identity: Identity,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        fleet_object::id_of_identity(identity, diagnostics)
    }
}

impl WithMove for FleetServiceExport {
    fn moved(&self, request: &Move, diagnostics: &mut Diagnostics) -> Option<State<Self>> {
        let key = fleet_object::manifest(request, "ServiceExport", diagnostics)?;
        let id = Value::Known(key.to_string());
        Some(State::new(Export { id, ..imported(key) }))
    }
}
