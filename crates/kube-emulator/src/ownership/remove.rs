//! Taking fields out of an object.

use serde_json::{Map, Value};

use super::element::Element;
use super::set::FieldSet;
use super::shape::{self, Shape};
use crate::schema::Schema;

/// The object without these fields. What is left empty by it goes too.
pub(super) fn without(schema: &Schema, object: &Value, fields: &FieldSet) -> Value {
    let open = Schema::any();
    rest(schema, &open, object, fields).unwrap_or_default()
}

fn rest(schema: &Schema, open: &Schema, value: &Value, fields: &FieldSet) -> Option<Value> {
    match (Shape::new(schema, value), value) {
        (Shape::Members, Value::Object(members)) => {
            let mut left = Map::new();
            for (name, member) in members {
                let step = Element::Field(name.clone());
                if fields.has(&step) {
                    continue;
                }
                let inner = shape::member(schema, name, open);
                let kept = match fields.below(&step) {
                    Some(below) => rest(inner, open, member, below).unwrap_or_default(),
                    None => member.clone(),
                };
                left.insert(name.clone(), kept);
            }
            (!left.is_empty()).then_some(Value::Object(left))
        }
        (Shape::Items, Value::Array(items)) => {
            let inner = schema.items.as_deref().unwrap_or(open);
            let left = items.iter().filter_map(|item| {
                let Some(step) = Element::of_item(schema, item) else { return Some(item.clone()) };
                if fields.has(&step) {
                    return None;
                }
                match fields.below(&step) {
                    Some(below) => rest(inner, open, item, below),
                    None => Some(item.clone()),
                }
            });
            let left: Vec<Value> = left.collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        // A value that is one is taken out where it stands, by its parent.
        (Shape::Leaf, value) if value.is_object() || value.is_array() => None,
        (_, value) => Some(value.clone()),
    }
}
