//! Strategic merge patches: merge patches in which lists are merged as the schema says.

use serde_json::{Map, Value};

use crate::schema::{List, Schema};

/// The member that says what to do with an object or an item.
const DIRECTIVE: &str = "$patch";
/// Before the name of a list in the member that has values to take out of it.
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";

/// The document with the patch in it.
pub(crate) fn strategic(schema: &Schema, document: &Value, patch: &Value) -> Value {
    let open = Schema::any();
    merged(schema, &open, document, patch)
}

fn merged(schema: &Schema, open: &Schema, document: &Value, patch: &Value) -> Value {
    match (document, patch) {
        (_, Value::Object(patch)) => members(schema, open, document.as_object(), patch),
        (Value::Array(items), Value::Array(patch)) => match &schema.list {
            List::Map(keys) => keyed(schema.items.as_deref().unwrap_or(open), open, keys, (items, patch)),
            List::Set => {
                let added = patch.iter().filter(|value| !items.contains(value));
                let merged = added.chain(items).cloned().collect();
                Value::Array(merged)
            }
            List::Unspecified | List::Atomic => Value::Array(patch.clone()),
        },
        (_, patch) => patch.clone(),
    }
}

fn members(
    schema: &Schema,
    open: &Schema,
    document: Option<&Map<String, Value>>,
    patch: &Map<String, Value>,
) -> Value {
    let mut merged_members = document.cloned().unwrap_or_default();
    match patch.get(DIRECTIVE).and_then(Value::as_str) {
        Some("replace") => merged_members.clear(),
        Some("delete") => return Value::Object(Map::new()),
        _ => {}
    }
    for (name, value) in patch {
        if let Some(list) = name.strip_prefix(DELETE_FROM) {
            let unwanted = value.as_array().cloned().unwrap_or_default();
            if let Some(items) = merged_members.get_mut(list).and_then(Value::as_array_mut) {
                items.retain(|item| !unwanted.contains(item));
            }
        } else if name.starts_with('$') {
            // What is left of directives is about the order of items, which nothing here depends on.
        } else if value.is_null() {
            merged_members.shift_remove(name);
        } else {
            let before = merged_members.get(name).cloned().unwrap_or_default();
            let inner = schema.field(name).unwrap_or(open);
            let value = merged(inner, open, &before, value);
            merged_members.insert(name.clone(), value);
        }
    }
    Value::Object(merged_members)
}

fn keyed(inner: &Schema, open: &Schema, keys: &[&str], (items, patch): (&[Value], &[Value])) -> Value {
    let is_replaced = patch.iter().any(|item| item[DIRECTIVE] == "replace");
    let mut merged_items = if is_replaced { Vec::new() } else { items.to_vec() };
    // New items come before those that are there.
    let mut added = Vec::new();
    for item in patch {
        let is_same = |other: &Value| keys.iter().all(|key| other.get(*key) == item.get(*key));
        let place = merged_items.iter().position(is_same);
        match (item[DIRECTIVE].as_str(), place) {
            (Some("delete"), Some(place)) => _ = merged_items.remove(place),
            (Some("delete" | "replace"), _) => {}
            (_, Some(place)) => merged_items[place] = merged(inner, open, &merged_items[place], item),
            (_, None) => added.push(merged(inner, open, &Value::Null, item)),
        }
    }
    added.append(&mut merged_items);
    Value::Array(added)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_merged_as_the_schema_says() {
        let item = Schema::object().property("name", Schema::string()).property("value", Schema::string());
        let schema = Schema::object()
            .property("keyed", Schema::map_list(["name"], item))
            .property("set", Schema::set(Schema::string()))
            .property("atomic", Schema::list(Schema::string()));
        let document = json!({
            "keyed": [{ "name": "a", "value": "1" }, { "name": "b" }], "set": ["x", "y"], "atomic": ["1"], "gone": 1,
        });
        let patch = json!({
            "keyed": [{ "name": "a", "value": "2" }, { "name": "b", "$patch": "delete" }, { "name": "c" }],
            "set": ["z"], "$deleteFromPrimitiveList/set": ["x"], "atomic": ["2"], "gone": null,
            "$setElementOrder/keyed": [{ "name": "a" }],
        });
        let merged = strategic(&schema, &document, &patch);
        let expected = json!({
            "keyed": [{ "name": "c" }, { "name": "a", "value": "2" }], "set": ["z", "y"], "atomic": ["2"],
        });
        assert_eq!(merged, expected);
    }
}
