//! The resource of objects of one kind: what the server calls. What is special about a kind stands with its type.

use std::future::{Future, ready};
use std::marker::PhantomData;

use hub::{Kind, Object as HubObject, ObjectKey};
use tf_plugin::resource::{
    Create, Delete, Import, Move, Plan, Read, State, Update, WithIdentity, WithImport, WithMove,
};
use tf_plugin::{Context, Diagnostics, Resource};
use traffic_manager::rules;

use super::import::{id_of_identity, imported_key};
use super::lifecycle;
use super::moved::manifest;
use super::object::{FleetObject, Identity, Nudge, Private};
use crate::azure::Azure;
use crate::timeouts::Timeouts;
use crate::{findings, planned};

/// A resource type for objects of one kind.
pub(crate) trait FleetType: Sized + Send + Sync + 'static {
    /// The resource type.
    const TYPE_NAME: &'static str;
    /// The struct of the resource.
    type Model: FleetObject;

    /// Completes the planned state. No cluster is asked.
    fn complete(azure: &Azure, plan: &mut Plan<FleetResource<Self>>, diagnostics: &mut Diagnostics);

    /// What the rules are asked about in a plan.
    fn checked(plan: &Plan<FleetResource<Self>>) -> rules::FleetObject {
        plan.config.to_rules()
    }

    /// The state that was read, with what is known from elsewhere.
    fn noticed(_context: &Context<Azure>, state: Self::Model) -> impl Future<Output = Self::Model> + Send {
        ready(state)
    }

    /// How a controller is made to look at Azure again, where an update does not change the spec.
    fn nudge(_prior: &Self::Model, _live: &HubObject<KindOf<Self>>) -> Nudge<SpecOf<Self>> {
        Nudge::NotNeeded
    }

    /// Warns of what a deletion takes along.
    fn before_delete(
        _context: &Context<Azure>,
        _prior: &Self::Model,
        _diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send {
        ready(())
    }

    /// The object that an import id names.
    fn import_key(
        _context: &Context<Azure>,
        id: &str,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<ObjectKey>> + Send {
        ready(imported_key(id, None, diagnostics))
    }
}

/// The kind of the objects on the hub.
pub(crate) type KindOf<T> = <<T as FleetType>::Model as FleetObject>::Kind;

/// What such an object is wanted to be.
pub(crate) type SpecOf<T> = <KindOf<T> as Kind>::Spec;

/// The resource of objects of one kind.
#[derive(Debug)]
pub(crate) struct FleetResource<T>(PhantomData<T>);

impl<T> FleetResource<T> {
    /// The resource.
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: FleetType> Resource for FleetResource<T> {
    const TYPE_NAME: &'static str = T::TYPE_NAME;
    type Model = T::Model;
    type Private = Private;
    type Data = Azure;

    fn validate(&self, config: &T::Model, diagnostics: &mut Diagnostics) {
        let found = rules::check_fleet(&config.to_rules(), &rules::Path::root());
        findings::of_validation(&found, diagnostics);
        Timeouts::check(config.head().timeouts, diagnostics);
    }

    async fn plan(&self, context: &Context<Azure>, plan: &mut Plan<Self>, diagnostics: &mut Diagnostics) {
        let azure = context.provider();
        let found = rules::check_fleet(&T::checked(plan), &rules::Path::root());
        findings::of_plan(&found, &found, azure, plan.is_during_apply, diagnostics);
        T::complete(azure, plan, diagnostics);
    }

    async fn create(
        &self,
        context: &Context<Azure>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let (created, private) = lifecycle::create(context, &request.planned, diagnostics).await?;
        Some(State { model: planned::settle(&request.planned, created), private })
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: Read<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Read { current, private, .. } = request;
        let found = lifecycle::read(context, &current, &private, diagnostics).await?;
        Some(State::new(T::noticed(context, found).await))
    }

    async fn update(
        &self,
        context: &Context<Azure>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Update { prior, planned, .. } = request;
        let nudge = |live: &HubObject<KindOf<T>>| T::nudge(&prior, live);
        let updated = lifecycle::update(context, (&prior, &planned), nudge, diagnostics).await?;
        Some(State::new(planned::settle(&planned, updated)))
    }

    async fn delete(&self, context: &Context<Azure>, request: Delete<Self>, diagnostics: &mut Diagnostics) {
        T::before_delete(context, &request.prior, diagnostics).await;
        lifecycle::delete(context, &request.prior, diagnostics).await;
    }
}

impl<T: FleetType> WithImport for FleetResource<T> {
    async fn import(
        &self,
        context: &Context<Azure>,
        request: Import,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let key = T::import_key(context, &request.id, diagnostics).await?;
        Some(State::new(T::Model::from_key(key)))
    }
}

impl<T: FleetType> WithIdentity for FleetResource<T> {
    type Identity = Identity;

    fn identity(&self, state: &T::Model) -> Option<Identity> {
        state.head().identity()
    }

    fn import_id(
        &self,
        _context: &Context<Azure>,
        identity: Identity,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        id_of_identity(identity, diagnostics)
    }
}

impl<T: FleetType> WithMove for FleetResource<T> {
    fn moved(&self, request: &Move, diagnostics: &mut Diagnostics) -> Option<State<Self>> {
        let key = manifest(request, <KindOf<T> as Kind>::KIND, diagnostics)?;
        Some(State::new(T::Model::from_key(key)))
    }
}
