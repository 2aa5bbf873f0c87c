//! One step of a path to a field.

use std::fmt;

use serde_json::{Map, Value};

use crate::schema::{List, Schema};
use crate::text;

/// A step: to a member, to an item by its keys, to an item by its value, or to an item by its place. Keys and values are
/// kept as their JSON, which can be put in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Element {
    Field(String),
    Key(String),
    Value(String),
    Index(u64),
}

impl Element {
    /// The step to an item of a list, or nothing if the item has not what the list tells items apart by.
    pub(super) fn of_item(schema: &Schema, item: &Value) -> Option<Self> {
        match &schema.list {
            List::Set if !item.is_object() && !item.is_array() => Some(Self::Value(plain(item))),
            List::Map(keys) => {
                let mut key = Map::new();
                for name in keys {
                    let default =
                        schema.items.as_deref().and_then(|items| items.field(name)?.default.as_ref());
                    if let Some(value) = item.get(*name).or(default) {
                        key.insert((*name).to_owned(), value.clone());
                    }
                }
                (!key.is_empty()).then(|| Self::Key(plain(&Value::Object(key))))
            }
            List::Set | List::Unspecified | List::Atomic => None,
        }
    }

    /// Reads a key of `FieldsV1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "f" => Some(Self::Field(rest.to_owned())),
            "k" => {
                let key: Value = serde_json::from_str(rest).ok().filter(Value::is_object)?;
                Some(Self::Key(plain(&key)))
            }
            "v" => Some(Self::Value(plain(&serde_json::from_str(rest).ok()?))),
            "i" => Some(Self::Index(rest.parse().ok()?)),
            _ => None,
        }
    }

    /// The key of `FieldsV1`.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Key(key) => format!("k:{key}"),
            Self::Value(value) => format!("v:{value}"),
            Self::Index(index) => format!("i:{index}"),
        }
    }
}

/// JSON with sorted keys.
fn plain(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    sorted.to_string()
}

impl fmt::Display for Element {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(formatter, ".{name}"),
            Self::Key(key) => {
                let key: Map<String, Value> = serde_json::from_str(key).unwrap_or_default();
                let parts = key.iter().map(|(name, value)| format!("{name}={}", text::shown(value)));
                write!(formatter, "[{}]", parts.collect::<Vec<_>>().join(","))
            }
            Self::Value(value) => write!(formatter, "[={value}]"),
            Self::Index(index) => write!(formatter, "[{index}]"),
        }
    }
}
