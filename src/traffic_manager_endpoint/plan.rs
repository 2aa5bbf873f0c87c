//! What the provider knows of an endpoint before it exists: its id, and what the rules and Azure say of it.

use std::time::Duration;

use tf_plugin::resource::Plan;
use tf_plugin::{Context, Diagnostics, Path, Value};
use traffic_manager::id::{self, EndpointId, EndpointKind, ProfileId};
use traffic_manager::rules::{self, ProfileContext};

use super::calls::EndpointCalls;
use super::kind::EndpointType;
use super::model::{self, Endpoint};
use super::resource::EndpointResource;
use crate::azure::Azure;
use crate::{diagnostics, endpoint, findings};

/// How long a plan waits for what Azure says of an endpoint. A plan has to be made without Azure too.
const LOOK_AHEAD: Duration = Duration::from_secs(20);

/// Completes the planned state.
pub(super) fn complete<T: EndpointType>(plan: &mut Plan<EndpointResource<T>>) {
    let id = id::<T>(&plan.planned);
    plan.planned.id = id.map_or_else(Value::unknown, |id| Value::Known(spelled(&id, plan)));
    let prior = plan.prior.as_ref();
    // What Azure found out about a resource stays as long as the endpoint points to it.
    let same_target = prior.filter(|prior| prior.target_resource_id == plan.planned.target_resource_id);
    let found = |own: fn(&Endpoint) -> &Value<String>| {
        same_target.map(own).filter(|own| !own.is_null()).cloned().unwrap_or_else(Value::unknown)
    };
    plan.planned.resolved_target = found(|it| &it.resolved_target);
    if T::KIND == EndpointKind::Azure {
        plan.planned.endpoint_location = found(|it| &it.endpoint_location);
    }
    let has_priority = !plan.config.priority.is_null();
    let gave_one = std::mem::replace(&mut plan.private.has_priority, has_priority);
    if !has_priority {
        let own = prior.filter(|_| !gave_one).map(|prior| prior.priority.clone());
        plan.planned.priority = own.filter(|own| !own.is_null()).unwrap_or_else(Value::unknown);
    }
    keep_health(plan);
}

/// A change of what Azure is not told leaves the health as it was.
fn keep_health<T: EndpointType>(plan: &mut Plan<EndpointResource<T>>) {
    let Some(prior) = &plan.prior else { return };
    let Plan { planned, .. } = plan;
    let same = Endpoint {
        monitor_status: planned.monitor_status.clone(),
        adopt_existing: planned.adopt_existing.clone(),
        wait_for_online: planned.wait_for_online.clone(),
        timeouts: planned.timeouts.clone(),
        ..prior.clone()
    };
    if same == *planned {
        planned.monitor_status = prior.monitor_status.clone();
    }
}

/// The id, which follows from the configuration.
fn id<T: EndpointType>(planned: &Endpoint) -> Option<EndpointId> {
    let profile = ProfileId::parse(planned.profile_id.as_deref()?).ok()?;
    Some(profile.endpoint(T::KIND, planned.name.as_deref()?))
}

/// The id in the spelling of the state, if it is the same.
fn spelled<T: EndpointType>(id: &EndpointId, plan: &Plan<EndpointResource<T>>) -> String {
    let known = plan.prior.as_ref().and_then(|prior| prior.id.as_deref());
    known.filter(|known| id::same(known, &id.to_string())).map_or_else(|| id.to_string(), str::to_owned)
}

/// Tells what the validation has left to the plan.
pub(super) fn check<T: EndpointType>(
    azure: &Azure,
    plan: &Plan<EndpointResource<T>>,
    diagnostics: &mut Diagnostics,
) {
    let Plan { config, is_during_apply, .. } = plan;
    if let Some(Err(error)) = config.profile_id.as_deref().map(ProfileId::parse) {
        diagnostics.error(Path::of("profile_id"), "Invalid profile ID", error.to_string());
        return;
    }
    let profile =
        ProfileContext { id: endpoint::config_value(&config.profile_id), ..ProfileContext::unknown() };
    let settings = model::to_rules(config);
    let name = endpoint::config_value(&config.name);
    let findings = rules::check_endpoint(&settings, &name, &profile, &rules::Path::root());
    findings::of_plan(&findings, &validated(config), azure, *is_during_apply, diagnostics);
    if !findings.iter().any(|finding| finding.code == "target-resource-form") {
        check_kind::<T>(config, diagnostics);
    }
}

/// What a validation finds, which knows nothing of the profile.
pub(super) fn validated(config: &Endpoint) -> Vec<rules::Finding> {
    let name = endpoint::config_value(&config.name);
    rules::check_endpoint(&model::to_rules(config), &name, &ProfileContext::unknown(), &rules::Path::root())
}

/// Refuses a resource that is an endpoint of another kind.
fn check_kind<T: EndpointType>(config: &Endpoint, diagnostics: &mut Diagnostics) {
    let Some(target) = config.target_resource_id.as_deref() else { return };
    let (is_profile, path) = (ProfileId::parse(target).is_ok(), Path::of("target_resource_id"));
    if T::KIND == EndpointKind::Azure && is_profile {
        let detail = "It is the ID of a Traffic Manager profile, and an endpoint that points to a profile is a nested \
                      profile. Use the resource azuretm_nested_profile instead.";
        diagnostics.error(path, "Target is a profile", detail);
    } else if T::KIND == EndpointKind::Nested && !is_profile {
        let detail = "It is the ID of a resource that is no Traffic Manager profile. Use the resource \
                      azuretm_traffic_manager_azure_endpoint for it.";
        diagnostics.error(path, "Target is not a profile", detail);
    }
}

/// Asks Azure about an endpoint that is to be created.
pub(super) async fn look_ahead<T: EndpointType>(
    context: &Context<Azure>,
    plan: &Plan<EndpointResource<T>>,
    diagnostics: &mut Diagnostics,
) {
    let is_asked = plan.prior.is_none() && !plan.is_during_apply && !diagnostics.has_errors();
    let Some(id) = plan.planned.endpoint_id().filter(|_| is_asked) else { return };
    let is_own = context.provider().session.plans_to_create(&id);
    let calls = EndpointCalls::new(context, id, LOOK_AHEAD);
    match calls.read().await {
        Ok(Some(_)) if is_own => {}
        Ok(Some(_)) if plan.planned.adopt_existing.known() == Some(&true) => diagnostics.warning(
            Path::of("adopt_existing"),
            "Existing endpoint will be adopted",
            format!(
                "The endpoint {:?} of the profile {:?} already exists. It will get the settings of this configuration.",
                calls.id.name, calls.id.profile.name
            ),
        ),
        Ok(Some(_)) => already_there(&calls.id, diagnostics),
        Ok(None) => {}
        Err(error) => {
            let question = format!("whether the endpoint {:?} already exists", calls.id.name);
            diagnostics::not_checked(&error, &question, diagnostics);
        }
    }
}

/// Refuses an endpoint that exists and is not in the state.
pub(super) fn already_there(id: &EndpointId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::of("name"),
        format!("The endpoint {:?} already exists", id.name),
        format!(
            "It is in the profile {:?} and not in the state of this resource. If the resource was renamed in the configuration, \
             add a `moved` block from its old address to the new one. To manage the existing endpoint with Terraform, import \
             it with this block, where ADDRESS is the address of the resource:\n\n  import {{\n    to = ADDRESS\n    \
             id = \"{id}\"\n  }}\n\nTo adopt it with the settings of this configuration, set adopt_existing = true. \
             Otherwise, choose another name.",
            id.profile.name
        ),
    );
}
