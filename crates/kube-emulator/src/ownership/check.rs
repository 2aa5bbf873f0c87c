//! Whether a configuration fits its schema well enough to be merged.

use std::collections::HashSet;

use serde_json::Value;

use super::element::Element;
use crate::schema::{Kind, List, Schema};
use crate::text;

/// What does not fit, with the path in front of each.
pub(crate) fn config_problems(schema: &Schema, config: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    look(schema, "", config, &mut problems);
    problems
}

fn look(schema: &Schema, path: &str, value: &Value, problems: &mut Vec<String>) {
    let expected = match schema.kind {
        Kind::Object | Kind::Map if !value.is_object() => "map",
        Kind::List if !value.is_array() => "list",
        Kind::String if !value.is_string() => "string",
        Kind::Integer | Kind::Number if !value.is_number() => "numeric (int or float)",
        Kind::Boolean if !value.is_boolean() => "boolean",
        _ => "",
    };
    if value.is_null() {
        return;
    }
    if !expected.is_empty() {
        problems.push(format!("{path}: expected {expected}, got {}", shown(schema, value)));
        return;
    }
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            for name in names {
                let member = &members[name.as_str()];
                match schema.field(name) {
                    Some(property) => look(property, &format!("{path}.{name}"), member, problems),
                    None if schema.preserves_unknown_fields || schema.kind == Kind::Any => {}
                    None => problems.push(format!("{path}.{name}: field not declared in schema")),
                }
            }
        }
        Value::Array(items) => list(schema, path, items, problems),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn list(schema: &Schema, path: &str, items: &[Value], problems: &mut Vec<String>) {
    let Some(inner) = schema.items.as_deref() else { return };
    let mut seen = HashSet::new();
    for (place, item) in items.iter().enumerate() {
        let step = match (&schema.list, Element::of_item(schema, item)) {
            (List::Set | List::Map(_), Some(step)) => {
                if !seen.insert(step.key()) {
                    problems.push(format!("{path}: duplicate entries for key {step}"));
                }
                step.to_string()
            }
            (List::Map(keys), None) => {
                let keys: Vec<String> = keys.iter().map(|key| text::quoted(key)).collect();
                problems.push(format!(
                    "{path}: element {place}: associative list with keys has an element that omits all key fields [{}] \
                     (and doesn't have default values for any key fields)",
                    keys.join(" ")
                ));
                return;
            }
            _ => format!("[{place}]"),
        };
        look(inner, &format!("{path}{step}"), item, problems);
    }
}

/// What a value is, in the words of the merger: for a number that should be, its type in Go, otherwise the value.
fn shown(schema: &Schema, value: &Value) -> String {
    if !matches!(schema.kind, Kind::Integer | Kind::Number) {
        return match value {
            Value::String(text) => text::quoted(text),
            other => format!("&value.valueUnstructured{{Value:{other}}}"),
        };
    }
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        Value::Array(_) => "[]interface {}",
        _ => "map[string]interface {}",
    }
    .to_owned()
}
