//! All objects of a server as one JSON value, and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::catalog::Catalog;
use crate::object;
use crate::store::{Key, Store};

/// A snapshot that cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// It is no snapshot at all.
    #[error("the snapshot has no revision or no list of objects")]
    Shape,
    /// It has an object of a kind that this server does not have, or without a name.
    #[error("the snapshot has an object that this server cannot keep: {0}")]
    Object(String),
}

/// The objects and the revision.
pub(crate) fn taken(catalog: &Catalog, store: &Store) -> Value {
    let objects: Vec<Value> = store
        .all()
        .map(|(key, object)| {
            let definition = &catalog.kind(key.kind).definition;
            json!({ "group": definition.group, "resource": definition.plural, "object": **object })
        })
        .collect();
    json!({ "revision": store.revision(), "objects": objects })
}

/// The store that a snapshot was taken of.
pub(crate) fn restored(catalog: &Catalog, snapshot: &Value) -> Result<Store, SnapshotError> {
    let revision = snapshot["revision"].as_u64().ok_or(SnapshotError::Shape)?;
    let entries = snapshot["objects"].as_array().ok_or(SnapshotError::Shape)?;
    let mut objects = BTreeMap::new();
    for entry in entries {
        let (group, plural) = (object::text(entry, &["group"]), object::text(entry, &["resource"]));
        let kept = &entry["object"];
        let name = object::meta(kept, "name");
        let kind = catalog.find_kind(group, plural).filter(|_| !name.is_empty());
        let kind = kind.ok_or_else(|| SnapshotError::Object(format!("{plural}.{group} {name:?}")))?;
        objects.insert(Key::new(kind.id, object::meta(kept, "namespace"), name), Arc::new(kept.clone()));
    }
    Ok(Store::restored(revision, objects))
}
