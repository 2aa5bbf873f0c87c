//! Reading and writing objects: what a request does to the store, whichever way it came.

mod create;
mod definitions;
mod delete;
mod ownership;
mod update;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

use crate::catalog::{Catalog, View};
use crate::clock::Clock;
use crate::defaulting;
use crate::object;
use crate::pruning;
use crate::status::Status;
use crate::store::{Key, Store};
use crate::strategy::Strategy;
use crate::validation::{self, Metadata};

pub(crate) use delete::{Deletion, DeletionOptions};
pub(crate) use update::{Change, Place, Subresource};

/// The store of a server with the rules for what may be in it.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) catalog: Catalog,
    pub(crate) clock: Clock,
    store: Mutex<Store>,
    revision: watch::Sender<u64>,
    is_closed: AtomicBool,
}

/// What a write made.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) object: Value,
    pub(crate) warnings: Vec<String>,
    /// Whether there was no such object before.
    pub(crate) is_new: bool,
}

impl Registry {
    pub(crate) fn new(catalog: Catalog, clock: Clock, store: Store) -> Self {
        let (revision, _) = watch::channel(store.revision());
        Self { catalog, clock, store: Mutex::new(store), revision, is_closed: AtomicBool::new(false) }
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

    /// Ends all watches, those that begin later too.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.revision.send_modify(|_| {});
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Replaces everything. Whoever watches is told that it missed something, because revisions only grow.
    pub(crate) fn replace(&self, new: Store) {
        let mut store = self.store();
        let least = store.revision() + 1;
        *store = new.at_least(least);
        self.announce(&store);
    }

    pub(crate) fn get(&self, view: View<'_>, namespace: &str, name: &str) -> Result<Value, Status> {
        if view.kind.strategy == Strategy::Definition {
            return self.definition(view, name);
        }
        let key = Key::new(view.kind.id, namespace, name);
        let object = self.store().get(&key).cloned();
        object
            .map(|object| shown(&object, view))
            .ok_or_else(|| Status::not_found(&view.kind.resource(), name))
    }

    /// The objects of one namespace or of all, with the revision at which they were read.
    pub(crate) fn list(&self, view: View<'_>, namespace: Option<&str>) -> (u64, Vec<Value>) {
        let store = self.store();
        let revision = store.revision();
        if view.kind.strategy == Strategy::Definition {
            return (revision, self.definitions());
        }
        let kept: Vec<Arc<Value>> =
            store.list(view.kind.id, namespace).map(|(_, object)| object.clone()).collect();
        drop(store);
        (revision, kept.iter().map(|object| shown(object, view)).collect())
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
    pruning::prune(&mut object, view.whole);
    defaulting::fill(&mut object, view.whole);
    object
}

/// An object of a request, as it is kept.
fn stored(mut object: Value, view: View<'_>) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.insert("apiVersion".to_owned(), view.kind.storage_api_version().into());
        members.insert("kind".to_owned(), view.kind.definition.kind.into());
    }
    object.sort_all_objects();
    object
}

fn metadata_rules(view: View<'_>) -> Metadata {
    validation::metadata_rules(view.kind.is_namespaced(), view.kind.strategy.name_syntax())
}

/// Refuses an object that is not what the address stands for, which a patch can make of one.
fn check_kind(view: View<'_>, object: &Value) -> Result<(), Status> {
    let (kind, version) = (object::text(object, &["kind"]), object::text(object, &["apiVersion"]));
    let mut causes = Vec::new();
    for (field, given, expected) in
        [("kind", kind, view.kind.definition.kind), ("apiVersion", version, &view.api_version())]
    {
        let may_be_absent = view.kind.strategy != Strategy::Custom && given.is_empty();
        if given != expected && !may_be_absent {
            causes.push(crate::problem::invalid(field, &given.into(), &format!("must be {expected}")));
        }
    }
    if causes.is_empty() {
        return Ok(());
    }
    let group = version.split_once('/').map_or("", |(group, _)| group);
    Err(Status::invalid(group, kind, object::meta(object, "name"), causes))
}

/// What is said about new finalizers whose names could be those of others.
fn finalizer_warnings(view: View<'_>, old: Option<&Value>, object: &Value) -> Vec<String> {
    const STANDARD: [&str; 3] = ["orphan", "foregroundDeletion", "kubernetes"];
    if view.kind.strategy != Strategy::Custom {
        return Vec::new();
    }
    let before = old.map(object::finalizers).unwrap_or_default();
    let mut added = object::finalizers(object);
    added.retain(|name| !before.contains(name) && !name.contains('/') && !STANDARD.contains(name));
    added.sort_unstable();
    let warning = |name: &str| {
        let advice = if name.contains('.') { " including a path (/)" } else { "" };
        format!(
            "metadata.finalizers: {}: prefer a domain-qualified finalizer name{advice} to avoid accidental conflicts with \
             other finalizer writers",
            crate::text::quoted(name)
        )
    };
    added.into_iter().map(warning).collect()
}

/// Definitions are what the server was given, and nothing else.
fn check_writable(view: View<'_>) -> Result<(), Status> {
    if view.kind.strategy == Strategy::Definition {
        return Err(Status::forbidden(&view.kind.resource(), "", "the definitions of this server are fixed"));
    }
    Ok(())
}

/// The failure for what is wrong with an object, if anything is.
fn refused(view: View<'_>, object: &Value, causes: Vec<crate::status::Cause>) -> Result<(), Status> {
    if causes.is_empty() {
        return Ok(());
    }
    let definition = &view.kind.definition;
    Err(Status::invalid(definition.group, definition.kind, object::meta(object, "name"), causes))
}

/// The namespace of an object is that of its address.
fn settle_namespace(view: View<'_>, namespace: &str, object: &mut Value) -> Result<(), Status> {
    let given = object::meta(object, "namespace");
    let expected = if view.kind.is_namespaced() { namespace } else { "" };
    if !given.is_empty() && given != expected {
        let message = "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Status::bad_request(message));
    }
    if expected.is_empty() {
        object::remove_meta(object, "namespace");
    } else {
        object::set_meta(object, "namespace", expected);
    }
    Ok(())
}
