//! Creating an object.

use serde_json::Value;
use uuid::Uuid;

use super::{Registry, Written, shown, stored};
use crate::admission;
use crate::catalog::View;
use crate::object;
use crate::status::Status;
use crate::store::{Key, Store};
use crate::writing::Writing;

/// How many characters are added to `generateName`.
const SUFFIX: usize = 5;
/// How long `generateName` may be in a name; the rest of it is cut off.
const MOST_OF_GENERATED: usize = 63 - SUFFIX;

impl Registry {
    /// Creates an object in a namespace, or in none for a kind that has none.
    pub(crate) fn create(
        &self,
        view: View<'_>,
        namespace: &str,
        object: Value,
        writing: &Writing,
    ) -> Result<Written, Status> {
        let mut store = self.store();
        let decoded = admission::decode(view, object, writing.unknown_fields)?;
        let mut object = decoded.object;
        admission::settle_namespace(view, namespace, &mut object)?;
        self.stamp_new(view, &mut object);
        self.check_namespace(&store, view, namespace, object::meta(&object, "name"))?;
        admission::validate_new(view, &object)?;
        let name = object::meta(&object, "name").to_owned();
        let key = Key::new(view.kind.id, namespace, &name);
        if store.get(&key).is_some() {
            return Err(Status::already_exists(&view.kind.resource(), &name));
        }
        let object = stored(object, view);
        if writing.is_dry_run {
            return Ok(Written { object: shown(&object, view), warnings: decoded.warnings });
        }
        let object = store.put(key, object);
        self.announce(&store);
        drop(store);
        Ok(Written { object: shown(&object, view), warnings: decoded.warnings })
    }

    /// Gives a new object what only the server gives.
    fn stamp_new(&self, view: View<'_>, object: &mut Value) {
        if view.kind.definition.has_status
            && let Some(members) = object.as_object_mut()
        {
            members.shift_remove("status");
        }
        for key in ["deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "selfLink"] {
            object::remove_meta(object, key);
        }
        let prefix = object::meta(object, "generateName").to_owned();
        if object::meta(object, "name").is_empty() && !prefix.is_empty() {
            object::set_meta(object, "name", generated_name(&prefix));
        }
        object::set_meta(object, "uid", Uuid::new_v4().to_string());
        object::set_meta(object, "creationTimestamp", self.clock.timestamp());
        object::set_meta(object, "generation", 1);
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
        Err(admission::terminating_namespace(view, namespace, name, object::meta(found, "deletionTimestamp")))
    }
}

/// A name that begins with a prefix and has not been given yet, as far as chance can say.
fn generated_name(prefix: &str) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let prefix: String = prefix.chars().take(MOST_OF_GENERATED).collect();
    let random = Uuid::new_v4();
    let letters = random.as_bytes().iter().take(SUFFIX);
    prefix + &letters.map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect::<String>()
}
