//! Waiting until a profile is online.

use std::time::Duration;

use arm::ArmError;
use arm::model::Profile as AzureProfile;
use tf_plugin::{Context, Diagnostics, Path, Value};
use traffic_manager::health::ProfileMonitorStatus;
use traffic_manager::id::ProfileId;

use super::calls::ProfileCalls;
use super::model::{self, Profile};
use crate::azure::Azure;
use crate::waiting::{self, Awaited, Ended, WaitForOnline, Waits};

impl Waits for Profile {
    fn wait_for_online(&self) -> &Value<WaitForOnline> {
        &self.wait_for_online
    }

    /// Reads the profile again and again until it is online.
    async fn wait(
        self,
        context: &Context<Azure>,
        wanted: &WaitForOnline,
        is_new: bool,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let Some(id) = self.profile_id() else { return self };
        let mut seen = Seen { context, id, endpoints: endpoints_in_state(&self), profile: self };
        match waiting::wait(context, wanted.time(), &mut seen).await {
            Ended::With(Outcome::Online) => {}
            Ended::With(Outcome::NoEndpoints) if seen.profile.endpoints.is_null() => {
                without_endpoints(diagnostics);
            }
            ended => not_online(&ended, &seen, is_new, diagnostics),
        }
        seen.profile
    }
}

/// The profile as it was seen last.
struct Seen<'a> {
    context: &'a Context<Azure>,
    id: ProfileId,
    profile: Profile,
    /// What each endpoint reports, also of those that are managed elsewhere.
    endpoints: String,
}

/// What ends a wait.
enum Outcome {
    Online,
    Disabled,
    /// It has none that is enabled.
    NoEndpoints,
}

impl Awaited for Seen<'_> {
    type Outcome = Outcome;
    type Error = ArmError;

    fn outcome(&self) -> Option<Outcome> {
        match self.profile.monitor_status.as_deref().and_then(ProfileMonitorStatus::parse)? {
            ProfileMonitorStatus::Online => Some(Outcome::Online),
            ProfileMonitorStatus::Disabled => Some(Outcome::Disabled),
            ProfileMonitorStatus::Inactive => Some(Outcome::NoEndpoints),
            ProfileMonitorStatus::CheckingEndpoints | ProfileMonitorStatus::Degraded => None,
        }
    }

    async fn look(&mut self, time: Duration) -> Result<(), ArmError> {
        let calls = ProfileCalls::new(self.context, self.id.clone(), &self.profile, time);
        let answer = calls.read_new().await?;
        self.endpoints = endpoints_in_answer(&answer);
        self.profile = model::from_azure(answer, &self.profile);
        Ok(())
    }

    fn log(&self) {
        tracing::info!(profile.name = %self.id.name, endpoints = %self.endpoints, "waiting for the profile to be online");
    }
}

fn endpoints_in_state(profile: &Profile) -> String {
    let endpoints = profile.endpoints.known().into_iter().flatten();
    statuses(endpoints.map(|(key, endpoint)| {
        let status = endpoint.known().and_then(|endpoint| endpoint.monitor_status.as_deref());
        (key.as_str(), status)
    }))
}

fn endpoints_in_answer(answer: &AzureProfile) -> String {
    statuses(answer.endpoints().map(|endpoint| {
        let properties = endpoint.properties.as_ref();
        let status = properties.and_then(|properties| properties.endpoint_monitor_status.as_deref());
        (endpoint.name.as_deref().unwrap_or_default(), status)
    }))
}

fn statuses<'a>(each: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let each: Vec<String> =
        each.map(|(name, status)| format!("{name} {}", status.unwrap_or("unknown"))).collect();
    if each.is_empty() { "none".to_owned() } else { each.join(", ") }
}

/// Where endpoints are managed elsewhere, Terraform makes them after the profile that is waited for here.
fn without_endpoints(diagnostics: &mut Diagnostics) {
    diagnostics.warning(
        Path::new("wait_for_online"),
        "Nothing to wait for",
        "The profile is Inactive, because it has no enabled endpoint yet. Its endpoints are managed \
         elsewhere, and resources that refer to this profile are created after it. To wait for them, set \
         endpoints on this resource. Otherwise, remove wait_for_online.",
    );
}

fn not_online(
    ended: &Ended<Outcome, ArmError>,
    seen: &Seen<'_>,
    is_new: bool,
    diagnostics: &mut Diagnostics,
) {
    let why = match ended {
        Ended::Failed(error) => {
            return waiting::not_seen(
                error,
                is_new,
                &super::calls::doing("wait for", &seen.id, &seen.profile),
                diagnostics,
            );
        }
        Ended::With(Outcome::NoEndpoints) => {
            "The profile has no enabled endpoint and cannot become Online without one."
        }
        Ended::With(Outcome::Disabled) => "The profile is disabled and cannot become Online.",
        Ended::Stopped => "The wait was cancelled.",
        Ended::With(Outcome::Online) | Ended::OutOfTime => "The profile did not become Online in time.",
    };
    let status = seen.profile.monitor_status.as_deref().unwrap_or("unknown");
    let text = format!(
        "{why} Its status is {status}; its endpoints: {}.\n\nCheck that the endpoints answer the probes of \
         monitor_config.",
        seen.endpoints
    );
    waiting::not_reached("profile", is_new, ("The profile is not online", &text), diagnostics);
}
