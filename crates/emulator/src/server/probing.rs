//! Keeps probes going: sends those that are due, and tells the service what they found.
//!
//! At most [`MOST`] are under way at once, however many endpoints there are; the others wait their turn. Nothing is locked
//! while a probe is under way. A result counts only if the endpoint is still probed in that way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};
use traffic_manager::health::Probe;

use super::shared::Shared;
use crate::probes::{Failed, Planned, ProbeRequest, Schedule, Ticket, TimeScale, Transport};
use crate::service::{ProbeResult, ProbedEndpoint};

/// How many probes are under way at most. Each is a connection, and systems give a process about a thousand.
const MOST: usize = 256;

/// The least time from one look at all endpoints to the next. It is longer if looks take long, so that they take a fifth of
/// the time at most.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// What a probe's task ends with.
type Ended = Result<(), Failed>;

/// The probes of an emulator.
struct Prober {
    shared: Arc<Shared>,
    transport: Arc<dyn Transport>,
    scale: TimeScale,
    schedule: Schedule,
    tasks: JoinSet<Ended>,
    under_way: HashMap<Id, (Ticket, AbortHandle)>,
    /// The revision of the service that the schedule follows, if it follows one.
    followed: Option<u64>,
    /// No look at all endpoints before this time.
    next_look: Instant,
}

/// Works until it is stopped.
pub(super) async fn run(
    shared: Arc<Shared>,
    transport: Arc<dyn Transport>,
    scale: TimeScale,
    stop: CancellationToken,
) {
    let mut changes = shared.service_changed.subscribe();
    let mut addresses = shared.target_addresses.subscribe();
    let mut prober = Prober {
        shared,
        transport,
        scale,
        schedule: Schedule::new(scale),
        tasks: JoinSet::new(),
        under_way: HashMap::new(),
        followed: None,
        next_look: Instant::now(),
    };
    loop {
        prober.follow();
        prober.start_all();
        let wake = prober.next_wake();
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            Some(ended) = prober.tasks.join_next_with_id() => prober.finish(ended),
            _ = changes.changed() => prober.compare_revisions(),
            _ = addresses.changed() => prober.followed = None,
            () = until(wake) => {}
        }
    }
}

impl Prober {
    /// Brings the schedule to what there is to probe, if that may have changed.
    fn follow(&mut self) {
        let began = Instant::now();
        if self.followed.is_some() || began < self.next_look {
            return;
        }
        // The addresses and the service are never locked together.
        let known = self.shared.target_addresses();
        let (revision, endpoints) = {
            let service = self.shared.service();
            let is_known = |target: &str| !known.of(target).is_empty();
            // Without addresses there is nothing to look for.
            let found = if known.is_empty() { Vec::new() } else { service.probed_endpoints(is_known) };
            (service.revision(), found)
        };
        let planned = endpoints.into_iter().filter_map(|endpoint: ProbedEndpoint| {
            let address = known.of(&endpoint.target).first()?.clone();
            Some(Planned { endpoint, address })
        });
        self.schedule.follow(planned.collect(), Instant::now());
        for (ticket, task) in self.under_way.values() {
            if !self.schedule.counts(ticket) {
                task.abort();
            }
        }
        self.followed = Some(revision);
        self.next_look = Instant::now() + BETWEEN_LOOKS.max(began.elapsed() * 4);
    }

    /// The service has changed: what is followed is out of date, unless a probe alone has changed it.
    fn compare_revisions(&mut self) {
        if self.followed != Some(self.shared.service().revision()) {
            self.followed = None;
        }
    }

    /// Starts what is due, as far as there is room.
    fn start_all(&mut self) {
        while self.tasks.len() < MOST {
            let Some(ticket) = self.schedule.start(Instant::now()) else { return };
            let request = ProbeRequest::new(&ticket.planned.endpoint, &ticket.planned.address, self.scale);
            let transport = Arc::clone(&self.transport);
            let task = self.tasks.spawn(async move { transport.send(&request?).await });
            self.under_way.insert(task.id(), (ticket, task));
        }
    }

    /// When there is something to do, if nothing happens before.
    fn next_wake(&self) -> Option<Instant> {
        let start = self.schedule.next_due().filter(|_| self.tasks.len() < MOST);
        let look = self.followed.is_none().then_some(self.next_look);
        start.into_iter().chain(look).min()
    }

    fn finish(&mut self, ended: Result<(Id, Ended), JoinError>) {
        let (id, ended) = match ended {
            Ok((id, ended)) => (id, Some(ended)),
            // It was ended because it does not count any more, or by a panic, which is no result.
            Err(error) => (error.id(), None),
        };
        let Some((ticket, _)) = self.under_way.remove(&id) else { return };
        if !self.schedule.finish(&ticket, Instant::now()) {
            return;
        }
        if let Some(ended) = ended {
            self.count(&ticket.planned, &ended);
        }
    }

    fn count(&mut self, planned: &Planned, ended: &Ended) {
        let result = if ended.is_ok() { ProbeResult::Success } else { ProbeResult::Failure };
        let changed = {
            let mut service = self.shared.service();
            let is_followed = self.followed == Some(service.revision());
            let changed = service.count_probe(&planned.endpoint, result);
            if is_followed {
                // What is probed does not change by it.
                self.followed = Some(service.revision());
            }
            changed
        };
        let key = &planned.endpoint.key;
        let (profile, endpoint) = (key.profile_name(), key.endpoint_name());
        let address = planned.address.address();
        if let Err(error) = ended {
            debug!(profile, endpoint, %address, %error, "a probe failed");
        }
        match changed {
            Some(Probe::Healthy) => info!(profile, endpoint, %address, "online"),
            Some(Probe::Failing) => info!(profile, endpoint, %address, "degraded"),
            Some(Probe::Undecided) | None => {}
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
