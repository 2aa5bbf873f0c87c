//! What all connections share.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::admission::Admission;
use super::faults::Faults;
use super::keeping::Keeper;
use super::requests::RequestLog;
use crate::directory::Directory;
use crate::dns_clients::DnsClients;
use crate::hub::Hubs;
use crate::service::Service;
use crate::state_file;
use crate::target_addresses::{TargetAddress, TargetAddresses};

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    service: Mutex<Service>,
    /// The revision of the service, for those who do not want to wait for it.
    service_revision: AtomicU64,
    directory: Mutex<Directory>,
    requests: Mutex<RequestLog>,
    /// The requests of the controllers of hubs.
    fleet_requests: Mutex<RequestLog>,
    faults: Mutex<Faults>,
    /// The hubs of fleets.
    pub(super) hubs: Hubs,
    /// Told whenever something changed in the service.
    pub(super) service_changed: watch::Sender<()>,
    /// Where the targets of endpoints are.
    pub(super) target_addresses: watch::Sender<Arc<TargetAddresses>>,
    /// Where clients are, and how far regions are from there.
    pub(super) dns_clients: Arc<DnsClients>,
    /// Milliseconds that every request to Azure takes longer.
    latency: AtomicU64,
    /// The certificate that clients have to trust.
    pub(super) ca_pem: String,
    /// Decides which requests are let in.
    pub(super) admission: Arc<Admission>,
    /// Keeps the state on the disk, if it is to survive.
    keeper: Option<Keeper>,
}

impl Shared {
    /// What is shared at the start: no requests, no faults, no latency.
    pub(super) fn new(
        (service, directory, hubs): (Service, Directory, Hubs),
        ca_pem: String,
        admission: Admission,
        keeper: Option<Keeper>,
        (target_addresses, dns_clients): (Vec<TargetAddress>, Arc<DnsClients>),
    ) -> Self {
        let target_addresses = Arc::new(TargetAddresses::at_start(target_addresses));
        Self {
            service_revision: AtomicU64::new(service.revision()),
            service: Mutex::new(service),
            directory: Mutex::new(directory),
            requests: Mutex::default(),
            fleet_requests: Mutex::default(),
            faults: Mutex::default(),
            hubs,
            service_changed: watch::Sender::default(),
            target_addresses: watch::Sender::new(target_addresses),
            dns_clients,
            latency: AtomicU64::new(0),
            ca_pem,
            admission: Arc::new(admission),
            keeper,
        }
    }

    pub(super) fn service(&self) -> ServiceGuard<'_> {
        let service = lock(&self.service);
        ServiceGuard { before: service.revision(), service, shared: self }
    }

    /// The revision of the service. A change is seen here before whoever made it goes on.
    pub(super) fn service_revision(&self) -> u64 {
        self.service_revision.load(Ordering::Acquire)
    }

    pub(super) fn directory(&self) -> MutexGuard<'_, Directory> {
        lock(&self.directory)
    }

    pub(super) fn requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.requests)
    }

    pub(super) fn fleet_requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.fleet_requests)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// Where the targets of endpoints are now.
    pub(super) fn target_addresses(&self) -> Arc<TargetAddresses> {
        Arc::clone(&self.target_addresses.borrow())
    }

    /// Changes where the targets of endpoints are.
    pub(super) fn change_target_addresses(&self, change: impl FnOnce(&mut TargetAddresses)) {
        self.target_addresses.send_modify(|addresses| change(Arc::make_mut(addresses)));
    }

    pub(super) fn latency(&self) -> Duration {
        Duration::from_millis(self.latency.load(Ordering::Relaxed))
    }

    pub(super) fn set_latency(&self, milliseconds: u64) {
        self.latency.store(milliseconds, Ordering::Relaxed);
    }

    /// Forgets everything that came after the start.
    pub(super) fn reset(&self) {
        self.service().reset();
        self.directory().reset();
        self.hubs.keep_only(&[]);
        self.requests().clear();
        self.fleet_requests().clear();
        self.faults().clear();
        self.set_latency(0);
        self.change_target_addresses(TargetAddresses::forget_added);
    }

    /// Returns when every change so far is on the disk. False if it cannot be written.
    pub(super) async fn saved(&self) -> bool {
        let Some(keeper) = &self.keeper else { return true };
        let wanted = [self.service().revision(), self.directory().revision(), self.hubs.revision()];
        let current = || {
            let (service, directory) = (self.service(), self.directory());
            let revisions = [service.revision(), directory.revision(), self.hubs.revision()];
            (revisions, state_file::text(service.remembered(), directory.kept(), &self.hubs.kept()))
        };
        keeper.keep(wanted, current).await
    }
}

/// The service, as long as nobody else has it. Whoever waits for changes is told of them at the end.
pub(super) struct ServiceGuard<'a> {
    service: MutexGuard<'a, Service>,
    before: u64,
    shared: &'a Shared,
}

impl Deref for ServiceGuard<'_> {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.service
    }
}

impl DerefMut for ServiceGuard<'_> {
    fn deref_mut(&mut self) -> &mut Service {
        &mut self.service
    }
}

impl Drop for ServiceGuard<'_> {
    fn drop(&mut self) {
        let revision = self.service.revision();
        if revision != self.before {
            self.shared.service_revision.store(revision, Ordering::Release);
            self.shared.service_changed.send_replace(());
        }
    }
}

/// A panic in another request does not make the state unusable: each change is checked before it is made.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
