//! Waiting until a profile is online.

use std::time::Duration;

use tf_plugin::{Context, Diagnostics, Path, Value};
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
    let (mut state, mut pause) = (state, FIRST_PAUSE);
    loop {
        match Progress::of(&state) {
            Progress::Online => return state,
            Progress::Never(why) => {
                failed(&state, why, diagnostics);
                return state;
            }
            Progress::NotYet if Instant::now() + pause >= end => {
                failed(&state, "It was not Online when the time for it was over.", diagnostics);
                return state;
            }
            Progress::NotYet => {}
        }
        tracing::info!(profile.name = %calls.id.name, endpoints = %statuses(&state), "waiting for the profile to be online");
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = context.cancelled().cancelled() => {
                failed(&state, "The wait was stopped.", diagnostics);
                return state;
            }
        }
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        match calls.get().await {
            Ok(answer) => state = model::from_azure(answer, &state),
            Err(error) => {
                let doing = super::resource::doing("wait for", &calls.id, &state);
                diagnostics::failed(&error, &doing, diagnostics);
                return state;
            }
        }
    }
}

enum Progress {
    Online,
    NotYet,
    Never(&'static str),
}

impl Progress {
    fn of(state: &Profile) -> Self {
        match state.monitor_status.as_deref().and_then(ProfileMonitorStatus::parse) {
            Some(ProfileMonitorStatus::Online) => Self::Online,
            Some(ProfileMonitorStatus::Disabled) => Self::Never("It is disabled, so it is never Online."),
            Some(ProfileMonitorStatus::Inactive) => {
                Self::Never("It has no endpoint that is enabled, so it is not Online before it gets one.")
            }
            Some(ProfileMonitorStatus::CheckingEndpoints | ProfileMonitorStatus::Degraded) | None => {
                Self::NotYet
            }
        }
    }
}

fn failed(state: &Profile, why: &str, diagnostics: &mut Diagnostics) {
    let status = state.monitor_status.as_deref().unwrap_or("unknown");
    diagnostics.error(
        Path::of("wait_for_online"),
        "The profile is not online",
        format!(
            "{why} The profile is {status}; its endpoints: {}.\n\nCheck that the endpoints answer the probes of \
             monitor_config. The profile itself was saved. If Terraform has marked it as tainted, `terraform \
             untaint` with its address keeps it from being replaced.",
            statuses(state)
        ),
    );
}

/// What each endpoint reports.
fn statuses(state: &Profile) -> String {
    let endpoints = state.endpoints.known().into_iter().flatten();
    let each = endpoints.map(|(key, endpoint)| {
        let status = endpoint.known().map(|endpoint| &endpoint.monitor_status);
        format!("{key} {}", status.and_then(Value::as_deref).unwrap_or("unknown"))
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { "none in this resource".to_owned() } else { each.join(", ") }
}
