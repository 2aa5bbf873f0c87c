//! Changing an object: by a whole new one, or by a patch of the present one.

use serde_json::Value;

use super::{Registry, Written, shown, stored};
use crate::admission;
use crate::catalog::View;
use crate::object;
use crate::status::Status;
use crate::store::Key;
use crate::writing::Writing;

/// The part of an object that an address stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subresource {
    /// Everything but the status.
    #[default]
    Whole,
    /// Only the status.
    Status,
}

impl Registry {
    /// Changes an object. The function makes the new object from the present one; both are as the view shows them.
    pub(crate) fn update(
        &self,
        view: View<'_>,
        place: (&str, &str, Subresource),
        writing: &Writing,
        change: impl FnOnce(&Value) -> Result<Value, Status>,
    ) -> Result<Written, Status> {
        let (namespace, name, subresource) = place;
        let mut store = self.store();
        let key = Key::new(view.kind.id, namespace, name);
        let Some(present) = store.get(&key) else {
            return Err(Status::not_found(&view.kind.resource(), name));
        };
        let old = shown(present, view);
        let decoded = admission::decode(view, change(&old)?, writing.unknown_fields)?;
        let mut object = decoded.object;
        check_preconditions(view, &old, &object)?;
        keep_what_cannot_change(view, subresource, &old, &mut object);
        admission::validate_update(view, &old, &object)?;
        let is_removal = object::is_deleting(&object) && object::finalizers(&object).is_empty();
        if writing.is_dry_run || object == old {
            return Ok(Written { object, warnings: decoded.warnings });
        }
        let object = stored(object, view);
        let object = if is_removal { store.remove(&key, object) } else { store.put(key, object) };
        self.announce(&store);
        drop(store);
        Ok(Written { object: shown(&object, view), warnings: decoded.warnings })
    }
}

fn check_preconditions(view: View<'_>, old: &Value, new: &Value) -> Result<(), Status> {
    let version = object::meta(new, "resourceVersion");
    if !version.is_empty() && version != object::meta(old, "resourceVersion") {
        let explanation =
            "the object has been modified; please apply your changes to the latest version and try again";
        return Err(Status::conflict(&view.kind.resource(), object::meta(old, "name"), explanation));
    }
    Ok(())
}

fn keep_what_cannot_change(view: View<'_>, subresource: Subresource, old: &Value, new: &mut Value) {
    let status = |object: &Value| object.get("status").cloned();
    match subresource {
        Subresource::Whole if !view.kind.definition.has_status => {}
        Subresource::Whole => set_or_remove(new, "status", status(old)),
        Subresource::Status => {
            let new_status = status(new);
            *new = old.clone();
            set_or_remove(new, "status", new_status);
        }
    }
    for key in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "resourceVersion",
    ] {
        match object::at(old, &["metadata", key]).cloned() {
            Some(value) => object::set_meta(new, key, value),
            None => _ = object::remove_meta(new, key),
        }
    }
    if subresource == Subresource::Whole && without_metadata(old) != without_metadata(new) {
        object::set_meta(new, "generation", object::generation(old) + 1);
    }
}

fn set_or_remove(object: &mut Value, key: &str, value: Option<Value>) {
    let Some(members) = object.as_object_mut() else { return };
    match value {
        Some(value) => _ = members.insert(key.to_owned(), value),
        None => _ = members.shift_remove(key),
    }
}

fn without_metadata(object: &Value) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> =
        object.as_object().into_iter().flatten().filter(|(key, _)| *key != "metadata").collect();
    members.sort_by_key(|(key, _)| *key);
    members
}
