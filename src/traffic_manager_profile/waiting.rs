//! Waiting until a profile is online.

use std::time::Duration;

use arm::model::Profile as AzureProfile;
use tf_plugin::{Context, Diagnostics, Path};
use tokio::time::Instant;
use traffic_manager::health::ProfileMonitorStatus;

use super::calls::Calls;
use super::model::{self, Profile, WaitForOnline};
use crate::diagnostics;
use crate::provider::Azure;
use crate::timeouts;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// Probes take seconds to minutes to decide.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Reads the profile again and again until it is online, if the plan wants that. Answers its state as it was
/// read last.
pub(super) async fn wait(
    context: &Context<Azure>,
    planned: &Profile,
    state: Profile,
    diagnostics: &mut Diagnostics,
) -> Profile {
    let Some((WaitForOnline { timeout }, id)) = planned.wait_for_online.known().zip(state.profile_id())
    else {
        return state;
    };
    let time = timeouts::or_default(Some(timeout), DEFAULT_TIMEOUT);
    let calls = Calls::new(context, id, planned, time);
    let end = Instant::now() + time;
    // However short the time is, it is enough for one look.
    let mut pause = FIRST_PAUSE.min(time / 2);
    let mut seen = Seen::in_state(state);
    loop {
        match Progress::of(&seen.profile) {
            Progress::Online => return seen.profile,
            Progress::NoEndpoints => {
                without_endpoints(&seen, diagnostics);
                return seen.profile;
            }
            Progress::Disabled => {
                failed(&seen, "It is disabled, so it is never Online.", diagnostics);
                return seen.profile;
            }
            Progress::NotYet if Instant::now() + pause >= end => {
                failed(&seen, "It was not Online when the time for it was over.", diagnostics);
                return seen.profile;
            }
            Progress::NotYet => {}
        }
        tracing::info!(profile.name = %calls.id.name, endpoints = %seen.endpoints, "waiting for the profile to be online");
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = context.cancelled().cancelled() => {
                failed(&seen, "The wait was stopped.", diagnostics);
                return seen.profile;
            }
        }
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        match calls.get().await {
            Ok(answer) => seen = Seen::in_answer(answer, &seen.profile),
            Err(error) => {
                let doing = super::resource::doing("wait for", &calls.id, &seen.profile);
                diagnostics::failed(&error, &doing, diagnostics);
                return seen.profile;
            }
        }
    }
}

/// What was seen last.
struct Seen {
    profile: Profile,
    /// What each endpoint reports, also of those that are managed elsewhere.
    endpoints: String,
}

impl Seen {
    fn in_state(profile: Profile) -> Self {
        let endpoints = profile.endpoints.known().into_iter().flatten();
        let each = endpoints.map(|(key, endpoint)| {
            let status = endpoint.known().and_then(|endpoint| endpoint.monitor_status.as_deref());
            (key.as_str(), status)
        });
        Self { endpoints: statuses(each), profile }
    }

    fn in_answer(answer: AzureProfile, before: &Profile) -> Self {
        let endpoints = answer.properties.iter().flat_map(|properties| properties.endpoints.iter().flatten());
        let each = endpoints.map(|endpoint| {
            let properties = endpoint.properties.as_ref();
            let status = properties.and_then(|properties| properties.endpoint_monitor_status.as_deref());
            (endpoint.name.as_deref().unwrap_or_default(), status)
        });
        Self { endpoints: statuses(each), profile: model::from_azure(answer, before) }
    }
}

fn statuses<'a>(each: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let each: Vec<String> =
        each.map(|(name, status)| format!("{name} {}", status.unwrap_or("unknown"))).collect();
    if each.is_empty() { "none".to_owned() } else { each.join(", ") }
}

enum Progress {
    Online,
    NotYet,
    Disabled,
    /// It has none that is enabled.
    NoEndpoints,
}

impl Progress {
    fn of(profile: &Profile) -> Self {
        match profile.monitor_status.as_deref().and_then(ProfileMonitorStatus::parse) {
            Some(ProfileMonitorStatus::Online) => Self::Online,
            Some(ProfileMonitorStatus::Disabled) => Self::Disabled,
            Some(ProfileMonitorStatus::Inactive) => Self::NoEndpoints,
            Some(ProfileMonitorStatus::CheckingEndpoints | ProfileMonitorStatus::Degraded) | None => {
                Self::NotYet
            }
        }
    }
}

/// Where endpoints are managed elsewhere, Terraform makes them after the profile that is waited for here.
fn without_endpoints(seen: &Seen, diagnostics: &mut Diagnostics) {
    if !seen.profile.endpoints.is_null() {
        let why = "It has no endpoint that is enabled, so it is not Online before it gets one.";
        return failed(seen, why, diagnostics);
    }
    diagnostics.warning(
        Path::of("wait_for_online"),
        "Nothing to wait for",
        "The profile has no enabled endpoint yet, so it is Inactive and was not waited for. Its endpoints are \
         managed elsewhere, and what is made from this profile is made after it. Give them in `endpoints`, so that \
         they are made with the profile and it is waited for; or apply again when they are there: the next change \
         of the profile waits.",
    );
}

fn failed(seen: &Seen, why: &str, diagnostics: &mut Diagnostics) {
    let status = seen.profile.monitor_status.as_deref().unwrap_or("unknown");
    diagnostics.error(
        Path::of("wait_for_online"),
        "The profile is not online",
        format!(
            "{why} The profile is {status}; its endpoints: {}.\n\nCheck that the endpoints answer the probes of \
             monitor_config. The profile itself was saved. If Terraform has marked it as tainted, `terraform \
             untaint` with its address keeps it from being replaced.",
            seen.endpoints
        ),
    );
}
