//! What the provider knows of a profile before it exists: its id, its DNS name, and defaults that depend on
//! other values. No request is made here.

use tf_plugin::resource::Plan;
use tf_plugin::{Diagnostics, Path, Value};
use traffic_manager::id::ProfileId;
use traffic_manager::profile::defaults;

use super::endpoints;
use super::model::{DnsConfig, MonitorConfig, Profile};
use crate::provider::Azure;

/// The name under which the private data tells who manages the endpoints.
const ENDPOINTS: &str = "endpoints";
/// They are in the configuration.
const CONFIGURED: &str = "configured";

/// Completes the planned state.
pub(super) fn complete(azure: &Azure, plan: &mut Plan<Profile>, diagnostics: &mut Diagnostics) {
    let id = id(azure, plan);
    plan.planned.id = id.as_ref().map_or_else(Value::unknown, |id| Value::Known(spelled(id, plan)));
    plan.planned.fqdn = fqdn(azure, plan);
    if let (Some(planned), Some(config)) = (monitor(&mut plan.planned), plan.config.monitor()) {
        planned.timeout_in_seconds = timeout(config, planned);
    }
    manage_endpoints(id.as_ref(), plan, diagnostics);
}

fn monitor(profile: &mut Profile) -> Option<&mut MonitorConfig> {
    profile.monitor_config.known_mut().and_then(|blocks| blocks.first_mut())
}

/// The id, which follows from the configuration. A profile that exists stays in its subscription, whatever
/// the provider's is by now.
fn id(azure: &Azure, plan: &Plan<Profile>) -> Option<ProfileId> {
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
fn spelled(id: &ProfileId, plan: &Plan<Profile>) -> String {
    let prior = plan.prior.as_ref();
    let known = prior.filter(|prior| prior.profile_id().as_ref() == Some(id));
    known.and_then(|prior| prior.id.known().cloned()).unwrap_or_else(|| id.to_string())
}

/// The DNS name. The one that Azure answered stays as long as the relative name does: Azure's own test clouds
/// have other suffixes.
fn fqdn(azure: &Azure, plan: &Plan<Profile>) -> Value<String> {
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

/// A probe may take 10 seconds, or 9 with the fast interval, where Azure refuses 10.
fn timeout(config: &MonitorConfig, planned: &MonitorConfig) -> Value<i64> {
    match (&config.timeout_in_seconds, &planned.interval_in_seconds) {
        (Value::Null, Value::Known(10)) => Value::Known(defaults::FAST_TIMEOUT),
        (Value::Null, Value::Known(_)) => Value::Known(defaults::TIMEOUT),
        (Value::Null, _) => Value::unknown(),
        (given, _) => given.clone(),
    }
}

/// Endpoints in the configuration are planned; others are left alone.
///
/// An import reads the endpoints, so that a configuration with them plans nothing. A configuration without
/// them keeps what was read, and plans nothing either.
fn manage_endpoints(id: Option<&ProfileId>, plan: &mut Plan<Profile>, diagnostics: &mut Diagnostics) {
    let were_configured = plan.private.of(ENDPOINTS) == Some(CONFIGURED);
    let prior = plan.prior.as_ref().map_or(&Value::Null, |prior| &prior.endpoints);
    if !plan.config.endpoints.is_null() {
        plan.private.set(ENDPOINTS, Some(CONFIGURED));
        endpoints::complete(id, &plan.config.endpoints, prior, &mut plan.planned.endpoints);
        return;
    }
    plan.private.set(ENDPOINTS, None);
    plan.planned.endpoints = if were_configured { Value::Null } else { prior.clone() };
    if were_configured && prior.known().is_some_and(|endpoints| !endpoints.is_empty()) {
        diagnostics.warning(
            Path::root(),
            "Endpoints no longer managed here",
            "The configuration has no `endpoints` any more, so they stay in Azure as they are and this resource \
             does not touch them again. To remove them, write endpoints = {} instead.",
        );
    }
}
