//! Create, read, update, delete and import of an endpoint.

use tf_plugin::resource::{Create, Delete, Import, Plan, Read, State, Update, WithIdentity, WithImport};
use tf_plugin::schema::Schema;
use tf_plugin::{Context, Diagnostics, Path, Resource, Value};
use traffic_manager::id::{EndpointId, ProfileId};

use super::apply::{self, Change};
use super::calls::EndpointCalls;
use super::kind::{EndpointResource, EndpointType, type_name};
use super::model::{self, Endpoint, Identity};
use super::plan;
use super::private::Private;
use crate::azure::Azure;
use crate::session::Expected;
use crate::timeouts::{Operation, Timeouts};
use crate::waiting::{self, WaitForOnline};
use crate::{diagnostics, findings, ids, unconfirmed};

impl<T: EndpointType> Resource for EndpointResource<T> {
    const TYPE_NAME: &'static str = T::TYPE_NAME;
    type Model = Endpoint;
    type Private = Private;
    type Data = Azure;

    fn schema(&self) -> Schema {
        T::schema()
    }

    fn validate(&self, config: &Endpoint, diagnostics: &mut Diagnostics) {
        findings::of_validation(&plan::validated(config), diagnostics);
        Timeouts::check(&config.timeouts, diagnostics);
        WaitForOnline::check(&config.wait_for_online, diagnostics);
    }

    async fn plan(&self, context: &Context<Azure>, plan: &mut Plan<Self>, diagnostics: &mut Diagnostics) {
        plan::complete(plan);
        plan::check(context, plan, diagnostics).await;
    }

    async fn create(
        &self,
        context: &Context<Azure>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Create { planned, mut private, .. } = request;
        let planned = &planned;
        let id = id_of(planned, diagnostics)?;
        let session = &context.provider().session;
        let calls = EndpointCalls::within(context, id, planned, Operation::Create);
        // Of two resources that are one endpoint, the second finds what the first has made.
        let _creating = session.create_endpoint(&calls.id.profile, calls.key()).await;
        let adopts = planned.adopts() && !session.made(&calls.id);
        let expected = if adopts { Expected::Either } else { Expected::Nothing };
        let change = Change { expected, prior: None, planned };
        let applied = apply::apply(&calls, change, &mut private, diagnostics).await?;
        session.has_made(&calls.id);
        let model = waiting::settled(context, (None, planned), applied, diagnostics).await;
        Some(State { model, private })
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        request: Read<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Read { current, private, is_import, .. } = request;
        let id = id_of(&current, diagnostics)?;
        if !is_import {
            context.provider().session.is_in_state(&id);
        }
        let calls = EndpointCalls::within(context, id, &current, Operation::Read);
        let found = calls.read().await;
        let found =
            found.map_err(|error| diagnostics::failed(&error, &calls.doing("read"), diagnostics)).ok()??;
        if apply::is_foreign(&calls, &current, &found, &private) {
            unconfirmed::warn_of_foreign("endpoint", &calls.id.name, &calls.id.to_string(), diagnostics);
            return None;
        }
        let model = model::from_azure(found, &current);
        Some(State { model, private: Private { creation_in_doubt: false, ..private } })
    }

    async fn update(
        &self,
        context: &Context<Azure>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Update { prior, planned, mut private, .. } = request;
        let (prior, planned) = (&prior, &planned);
        let id = id_of(planned, diagnostics)?;
        let calls = EndpointCalls::within(context, id, planned, Operation::Update);
        let change = Change { expected: Expected::Endpoint, prior: Some(prior), planned };
        let applied = apply::apply(&calls, change, &mut private, diagnostics).await?;
        let model = waiting::settled(context, (Some(prior), planned), applied, diagnostics).await;
        Some(State { model, private })
    }

    async fn plan_destroy(
        &self,
        context: &Context<Azure>,
        request: &Delete<Self>,
        diagnostics: &mut Diagnostics,
    ) {
        let Some(id) = request.prior.endpoint_id() else { return };
        let session = &context.provider().session;
        session.board(&id.profile).plan_endpoint(&id.key(), None);
        if session.plans_to_destroy(&id) {
            ids::moved_without_a_block("endpoint", &id.name, diagnostics);
        }
    }

    async fn delete(&self, context: &Context<Azure>, request: Delete<Self>, diagnostics: &mut Diagnostics) {
        let prior = request.prior;
        let Some(id) = id_of(&prior, diagnostics) else { return };
        let session = &context.provider().session;
        if session.made(&id) {
            ids::not_deleted("endpoint", &id.name, diagnostics);
            return;
        }
        // OpenTofu and Terraform before 1.9 do not tell that they plan others once more while this is deleted.
        session.board(&id.profile).plan_endpoint(&id.key(), None);
        let writing = session.write_endpoint(&id.profile).await;
        let calls = EndpointCalls::within(context, id, &prior, Operation::Delete);
        let deleted = calls.delete().await;
        drop(writing);
        let writers = session.writers(&calls.id.profile);
        match deleted {
            Ok(()) => writers.written(),
            Err(error) => {
                writers.failed(&calls.key());
                diagnostics::failed(&error, &calls.doing("delete"), diagnostics);
            }
        }
    }
}

impl<T: EndpointType> WithImport for EndpointResource<T> {
    async fn import(
        &self,
        _: &Context<Azure>,
        request: Import,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let id = ids::imported(&request.id, EndpointId::parse, diagnostics)?;
        if id.kind != T::KIND {
            diagnostics.error(
                Path::root(),
                "Invalid import ID",
                format!(
                    "It is the ID of an endpoint in {}, and {} has those in {}. Import it into the resource {}.",
                    id.kind.segment(),
                    T::TYPE_NAME,
                    T::KIND.segment(),
                    type_name(id.kind)
                ),
            );
            return None;
        }
        Some(State::new(Endpoint::imported(&id)))
    }
}

impl<T: EndpointType> WithIdentity for EndpointResource<T> {
    type Identity = Identity;

    fn identity(&self, state: &Endpoint) -> Option<Identity> {
        let EndpointId { profile, name, .. } = state.endpoint_id()?;
        Some(Identity {
            subscription_id: Value::Known(profile.subscription_id),
            resource_group_name: Value::Known(profile.resource_group_name),
            profile_name: Value::Known(profile.name),
            name: Value::Known(name),
        })
    }

    fn import_id(
        &self,
        context: &Context<Azure>,
        identity: Identity,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let Identity { subscription_id, resource_group_name, profile_name, name } = identity;
        let parts =
            [("resource_group_name", resource_group_name), ("profile_name", profile_name), ("name", name)];
        let (subscription, [group, profile, name]) =
            ids::of_identity(context, subscription_id, parts, diagnostics)?;
        Some(ProfileId::new(subscription, group, profile).endpoint(T::KIND, name).to_string())
    }
}

fn id_of(state: &Endpoint, diagnostics: &mut Diagnostics) -> Option<EndpointId> {
    ids::in_state(&state.id, EndpointId::parse, diagnostics)
}
