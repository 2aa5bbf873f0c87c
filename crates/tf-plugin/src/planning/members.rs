//! The members of an object and the objects of a collection, by the schema: where they are, and each in turn.

use crate::cty::{Unknown, Value};
use crate::schema::{Attribute, NestedBlock, Nesting};

pub(super) const NULL: &Value = &Value::Null;
pub(super) const UNKNOWN: &Value = &Value::Unknown(Unknown::PLAIN);

/// Where an object stands in a nested attribute or block.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Alone,
    Index(usize),
    Key(&'a str),
}

/// A member of an object; of one that is unknown, every member is.
pub(super) fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    if object.is_unknown() { UNKNOWN } else { object.attribute(name).unwrap_or(NULL) }
}

pub(super) fn element<'a>(collection: &'a Value, place: Place<'_>) -> &'a Value {
    match (collection, place) {
        (_, Place::Alone) => collection,
        (Value::Unknown(_), _) => UNKNOWN,
        (Value::List(elements), Place::Index(index)) => elements.get(index).unwrap_or(NULL),
        (Value::Map(members), Place::Key(key)) => members.get(key).unwrap_or(NULL),
        _ => NULL,
    }
}

pub(super) fn each_attribute(
    attributes: &[Attribute],
    object: Value,
    change: impl Fn(&Attribute, Value) -> Value,
) -> Value {
    let Value::Map(mut members) = object else { return object };
    for attribute in attributes {
        if let Some(own) = members.get_mut(attribute.name) {
            *own = change(attribute, std::mem::replace(own, Value::Null));
        }
    }
    Value::Map(members)
}

pub(super) fn each_block(
    blocks: &[NestedBlock],
    object: Value,
    change: impl Fn(&NestedBlock, Value) -> Value,
) -> Value {
    let Value::Map(mut members) = object else { return object };
    for block in blocks {
        if let Some(own) = members.get_mut(block.name) {
            *own = change(block, std::mem::replace(own, Value::Null));
        }
    }
    Value::Map(members)
}

/// Changes every object of a nested attribute or block. The objects of a set are left as they are: nothing
/// pairs them with those of another set.
pub(super) fn each_object(
    nesting: Nesting,
    value: Value,
    change: impl Fn(Place<'_>, Value) -> Value,
) -> Value {
    match (nesting, value) {
        (Nesting::Single, value @ Value::Map(_)) => change(Place::Alone, value),
        (Nesting::List, Value::List(elements)) => {
            let changed = elements.into_iter().enumerate();
            Value::List(changed.map(|(index, own)| change(Place::Index(index), own)).collect())
        }
        (Nesting::Map, Value::Map(members)) => {
            let changed = members.into_iter().map(|(key, own)| {
                let own = change(Place::Key(&key), own);
                (key, own)
            });
            Value::Map(changed.collect())
        }
        (_, value) => value,
    }
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(elements) | Value::Set(elements) => elements.is_empty(),
        Value::Map(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}
