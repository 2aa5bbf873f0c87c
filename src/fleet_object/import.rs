//! The ids with which objects on a hub are imported.

use hub::ObjectKey;
use tf_plugin::{Diagnostics, Path};

use super::object::Identity;

/// The object of an import id. `other` says what it may be instead, in words.
pub(crate) fn imported_key(
    id: &str,
    other: Option<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<ObjectKey> {
    let key = ObjectKey::parse(id);
    if key.is_none() {
        let other = other.map(|other| format!(", or {other}")).unwrap_or_default();
        diagnostics.error(
            Path::root(),
            "Invalid import ID",
            format!("{id:?} is not the ID of an object on a hub; the form is namespace/name{other}."),
        );
    }
    key
}

/// The import id of an identity.
pub(super) fn id_of_identity(identity: Identity, diagnostics: &mut Diagnostics) -> Option<String> {
    let Identity { namespace, name } = identity;
    let id =
        namespace.into_known().zip(name.into_known()).map(|(namespace, name)| format!("{namespace}/{name}"));
    if id.is_none() {
        diagnostics.error(
            Path::root(),
            "Incomplete identity",
            "An import by identity requires namespace and name.",
        );
    }
    id
}
