//! Creating an object.

use serde_json::Value;
use uuid::Uuid;

use super::{
    Place, Registry, Subresource, Written, check_kind, check_writable, finalizer_warnings, metadata_rules,
    refused, settle_namespace, shown, stored,
};
use crate::catalog::View;
use crate::decode;
use crate::json::Given;
use crate::object;
use crate::status::{Cause, Status};
use crate::store::{Key, Store};
use crate::strategy::Strategy;
use crate::validation;
use crate::writing::Writing;

/// How many characters are added to `generateName`.
const SUFFIX: usize = 5;
/// How much of `generateName` stays in a name; the rest of it is cut off.
const MOST_OF_PREFIX: usize = 63 - SUFFIX;

impl Registry {
    /// Creates an object in a namespace, or in none for a kind that has none.
    pub(crate) fn create(
        &self,
        view: View<'_>,
        namespace: &str,
        given: Given,
        writing: &Writing,
    ) -> Result<Written, Status> {
        let decoded = decode::decoded(view, given, writing.unknown_fields)?;
        let mut object = decoded.object;
        check_writable(view)?;
        for key in ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"]
        {
            object::remove_meta(&mut object, key);
        }
        settle_namespace(view, namespace, &mut object)?;
        let mut store = self.store();
        let place = Place { view, namespace, name: "", subresource: Subresource::Whole };
        self.account_for(place, writing, None, &mut object);
        let mut warnings = decoded.warnings;
        let object = self
            .insert(&mut store, place, object, writing)
            .map_err(|status| status.with_warnings(&warnings))?;
        warnings.extend(finalizer_warnings(view, None, &object));
        Ok(Written { object, warnings, is_new: true })
    }

    /// Keeps a new object whose account is in it.
    pub(super) fn insert(
        &self,
        store: &mut Store,
        place: Place<'_>,
        mut object: Value,
        writing: &Writing,
    ) -> Result<Value, Status> {
        let Place { view, namespace, .. } = place;
        self.stamp(view, &mut object);
        let name = object::meta(&object, "name").to_owned();
        self.check_namespace(store, view, namespace, &name)?;
        check_kind(view, &object)?;
        let mut causes = match view.kind.strategy {
            Strategy::Custom => validation::created(&view.version.schema, metadata_rules(view), &object),
            _ => validation::created_builtin(metadata_rules(view), &object),
        };
        causes.extend(view.kind.strategy.problems(None, &object));
        refused(view, &object, causes)?;
        let key = Key::new(view.kind.id, namespace, &name);
        if !object::meta(&object, "resourceVersion").is_empty() {
            return Err(Status::new(500, "", "resourceVersion should not be set on objects to be created"));
        }
        if let Some(present) = store.get(&key) {
            let status = Status::already_exists(&view.kind.resource(), &name);
            let is_deleting = object::is_deleting(present);
            return Err(if is_deleting { status.with_prefix("object is being deleted: ") } else { status });
        }
        let object = stored(object, view);
        if writing.is_dry_run {
            return Ok(shown(&object, view));
        }
        let object = store.put(key, object);
        self.announce(store);
        Ok(shown(&object, view))
    }

    /// Gives a new object what only the server gives.
    fn stamp(&self, view: View<'_>, object: &mut Value) {
        if view.kind.definition.has_status
            && let Some(members) = object.as_object_mut()
        {
            members.shift_remove("status");
        }
        view.kind.strategy.prepare(object);
        let prefix = object::meta(object, "generateName").to_owned();
        if object::meta(object, "name").is_empty() && !prefix.is_empty() {
            object::set_meta(object, "name", generated_name(&prefix));
        }
        object::set_meta(object, "uid", Uuid::new_v4().to_string());
        object::set_meta(object, "creationTimestamp", self.clock.timestamp());
        if view.kind.strategy.has_generation() {
            object::set_meta(object, "generation", 1);
        } else {
            object::remove_meta(object, "generation");
        }
    }

    /// Nothing is created in a namespace that is not there or is going away.
    fn check_namespace(
        &self,
        store: &Store,
        view: View<'_>,
        namespace: &str,
        name: &str,
    ) -> Result<(), Status> {
        if !view.kind.is_namespaced() {
            return Ok(());
        }
        let Some(kind) = self.catalog.find_kind("", "namespaces") else { return Ok(()) };
        let Some(found) = store.get(&Key::new(kind.id, "", namespace)) else {
            return Err(Status::not_found(&kind.resource(), namespace));
        };
        if !object::is_deleting(found) {
            return Ok(());
        }
        let explanation =
            format!("unable to create new content in namespace {namespace} because it is being terminated");
        let cause = Cause::new(
            "NamespaceTerminating",
            format!("namespace {namespace} is being terminated"),
            "metadata.namespace",
        );
        Err(Status::forbidden(&view.kind.resource(), name, &explanation).with_cause(cause))
    }
}

/// A name that begins with a prefix and has not been given yet, as far as chance can say.
fn generated_name(prefix: &str) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let prefix: String = prefix.chars().take(MOST_OF_PREFIX).collect();
    let random = Uuid::new_v4();
    let letters = random.as_bytes().iter().take(SUFFIX);
    prefix + &letters.map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect::<String>()
}
