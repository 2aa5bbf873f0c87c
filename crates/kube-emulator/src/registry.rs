//! Reading and writing objects: what a request does to the store, whichever way it came.

mod create;
mod delete;
mod update;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use crate::catalog::{Catalog, View};
use crate::clock::Clock;
use crate::defaulting;
use crate::pruning;
use crate::status::Status;
use crate::store::{Key, Store};

pub(crate) use delete::Deletion;
pub(crate) use update::Subresource;

/// The store of a server with the rules for what may be in it.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) catalog: Catalog,
    pub(crate) clock: Clock,
    store: Mutex<Store>,
    revision: watch::Sender<u64>,
}

/// What a write made.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) object: Value,
    pub(crate) warnings: Vec<String>,
}

impl Registry {
    pub(crate) fn new(catalog: Catalog, clock: Clock, store: Store) -> Self {
        let (revision, _) = watch::channel(store.revision());
        Self { catalog, clock, store: Mutex::new(store), revision }
    }

    /// The store. A panic of another thread in the middle of a write cannot leave it torn, because each write ends in one
    /// call of the store.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever waits for a change.
    pub(crate) fn revisions(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// Replaces everything. Whoever watches is told that it missed something.
    pub(crate) fn replace(&self, store: Store) {
        let revision = store.revision();
        *self.store() = store;
        self.revision.send_replace(revision);
    }

    pub(crate) fn get(&self, view: View<'_>, namespace: &str, name: &str) -> Result<Value, Status> {
        let key = Key::new(view.kind.id, namespace, name);
        let object = self.store().get(&key).cloned();
        object
            .map(|object| shown(&object, view))
            .ok_or_else(|| Status::not_found(&view.kind.resource(), name))
    }

    /// The objects of one namespace or of all, with the revision at which they were read.
    pub(crate) fn list(&self, view: View<'_>, namespace: Option<&str>) -> (u64, Vec<Value>) {
        let store = self.store();
        let objects: Vec<Arc<Value>> =
            store.list(view.kind.id, namespace).map(|(_, object)| object.clone()).collect();
        let revision = store.revision();
        drop(store);
        (revision, objects.iter().map(|object| shown(object, view)).collect())
    }

    fn announce(&self, store: &Store) {
        self.revision.send_replace(store.revision());
    }
}

/// An object that is kept, as a version shows it.
pub(crate) fn shown(object: &Value, view: View<'_>) -> Value {
    let mut object = object.clone();
    if let Some(members) = object.as_object_mut() {
        members.insert("apiVersion".to_owned(), view.api_version().into());
    }
    pruning::prune(&mut object, &view.version.schema);
    defaulting::fill(&mut object, &view.version.schema);
    object
}

/// An object of a request, as it is kept.
fn stored(mut object: Value, view: View<'_>) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.insert("apiVersion".to_owned(), view.kind.storage_api_version().into());
    }
    object.sort_all_objects();
    object
}
