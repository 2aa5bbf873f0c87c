//! Where the sample's things live, and what is to go wrong next.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use super::model::Thing;

/// What happens to the next call of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It fails before anything happens.
    Fail,
    /// It fails after the thing exists and was saved.
    FailAfterCheckpoint,
    /// It fails, and answers the state all the same.
    FailWithState,
    /// It panics before anything happens.
    Panic,
    /// It panics after the thing exists and was saved.
    PanicAfterCheckpoint,
    /// It leaves a value unknown.
    LeaveUnknown,
    /// It answers neither a state nor an error.
    SayNothing,
    /// It goes on until it is told to stop, and then fails.
    HangUntilStopped,
    /// It waits until the test lets it go on.
    WaitForTest,
    /// It succeeds, and the thing then belongs to another tenant.
    MoveToAnother,
    /// It warns and succeeds.
    Warn,
    /// It succeeds, and tells how often the thing was written.
    TellWrites,
    /// The next plan fails.
    PlanFails,
    /// The next plan panics.
    PlanPanics,
}

impl Trouble {
    fn is_of_plan(self) -> bool {
        matches!(self, Self::PlanFails | Self::PlanPanics)
    }
}

/// Shared by a test and its provider.
#[derive(Clone)]
pub(crate) struct World {
    inner: Arc<Mutex<Inner>>,
    /// A permit for each call that has begun.
    pub begun: Arc<Semaphore>,
    /// A permit for each call that may go on.
    pub go_on: Arc<Semaphore>,
    /// A permit for each call that has ended.
    pub ended: Arc<Semaphore>,
}

/// What the resources are given.
pub(crate) struct Data {
    pub world: World,
    pub prefix: String,
}

#[derive(Default)]
struct Inner {
    things: BTreeMap<String, Thing>,
    passwords: BTreeMap<String, String>,
    /// How often each open lease was renewed.
    leases: BTreeMap<String, u32>,
    made: u64,
    trouble: Option<Trouble>,
    tenant: Option<String>,
}

impl World {
    /// An empty one.
    pub(crate) fn new() -> Self {
        let none = || Arc::new(Semaphore::new(0));
        Self { inner: Arc::default(), begun: none(), go_on: none(), ended: none() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next call meets this trouble.
    pub(crate) fn next(&self, trouble: Trouble) {
        self.inner().trouble = Some(trouble);
    }

    /// What a plan meets.
    pub(super) fn plan_trouble(&self) -> Option<Trouble> {
        self.inner().trouble.take_if(|trouble| trouble.is_of_plan())
    }

    /// What any other call meets.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.inner().trouble.take_if(|trouble| !trouble.is_of_plan())
    }

    /// Identities say from now on that everything belongs to this tenant.
    pub(crate) fn belongs_to(&self, tenant: &str) {
        self.inner().tenant = Some(tenant.to_owned());
    }

    pub(super) fn tenant(&self) -> String {
        self.inner().tenant.clone().unwrap_or_else(|| "home".to_owned())
    }

    pub(super) fn new_id(&self, prefix: &str) -> String {
        let mut inner = self.inner();
        inner.made += 1;
        format!("{prefix}-{}", inner.made)
    }

    pub(super) fn put(&self, id: &str, thing: Thing, password: Option<String>) {
        let mut inner = self.inner();
        inner.things.insert(id.to_owned(), thing);
        if let Some(password) = password {
            inner.passwords.insert(id.to_owned(), password);
        }
    }

    /// The thing of this id.
    pub(crate) fn thing(&self, id: &str) -> Option<Thing> {
        self.inner().things.get(id).cloned()
    }

    /// The thing of this name.
    pub(crate) fn named(&self, name: &str) -> Option<Thing> {
        self.inner().things.values().find(|thing| thing.name.as_deref() == Some(name)).cloned()
    }

    /// All things by their ids.
    pub(super) fn things(&self) -> Vec<Thing> {
        self.inner().things.values().cloned().collect()
    }

    /// The password that the thing was given last.
    pub(crate) fn password(&self, id: &str) -> Option<String> {
        self.inner().passwords.get(id).cloned()
    }

    pub(super) fn lease(&self, id: &str) {
        self.inner().leases.insert(id.to_owned(), 0);
    }

    pub(super) fn renewed(&self, id: &str, renewals: u32) {
        self.inner().leases.insert(id.to_owned(), renewals);
    }

    /// Whether there was such a lease.
    pub(super) fn end_lease(&self, id: &str) -> bool {
        self.inner().leases.remove(id).is_some()
    }

    /// The open leases, and how often each was renewed.
    pub(crate) fn leases(&self) -> Vec<(String, u32)> {
        self.inner().leases.clone().into_iter().collect()
    }

    /// How many things there are.
    pub(crate) fn count(&self) -> usize {
        self.inner().things.len()
    }

    /// Deletes a thing behind the provider's back, or by it.
    pub(crate) fn remove(&self, id: &str) {
        self.inner().things.remove(id);
    }
}
