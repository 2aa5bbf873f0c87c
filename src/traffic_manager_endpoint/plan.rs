//! What the provider knows of an endpoint before it exists: its id, and what the rules and Azure say of it.

use std::sync::Arc;

use arm::model::Profile as AzureProfile;
use tf_plugin::resource::Plan;
use tf_plugin::{Context, Diagnostics, Path, Value};
use traffic_manager::id::{self, EndpointId, EndpointKey, EndpointKind, ProfileId};
use traffic_manager::rules::{self, Finding, NamedEndpoint, ProfileContext, Severity};

use super::calls::EndpointCalls;
use super::kind::{EndpointResource, EndpointType};
use super::model::{self, Endpoint};
use crate::azure::Azure;
use crate::calls::LOOK_AHEAD;
use crate::endpoint::merge::key;
use crate::nesting::{self, Wrong};
use crate::session::{Plans, QUIET};
use crate::{diagnostics, endpoint, findings, ids};

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
    if T::KIND != EndpointKind::External {
        plan.planned.resolved_target = found(|it| &it.resolved_target);
    }
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

/// What is known of the others when an endpoint is planned.
struct Surroundings {
    own: NamedEndpoint,
    key: EndpointKey,
    /// The endpoints that were planned before this one. Those that are planned later look at this one.
    planned: Vec<NamedEndpoint>,
    live: Option<Arc<AzureProfile>>,
}

/// Tells what is wrong with the endpoint: by itself, with the routing method of its profile, and beside other endpoints,
/// be they planned in this run or in Azure; and asks Azure whether one that is to be created exists.
pub(super) async fn check<T: EndpointType>(
    context: &Context<Azure>,
    plan: &Plan<EndpointResource<T>>,
    diagnostics: &mut Diagnostics,
) {
    let azure = context.provider();
    if let Some(given) = plan.config.profile_id.as_deref()
        && ids::profile("profile_id", given, diagnostics).is_none()
    {
        return;
    }
    let own = NamedEndpoint {
        name: endpoint::config_value(&plan.config.name),
        endpoint: model::to_rules(&plan.planned),
    };
    let findings = match plan.planned.endpoint_id() {
        Some(id) => look_around(context, plan, (id, own), diagnostics).await,
        None => alone(&plan.config, &ProfileContext::unknown()),
    };
    findings::of_plan(&findings, &validated(&plan.config), azure, plan.is_during_apply, diagnostics);
    if !findings.iter().any(|finding| finding.code == "target-resource-form") {
        check_kind::<T>(&plan.config, diagnostics);
    }
}

async fn look_around<T: EndpointType>(
    context: &Context<Azure>,
    plan: &Plan<EndpointResource<T>>,
    (id, own): (EndpointId, NamedEndpoint),
    diagnostics: &mut Diagnostics,
) -> Vec<Finding> {
    let session = &context.provider().session;
    let replaced = plan.prior.as_ref().and_then(Endpoint::endpoint_id).filter(|prior| *prior != id);
    if let Some(prior) = replaced {
        session.board(&prior.profile).plan_endpoint(&prior.key(), None);
    }
    let key = id.key();
    let (before, mut watch) = session.board(&id.profile).plan_endpoint(&key, Some(own.clone()));
    let is_profile_new = before.profile.as_ref().is_some_and(|(_, is_new)| *is_new);
    let calls = EndpointCalls::new(context, id, LOOK_AHEAD);
    let live =
        if plan.is_during_apply || is_profile_new { None } else { live(&calls, plan, diagnostics).await };
    if T::KIND == EndpointKind::Nested && !plan.is_during_apply {
        check_child(&calls, &own.endpoint, diagnostics).await;
    }
    let others = before.endpoints.into_iter().filter(|(other, _)| *other != key);
    let planned = others.filter_map(|(_, planned)| planned).collect();
    let around = Surroundings { own, key, planned, live };
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    loop {
        let plans = watch.plans();
        let all = around.findings(&plan.config, &plans, true);
        if !all.iter().any(|finding| is_error(&finding)) {
            return all;
        }
        // What only Azure has may be given up by a plan that comes later.
        let certain = around.findings(&plan.config, &plans, false);
        if all.iter().filter(is_error).all(|finding| certain.contains(finding)) {
            return all;
        }
        if calls.calls.wait_for(watch.more_within(QUIET)).await != Some(true) {
            return all
                .into_iter()
                .map(|it| if certain.contains(&it) { it } else { unsettled(it) })
                .collect();
        }
    }
}

/// What Azure has stands in the way, and no plan of this run gives it up so far.
fn unsettled(finding: Finding) -> Finding {
    let remedy = format!(
        "{} If the other endpoint gives it up in the same run, both have to be planned at the same time: run with a higher \
         -parallelism, and let neither of the resources depend on the other.",
        finding.remedy
    );
    Finding { remedy, ..finding }
}

/// Refuses profiles that nest each other in a loop or too deep, and warns of minimums that the nested profile cannot reach. A
/// profile that nests itself is found by the rules.
async fn check_child(calls: &EndpointCalls, planned: &rules::Endpoint, diagnostics: &mut Diagnostics) {
    let (session, parent) = (&calls.session, &calls.id.profile);
    let child = planned.target_resource_id.known().and_then(|target| ProfileId::parse(target).ok());
    let Some(child) = child.filter(|child| child != parent) else { return };
    let begins_here = |wrong: &Wrong| wrong.way.first() == Some(&child);
    if let Some(wrong) = nesting::wrong_in_plan(session, parent, &calls.calls, begins_here).await {
        nesting::refuse(Path::new("target_resource_id"), parent, &wrong, diagnostics);
    }
    nesting::warn_of_minimums(session, (parent, &child), planned, &calls.calls, diagnostics).await;
}

/// The profile in Azure. Says of an endpoint that is to be created whether it exists.
async fn live<T: EndpointType>(
    calls: &EndpointCalls,
    plan: &Plan<EndpointResource<T>>,
    diagnostics: &mut Diagnostics,
) -> Option<Arc<AzureProfile>> {
    let is_new = plan.prior.is_none();
    let is_own = is_new && calls.session.plans_to_create(&calls.id);
    match calls.profile_for_plan().await {
        Ok(profile) => {
            if is_new && !is_own && calls.own(&profile).is_some() {
                exists(&calls.id, &plan.planned, diagnostics);
            }
            Some(profile)
        }
        Err(error) if error.is_absent() => None,
        Err(error) => {
            if is_new {
                let question = format!("whether the endpoint {:?} already exists", calls.id.name);
                diagnostics::not_checked(&error, &question, diagnostics);
            }
            None
        }
    }
}

impl Surroundings {
    /// What is wrong, by what is planned so far and, if `with_azure`, by what Azure has.
    fn findings(&self, config: &Endpoint, plans: &Plans, with_azure: bool) -> Vec<Finding> {
        let live = self.live.as_deref().filter(|_| with_azure);
        let planned = plans.profile.as_ref().map(|(profile, _)| profile.clone());
        let profile = planned.or_else(|| live.map(endpoint::context_of));
        let profile = ProfileContext {
            id: endpoint::config_value(&config.profile_id),
            ..profile.unwrap_or_else(ProfileContext::unknown)
        };
        let in_azure = live.into_iter().flat_map(AzureProfile::endpoints).filter(|other| {
            key(other).is_some_and(|other| other != self.key && !plans.endpoints.contains_key(&other))
        });
        let in_azure: Vec<NamedEndpoint> = in_azure.map(endpoint::named).collect();
        let beside = self
            .planned
            .iter()
            .chain(&in_azure)
            .flat_map(|other| rules::check_beside(&self.own, other, &profile, &rules::Path::root()));
        let mut findings = alone(config, &profile);
        let count = 1 + self.planned.len() + in_azure.len();
        findings.extend(rules::check_count(count, &rules::Path::root().attribute("name")));
        // One of each kind is enough: a profile may have 200 endpoints.
        for finding in beside {
            if !findings.iter().any(|own| own.code == finding.code) {
                findings.push(finding);
            }
        }
        findings
    }
}

/// What is wrong with the endpoint by itself, in this profile.
fn alone(config: &Endpoint, profile: &ProfileContext) -> Vec<Finding> {
    let name = endpoint::config_value(&config.name);
    rules::check_endpoint(&model::to_rules(config), &name, profile, &rules::Path::root())
}

/// What a validation finds, which knows nothing of the profile.
pub(super) fn validated(config: &Endpoint) -> Vec<Finding> {
    alone(config, &ProfileContext::unknown())
}

/// Refuses a resource that is an endpoint of another kind.
fn check_kind<T: EndpointType>(config: &Endpoint, diagnostics: &mut Diagnostics) {
    let Some(target) = config.target_resource_id.as_deref() else { return };
    let (is_profile, path) = (ProfileId::parse(target).is_ok(), Path::new("target_resource_id"));
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

/// Tells what becomes of an endpoint that exists and is to be created.
fn exists(id: &EndpointId, planned: &Endpoint, diagnostics: &mut Diagnostics) {
    if !planned.adopts() {
        already_there(id, diagnostics);
        return;
    }
    diagnostics.warning(
        Path::new("adopt_existing"),
        "Existing endpoint will be adopted",
        format!(
            "The endpoint {:?} of the profile {:?} already exists. It will get the settings of this configuration.",
            id.name, id.profile.name
        ),
    );
}

/// Refuses an endpoint that exists and is not in the state.
pub(super) fn already_there(id: &EndpointId, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Path::new("name"),
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
