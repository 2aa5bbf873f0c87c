//! Merging what is applied into what is there.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::element::Element;
use super::shape::{self, Shape};
use crate::schema::Schema;

/// The object with everything that a configuration has. What the configuration does not have stays.
pub(super) fn merged(schema: &Schema, live: &Value, config: &Value) -> Value {
    let open = Schema::any();
    both(schema, &open, live, config).unwrap_or_default()
}

fn both(schema: &Schema, open: &Schema, live: &Value, config: &Value) -> Option<Value> {
    if config.is_null() && Shape::new(schema, live) != Shape::Leaf && !shape::is_empty(Some(live)) {
        // A null says nothing about members and items.
        return Some(live.clone());
    }
    let shape = Shape::new(schema, config);
    let is_leaf = shape == Shape::Leaf || shape != Shape::new(schema, live);
    if is_leaf || (shape::is_empty(Some(live)) && shape::is_empty(Some(config))) {
        return Some(config.clone());
    }
    match (live, config) {
        (Value::Object(live), Value::Object(config)) => {
            let mut members = Map::new();
            for (name, value) in live {
                let inner = shape::member(schema, name, open);
                let merged = match config.get(name) {
                    Some(config) => both(inner, open, value, config),
                    None => Some(value.clone()),
                };
                members.extend(merged.map(|merged| (name.clone(), merged)));
            }
            let added = config.iter().filter(|(name, _)| !live.contains_key(*name));
            members.extend(added.map(|(name, value)| (name.clone(), value.clone())));
            (!members.is_empty()).then_some(Value::Object(members))
        }
        (Value::Array(live), Value::Array(config)) => {
            let items = Items::new(schema, open, live, config).merged();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        _ => Some(config.clone()),
    }
}

/// Two lists on their way to one. The items of the configuration keep their order, those that only the object has keep
/// theirs and their neighbours as far as that goes.
struct Items<'a> {
    inner: &'a Schema,
    open: &'a Schema,
    live: Vec<(Element, &'a Value)>,
    config: Vec<(Element, &'a Value)>,
}

impl<'a> Items<'a> {
    fn new(schema: &'a Schema, open: &'a Schema, live: &'a [Value], config: &'a [Value]) -> Self {
        let steps = |items: &'a [Value]| {
            items.iter().filter_map(|item| Some((Element::of_item(schema, item)?, item))).collect::<Vec<_>>()
        };
        Self {
            inner: schema.items.as_deref().unwrap_or(open),
            open,
            live: steps(live),
            config: steps(config),
        }
    }

    fn merged(&self) -> Vec<Value> {
        let by_step = |items: &[(Element, &'a Value)]| {
            items.iter().map(|(step, item)| (step.key(), *item)).collect::<HashMap<String, &'a Value>>()
        };
        let (in_live, in_config) = (by_step(&self.live), by_step(&self.config));
        let mut shared =
            self.config.iter().map(|(step, _)| step).filter(|step| in_live.contains_key(&step.key()));
        let mut next_shared = shared.next();
        let (mut items, mut l, mut c) = (Vec::new(), 0, 0);
        let mut taken = std::collections::HashSet::new();
        loop {
            match (self.live.get(l), self.config.get(c)) {
                (None, None) => return items,
                (Some((step, live)), Some((wanted, config))) if step == wanted => {
                    taken.insert(step.key());
                    items.extend(both(self.inner, self.open, live, config));
                    (l, c) = (l + 1, c + 1);
                    next_shared = shared.next();
                    continue;
                }
                // An item of both lists that is not the next one in the order of the configuration waits for its turn.
                (Some((step, _)), Some(_))
                    if in_config.contains_key(&step.key())
                        && next_shared.is_some_and(|next| next != step) =>
                {
                    l += 1;
                    continue;
                }
                _ => {}
            }
            if let Some((step, live)) = self.live.get(l) {
                if !in_config.contains_key(&step.key()) {
                    items.push((*live).clone());
                    l += 1;
                    continue;
                }
                if taken.contains(&step.key()) {
                    l += 1;
                }
            }
            if let Some((step, config)) = self.config.get(c) {
                taken.insert(step.key());
                items.extend(match in_live.get(&step.key()) {
                    Some(live) => both(self.inner, self.open, live, config),
                    None => Some((*config).clone()),
                });
                c += 1;
                if next_shared == Some(step) {
                    next_shared = shared.next();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn list(names: &[&str]) -> Value {
        Value::Array(names.iter().map(|name| json!({ "name": name })).collect())
    }

    #[track_caller]
    fn check(live: &[&str], config: &[&str], expected: &[&str]) {
        let schema = Schema::map_list(["name"], Schema::object().property("name", Schema::string()));
        assert_eq!(merged(&schema, &list(live), &list(config)), list(expected));
    }

    #[test]
    fn lists_are_merged_in_the_order_of_the_configuration() {
        check(&["a", "b"], &["b", "a"], &["b", "a"]);
        check(&["a", "b", "c"], &["c"], &["a", "b", "c"]);
        check(&["a", "x", "b"], &["b", "a"], &["x", "b", "a"]);
        check(&["a"], &["b"], &["a", "b"]);
        check(&[], &["b", "a"], &["b", "a"]);
    }

    #[test]
    fn members_stay_unless_they_are_applied_and_atomic_values_are_replaced() {
        let schema = Schema::object()
            .property("a", Schema::object().property("x", Schema::int64()).property("y", Schema::int64()))
            .property("b", Schema::list(Schema::int64()));
        let live = json!({ "a": { "x": 1, "y": 2 }, "b": [1, 2] });
        let merged = merged(&schema, &live, &json!({ "a": { "x": 3 }, "b": [4] }));
        assert_eq!(merged, json!({ "a": { "x": 3, "y": 2 }, "b": [4] }));
    }
}
