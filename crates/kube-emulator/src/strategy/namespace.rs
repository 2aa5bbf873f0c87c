//! Namespaces: active from the beginning, and held until they are empty.

use serde_json::{Value, json};

use crate::object;

/// Gives a namespace the label that every namespace has.
pub(super) fn normalize(object: &mut Value) {
    let name = object::meta(object, "name").to_owned();
    if !name.is_empty()
        && let Some(metadata) = object::metadata_mut(object)
    {
        let labels = metadata.entry("labels").or_insert_with(|| json!({}));
        if let Some(labels) = labels.as_object_mut() {
            labels.insert("kubernetes.io/metadata.name".to_owned(), json!(name));
        }
    }
}

/// Makes a new namespace active.
pub(super) fn prepare(object: &mut Value) {
    object["spec"] = json!({ "finalizers": ["kubernetes"] });
    object["status"] = json!({ "phase": "Active" });
}
