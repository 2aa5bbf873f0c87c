//! States of azurerm, which `moved` blocks hand over: whether a state is one, and how what it stores is read. What becomes of
//! its attributes stands with each resource.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tf_plugin::resource::Move;
use tf_plugin::{Diagnostics, Path, Set, Value};

use crate::custom_headers::CustomHeader;
use crate::timeouts::Timeouts;

/// The version of the schema of each of azurerm's Traffic Manager resources, from 2.x to 5.x.
const VERSION: i64 = 0;

/// Reads the state, if it is one of azurerm's and of one of these types. Attributes that it lacks are as good as null:
/// releases of azurerm differ in them, and the read that follows asks Azure.
pub(crate) fn state_of<T: DeserializeOwned>(
    request: &Move,
    type_names: &[&str],
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    if !is_azurerm(&request.provider) || !type_names.contains(&request.type_name.as_str()) {
        return None;
    }
    let why = if request.version == VERSION {
        // Errors of serde quote values, which may be secret.
        serde_json::from_slice(&request.json).map_err(|_| "it is not what azurerm stores".to_owned())
    } else {
        Err(format!("its schema has version {}, and this release knows version {VERSION}", request.version))
    };
    let refuse = |why: String| {
        diagnostics.error(
            Path::root(),
            "Cannot move this resource",
            format!(
                "The state of {} cannot be read: {why}. Remove that resource from the state with a `removed` block and \
                 import this one.",
                request.type_name
            ),
        );
    };
    why.map_err(refuse).ok()
}

/// Whether this is azurerm's address. Registries and mirrors differ in the host.
fn is_azurerm(address: &str) -> bool {
    let mut parts = address.rsplit('/');
    parts.next() == Some("azurerm") && parts.next() == Some("hashicorp")
}

/// A header of probes, as azurerm stores it.
#[derive(Deserialize)]
pub(crate) struct StoredHeader {
    name: Option<String>,
    value: Option<String>,
}

/// The block `timeouts`, as azurerm stores it.
#[derive(Deserialize)]
pub(crate) struct StoredTimeouts {
    create: Option<String>,
    read: Option<String>,
    update: Option<String>,
    delete: Option<String>,
}

/// A text. azurerm stores many that are not set as empty ones.
pub(crate) fn text(stored: Option<String>) -> Value<String> {
    stored.filter(|text| !text.is_empty()).into()
}

/// A number that is never 0: azurerm stores many that are not set as that.
pub(crate) fn positive(stored: Option<i64>) -> Value<i64> {
    stored.filter(|number| *number != 0).into()
}

/// The texts of a list, as a set. An empty one is none.
pub(crate) fn texts(stored: Option<Vec<String>>) -> Value<Set<Value<String>>> {
    let filled = stored.filter(|texts| !texts.is_empty());
    filled.map(|texts| Set(texts.into_iter().map(Value::Known).collect())).into()
}

/// The tags. An empty map is none.
pub(crate) fn tags(stored: Option<BTreeMap<String, String>>) -> Value<BTreeMap<String, Value<String>>> {
    let filled = stored.filter(|tags| !tags.is_empty());
    filled.map(|tags| tags.into_iter().map(|(name, text)| (name, Value::Known(text))).collect()).into()
}

/// The blocks of headers.
pub(crate) fn headers(stored: Option<Vec<StoredHeader>>) -> Value<Set<CustomHeader>> {
    let headers = stored.into_iter().flatten();
    let headers =
        headers.map(|StoredHeader { name, value }| CustomHeader { name: name.into(), value: value.into() });
    Value::Known(Set(headers.collect()))
}

/// The block `timeouts`, which is the same here.
pub(crate) fn timeouts(stored: Option<StoredTimeouts>) -> Value<Timeouts> {
    let same = |StoredTimeouts { create, read, update, delete }| Timeouts {
        create: text(create),
        read: text(read),
        update: text(update),
        delete: text(delete),
    };
    stored.map(same).into()
}

/// What azurerm 5.x, or 2.x, stores of one resource, in the states that other tests move.
#[cfg(test)]
pub(crate) fn stored_by<T: DeserializeOwned>(release: &str, type_name: &str, name: &str) -> T {
    let state = match release {
        "5.x" => include_str!("../tests/azurerm/state-5.x.json"),
        _ => include_str!("../tests/azurerm/state-2.x.json"),
    };
    let state: serde_json::Value = serde_json::from_str(state).expect("the file is JSON");
    let resources = state["resources"].as_array().expect("a state has resources");
    let found = resources.iter().find(|it| it["type"] == type_name && it["name"] == name);
    let attributes = found.expect("the state has the resource")["instances"][0]["attributes"].clone();
    serde_json::from_value(attributes).expect("it is what azurerm stores")
}

#[cfg(test)]
mod tests {
    use super::is_azurerm;

    #[test]
    fn azurerm_is_known_by_namespace_and_type_whatever_the_host() {
        for address in [
            "registry.terraform.io/hashicorp/azurerm",
            "registry.opentofu.org/hashicorp/azurerm",
            "mirror/hashicorp/azurerm",
        ] {
            assert!(is_azurerm(address), "{address}");
        }
        for address in [
            "registry.terraform.io/somebody/azurerm",
            "registry.terraform.io/hashicorp/azuread",
            "azurerm",
            "",
        ] {
            assert!(!is_azurerm(address), "{address}");
        }
    }
}
