//! Create, read, update, delete and import of a profile.

use std::time::Duration;

use arm::ArmError;
use arm::model::Profile as AzureProfile;
use tf_plugin::cty::Type;
use tf_plugin::object::Object as _;
use tf_plugin::resource::{Apply, IdentityAttribute, IdentitySchema, Import, Plan};
use tf_plugin::schema::Schema;
use tf_plugin::{Context, Diagnostics, Path, Private, Resource, Value};
use traffic_manager::id::ProfileId;
use traffic_manager::rules;

use super::calls::{Calls, is_absent};
use super::elsewhere::Elsewhere;
use super::freshness::Moment;
use super::model::{self, Identity, Profile, Timeouts, WaitForOnline};
use super::{adoption, changes, doubt, plan, schema, waiting};
use crate::diagnostics::{self, Doing, still_nested};
use crate::provider::Azure;
use crate::timeouts;

/// How long a change may take unless the block `timeouts` says otherwise; azurerm's value.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(30 * 60);

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
        for finding in rules::check(&model::to_rules(config)) {
            diagnostics::finding(&finding, diagnostics);
        }
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
        let calls = calls(context, &apply.planned, Operation::Create, diagnostics)?;
        let state = match calls.find().await {
            Ok(Some(found)) if adoption::is_wanted(&apply.planned) => {
                adopt(&calls, found, &apply, diagnostics).await
            }
            Ok(Some(_)) => {
                already_there(&calls.id, diagnostics);
                None
            }
            Ok(None) => make(&calls, &apply, private, diagnostics).await,
            Err(error) => {
                diagnostics::failed(
                    &error,
                    &Operation::Create.doing("create", &calls.id, &apply.planned),
                    diagnostics,
                );
                None
            }
        };
        settled(context, &apply.planned, state?, diagnostics).await
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        current: Profile,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let calls = calls(context, &current, Operation::Read, diagnostics)?;
        let is_import = current.traffic_routing_method.is_null();
        let answered = if is_import { calls.newest().await } else { calls.get().await };
        match answered {
            Ok(answer) if doubt::is_foreign(&current, &answer, private) => {
                doubt::told(&calls.id, diagnostics);
                None
            }
            Ok(answer) => {
                doubt::forget(private);
                // Only a change with endpoints asks when the profile was read.
                if current.endpoints.is_null() {
                    Elsewhere::of(&answer).remember(private);
                } else {
                    Moment::now().remember(private);
                }
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
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let calls = calls(context, &apply.planned, Operation::Update, diagnostics)?;
        let is_fresh = Moment::now().is_just_after_reading(private);
        match changes::send(&calls, &apply, is_fresh, diagnostics).await {
            Ok(answer) => {
                let state = adoption::state(answer, &apply.planned);
                settled(context, &apply.planned, state, diagnostics).await
            }
            Err(error) => {
                diagnostics::failed(
                    &error,
                    &Operation::Update.doing("change", &calls.id, &apply.planned),
                    diagnostics,
                );
                None
            }
        }
    }

    async fn delete(&self, context: &Context<Azure>, prior: Profile, diagnostics: &mut Diagnostics) {
        let Some(calls) = calls(context, &prior, Operation::Delete, diagnostics) else { return };
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
            attribute("subscription_id", false, "The subscription. Defaults to the provider's."),
            attribute("resource_group_name", true, "The resource group."),
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

    async fn import(
        &self,
        context: &Context<Azure>,
        import: Import<Identity>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let id = match import {
            Import::Id(text) => ProfileId::parse(&text)
                .map_err(|error| {
                    diagnostics.error(Path::root(), "Cannot import this id", format!("{error}"));
                })
                .ok()?,
            Import::Identity(identity) => identified(context.provider(), identity, diagnostics)?,
        };
        Some(Profile {
            id: Value::Known(id.to_string()),
            name: Value::Known(id.name),
            resource_group_name: Value::Known(id.resource_group_name),
            // Asks the read that follows for the endpoints.
            endpoints: Value::Known(std::collections::BTreeMap::new()),
            ..Profile::null()
        })
    }
}

/// Creates the profile where there is none. One that may exist is answered too: forgotten now, it could only
/// be found again by hand. But what can be read and is not what was sent, somebody else made: the next apply must not
/// replace it.
async fn make(
    calls: &Calls,
    apply: &Apply<Profile>,
    private: &mut Private,
    diagnostics: &mut Diagnostics,
) -> Option<Profile> {
    let planned = &apply.planned;
    match calls.create(&doubt::sent(planned)).await {
        Ok(answer) => Some(model::from_azure(answer, planned)),
        Err(error) => {
            diagnostics::failed(&error, &Operation::Create.doing("create", &calls.id, planned), diagnostics);
            let is_foreign =
                matches!(error, ArmError::Unsettled { .. }) && matches!(calls.find().await, Ok(Some(_)));
            let is_in_doubt = error.call().in_doubt && !is_foreign;
            if is_in_doubt {
                doubt::remember(private);
            }
            is_in_doubt.then(|| planned.clone())
        }
    }
}

/// Takes over the profile that is there.
async fn adopt(
    calls: &Calls,
    found: AzureProfile,
    apply: &Apply<Profile>,
    diagnostics: &mut Diagnostics,
) -> Option<Profile> {
    let planned = &apply.planned;
    if !adoption::same_relative_name(&found, planned, diagnostics) {
        return None;
    }
    match calls.put(&adoption::body(found, planned)).await {
        Ok(answer) => Some(adoption::state(answer, planned)),
        Err(error) => {
            // It is as it was, or as planned: nothing is lost by forgetting it, and tainted it would be replaced.
            diagnostics::failed(
                &error,
                &Operation::Create.doing("take over", &calls.id, planned),
                diagnostics,
            );
            None
        }
    }
}

/// Saves the state, then waits if that is wanted.
async fn settled(
    context: &Context<Azure>,
    planned: &Profile,
    state: Profile,
    diagnostics: &mut Diagnostics,
) -> Option<Profile> {
    if diagnostics.has_errors() {
        return Some(state);
    }
    context.checkpoint(state.clone());
    Some(waiting::wait(context, planned, state, diagnostics).await)
}

/// The id that the state has. One that cannot be read was changed by hand.
fn id_of(state: &Profile, diagnostics: &mut Diagnostics) -> Option<ProfileId> {
    let text = state.id.as_deref().unwrap_or_default();
    match ProfileId::parse(text) {
        Ok(id) => Some(id),
        Err(error) => {
            diagnostics.error(
                Path::of("id"),
                "Unreadable id in the state",
                format!("{error}. Remove the resource from the state and import it again."),
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
            "An import by identity needs resource_group_name and name, and subscription_id unless the provider \
             has one.",
        );
        return None;
    };
    Some(ProfileId::new(subscription, group, name))
}

fn already_there(id: &ProfileId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::of("name"),
        format!("The profile {:?} already exists", id.name),
        format!(
            "This resource would take it over and change it. If it is yours, import it with this block and the \
             address of the resource in your configuration, or set adopt_existing = true:\n\n  import {{\n    \
             to = ADDRESS\n    id = \"{id}\"\n  }}\n\nOtherwise choose another name."
        ),
    );
}

/// The requests about the profile of this state, within the time that its block `timeouts` gives.
fn calls(
    context: &Context<Azure>,
    state: &Profile,
    operation: Operation,
    diagnostics: &mut Diagnostics,
) -> Option<Calls> {
    let id = id_of(state, diagnostics)?;
    Some(Calls::new(context, id, state, operation.time(state)))
}

/// What is done to a profile.
#[derive(Clone, Copy)]
enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Operation {
    fn time(self, state: &Profile) -> Duration {
        let given = state.timeouts.known().map(|timeouts| match self {
            Self::Create => &timeouts.create,
            Self::Read => &timeouts.read,
            Self::Update => &timeouts.update,
            Self::Delete => &timeouts.delete,
        });
        let default = if matches!(self, Self::Read) { timeouts::READ } else { CHANGE_TIMEOUT };
        timeouts::or_default(given, default)
    }

    /// What a call of the operation is for, and how long that may take.
    fn doing(self, verb: &str, id: &ProfileId, state: &Profile) -> Doing {
        let name = match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        };
        Doing { timeout: Some((name, self.time(state))), ..doing(verb, id, state) }
    }
}

/// What a call is for, as diagnostics tell it.
pub(super) fn doing(verb: &str, id: &ProfileId, state: &Profile) -> Doing {
    let dns_name = state.fqdn.known().cloned();
    Doing {
        what: format!("{verb} the profile {:?}", id.name),
        name: Path::of("name"),
        resource_group: (id.resource_group_name.clone(), Path::of("resource_group_name")),
        timeout: None,
        dns_name: dns_name.map(|name| (name, Path::of("dns_config").index(0).attribute("relative_name"))),
    }
}
