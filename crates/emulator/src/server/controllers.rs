//! Keeps hubs and their controllers going: starts them when a fleet gets a hub, brings to them what members export, and
//! gives them the way to Azure.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tracing::{debug, warn};

use super::faults::{By, Dropped};
use super::shared::Shared;
use crate::hub::{self, Azure, Boxed, members};
use crate::service::{Answer, HubKey, Origin, Request};

/// Who writes on a hub for the members.
const AGENT: &str = "fleet-networking-agent";

/// How long until something that did not work on a hub is tried again.
const AGAIN: Duration = Duration::from_millis(50);

/// What a client of Azure says of a connection that ended without an answer.
const NO_ANSWER: &str = "EOF";

/// The text is the emulator's own.
const NO_IDENTITY: &str =
    "ManagedIdentityCredential authentication failed: the fleet has no managed identity";

/// Azure, with the identity of a fleet.
struct AsFleet {
    shared: Arc<Shared>,
    hub: HubKey,
}

/// Works until the emulator stops.
pub(super) async fn run(shared: Arc<Shared>) {
    let stopped = shared.hubs.stopped();
    let mut changes = shared.service_changed.subscribe();
    let mut started = BTreeSet::new();
    loop {
        let is_done = follow(&shared, &mut started);
        shared.saved().await;
        let again = async {
            if is_done {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(AGAIN).await;
        };
        tokio::select! {
            biased;
            () = stopped.cancelled() => return,
            _ = changes.changed() => {}
            () = again => {}
        }
    }
}

/// Brings hubs and controllers to what fleets there are. False if it has to be tried again.
fn follow(shared: &Arc<Shared>, started: &mut BTreeSet<HubKey>) -> bool {
    let (hubs, longest_wait) = {
        let service = shared.service();
        (service.hubs(), service.longest_retry())
    };
    let keys: Vec<HubKey> = hubs.iter().map(|hub| hub.key.clone()).collect();
    shared.hubs.keep_only(&keys);
    started.retain(|key| keys.contains(key));
    let mut is_done = true;
    for view in hubs {
        let hub = shared.hubs.open(&view.key);
        let exported = shared.service().members_of_hub(&view.key);
        if let Err(error) = members::bring(&hub.api.client(AGENT), &exported) {
            debug!(fleet = view.fleet, %error, "the exports of members are not on the hub yet");
            is_done = false;
        }
        if started.insert(view.key.clone()) {
            let azure: Arc<dyn Azure> = Arc::new(AsFleet { shared: Arc::clone(shared), hub: view.key });
            hub::start(&hub, &azure, &view.subscription, longest_wait);
        }
    }
    is_done
}

impl Azure for AsFleet {
    fn send(&self, request: Request) -> Boxed<'_, Result<Answer, String>> {
        Box::pin(async move {
            let entry = self.shared.fleet_requests().note(&request.method, &request.path, &request.query, 0);
            let result = self.answer(&request).await;
            let status = result.as_ref().ok().map(|answer| answer.status);
            self.shared.fleet_requests().finish(entry, status, Duration::ZERO);
            result
        })
    }

    fn keep(&self) -> Boxed<'_, ()> {
        Box::pin(async {
            if !self.shared.saved().await {
                warn!("what a fleet did may be lost with the emulator");
            }
        })
    }
}

impl AsFleet {
    async fn answer(&self, request: &Request) -> Result<Answer, String> {
        let met = self.shared.faults().meet(By::Fleet, &request.method, &request.path, &request.query);
        let fault = met.unwrap_or_default();
        if !fault.delay().is_zero() {
            tokio::time::sleep(fault.delay()).await;
        }
        if fault.drop == Some(Dropped::Before) {
            return Err(NO_ANSWER.to_owned());
        }
        let changed = fault.answer.unwrap_or_default();
        let mut answer = match changed.status().filter(|_| !changed.after_effect) {
            Some(status) => refusal(status),
            None => self.real_answer(request)?,
        };
        if fault.drop == Some(Dropped::After) {
            return Err(NO_ANSWER.to_owned());
        }
        answer.status = changed.status().unwrap_or(answer.status);
        answer.body = changed.text().unwrap_or(answer.body);
        Ok(answer)
    }

    fn real_answer(&self, request: &Request) -> Result<Answer, String> {
        let answer = self.shared.service().answer_fleet(&self.hub, request);
        answer.ok_or_else(|| NO_IDENTITY.to_owned())
    }
}

fn refusal(status: StatusCode) -> Answer {
    Answer { status, body: String::new(), origin: Origin::GatewayError, headers: Vec::new() }
}

#[cfg(test)]
mod tests;
