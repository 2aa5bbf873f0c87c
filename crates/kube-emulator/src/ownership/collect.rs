//! All fields that a value has.

use std::collections::HashSet;

use serde_json::Value;

use super::element::Element;
use super::set::FieldSet;
use super::shape::{self, Shape};
use crate::schema::Schema;

/// The fields of an object.
pub(super) fn fields(schema: &Schema, object: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    let open = Schema::any();
    let mut walk = Walk { set: &mut set, path: Vec::new(), open: &open };
    walk.value(schema, object);
    set
}

struct Walk<'a> {
    set: &'a mut FieldSet,
    path: Vec<Element>,
    open: &'a Schema,
}

impl Walk<'_> {
    fn value(&mut self, schema: &Schema, value: &Value) {
        match (Shape::new(schema, value), value) {
            (Shape::Members, Value::Object(members)) => {
                for (name, member) in members {
                    self.path.push(Element::Field(name.clone()));
                    self.value(shape::member(schema, name, self.open), member);
                    let is_nothing =
                        member.is_null() || member.as_object().is_some_and(serde_json::Map::is_empty);
                    if is_nothing || !schema.properties.contains_key(name.as_str()) {
                        self.set.insert(&self.path);
                    }
                    self.path.pop();
                }
            }
            (Shape::Items, Value::Array(items)) => self.items(schema, items),
            _ => self.set.insert(&self.path),
        }
    }

    fn items(&mut self, schema: &Schema, items: &[Value]) {
        let inner = schema.items.as_deref().unwrap_or(self.open);
        let steps: Vec<Option<Element>> = items.iter().map(|item| Element::of_item(schema, item)).collect();
        let (mut seen, mut repeated) = (HashSet::new(), HashSet::new());
        for step in steps.iter().flatten() {
            if !seen.insert(step.key()) {
                repeated.insert(step.key());
            }
        }
        for (step, item) in steps.into_iter().zip(items) {
            let Some(step) = step else { continue };
            let is_repeated = repeated.contains(&step.key());
            self.path.push(step);
            if !is_repeated {
                self.value(inner, item);
            }
            self.set.insert(&self.path);
            self.path.pop();
        }
    }
}
