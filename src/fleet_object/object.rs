//! What models of objects on a hub have in common.

use std::collections::BTreeMap;

use hub::{Object as HubObject, ObjectKey};
use serde::{Deserialize, Serialize};
use tf_plugin::object::Object;
use tf_plugin::{Value, object};
use traffic_manager::rules;

use super::advice::Subject;
use crate::azure::Azure;
use crate::timeouts::Timeouts;

object! {
    /// What a controller of the hub says of an object.
    pub struct Condition {
        /// `True`, `False` or `Unknown`.
        pub status: Value<String> => [computed],
        /// The reason, in one word.
        pub reason: Value<String> => [computed],
        /// The reason, in a sentence.
        pub message: Value<String> => [computed],
    }
}

impl Condition {
    /// The condition as the hub answers it; null where there is none.
    pub(crate) fn from_hub(found: Option<&hub::Condition>) -> Value<Self> {
        let condition = found.map(|found| Self {
            status: Value::Known(found.status.clone()),
            reason: Value::Known(found.reason.clone()),
            message: Value::Known(found.message.clone()),
        });
        condition.into()
    }
}

object! {
    /// What tells an object from all others of its kind on a hub.
    pub struct Identity {
        /// The namespace.
        pub namespace: Value<String> => [required],
        /// The name.
        pub name: Value<String> => [required],
    }
}

/// What the resources remember beside their state. Stored in clear: nothing secret belongs here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Private {
    /// Whether the creation was not answered, so that what is there may be somebody else's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) creation_in_doubt: bool,
}

/// What makes a controller look at Azure again that does so only when the spec changes.
pub(crate) enum Nudge<S> {
    /// There is no need.
    NotNeeded,
    /// A spec that means the same.
    Apply(S),
    /// A spec that means something else, after which at once what is wanted is applied again.
    Detour(S),
    /// A merge patch after which the spec means the same.
    Merge(serde_json::Value),
    /// Nothing could be said in another way.
    Impossible,
}

/// A model of a resource that is an object on a hub.
pub(crate) trait FleetObject: Object {
    /// Its kind on the hub.
    type Kind: hub::Kind;

    /// What it is called in a sentence, such as `Fleet profile`.
    const NOUN: &'static str;

    /// The namespace, the name, the uid where it is known, and the time-outs.
    fn head(&self) -> Head<'_>;

    /// What the hub is told. Of `live`, spellings are kept that mean the same.
    fn spec(&self, live: Option<&HubObject<Self::Kind>>) -> <Self::Kind as hub::Kind>::Spec;

    /// The annotations that the hub is told.
    fn annotations(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// The state that follows from an answer. What the hub does not know is taken from `current`.
    fn from_hub(found: &HubObject<Self::Kind>, current: &Self, azure: &Azure) -> Self;

    /// What is waited for: the condition of this name. `None` where nothing is.
    fn condition(found: &HubObject<Self::Kind>) -> Option<Awaited<'_>>;

    /// What it is about, for advice.
    fn subject(&self) -> Subject<'_>;

    /// A configuration as the rules see it.
    fn to_rules(&self) -> rules::FleetObject;

    /// The state of an object of which only the key is known.
    fn from_key(key: ObjectKey) -> Self;
}

/// What all models have.
pub(crate) struct Head<'a> {
    pub(crate) namespace: &'a Value<String>,
    pub(crate) name: &'a Value<String>,
    pub(crate) uid: &'a Value<String>,
    pub(crate) wait: &'a Value<bool>,
    pub(crate) force_conflicts: &'a Value<bool>,
    pub(crate) timeouts: &'a Value<Timeouts>,
}

/// A condition that is waited for.
pub(crate) struct Awaited<'a> {
    /// Its name, such as `Programmed`.
    pub(crate) name: &'static str,
    /// What the hub says of it so far.
    pub(crate) found: Option<&'a hub::Condition>,
}

impl Head<'_> {
    /// Which object; `None` while that is not known.
    pub(crate) fn key(&self) -> Option<ObjectKey> {
        Some(ObjectKey::new(self.namespace.as_deref()?, self.name.as_deref()?))
    }

    /// The id: `namespace/name`.
    pub(crate) fn id(&self) -> Value<String> {
        self.key().map_or_else(Value::unknown, |key| Value::Known(key.to_string()))
    }

    /// What tells it from all others.
    pub(crate) fn identity(&self) -> Option<Identity> {
        let ObjectKey { namespace, name } = self.key()?;
        Some(Identity { namespace: Value::Known(namespace), name: Value::Known(name) })
    }
}
