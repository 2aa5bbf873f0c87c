//! Deleting an object, at once or when its finalizers are gone.

use serde_json::Value;

use super::{Registry, shown};
use crate::catalog::View;
use crate::object;
use crate::status::Status;
use crate::store::Key;

/// What became of an object that was to be deleted.
#[derive(Debug)]
pub(crate) enum Deletion {
    /// It is gone.
    Gone(Value),
    /// It waits for its finalizers.
    Waiting(Value),
}

impl Registry {
    /// Deletes an object, or marks it where finalizers hold it.
    pub(crate) fn delete(
        &self,
        view: View<'_>,
        namespace: &str,
        name: &str,
        is_dry_run: bool,
    ) -> Result<Deletion, Status> {
        let mut store = self.store();
        let key = Key::new(view.kind.id, namespace, name);
        let Some(present) = store.get(&key) else {
            return Err(Status::not_found(&view.kind.resource(), name));
        };
        let mut object = Value::clone(present);
        if object::finalizers(&object).is_empty() {
            if !is_dry_run {
                store.remove(&key, object.clone());
                self.announce(&store);
            }
            return Ok(Deletion::Gone(shown(&object, view)));
        }
        if !object::is_deleting(&object) {
            object::set_meta(&mut object, "deletionTimestamp", self.clock.timestamp());
            object::set_meta(&mut object, "deletionGracePeriodSeconds", 0);
            let generation = object::generation(&object) + 1;
            object::set_meta(&mut object, "generation", generation);
            if !is_dry_run {
                object = Value::clone(&store.put(key, object));
                self.announce(&store);
            }
        }
        Ok(Deletion::Waiting(shown(&object, view)))
    }
}
