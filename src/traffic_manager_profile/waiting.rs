//! Waiting until a profile is online.

use std::time::Duration;

use arm::ArmError;
use arm::model::Profile as AzureProfile;
use tf_plugin::{Context, Diagnostics, Path};
use tokio::time::Instant;
use traffic_manager::health::ProfileMonitorStatus;

use super::calls::Calls;
use super::model::{self, Profile, WaitForOnline};
use crate::azure::Azure;
use crate::diagnostics;
use crate::timeouts;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// Probes take seconds to minutes to decide.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long one look may take at least, however little time is left of the wait.
const LOOK: Duration = Duration::from_secs(10);

/// Reads the profile again and again until it is online, if the plan wants that. Answers its state as it was
/// read last.
///
/// A profile that is new and not online in time is a warning: Terraform would take an error for a failed creation and
/// replace the profile.
pub(super) async fn wait(
    context: &Context<Azure>,
    planned: &Profile,
    state: Profile,
    is_new: bool,
    diagnostics: &mut Diagnostics,
) -> Profile {
    let Some((WaitForOnline { timeout }, id)) = planned.wait_for_online.known().zip(state.profile_id())
    else {
        return state;
    };
    let time = timeouts::or_default(Some(timeout), DEFAULT_TIMEOUT);
    let calls = Calls::new(context, id, planned, time);
    let mut seen = Seen::in_state(state);
    let ended = until_online(context, &calls, time, &mut seen).await;
    match ended {
        Ended::Online => {}
        Ended::NoEndpoints if seen.profile.endpoints.is_null() => without_endpoints(diagnostics),
        ended => not_online(&ended, &calls, &seen, is_new, diagnostics),
    }
    seen.profile
}

/// How a wait ended.
enum Ended {
    Online,
    /// It has none that is enabled.
    NoEndpoints,
    Disabled,
    OutOfTime,
    Stopped,
    Failed(ArmError),
}

async fn until_online(context: &Context<Azure>, calls: &Calls, time: Duration, seen: &mut Seen) -> Ended {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match Progress::of(&seen.profile) {
            Progress::Online => return Ended::Online,
            Progress::NoEndpoints => return Ended::NoEndpoints,
            Progress::Disabled => return Ended::Disabled,
            Progress::NotYet => {}
        }
        let left = time.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Ended::OutOfTime;
        }
        tracing::info!(profile.name = %calls.id.name, endpoints = %seen.endpoints, "waiting for the profile to be online");
        // The last look is at the very end, and has its own time to be answered.
        tokio::select! {
            () = tokio::time::sleep(pause.min(left)) => {}
            () = context.cancelled().cancelled() => return Ended::Stopped,
        }
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        let read = Calls::new(context, calls.id.clone(), &seen.profile, LOOK.max(left));
        match read.get_new().await {
            Ok(answer) => *seen = Seen::in_answer(answer, &seen.profile),
            Err(error) => return Ended::Failed(error),
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
fn without_endpoints(diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::of("wait_for_online"),
        "Nothing to wait for",
        "The profile is Inactive, because it has no enabled endpoint yet. Its endpoints are managed \
         elsewhere, and resources that refer to this profile are created after it. To wait for them, set \
         endpoints on this resource. Otherwise, remove wait_for_online.",
    );
}

fn not_online(ended: &Ended, calls: &Calls, seen: &Seen, is_new: bool, diagnostics: &mut Diagnostics) {
    let why = match ended {
        Ended::Failed(error) => {
            let doing = super::calls::doing("wait for", &calls.id, &seen.profile);
            let summary = format!("Cannot {}", doing.what);
            return tell(is_new, &summary, &diagnostics::why(error, &doing), diagnostics);
        }
        Ended::NoEndpoints => "The profile has no enabled endpoint and cannot become Online without one.",
        Ended::Disabled => "The profile is disabled and cannot become Online.",
        Ended::Stopped => "The wait was cancelled.",
        Ended::Online | Ended::OutOfTime => "The profile did not become Online in time.",
    };
    let status = seen.profile.monitor_status.as_deref().unwrap_or("unknown");
    let text = format!(
        "{why} Its status is {status}; its endpoints: {}.\n\nCheck that the endpoints answer the probes of \
         monitor_config.",
        seen.endpoints
    );
    tell(is_new, "The profile is not online", &text, diagnostics);
}

fn tell(is_new: bool, summary: &str, text: &str, diagnostics: &mut Diagnostics) {
    let path = Path::of("wait_for_online");
    if is_new {
        let text = format!(
            "{text}\n\nThe profile was created. This is a warning, because after an error Terraform would replace it."
        );
        diagnostics.warning(path, summary, text);
    } else {
        diagnostics.error(path, summary, format!("{text}\n\nThe change itself was made and saved."));
    }
}
