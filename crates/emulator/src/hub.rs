//! The hubs of fleets: for each one a Kubernetes API with the kinds of Fleet's networking, and the controllers behind
//! it.
//!
//! The controllers do what those of Azure Kubernetes Fleet Manager do, with the same words, and act on the emulated
//! Traffic Manager with the identity of the fleet. Two things are faster: waits between retries end at
//! [`Settings::longest_retry`](crate::Settings::longest_retry), and imports are looked at again at once. The SDK's own
//! retries are left out, so that one fault is one failure. How requests reach a hub over HTTP is not here.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kube_emulator::{ApiServer, SnapshotError};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::service::HubKey;

mod azure;
mod backend;
mod controllers;
mod definitions;
mod imports;
pub(crate) mod members;
mod names;
mod object;
mod profile;
mod queue;
mod triggers;
mod worker;

pub(crate) use self::azure::{Azure, Boxed};
pub(crate) use self::controllers::start;

/// A hub.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    pub(crate) api: ApiServer,
    /// Cancelled when the hub is gone, or the emulator stops.
    pub(crate) closed: CancellationToken,
}

/// All hubs that somebody has used so far.
#[derive(Debug, Default)]
pub(crate) struct Hubs(Mutex<Opened>);

#[derive(Debug, Default)]
struct Opened {
    hubs: BTreeMap<HubKey, Hub>,
    /// What the revisions of hubs that are gone were, so that the sum never falls.
    revisions_gone: u64,
    closed: CancellationToken,
}

impl Hubs {
    /// Goes on with what others kept; see [`Hubs::kept`].
    pub(crate) fn restored(kept: &BTreeMap<String, Value>) -> Result<Self, SnapshotError> {
        let hubs = Self::default();
        for (key, snapshot) in kept {
            hubs.open(&HubKey(key.clone())).api.restore(snapshot)?;
        }
        Ok(hubs)
    }

    /// What survives a restart, to be written as JSON.
    pub(crate) fn kept(&self) -> BTreeMap<String, Value> {
        self.opened().hubs.iter().map(|(key, hub)| (key.0.clone(), hub.api.snapshot())).collect()
    }

    /// Grows with every change of what is kept.
    pub(crate) fn revision(&self) -> u64 {
        self.opened().revision()
    }

    /// A hub, which is made at its first use.
    pub(crate) fn open(&self, key: &HubKey) -> Hub {
        let mut opened = self.opened();
        let closed = opened.closed.child_token();
        let hub = opened
            .hubs
            .entry(key.clone())
            .or_insert_with(|| Hub { api: ApiServer::new(definitions::definitions()), closed });
        hub.clone()
    }

    /// Closes all hubs but these.
    pub(crate) fn keep_only(&self, keys: &[HubKey]) {
        let mut opened = self.opened();
        let gone: Vec<HubKey> = opened.hubs.keys().filter(|key| !keys.contains(key)).cloned().collect();
        for key in gone {
            if let Some(hub) = opened.hubs.remove(&key) {
                opened.revisions_gone =
                    opened.revisions_gone.wrapping_add(hub.api.revision()).wrapping_add(1);
                hub.closed.cancel();
            }
        }
    }

    /// Ends every watch and every controller, because the emulator stops.
    pub(crate) fn stop(&self) {
        self.opened().closed.cancel();
    }

    /// Cancelled when the emulator stops.
    pub(crate) fn stopped(&self) -> CancellationToken {
        self.opened().closed.clone()
    }

    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opened {
    fn revision(&self) -> u64 {
        let of_hubs = self.hubs.values().map(|hub| hub.api.revision());
        of_hubs.fold(self.revisions_gone, u64::wrapping_add)
    }
}
