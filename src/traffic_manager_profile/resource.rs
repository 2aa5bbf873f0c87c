//! Create, read, update, delete and import of a profile.

use tf_plugin::object::Object as _;
use tf_plugin::resource::{Create, Delete, Import, Plan, Read, State, Update, WithIdentity, WithImport};
use tf_plugin::{Context, Diagnostics, Resource, Value};
use traffic_manager::id::{self, ProfileId};
use traffic_manager::rules;

use super::apply;
use super::calls::ProfileCalls;
use super::model::{self, Identity, Profile};
use super::private::Private;
use super::{TrafficManagerProfile, plan, take_over};
use crate::azure::Azure;
use crate::diagnostics::{self, still_nested};
use crate::session::Reader;
use crate::timeouts::{Operation, Timeouts};
use crate::waiting::{self, WaitForOnline};
use crate::{findings, ids, unconfirmed};

impl Resource for TrafficManagerProfile {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_profile";
    type Model = Profile;
    type Private = Private;
    type Data = Azure;

    fn validate(&self, config: &Profile, diagnostics: &mut Diagnostics) {
        findings::of_validation(
            &rules::check_profile(&model::to_rules(config), &rules::Path::root()),
            diagnostics,
        );
        Timeouts::check(&config.timeouts, diagnostics);
        WaitForOnline::check(&config.wait_for_online, diagnostics);
    }

    async fn plan(&self, context: &Context<Azure>, plan: &mut Plan<Self>, diagnostics: &mut Diagnostics) {
        plan::complete(context.provider(), plan, diagnostics);
        plan::check_nesting(context, plan, diagnostics).await;
        plan::look_ahead(context, plan, diagnostics).await;
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
        let calls = ProfileCalls::within(context, id, planned, Operation::Create);
        calls.wait_for_nesting(None, planned).await;
        let _writing = session.write(&calls.id).await;
        let applied = match calls.find().await {
            Ok(Some(_)) if session.made(&calls.id) => {
                ids::made_twice("profile", &calls.id.name, &calls.id.to_string(), diagnostics);
                None
            }
            Ok(Some(found)) if take_over::is_wanted(planned) => {
                apply::adopt(&calls, found, planned, diagnostics).await
            }
            Ok(Some(_)) => {
                take_over::already_there(&calls.id, diagnostics);
                None
            }
            Ok(None) => apply::make(&calls, planned, &mut private, diagnostics).await,
            Err(error) => {
                diagnostics::failed(&error, &calls.doing("create", planned), diagnostics);
                None
            }
        }?;
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
        let calls = ProfileCalls::within(context, id, &current, Operation::Read);
        let answered =
            if is_import { calls.newest(Reader::Resource).await } else { calls.read(Reader::Resource).await };
        match answered {
            Ok(answer) if apply::is_foreign(&current, &answer, &private) => {
                let ProfileId { name, .. } = &calls.id;
                unconfirmed::warn_of_foreign("profile", name, &calls.id.to_string(), diagnostics);
                None
            }
            Ok(answer) => Some(State {
                model: model::from_azure(answer, &current),
                private: Private { creation_in_doubt: false, ..private },
            }),
            Err(error) if error.is_absent() => None,
            Err(error) => {
                diagnostics::failed(&error, &calls.doing("read", &current), diagnostics);
                None
            }
        }
    }

    async fn update(
        &self,
        context: &Context<Azure>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let Update { prior, planned, private, .. } = request;
        let (prior, planned) = (&prior, &planned);
        let id = id_of(planned, diagnostics)?;
        let calls = ProfileCalls::within(context, id, planned, Operation::Update);
        calls.wait_for_nesting(Some(prior), planned).await;
        let _writing = context.provider().session.write(&calls.id).await;
        let applied = apply::change(&calls, prior, planned, diagnostics).await?;
        let model = waiting::settled(context, (Some(prior), planned), applied, diagnostics).await;
        Some(State { model, private })
    }

    async fn plan_destroy(
        &self,
        context: &Context<Azure>,
        request: &Delete<Self>,
        diagnostics: &mut Diagnostics,
    ) {
        if let Some(id) = request.prior.profile_id()
            && context.provider().session.plans_to_destroy(&id)
        {
            ids::moved_without_a_block("profile", &id.name, diagnostics);
        }
    }

    async fn delete(&self, context: &Context<Azure>, request: Delete<Self>, diagnostics: &mut Diagnostics) {
        let prior = request.prior;
        let Some(id) = id_of(&prior, diagnostics) else { return };
        let session = &context.provider().session;
        let _writing = session.write(&id).await;
        if session.made(&id) {
            ids::not_deleted("profile", &id.name, diagnostics);
            return;
        }
        let calls = ProfileCalls::within(context, id, &prior, Operation::Delete);
        let Err(error) = calls.delete().await else { return };
        let doing = calls.doing("delete", &prior);
        if error.refusal().is_some_and(|status| matches!(status.as_u16(), 400 | 409))
            && let Ok(parents) = calls.parents().await
            && !parents.is_empty()
        {
            still_nested(&error, &doing, &parents, diagnostics);
        } else {
            diagnostics::failed(&error, &doing, diagnostics);
        }
    }
}

impl WithImport for TrafficManagerProfile {
    /// The name is spelled as Azure spells it. The resource group stays as it was typed: Azure answers it in lower case.
    async fn import(
        &self,
        context: &Context<Azure>,
        request: Import,
        diagnostics: &mut Diagnostics,
    ) -> Option<State<Self>> {
        let id = ids::imported(&request.id, ProfileId::parse, diagnostics)?;
        let imported = Profile {
            id: Value::Known(id.to_string()),
            // Asks the read that follows for the endpoints.
            endpoints: Value::Known(std::collections::BTreeMap::new()),
            ..Profile::null()
        };
        let calls = ProfileCalls::within(context, id.clone(), &imported, Operation::Read);
        // What goes wrong here goes wrong in the read that follows, which says so.
        let found = calls.newest(Reader::Import).await.ok().and_then(|answer| answer.name);
        let name = found.filter(|name| id::same(name, &id.name)).unwrap_or(id.name);
        let id = ProfileId::new(id.subscription_id, id.resource_group_name, name);
        Some(State::new(Profile {
            id: Value::Known(id.to_string()),
            name: Value::Known(id.name),
            resource_group_name: Value::Known(id.resource_group_name),
            ..imported
        }))
    }
}

impl WithIdentity for TrafficManagerProfile {
    type Identity = Identity;

    fn identity(&self, state: &Profile) -> Option<Identity> {
        let ProfileId { subscription_id, resource_group_name, name } = state.profile_id()?;
        Some(Identity {
            subscription_id: Value::Known(subscription_id),
            resource_group_name: Value::Known(resource_group_name),
            name: Value::Known(name),
        })
    }

    fn import_id(
        &self,
        context: &Context<Azure>,
        identity: Identity,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let Identity { subscription_id, resource_group_name, name } = identity;
        let parts = [("resource_group_name", resource_group_name), ("name", name)];
        let (subscription, [group, name]) = ids::of_identity(context, subscription_id, parts, diagnostics)?;
        Some(ProfileId::new(subscription, group, name).to_string())
    }
}

fn id_of(state: &Profile, diagnostics: &mut Diagnostics) -> Option<ProfileId> {
    ids::in_state(&state.id, ProfileId::parse, diagnostics)
}
