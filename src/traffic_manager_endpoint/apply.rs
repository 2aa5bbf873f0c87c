//! What an apply does to an endpoint: make it, take it over, or change it.

use arm::ArmError;
use arm::endpoints;
use arm::model::Endpoint as AzureEndpoint;
use tf_plugin::Diagnostics;

use super::calls::EndpointCalls;
use super::model::{self, Endpoint};
use super::private::Private;
use crate::endpoint::merge::{merge, without_computed};
use crate::planned::settle;
use crate::three_way::Three;
use crate::{diagnostics, unconfirmed};

/// What a change has come to.
pub(super) struct Applied {
    pub(super) state: Endpoint,
    /// Whether Azure was told anything.
    pub(super) is_sent: bool,
}

/// Creates the endpoint where there is none. One that may exist is answered too: forgotten now, it could only be found
/// again by hand.
pub(super) async fn make(
    calls: &EndpointCalls,
    planned: &Endpoint,
    private: &mut Private,
    diagnostics: &mut Diagnostics,
) -> Option<Applied> {
    match calls.create(&sent(calls, planned)).await {
        Ok(answer) => Some(Applied { state: state(answer, planned), is_sent: true }),
        Err(error) => {
            diagnostics::failed(&error, &calls.doing("create"), diagnostics);
            private.creation_in_doubt = unconfirmed::may_exist(&error, calls.find()).await;
            private.creation_in_doubt.then(|| Applied { state: planned.clone(), is_sent: true })
        }
    }
}

/// What a creation sends.
fn sent(calls: &EndpointCalls, planned: &Endpoint) -> AzureEndpoint {
    model::to_azure(&calls.key(), planned)
}

/// Whether the creation was not answered, and what is there is not what it sent.
pub(super) fn is_foreign(
    calls: &EndpointCalls,
    state: &Endpoint,
    found: &AzureEndpoint,
    private: &Private,
) -> bool {
    private.creation_in_doubt && !endpoints::is_as_sent(&sent(calls, state), found)
}

/// Takes over the endpoint that is there: all of the plan is a change.
pub(super) async fn adopt(
    calls: &EndpointCalls,
    found: AzureEndpoint,
    planned: &Endpoint,
    diagnostics: &mut Diagnostics,
) -> Option<Applied> {
    let doing = calls.doing("take over");
    write(calls, found, None, planned)
        .await
        .map_err(|error| diagnostics::failed(&error, &doing, diagnostics))
        .ok()
}

/// Changes the endpoint: reads it, and sends what the plan changes.
pub(super) async fn change(
    calls: &EndpointCalls,
    prior: &Endpoint,
    planned: &Endpoint,
    diagnostics: &mut Diagnostics,
) -> Option<Applied> {
    let changed = match calls.get().await {
        Ok(live) => write(calls, live, Some(prior), planned).await,
        Err(error) => Err(error),
    };
    changed.map_err(|error| diagnostics::failed(&error, &calls.doing("change"), diagnostics)).ok()
}

async fn write(
    calls: &EndpointCalls,
    live: AzureEndpoint,
    prior: Option<&Endpoint>,
    planned: &Endpoint,
) -> Result<Applied, ArmError> {
    let in_azure = |endpoint: &Endpoint| without_computed(model::to_azure(&calls.key(), endpoint));
    let current = without_computed(live.clone());
    let three = Three { live: current.clone(), prior: prior.map(in_azure), planned: in_azure(planned) };
    let merged = merge(&three);
    if merged == current {
        return Ok(Applied { state: state(live, planned), is_sent: false });
    }
    let answer = calls.put(&merged).await?;
    Ok(Applied { state: state(answer, planned), is_sent: true })
}

/// The state after an apply: what was planned, and from Azure's answer what was not known.
fn state(answer: AzureEndpoint, planned: &Endpoint) -> Endpoint {
    settle(planned, model::from_azure(answer, planned))
}
