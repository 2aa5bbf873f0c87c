//! What the provider knows of a profile before it exists: its id, its DNS name, defaults that depend on other
//! values, and what Azure says of a name that is to be taken.

use arm::model::Profile as AzureProfile;
use arm::{API_VERSION, ArmError};
use tf_plugin::resource::Plan;
use tf_plugin::{Context, Diagnostics, Path, Value};
use traffic_manager::config_value::ConfigValue;
use traffic_manager::id::ProfileId;
use traffic_manager::rules::{self, ProfileContext};

use super::calls::ProfileCalls;
use super::model::{self, DnsConfig, MonitorConfig, Profile};
use super::{TrafficManagerProfile, endpoints, take_over};
use crate::azure::Azure;
use crate::calls::{Calls, LOOK_AHEAD};
use crate::nesting::{self, Wrong};
use crate::planned::probe_timeout;
use crate::{diagnostics, findings};

/// Completes the planned state.
pub(super) fn complete(azure: &Azure, plan: &mut Plan<TrafficManagerProfile>, diagnostics: &mut Diagnostics) {
    let id = id(azure, plan);
    check(azure, id.as_ref(), plan, diagnostics);
    plan.planned.id = id.as_ref().map_or_else(Value::unknown, |id| Value::Known(spelled(id, plan)));
    plan.planned.fqdn = fqdn(azure, plan);
    if let (Some(planned), Some(config)) = (monitor(&mut plan.planned), plan.config.monitor()) {
        planned.timeout_in_seconds = probe_timeout(&config.timeout_in_seconds, &planned.interval_in_seconds);
    }
    manage_endpoints(id.as_ref(), plan, diagnostics);
    if let Some(id) = &id {
        let profile = ProfileContext::from(&model::to_rules(&plan.planned));
        let is_new = plan.prior.is_none() && !take_over::is_wanted(&plan.planned);
        azure.session.board(id).plan_profile(profile, is_new);
    }
    lock_record_type(plan);
    keep_what_stays(plan);
    let replaced = plan.prior.as_ref().and_then(|prior| prior.dns()).map(|dns| &dns.relative_name);
    if let Some(Value::Known(relative_name)) = replaced {
        plan.private.replaces_relative_name = Some(relative_name.clone());
    }
}

/// Tells what the validation has left to the plan. The plan inside an apply has been warned of already.
fn check(
    azure: &Azure,
    id: Option<&ProfileId>,
    plan: &Plan<TrafficManagerProfile>,
    diagnostics: &mut Diagnostics,
) {
    let mut profile = model::to_rules(&plan.config);
    if let Some(id) = id {
        profile.id = ConfigValue::Known(id.to_string());
    }
    let findings = rules::check_profile(&profile, &rules::Path::root());
    // All errors but for those that are left to the plan do not depend on the id.
    findings::of_plan(&findings, &findings, azure, plan.is_during_apply, diagnostics);
}

/// Refuses endpoints that nest each other in a loop or too deep, and warns of minimums that the profile which one nests cannot
/// reach, as far as their profiles are planned in this run. What only Azure has is looked at if the plan nests another profile.
/// A profile that nests itself is found by the rules.
pub(super) async fn check_nesting(
    context: &Context<Azure>,
    plan: &Plan<TrafficManagerProfile>,
    diagnostics: &mut Diagnostics,
) {
    let Some(id) = plan.planned.profile_id().filter(|_| plan.planned.endpoints.known().is_some()) else {
        return;
    };
    let azure = context.provider();
    let nested = endpoints::nested(&plan.planned);
    let endpoints = model::to_rules(&plan.planned).endpoints;
    let endpoints = endpoints.known().cloned().unwrap_or_default();
    azure.session.board(&id).plan_inline(endpoints.values().cloned().collect());
    for (key, child) in nested.iter().filter(|(_, child)| *child != id && !plan.is_during_apply) {
        if let Some(endpoint) = endpoints.get(*key) {
            let at = Path::new("endpoints").key(key);
            nesting::warn_of_planned_minimums(&azure.session, child, endpoint, &at, diagnostics);
        }
    }
    let leads_on = |wrong: &Wrong| wrong.way.first() != Some(&id);
    let wrong = if !plan.is_during_apply && endpoints::nests_another(plan.prior.as_ref(), &plan.planned) {
        let calls = Calls::new(context, API_VERSION, LOOK_AHEAD);
        nesting::wrong_in_plan(&azure.session, &id, &calls, leads_on).await
    } else {
        nesting::wrong_below(&azure.session, &id, None).await.filter(leads_on)
    };
    if let Some(wrong) = wrong {
        let key = nested.iter().find(|(_, child)| wrong.way.first() == Some(child)).map(|(key, _)| *key);
        nesting::refuse(Path::new("endpoints").key(key.unwrap_or_default()), &id, &wrong, diagnostics);
    }
}

/// Where a plan changes nothing that Azure is told, what Azure computes stays as it is.
fn keep_what_stays(plan: &mut Plan<TrafficManagerProfile>) {
    let Some(prior) = &plan.prior else { return };
    let waits =
        !plan.planned.wait_for_online.is_null() && plan.planned.wait_for_online != prior.wait_for_online;
    let mut unchanged = Profile {
        timeouts: prior.timeouts.clone(),
        adopt_existing: prior.adopt_existing.clone(),
        wait_for_online: prior.wait_for_online.clone(),
        monitor_status: prior.monitor_status.clone(),
        ..plan.planned.clone()
    };
    endpoints::keep_statuses(&prior.endpoints, &mut unchanged.endpoints);
    if !waits && unchanged == *prior {
        plan.planned.monitor_status = unchanged.monitor_status;
        plan.planned.endpoints = unchanged.endpoints;
    }
}

/// A record type can be set once. Azure refuses every other change of it.
fn lock_record_type(plan: &mut Plan<TrafficManagerProfile>) {
    let Some(prior) = &plan.prior else { return };
    if !prior.record_type.is_null() && prior.record_type != plan.planned.record_type {
        plan.replace.push(Path::new("record_type"));
    }
}

/// Asks Azure about a profile that is to be created: whether it exists already, and whether its DNS name is free. And
/// about one whose endpoints were managed elsewhere until now: the plan itself can show none of them.
///
/// What cannot be asked (no network, no login) is found out at apply, and a warning says so. The plan that Terraform makes
/// once more while it applies asks nothing: the creation follows at once and finds out itself.
pub(super) async fn look_ahead(
    context: &Context<Azure>,
    plan: &mut Plan<TrafficManagerProfile>,
    diagnostics: &mut Diagnostics,
) {
    let replaced = if plan.prior.is_none() {
        plan.private.replaces_relative_name.take()
    } else {
        plan.private.replaces_relative_name.clone()
    };
    let takes_over = plan.prior.as_ref().filter(|prior| endpoints::takes_over(prior, &plan.planned));
    let is_asked = plan.prior.is_none() || takes_over.is_some();
    let is_asked = is_asked && !plan.is_during_apply && !diagnostics.has_errors();
    let Some(id) = plan.planned.profile_id().filter(|_| is_asked) else { return };
    let is_own = plan.prior.is_none() && context.provider().session.plans_to_create(&id);
    let calls = ProfileCalls::new(context, id, &plan.planned, LOOK_AHEAD);
    let planned = &plan.planned;
    let asked = if let Some(prior) = takes_over {
        look_at(&calls, diagnostics, |found, diagnostics| {
            take_over::announce_endpoints(found, prior, planned, diagnostics);
        })
        .await
    } else if take_over::is_wanted(planned) {
        look_at(&calls, diagnostics, |found, diagnostics| take_over::announce(found, planned, diagnostics))
            .await
    } else {
        let relative_name = planned.dns().and_then(|dns| dns.relative_name.known().cloned());
        match relative_name.filter(|name| replaced.as_ref() != Some(name)) {
            Some(name) => look_for_name(&calls, &name, is_own, planned, diagnostics).await,
            None => Ok(()),
        }
    };
    if let Err(error) = asked {
        let name = &calls.id.name;
        let question =
            format!("whether the profile {name:?} already exists and whether its DNS name is available");
        diagnostics::not_checked(&error, &question, diagnostics);
    }
}

/// Reads the profile, and tells what becomes of it if there is one.
async fn look_at(
    calls: &ProfileCalls,
    diagnostics: &mut Diagnostics,
    announce: impl FnOnce(AzureProfile, &mut Diagnostics),
) -> Result<(), ArmError> {
    if let Some(found) = calls.find().await? {
        announce(found, diagnostics);
    }
    Ok(())
}

/// A name that is taken may be that of the very profile that is planned. It is created anew if the state has it, because
/// it is tainted; else the creation would fail.
async fn look_for_name(
    calls: &ProfileCalls,
    relative_name: &str,
    is_own: bool,
    planned: &Profile,
    diagnostics: &mut Diagnostics,
) -> Result<(), ArmError> {
    if calls.is_free(relative_name).await? != Some(false) {
        return Ok(());
    }
    let found = calls.find().await?;
    let dns = found.and_then(|found| found.properties).and_then(|properties| properties.dns_config);
    let found = dns.and_then(|dns| dns.relative_name);
    if found.is_none_or(|found| !found.eq_ignore_ascii_case(relative_name)) {
        let fqdn = planned.fqdn.as_deref().unwrap_or(relative_name);
        diagnostics::taken(fqdn, Path::new("dns_config").index(0).attribute("relative_name"), diagnostics);
    } else if !is_own {
        take_over::already_there(&calls.id, diagnostics);
    }
    Ok(())
}

fn monitor(profile: &mut Profile) -> Option<&mut MonitorConfig> {
    profile.monitor_config.known_mut().and_then(|blocks| blocks.first_mut())
}

/// The id, which follows from the configuration. A profile that exists stays in its subscription, whatever
/// the provider's is by now.
fn id(azure: &Azure, plan: &Plan<TrafficManagerProfile>) -> Option<ProfileId> {
    let group = plan.planned.resource_group_name.as_deref()?;
    let name = plan.planned.name.as_deref()?;
    let prior = plan.prior.as_ref().and_then(Profile::profile_id);
    let subscription = match &prior {
        Some(prior) => prior.subscription_id.as_str(),
        None => azure.subscription_id.as_deref()?,
    };
    Some(ProfileId::new(subscription, group, name))
}

/// The id in the spelling of the state, if it is the same.
fn spelled(id: &ProfileId, plan: &Plan<TrafficManagerProfile>) -> String {
    let prior = plan.prior.as_ref();
    let known = prior.filter(|prior| prior.profile_id().as_ref() == Some(id));
    known.and_then(|prior| prior.id.known().cloned()).unwrap_or_else(|| id.to_string())
}

/// The DNS name. The one that Azure answered stays as long as the relative name does: Azure's own test clouds
/// have other suffixes.
fn fqdn(azure: &Azure, plan: &Plan<TrafficManagerProfile>) -> Value<String> {
    let relative =
        |profile: &Profile| profile.dns().map(|DnsConfig { relative_name, .. }| relative_name.clone());
    let planned = relative(&plan.planned);
    if let Some(prior) = &plan.prior
        && relative(prior) == planned
        && !prior.fqdn.is_null()
    {
        return prior.fqdn.clone();
    }
    match planned {
        Some(Value::Known(name)) => {
            Value::Known(format!("{}.{}", name.to_lowercase(), azure.cloud.dns_suffix))
        }
        _ => Value::unknown(),
    }
}

/// Endpoints in the configuration are planned; others are left alone.
///
/// An import reads the endpoints, so that a configuration with them plans nothing. A configuration without
/// them keeps what was read, and plans nothing either.
fn manage_endpoints(
    id: Option<&ProfileId>,
    plan: &mut Plan<TrafficManagerProfile>,
    diagnostics: &mut Diagnostics,
) {
    let is_configured = !plan.config.endpoints.is_null();
    let were_configured = std::mem::replace(&mut plan.private.manages_endpoints, is_configured);
    if is_configured {
        endpoints::complete(id, plan.prior.as_ref(), &plan.config, &mut plan.planned);
        return;
    }
    let prior = plan.prior.as_ref().map_or(&Value::Null, |prior| &prior.endpoints);
    plan.planned.endpoints = if were_configured { Value::Null } else { prior.clone() };
    if were_configured && prior.known().is_some_and(|endpoints| !endpoints.is_empty()) {
        diagnostics.warning(
            Path::root(),
            "Endpoints are no longer managed",
            "The attribute endpoints was removed from the configuration. The endpoints stay in Azure as they are, \
             and this resource no longer manages them. To delete them, set endpoints = {} instead.",
        );
    }
}
