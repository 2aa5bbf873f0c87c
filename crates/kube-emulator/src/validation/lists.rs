//! Lists in which nothing may occur twice.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::problem;
use crate::schema::{Kind, List, Schema};
use crate::status::Cause;

/// What occurs twice in the sets and the keyed lists of an object.
pub(super) fn problems(schema: &Schema, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    look(schema, "", object, &mut causes);
    causes
}

fn look(schema: &Schema, path: &str, value: &Value, causes: &mut Vec<Cause>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let Some(property) = schema.field(name) else { continue };
                let path = match (schema.kind, path) {
                    (Kind::Map, _) => format!("{path}[{name}]"),
                    (_, "") => name.clone(),
                    _ => format!("{path}.{name}"),
                };
                look(property, &path, member, causes);
            }
        }
        Value::Array(items) => {
            match &schema.list {
                List::Set => causes.extend(repeated(path, items.iter().cloned())),
                List::Map(keys) => causes.extend(keyed(keys, path, items)),
                List::Unspecified | List::Atomic => {}
            }
            let Some(schema) = schema.items.as_deref() else { return };
            for (place, item) in items.iter().enumerate() {
                look(schema, &format!("{path}[{place}]"), item, causes);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn keyed(keys: &[&str], path: &str, items: &[Value]) -> Vec<Cause> {
    let is_object = |item: &&Value| item.is_object() || item.is_null();
    if let Some(place) = items.iter().position(|item| !is_object(&item)) {
        let detail = "must be an object for an array of list-type map";
        return vec![problem::invalid(format!("{path}[{place}]"), &items[place], detail)];
    }
    let key = |item: &Value| {
        let members = keys.iter().filter_map(|key| Some(((*key).to_owned(), item.get(*key)?.clone())));
        Value::Object(members.collect::<Map<String, Value>>())
    };
    repeated(path, items.iter().map(key))
}

/// The second occurrence of each item that occurs more than once.
fn repeated(path: &str, items: impl Iterator<Item = Value>) -> Vec<Cause> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut causes = Vec::new();
    for (place, item) in items.enumerate() {
        let times = seen.entry(crate::text::json(&item)).or_default();
        *times += 1;
        if *times == 2 {
            causes.push(problem::duplicate(format!("{path}[{place}]"), &item));
        }
    }
    causes
}
