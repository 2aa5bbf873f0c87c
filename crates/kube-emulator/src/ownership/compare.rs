//! Which fields of an object were added, changed and removed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::element::Element;
use super::set::FieldSet;
use super::shape::{self, Shape};
use crate::schema::Schema;

/// What changed between two objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Comparison {
    pub(super) added: FieldSet,
    pub(super) modified: FieldSet,
    pub(super) removed: FieldSet,
}

impl Comparison {
    /// Compares two objects of a schema.
    pub(super) fn new(schema: &Schema, old: &Value, new: &Value) -> Self {
        let mut comparison = Self::default();
        let open = Schema::any();
        let mut walk = Walk { comparison: &mut comparison, path: Vec::new(), open: &open };
        walk.value(schema, Some(old), Some(new));
        comparison
    }

    /// The comparison without what is in a set or below it.
    pub(super) fn outside(&self, ignored: &FieldSet) -> Self {
        Self {
            added: self.added.outside(ignored),
            modified: self.modified.outside(ignored),
            removed: self.removed.outside(ignored),
        }
    }

    /// What is new or has another value.
    pub(super) fn written(&self) -> FieldSet {
        self.added.union(&self.modified)
    }
}

struct Walk<'a> {
    comparison: &'a mut Comparison,
    path: Vec<Element>,
    open: &'a Schema,
}

impl Walk<'_> {
    fn value(&mut self, schema: &Schema, old: Option<&Value>, new: Option<&Value>) {
        // A null takes the shape of what it is compared with.
        let known = [old, new].map(|value| value.filter(|value| !value.is_null()));
        let shapes = known.map(|value| value.map(|value| Shape::new(schema, value)));
        let shape = match shapes {
            [Some(one), Some(two)] if one == two => one,
            [Some(one), None] | [None, Some(one)] => one,
            _ => Shape::Leaf,
        };
        if shape == Shape::Leaf || (shape::is_empty(old) && shape::is_empty(new)) {
            return self.leaf(old, new);
        }
        if shape == Shape::Members {
            self.members(schema, old, new);
        } else {
            self.items(schema, old, new);
        }
        if old.is_none() {
            self.comparison.added.insert(&self.path);
        } else if new.is_none() {
            self.comparison.removed.insert(&self.path);
        }
    }

    fn leaf(&mut self, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            (None, _) => self.comparison.added.insert(&self.path),
            (_, None) => self.comparison.removed.insert(&self.path),
            (old, new) if old != new => self.comparison.modified.insert(&self.path),
            _ => {}
        }
    }

    fn members(&mut self, schema: &Schema, old: Option<&Value>, new: Option<&Value>) {
        let empty = serde_json::Map::new();
        let [old, new] = [old, new].map(|value| value.and_then(Value::as_object).unwrap_or(&empty));
        let added = new.keys().filter(|name| !old.contains_key(*name));
        for name in old.keys().chain(added) {
            self.path.push(Element::Field(name.clone()));
            self.value(shape::member(schema, name, self.open), old.get(name), new.get(name));
            self.path.pop();
        }
    }

    fn items(&mut self, schema: &Schema, old: Option<&Value>, new: Option<&Value>) {
        let inner = schema.items.as_deref().unwrap_or(self.open);
        let mut steps: BTreeMap<Element, [Vec<&Value>; 2]> = BTreeMap::new();
        for (side, list) in [old, new].into_iter().enumerate() {
            for item in list.and_then(Value::as_array).into_iter().flatten() {
                if let Some(step) = Element::of_item(schema, item) {
                    steps.entry(step).or_default()[side].push(item);
                }
            }
        }
        for (step, [old, new]) in steps {
            self.path.push(step);
            match (old.as_slice(), new.as_slice()) {
                ([] | [_], [] | [_]) => self.value(inner, old.first().copied(), new.first().copied()),
                ([_, _, ..], [_, _, ..]) => {
                    if old != new {
                        self.comparison.modified.insert(&self.path);
                    }
                }
                ([_, _, ..], rest) => {
                    if let Some(new) = rest.first() {
                        self.value(inner, None, Some(new));
                    }
                    self.comparison.removed.insert(&self.path);
                }
                (rest, _) => {
                    if let Some(old) = rest.first() {
                        self.value(inner, Some(old), None);
                    }
                    self.comparison.added.insert(&self.path);
                }
            }
            self.path.pop();
        }
    }
}
