//! JSON merge patches, RFC 7396.

use serde_json::{Map, Value};

/// The document with the members of the patch in it. A null takes a member out.
pub(crate) fn merged(document: &Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let mut members = document.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        if value.is_null() {
            members.shift_remove(name);
            continue;
        }
        let before = members.get(name).cloned().unwrap_or_else(|| Value::Object(Map::new()));
        members.insert(name.clone(), merged(&before, value));
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_merged_nulls_remove_and_lists_are_replaced() {
        let document = json!({ "a": { "b": 1, "c": [1, 2] }, "d": 1 });
        let patch = json!({ "a": { "b": null, "c": [3], "e": { "f": null } }, "d": { "g": 1 } });
        assert_eq!(merged(&document, &patch), json!({ "a": { "c": [3], "e": {} }, "d": { "g": 1 } }));
    }
}
