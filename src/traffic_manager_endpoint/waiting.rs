//! Waiting until an endpoint is online.

use std::time::Duration;

use arm::ArmError;
use tf_plugin::{Context, Diagnostics, Value};
use traffic_manager::health::EndpointMonitorStatus;
use traffic_manager::id::EndpointId;

use super::calls::{self, EndpointCalls};
use super::model::{self, Endpoint};
use crate::azure::Azure;
use crate::waiting::{self, Awaited, Ended, WaitForOnline, Waits};

impl Waits for Endpoint {
    fn wait_for_online(&self) -> &Value<WaitForOnline> {
        &self.wait_for_online
    }

    /// Reads the endpoint again and again until it is online.
    async fn wait(
        self,
        context: &Context<Azure>,
        wanted: &WaitForOnline,
        is_new: bool,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let Some(id) = self.endpoint_id() else { return self };
        let mut seen = Seen { context, id, endpoint: self };
        let ended = waiting::wait(context, wanted.time(), &mut seen).await;
        if !matches!(ended, Ended::With(Outcome::Online)) {
            not_online(&ended, &seen, is_new, diagnostics);
        }
        seen.endpoint
    }
}

/// The endpoint as it was seen last.
struct Seen<'a> {
    context: &'a Context<Azure>,
    id: EndpointId,
    endpoint: Endpoint,
}

/// What ends a wait.
enum Outcome {
    Online,
    /// It is disabled.
    Disabled,
    /// Its profile is disabled.
    ProfileDisabled,
}

impl Awaited for Seen<'_> {
    type Outcome = Outcome;
    type Error = ArmError;

    fn outcome(&self) -> Option<Outcome> {
        match self.endpoint.monitor_status.as_deref().and_then(EndpointMonitorStatus::parse)? {
            // An endpoint that is always served is not probed.
            EndpointMonitorStatus::Online | EndpointMonitorStatus::Unmonitored => Some(Outcome::Online),
            EndpointMonitorStatus::Disabled => Some(Outcome::Disabled),
            EndpointMonitorStatus::Inactive => Some(Outcome::ProfileDisabled),
            EndpointMonitorStatus::CheckingEndpoint
            | EndpointMonitorStatus::Degraded
            | EndpointMonitorStatus::Stopped => None,
        }
    }

    async fn look(&mut self, time: Duration) -> Result<(), ArmError> {
        let calls = EndpointCalls::new(self.context, self.id.clone(), time);
        let answer = calls.read_new().await?;
        self.endpoint = model::from_azure(answer, &self.endpoint);
        Ok(())
    }

    fn log(&self) {
        let status = self.endpoint.monitor_status.as_deref().unwrap_or("unknown");
        tracing::info!(endpoint.name = %self.id.name, status, "waiting for the endpoint to be online");
    }
}

fn not_online(
    ended: &Ended<Outcome, ArmError>,
    seen: &Seen<'_>,
    is_new: bool,
    diagnostics: &mut Diagnostics,
) {
    let why = match ended {
        Ended::Failed(error) => {
            return waiting::not_seen(error, is_new, &calls::doing("wait for", &seen.id), diagnostics);
        }
        Ended::With(Outcome::Disabled) => "The endpoint is disabled and cannot become Online.",
        Ended::With(Outcome::ProfileDisabled) => {
            "The profile of the endpoint is disabled, so the endpoint cannot become Online."
        }
        Ended::Stopped => "The wait was cancelled.",
        Ended::With(Outcome::Online) | Ended::OutOfTime => "The endpoint did not become Online in time.",
    };
    let status = seen.endpoint.monitor_status.as_deref().unwrap_or("unknown");
    let text = format!(
        "{why} Its status is {status}.\n\nCheck that the endpoint answers the probes of the profile's monitor_config."
    );
    waiting::not_reached("endpoint", is_new, ("The endpoint is not online", &text), diagnostics);
}
