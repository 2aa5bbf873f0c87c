//! How a value is merged: as one, member by member, or item by item.

use serde_json::Value;

use crate::schema::{Kind, List, Schema};

/// How a value is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// It is one.
    Leaf,
    /// Each member is a field of its own.
    Members,
    /// Each item is a field of its own.
    Items,
}

impl Shape {
    /// The shape of values of a schema. Where a schema leaves everything open, the value decides.
    pub(super) fn new(schema: &Schema, value: &Value) -> Self {
        match schema.kind {
            Kind::Object | Kind::Map if schema.is_atomic_map => Self::Leaf,
            Kind::Object | Kind::Map | Kind::Any if value.is_object() => Self::Members,
            Kind::List if value.is_array() => match schema.list {
                List::Set | List::Map(_) => Self::Items,
                List::Unspecified | List::Atomic => Self::Leaf,
            },
            _ => Self::Leaf,
        }
    }
}

/// The schema of a member. What a schema leaves open may hold anything.
pub(super) fn member<'a>(schema: &'a Schema, name: &str, open: &'a Schema) -> &'a Schema {
    schema.field(name).unwrap_or(open)
}

/// Whether a value holds nothing: no value, null, no member or no item.
pub(super) fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Object(members)) => members.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    }
}
