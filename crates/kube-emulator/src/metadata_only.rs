//! Objects without anything but their metadata.

use serde_json::{Value, json};

/// The metadata of an object, as an object of its own.
pub(crate) fn partial(object: &Value) -> Value {
    json!({ "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"] })
}
