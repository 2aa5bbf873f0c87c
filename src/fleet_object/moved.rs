//! States of `kubernetes_manifest`, which `moved` blocks hand over.

use hub::ObjectKey;
use serde_json::Value as Json;
use tf_plugin::resource::Move;
use tf_plugin::{Diagnostics, Path};

/// The object that a state of `kubernetes_manifest` is about, if it is one of this kind. What it is like, the read that
/// follows asks the hub.
pub(super) fn manifest(request: &Move, kind: &str, diagnostics: &mut Diagnostics) -> Option<ObjectKey> {
    let mut address = request.provider.rsplit('/');
    let is_kubernetes = address.next() == Some("kubernetes") && address.next() == Some("hashicorp");
    if !is_kubernetes || request.type_name != "kubernetes_manifest" {
        return None;
    }
    let key = serde_json::from_slice::<Json>(&request.json).ok().and_then(|state| {
        // Attributes of any type are stored with their type.
        let objects = ["object", "manifest"].into_iter().filter_map(|name| state.get(name));
        let mut objects = objects.map(|object| object.get("value").unwrap_or(object));
        objects.find_map(|object| key(object, kind))
    });
    if key.is_none() {
        diagnostics.error(
            Path::root(),
            "Cannot move this resource",
            format!(
                "The state of kubernetes_manifest is not that of a {kind} of networking.fleet.azure.com. Move it to the \
                 resource of its kind."
            ),
        );
    }
    key
}

fn key(object: &Json, kind: &str) -> Option<ObjectKey> {
    let text = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_owned);
    let is_kind = object.get("kind").and_then(Json::as_str) == Some(kind);
    let version = text(object.get("apiVersion"))?;
    if !is_kind || !version.starts_with("networking.fleet.azure.com/") {
        return None;
    }
    let metadata = object.get("metadata")?;
    Some(ObjectKey::new(text(metadata.get("namespace"))?, text(metadata.get("name"))?))
}
