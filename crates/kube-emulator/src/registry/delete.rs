//! Deleting objects: at once, when their finalizers are gone, or with the namespace around them.

use serde_json::Value;

use super::{Registry, check_writable, shown};
use crate::catalog::View;
use crate::names::GroupResource;
use crate::object;
use crate::status::Status;
use crate::store::{Key, Store};
use crate::strategy::Strategy;

/// The namespaces that every server has as long as it is there.
const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

/// What is asked of a deletion.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeletionOptions {
    pub(crate) is_dry_run: bool,
    /// The uid that the object must have.
    pub(crate) uid: Option<String>,
    /// The version that the object must have.
    pub(crate) resource_version: Option<String>,
}

/// What became of an object that was to be deleted.
#[derive(Debug)]
pub(crate) enum Deletion {
    /// It is gone.
    Gone(Value),
    /// It waits for its finalizers, or for what is in it.
    Waiting(Value),
}

impl Registry {
    /// Deletes an object, or marks it where something holds it.
    pub(crate) fn delete(
        &self,
        view: View<'_>,
        namespace: &str,
        name: &str,
        options: &DeletionOptions,
    ) -> Result<Deletion, Status> {
        check_writable(view)?;
        let mut store = self.store();
        let key = Key::new(view.kind.id, namespace, name);
        let Some(present) = store.get(&key) else {
            return Err(Status::not_found(&view.kind.resource(), name));
        };
        check_preconditions(view, present, options)?;
        if view.kind.strategy == Strategy::Namespace && IMMORTAL.contains(&name) {
            return Err(Status::forbidden(&view.kind.resource(), name, "this namespace may not be deleted"));
        }
        let deletion = self.delete_kept(&mut store, view, &key, options.is_dry_run);
        self.announce(&store);
        deletion.ok_or_else(|| Status::not_found(&view.kind.resource(), name))
    }

    fn delete_kept(
        &self,
        store: &mut Store,
        view: View<'_>,
        key: &Key,
        is_dry_run: bool,
    ) -> Option<Deletion> {
        let mut object = Value::clone(store.get(key)?);
        let is_namespace = view.kind.strategy == Strategy::Namespace;
        if object::finalizers(&object).is_empty() && !is_namespace {
            let gone = shown(&object, view);
            if is_dry_run {
                return Some(Deletion::Gone(gone));
            }
            return Some(Deletion::Gone(shown(&self.remove(store, view, key, object), view)));
        }
        if !object::is_deleting(&object) {
            object::set_meta(&mut object, "deletionTimestamp", self.clock.timestamp());
            if is_namespace {
                object["status"] = serde_json::json!({ "phase": "Terminating" });
            } else {
                object::set_meta(&mut object, "deletionGracePeriodSeconds", 0);
            }
            if view.kind.strategy.has_generation() {
                let generation = object::generation(&object) + 1;
                object::set_meta(&mut object, "generation", generation);
            }
            if !is_dry_run {
                object = Value::clone(&store.put(key.clone(), object));
            }
        }
        if is_namespace && !is_dry_run {
            self.empty_namespace(store, key.name());
        }
        Some(Deletion::Waiting(shown(&object, view)))
    }

    /// Takes an object out of the store, and with the last one the namespace that waits for that.
    pub(super) fn remove(&self, store: &mut Store, view: View<'_>, key: &Key, last: Value) -> Value {
        let gone = Value::clone(&store.remove(key, last));
        if view.kind.is_namespaced() {
            self.finish_namespace(store, key.namespace());
        }
        gone
    }

    /// Deletes everything in a namespace.
    fn empty_namespace(&self, store: &mut Store, namespace: &str) {
        for kind in self.catalog.kinds().iter().filter(|kind| kind.is_namespaced()) {
            let Some(view) = kind.storage_view() else { continue };
            let keys: Vec<Key> = store.list(kind.id, Some(namespace)).map(|(key, _)| key.clone()).collect();
            for key in keys {
                self.delete_kept(store, view, &key, false);
            }
        }
        self.finish_namespace(store, namespace);
    }

    /// Removes a namespace that goes away, if nothing is in it any more.
    fn finish_namespace(&self, store: &mut Store, namespace: &str) {
        let Some(kind) = self.catalog.find_kind("", "namespaces") else { return };
        let key = Key::new(kind.id, "", namespace);
        let Some(found) = store.get(&key).filter(|found| object::is_deleting(found)).cloned() else { return };
        let mut namespaced = self.catalog.kinds().iter().filter(|kind| kind.is_namespaced());
        if namespaced.any(|kind| store.list(kind.id, Some(namespace)).next().is_some()) {
            return;
        }
        let mut last = Value::clone(&found);
        last["spec"] = serde_json::json!({});
        store.remove(&key, last);
    }
}

fn check_preconditions(view: View<'_>, present: &Value, options: &DeletionOptions) -> Result<(), Status> {
    let kind = GroupResource::new(view.kind.definition.group, view.kind.definition.kind);
    let (uid, version) = (object::meta(present, "uid"), object::meta(present, "resourceVersion"));
    let explanation = match options {
        DeletionOptions { uid: Some(wanted), .. } if wanted != uid => format!(
            "the UID in the precondition ({wanted}) does not match the UID in record ({uid}). The object might have \
             been deleted and then recreated"
        ),
        DeletionOptions { resource_version: Some(wanted), .. } if wanted != version => format!(
            "the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record \
             ({version}). The object might have been modified"
        ),
        _ => return Ok(()),
    };
    Err(Status::conflict(&kind, object::meta(present, "name"), &explanation))
}
