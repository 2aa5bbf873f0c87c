//! Create, read, update, delete and import of a profile.

use arm::ArmError;
use tf_plugin::cty::Type;
use tf_plugin::object::Object as _;
use tf_plugin::resource::{Apply, IdentityAttribute, IdentitySchema, Import, Plan};
use tf_plugin::schema::Schema;
use tf_plugin::{Context, Diagnostics, Path, Private, Resource, Value};
use traffic_manager::id::{self, ProfileId};
use traffic_manager::rules;

use super::apply::{self, Applied};
use super::calls::{Calls, Operation, is_absent};
use super::model::{self, Identity, Profile, Timeouts, WaitForOnline};
use super::{doubt, plan, schema, take_over, waiting};
use crate::diagnostics::{self, still_nested};
use crate::provider::Azure;
use crate::session::Reader;
use crate::timeouts;

/// The resource `azuretm_traffic_manager_profile`.
#[derive(Debug)]
pub(crate) struct TrafficManagerProfile;

impl Resource for TrafficManagerProfile {
    const TYPE_NAME: &'static str = "azuretm_traffic_manager_profile";
    type Model = Profile;
    type Identity = Identity;
    type Data = Azure;

    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn validate(&self, config: &Profile, diagnostics: &mut Diagnostics) {
        let findings = rules::check_profile(&model::to_rules(config), &rules::Path::root()).into_iter();
        let findings = findings.filter(|finding| !plan::is_for_plan(finding));
        findings.for_each(|finding| diagnostics::finding(&finding, diagnostics));
        if let Some(Timeouts { create, read, update, delete }) = config.timeouts.known() {
            let given = [("create", create), ("read", read), ("update", update), ("delete", delete)];
            timeouts::check(&Path::of("timeouts"), &given, diagnostics);
        }
        if let Some(WaitForOnline { timeout }) = config.wait_for_online.known() {
            timeouts::check(&Path::of("wait_for_online"), &[("timeout", timeout)], diagnostics);
        }
    }

    async fn plan(&self, context: &Context<Azure>, plan: &mut Plan<Profile>, diagnostics: &mut Diagnostics) {
        plan::complete(context.provider(), plan, diagnostics);
        plan::look_ahead(context, plan, diagnostics).await;
    }

    async fn create(
        &self,
        context: &Context<Azure>,
        apply: Apply<Profile>,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let planned = &apply.planned;
        let id = id_of(planned, diagnostics)?;
        let session = &context.provider().session;
        let _writing = session.write(&id).await;
        let calls = Calls::new(context, id, planned, Operation::Create.time(planned));
        let applied = match calls.find().await {
            Ok(Some(_)) if session.made(&calls.id) => {
                made_twice(&calls.id, diagnostics);
                None
            }
            Ok(Some(found)) if take_over::is_wanted(planned) => {
                apply::adopt(&calls, found, planned, diagnostics).await
            }
            Ok(Some(_)) => {
                take_over::already_there(&calls.id, diagnostics);
                None
            }
            Ok(None) => apply::make(&calls, planned, private, diagnostics).await,
            Err(error) => {
                let doing = Operation::Create.doing("create", &calls.id, planned);
                diagnostics::failed(&error, &doing, diagnostics);
                None
            }
        }?;
        session.has_made(&calls.id);
        settled(context, &apply, applied, diagnostics).await
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        current: Profile,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let id = id_of(&current, diagnostics)?;
        let is_import = current.traffic_routing_method.is_null();
        if !is_import {
            context.provider().session.is_in_state(&id);
        }
        let calls = Calls::new(context, id, &current, Operation::Read.time(&current));
        let answered =
            if is_import { calls.newest(Reader::Resource).await } else { calls.read(Reader::Resource).await };
        match answered {
            Ok(answer) if doubt::is_foreign(&current, &answer, private) => {
                doubt::told(&calls.id, diagnostics);
                None
            }
            Ok(answer) => {
                doubt::forget(private);
                Some(model::from_azure(answer, &current))
            }
            Err(error) if is_absent(&error) => None,
            Err(error) => {
                diagnostics::failed(&error, &Operation::Read.doing("read", &calls.id, &current), diagnostics);
                None
            }
        }
    }

    async fn update(
        &self,
        context: &Context<Azure>,
        apply: Apply<Profile>,
        _private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let planned = &apply.planned;
        let prior = apply.prior.as_ref().expect("an update has a prior state");
        let id = id_of(planned, diagnostics)?;
        let _writing = context.provider().session.write(&id).await;
        let calls = Calls::new(context, id, planned, Operation::Update.time(planned));
        let applied = apply::change(&calls, prior, planned, diagnostics).await?;
        settled(context, &apply, applied, diagnostics).await
    }

    async fn plan_destroy(&self, context: &Context<Azure>, prior: &Profile, diagnostics: &mut Diagnostics) {
        if let Some(id) = prior.profile_id()
            && context.provider().session.plans_to_destroy(&id)
        {
            take_over::moved_without_a_block(&id, diagnostics);
        }
    }

    async fn delete(&self, context: &Context<Azure>, prior: Profile, diagnostics: &mut Diagnostics) {
        let Some(id) = id_of(&prior, diagnostics) else { return };
        let session = &context.provider().session;
        let _writing = session.write(&id).await;
        if session.made(&id) {
            not_deleted(&id, diagnostics);
            return;
        }
        let calls = Calls::new(context, id, &prior, Operation::Delete.time(&prior));
        let Err(error) = calls.delete().await else { return };
        let doing = Operation::Delete.doing("delete", &calls.id, &prior);
        if matches!(error, ArmError::Conflict(_) | ArmError::Invalid(_))
            && let Ok(parents) = calls.parents().await
            && !parents.is_empty()
        {
            still_nested(&error, &doing, &parents, diagnostics);
        } else {
            diagnostics::failed(&error, &doing, diagnostics);
        }
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        let attribute = |name: &str, required_for_import, description: &str| IdentityAttribute {
            name: name.to_owned(),
            of: Type::String,
            required_for_import,
            description: description.to_owned(),
        };
        let attributes = vec![
            attribute(
                "subscription_id",
                false,
                "The ID of the subscription. Defaults to the one of the provider.",
            ),
            attribute("resource_group_name", true, "The name of the resource group."),
            attribute("name", true, "The name of the profile."),
        ];
        Some(IdentitySchema { version: 0, attributes })
    }

    fn identity(&self, state: &Profile) -> Option<Identity> {
        let ProfileId { subscription_id, resource_group_name, name } = state.profile_id()?;
        Some(Identity {
            subscription_id: Value::Known(subscription_id),
            resource_group_name: Value::Known(resource_group_name),
            name: Value::Known(name),
        })
    }

    /// The name is spelled as Azure spells it. The resource group stays as it was typed: Azure answers it in lower case.
    async fn import(
        &self,
        context: &Context<Azure>,
        import: Import<Identity>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let id = match import {
            Import::Id(text) => ProfileId::parse(&text)
                .map_err(|error| {
                    diagnostics.error(Path::root(), "Invalid import ID", format!("{error}"));
                })
                .ok()?,
            Import::Identity(identity) => identified(context.provider(), identity, diagnostics)?,
        };
        let imported = Profile {
            id: Value::Known(id.to_string()),
            // Asks the read that follows for the endpoints.
            endpoints: Value::Known(std::collections::BTreeMap::new()),
            ..Profile::null()
        };
        let calls = Calls::new(context, id.clone(), &imported, Operation::Read.time(&imported));
        // What goes wrong here goes wrong in the read that follows, which says so.
        let found = calls.newest(Reader::Import).await.ok().and_then(|answer| answer.name);
        let name = found.filter(|name| id::same(name, &id.name)).unwrap_or(id.name);
        let id = ProfileId::new(id.subscription_id, id.resource_group_name, name);
        Some(Profile {
            id: Value::Known(id.to_string()),
            name: Value::Known(id.name),
            resource_group_name: Value::Known(id.resource_group_name),
            ..imported
        })
    }
}

/// Saves the state, then waits if that is wanted and something has changed.
async fn settled(
    context: &Context<Azure>,
    apply: &Apply<Profile>,
    applied: Applied,
    diagnostics: &mut Diagnostics,
) -> Option<Profile> {
    let Applied { state, is_sent } = applied;
    let planned = &apply.planned;
    let is_wait_new =
        apply.prior.as_ref().is_none_or(|prior| prior.wait_for_online != planned.wait_for_online);
    if diagnostics.has_errors() || !(is_sent || is_wait_new) {
        return Some(state);
    }
    context.checkpoint(state.clone());
    Some(waiting::wait(context, planned, state, apply.prior.is_none(), diagnostics).await)
}

/// The id that the state has. One that cannot be read was changed by hand.
fn id_of(state: &Profile, diagnostics: &mut Diagnostics) -> Option<ProfileId> {
    let text = state.id.as_deref().unwrap_or_default();
    match ProfileId::parse(text) {
        Ok(id) => Some(id),
        Err(error) => {
            diagnostics.error(
                Path::of("id"),
                "Invalid ID in the state",
                format!("{error}. Remove the resource from the state with `terraform state rm`, and import it again."),
            );
            None
        }
    }
}

fn identified(azure: &Azure, identity: Identity, diagnostics: &mut Diagnostics) -> Option<ProfileId> {
    let subscription = identity.subscription_id.into_known();
    let subscription = subscription.or_else(|| azure.subscription_id.known().cloned());
    let parts = (subscription, identity.resource_group_name.into_known(), identity.name.into_known());
    let (Some(subscription), Some(group), Some(name)) = parts else {
        diagnostics.error(
            Path::root(),
            "Incomplete identity",
            "An import by identity requires resource_group_name and name. It also requires subscription_id, \
             unless the provider configuration sets it.",
        );
        return None;
    };
    Some(ProfileId::new(subscription, group, name))
}

/// Two resources of one configuration are one profile.
fn made_twice(id: &ProfileId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::of("name"),
        format!("Two resources have the profile {:?}", id.name),
        format!(
            "Another resource has created the profile {id} in this run, or has taken it over. Two resources that \
             manage one profile would undo each other's changes. Remove one of them, or change its name."
        ),
    );
}

/// A replacement that is created first has taken over the very profile that it replaces.
fn not_deleted(id: &ProfileId, diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::root(),
        "Profile is kept",
        format!(
            "The profile {:?} was not deleted: in this run, a resource has created it or has taken it over, so that \
             deleting it would delete what that resource manages. With create_before_destroy, a replacement that has \
             the name of its predecessor is the same profile, and is changed in place.",
            id.name
        ),
    );
}
