//! Create, read, update, delete and import of a profile.

use std::time::Duration;

use arm::{ArmError, Deadline, profiles};
use tf_plugin::cty::Type;
use tf_plugin::object::Object as _;
use tf_plugin::resource::{Apply, IdentityAttribute, IdentitySchema, Import, Plan};
use tf_plugin::schema::Schema;
use tf_plugin::{Context, Diagnostics, Path, Private, Resource, Value};
use traffic_manager::id::ProfileId;
use traffic_manager::rules;

use super::model::{self, Identity, Profile, Timeouts};
use super::{plan, schema};
use crate::diagnostics::{self, Doing};
use crate::provider::Azure;
use crate::timeouts;

/// How long an operation may take unless the block `timeouts` says otherwise; azurerm's values.
const CHANGE_TIMEOUT: Duration = Duration::from_secs(30 * 60);
const READ_TIMEOUT: Duration = Duration::from_secs(5 * 60);

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
            timeouts::check(&given, diagnostics);
        }
    }

    async fn plan(&self, context: &Context<Azure>, plan: &mut Plan<Profile>, diagnostics: &mut Diagnostics) {
        plan::complete(context.provider(), plan, diagnostics);
    }

    async fn create(
        &self,
        context: &Context<Azure>,
        apply: Apply<Profile>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let Apply { planned, config, .. } = apply;
        let id = id_of(&planned, diagnostics)?;
        let deadline = deadline(context, &planned, |timeouts| &timeouts.create, CHANGE_TIMEOUT);
        let client = &context.provider().client;
        let doing = doing("create", &id, &planned);
        match client.send(profiles::get(&id), &deadline).await {
            Ok(_) => {
                already_there(&id, diagnostics);
                return None;
            }
            Err(ArmError::NotFound(_)) => {}
            Err(error) => {
                diagnostics::failed(&error, &doing, diagnostics);
                return None;
            }
        }
        let body =
            if config.endpoints.is_null() { model::changes(&planned) } else { model::everything(&planned) };
        match client.send(profiles::put(&id, &body).creating(), &deadline).await {
            Ok(answer) => Some(model::from_azure(answer, &planned)),
            Err(error) => {
                diagnostics::failed(&error, &doing, diagnostics);
                // It may exist: forgotten now, it could only be found again by hand.
                error.call().in_doubt.then_some(planned)
            }
        }
    }

    async fn read(
        &self,
        context: &Context<Azure>,
        current: Profile,
        _private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let id = id_of(&current, diagnostics)?;
        let deadline = deadline(context, &current, |timeouts| &timeouts.read, READ_TIMEOUT);
        match context.provider().client.send(profiles::get(&id), &deadline).await {
            Ok(answer) => Some(model::from_azure(answer, &current)),
            Err(ArmError::NotFound(answer)) if is_gone(answer.code.as_deref()) => None,
            Err(error) => {
                diagnostics::failed(&error, &doing("read", &id, &current), diagnostics);
                None
            }
        }
    }

    async fn update(
        &self,
        context: &Context<Azure>,
        apply: Apply<Profile>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Profile> {
        let id = id_of(&apply.planned, diagnostics)?;
        let deadline = deadline(context, &apply.planned, |timeouts| &timeouts.update, CHANGE_TIMEOUT);
        match change(&context.provider().client, &id, &apply, &deadline).await {
            Ok(answer) => Some(model::from_azure(answer, &apply.planned)),
            Err(error) => {
                diagnostics::failed(&error, &doing("change", &id, &apply.planned), diagnostics);
                None
            }
        }
    }

    async fn delete(&self, context: &Context<Azure>, prior: Profile, diagnostics: &mut Diagnostics) {
        let Some(id) = id_of(&prior, diagnostics) else { return };
        let deadline = deadline(context, &prior, |timeouts| &timeouts.delete, CHANGE_TIMEOUT);
        if let Err(error) = context.provider().client.send(profiles::delete(&id), &deadline).await {
            diagnostics::failed(&error, &doing("delete", &id, &prior), diagnostics);
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

/// Sends the change: one PUT with everything when the endpoints are in the configuration; else a PATCH, which
/// leaves endpoints alone; else, to clear something, a PUT of what is there with the plan written over it.
async fn change(
    client: &arm::Client,
    id: &ProfileId,
    apply: &Apply<Profile>,
    deadline: &Deadline,
) -> Result<arm::model::Profile, ArmError> {
    let Apply { planned, config, prior, .. } = apply;
    if !config.endpoints.is_null() {
        return client.send(profiles::put(id, &model::everything(planned)), deadline).await;
    }
    if !prior.as_ref().is_some_and(|prior| clears(prior, planned)) {
        return client.send(profiles::patch(id, &model::changes(planned)), deadline).await;
    }
    let found = client.send(profiles::get(id), deadline).await?;
    client.send(profiles::put(id, &model::written_over(found, planned)), deadline).await
}

/// Whether the plan leaves out something that is there: a PATCH cannot say that.
fn clears(prior: &Profile, planned: &Profile) -> bool {
    let count = |set: usize| set > 0;
    let gone = |before: bool, after: bool| before && !after;
    let monitors = prior.monitor().zip(planned.monitor());
    gone(!prior.max_return.is_null(), !planned.max_return.is_null())
        || monitors.is_some_and(|(prior, planned)| {
            let headers =
                |of: &model::MonitorConfig| count(of.custom_header.known().map_or(0, |set| set.0.len()));
            let ranges = |of: &model::MonitorConfig| {
                count(of.expected_status_code_ranges.known().map_or(0, |set| set.0.len()))
            };
            gone(headers(prior), headers(planned))
                || gone(ranges(prior), ranges(planned))
                || gone(!prior.path.is_null(), !planned.path.is_null())
        })
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
            "This resource would take it over and change it. If it is yours, import it, with the address of the \
             resource in your configuration:\n\n  terraform import ADDRESS '{id}'\n\nor with a block:\n\n  \
             import {{\n    to = ADDRESS\n    id = \"{id}\"\n  }}\n\nOtherwise choose another name."
        ),
    );
}

/// A subscription that is not there is no profile that is gone: the login may be a wrong one.
fn is_gone(code: Option<&str>) -> bool {
    !matches!(code, Some("SubscriptionNotFound" | "InvalidSubscriptionId"))
}

fn deadline(
    context: &Context<Azure>,
    state: &Profile,
    which: fn(&Timeouts) -> &Value<String>,
    default: Duration,
) -> Deadline {
    let given = state.timeouts.known().map(which);
    Deadline::after(timeouts::or_default(given, default)).or_cancelled(context.cancelled().clone())
}

fn doing<'a>(verb: &str, id: &'a ProfileId, state: &Profile) -> Doing<'a> {
    let dns_name = state.fqdn.known().cloned();
    Doing {
        what: format!("{verb} the profile {:?}", id.name),
        name: Path::of("name"),
        resource_group: (&id.resource_group_name, Path::of("resource_group_name")),
        dns_name: dns_name.map(|name| (name, Path::of("dns_config").index(0).attribute("relative_name"))),
    }
}
