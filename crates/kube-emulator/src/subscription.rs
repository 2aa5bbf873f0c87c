//! Changes of objects for controllers in the same process.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;

use crate::registry::Registry;
use crate::store;

/// How many changes are taken at a time.
const BATCH: usize = 64;

/// What a subscriber is told.
#[derive(Clone, Debug)]
pub enum Notice {
    /// An object changed.
    Change(Change),
    /// Changes were missed, because there were too many or because everything was replaced. Whoever keeps an account of
    /// objects has to list them again.
    Missed,
}

/// A change of one object. Objects are as they are kept: in the storage version.
#[derive(Clone, Debug)]
pub struct Change {
    /// The API group of the object.
    pub group: &'static str,
    /// The plural name of its resource.
    pub plural: &'static str,
    /// Its namespace, empty if it has none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The object before, unless it is new.
    pub old: Option<Arc<Value>>,
    /// The object now, unless it is gone.
    pub new: Option<Arc<Value>>,
}

/// Hears of every change after its start.
#[derive(Debug)]
pub struct Subscription {
    registry: Arc<Registry>,
    revisions: watch::Receiver<u64>,
    seen: u64,
    waiting: VecDeque<Arc<store::Change>>,
}

impl Subscription {
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        let revisions = registry.revisions();
        let seen = registry.store().revision();
        Self { registry, revisions, seen, waiting: VecDeque::new() }
    }

    /// Waits for the next change. Nothing is lost if the wait is given up.
    pub async fn next(&mut self) -> Notice {
        loop {
            if let Some(change) = self.waiting.pop_front() {
                self.seen = change.revision;
                return Notice::Change(self.change(&change));
            }
            self.revisions.borrow_and_update();
            if self.take() {
                return Notice::Missed;
            }
            if self.waiting.is_empty() && self.revisions.changed().await.is_err() {
                // The registry holds the sender and this holds the registry.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Takes what happened since. True if some of it was missed.
    fn take(&mut self) -> bool {
        let store = self.registry.store();
        let revision = store.revision();
        match store.changes_after(self.seen, BATCH) {
            Ok(changes) if revision >= self.seen => {
                self.waiting.extend(changes);
                false
            }
            Ok(_) | Err(_) => {
                self.seen = revision;
                true
            }
        }
    }

    fn change(&self, change: &store::Change) -> Change {
        let definition = &self.registry.catalog.kind(change.key.kind).definition;
        Change {
            group: definition.group,
            plural: definition.plural,
            namespace: change.key.namespace().to_owned(),
            name: change.key.name().to_owned(),
            old: change.old.clone(),
            new: (!change.is_deletion).then(|| Arc::clone(&change.object)),
        }
    }
}
