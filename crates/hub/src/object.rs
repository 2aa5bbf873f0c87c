//! Objects of the hub, as far as all kinds have them in common.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::bounded::{self, ELEMENTS, list};
use crate::said::Said;

/// The group of Fleet's networking kinds.
const GROUP: &str = "networking.fleet.azure.com";

/// The version in which they are stored.
const VERSION: &str = "v1beta1";

/// The longest uid and the longest version, in bytes. Real ones have less than 40.
const MARK: usize = 128;

/// A kind of objects.
pub trait Kind: Clone + fmt::Debug + Send + Sync + 'static {
    /// Its name.
    const KIND: &'static str;
    /// Its name in paths.
    const PLURAL: &'static str;
    /// What is wanted.
    type Spec: Clone + fmt::Debug + Default + DeserializeOwned + PartialEq + Serialize + Send + Sync;
    /// What is.
    type Status: Clone + fmt::Debug + Default + DeserializeOwned + Send + Sync;

    /// What is said of an object.
    fn conditions(status: &mut Self::Status) -> &mut Vec<Condition>;
}

/// Which object of a kind.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ObjectKey {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl ObjectKey {
    /// The object of this name.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }

    /// Reads `namespace/name`; `None` if it is something else.
    pub fn parse(text: &str) -> Option<Self> {
        let (namespace, name) = text.split_once('/')?;
        let is_name = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
        (is_name(namespace) && is_name(name) && !name.contains('/')).then(|| Self::new(namespace, name))
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.namespace, self.name)
    }
}

/// An object as the hub answers it.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "", rename_all = "camelCase")]
pub struct Object<K: Kind> {
    #[serde(default)]
    pub(crate) api_version: String,
    #[serde(default)]
    pub(crate) kind: String,
    /// What all kinds have.
    pub metadata: Metadata,
    /// What is wanted.
    #[serde(default, deserialize_with = "bounded::object")]
    pub spec: K::Spec,
    /// What is.
    #[serde(default, deserialize_with = "bounded::object")]
    pub status: K::Status,
}

/// What objects of all kinds have, as far as it is needed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The name.
    #[serde(default)]
    pub name: String,
    /// The namespace.
    #[serde(default)]
    pub namespace: String,
    /// Tells the object from all others, also from those that had its name before.
    #[serde(default)]
    pub uid: String,
    /// Grows with each change of what is wanted.
    #[serde(default)]
    pub generation: i64,
    /// Changes with each change of the object.
    #[serde(default)]
    pub resource_version: String,
    /// When its deletion was asked for, if it was.
    pub deletion_timestamp: Option<String>,
    /// What has to be done before it is gone.
    #[serde(default, deserialize_with = "bounded::texts")]
    pub finalizers: Vec<String>,
    /// Annotations.
    #[serde(default, deserialize_with = "bounded::map")]
    pub annotations: BTreeMap<String, String>,
    /// Who manages which fields.
    #[serde(default, deserialize_with = "list::<_, _, ELEMENTS>")]
    pub(crate) managed_fields: Vec<ManagedFields>,
}

/// Who manages fields of an object.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ManagedFields {
    #[serde(default)]
    pub(crate) manager: String,
}

impl<K: Kind> Object<K> {
    /// Whether it is on its way out.
    pub fn is_being_deleted(&self) -> bool {
        self.metadata.deletion_timestamp.is_some()
    }

    /// Whether it is the object that was asked for; if not, why not.
    pub(crate) fn verify(&self, key: &ObjectKey) -> Result<(), &'static str> {
        // The items of a list and of a watch have their kind as well; a list may leave it out.
        if !self.kind.is_empty() && self.kind != K::KIND {
            return Err("it has another kind");
        }
        if !self.api_version.is_empty() && !self.api_version.starts_with(&format!("{GROUP}/")) {
            return Err("it has another apiVersion");
        }
        if self.metadata.name != key.name {
            return Err("it has another name");
        }
        if self.metadata.namespace != key.namespace {
            return Err("it has another namespace");
        }
        if !is_mark(&self.metadata.uid) {
            return Err("it has no uid");
        }
        Ok(())
    }
}

/// Whether a text can be a uid or a version.
pub(crate) fn is_mark(text: &str) -> bool {
    (1..=MARK).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The path of the objects of a kind in a namespace.
pub(crate) fn path<K: Kind>(namespace: &str) -> String {
    format!("/apis/{GROUP}/{VERSION}/namespaces/{namespace}/{}", K::PLURAL)
}

/// The path of the objects of a kind in all namespaces.
pub(crate) fn path_of_all<K: Kind>() -> String {
    format!("/apis/{GROUP}/{VERSION}/{}", K::PLURAL)
}

/// The `apiVersion` of all kinds here.
pub(crate) fn api_version() -> String {
    format!("{GROUP}/{VERSION}")
}

/// What a controller says of an object.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// Such as `Programmed`.
    #[serde(rename = "type", default)]
    pub type_name: String,
    /// `True`, `False` or `Unknown`.
    #[serde(default)]
    pub status: String,
    /// A word for the reason.
    #[serde(default)]
    pub reason: String,
    /// The reason in words. May have many lines.
    #[serde(default)]
    pub message: String,
    /// The generation of the object that it is about.
    #[serde(default)]
    pub observed_generation: i64,
}

impl Condition {
    /// The condition of this type.
    pub(crate) fn find<'a>(all: &'a [Self], type_name: &str) -> Option<&'a Self> {
        all.iter().find(|condition| condition.type_name == type_name)
    }

    pub(crate) fn make_fit_to_be_shown(&mut self, said: &Said) {
        self.status = said.word(&self.status);
        self.reason = said.word(&self.reason);
        self.message = said.message(&self.message);
    }

    /// Whether it is about the object as it is wanted now. Anything else may be out of date.
    pub fn is_current(&self, metadata: &Metadata) -> bool {
        self.observed_generation == metadata.generation
    }

    /// Whether it holds.
    pub fn is_true(&self) -> bool {
        self.status == "True"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_namespace_and_a_name() {
        let key = ObjectKey::new("team-a", "shop");
        assert_eq!(ObjectKey::parse("team-a/shop"), Some(key.clone()));
        assert_eq!(key.to_string(), "team-a/shop");
        for text in ["", "shop", "/shop", "team-a/", "a/b/c", "team a/shop", "a/ b"] {
            assert_eq!(ObjectKey::parse(text), None, "{text:?}");
        }
    }
}
