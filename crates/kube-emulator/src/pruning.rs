//! Pruning: fields that the schema does not know are taken out.

use serde_json::Value;

use crate::schema::{Kind, Schema};

/// The members of a whole object that no schema has to declare.
const OF_EVERY_OBJECT: [&str; 2] = ["apiVersion", "kind"];

/// Takes out what the schema of a whole object does not know, and answers the paths of it: first those of the metadata.
pub(crate) fn prune(object: &mut Value, schema: &Schema) -> Vec<String> {
    let mut unknown = Vec::new();
    let Value::Object(members) = object else { return unknown };
    members.retain(|name, member| {
        if OF_EVERY_OBJECT.contains(&name.as_str()) {
            return true;
        }
        keep(member, schema.field(name), schema, name, &mut unknown)
    });
    unknown.sort_by_key(|path| (!path.starts_with("metadata."), path.clone()));
    unknown
}

/// Whether a member stays. If so, it is pruned itself.
fn keep(
    member: &mut Value,
    property: Option<&Schema>,
    parent: &Schema,
    path: &str,
    unknown: &mut Vec<String>,
) -> bool {
    match property {
        Some(property) => prune_value(member, property, path, unknown),
        None if parent.preserves_unknown_fields => {}
        None => {
            unknown.push(path.to_owned());
            return false;
        }
    }
    true
}

fn prune_value(value: &mut Value, schema: &Schema, path: &str, unknown: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if schema.kind == Kind::Any {
                return;
            }
            members.retain(|name, member| {
                keep(member, schema.field(name), schema, &format!("{path}.{name}"), unknown)
            });
        }
        Value::Array(items) => {
            let Some(schema) = schema.items.as_deref() else { return };
            for (place, item) in items.iter_mut().enumerate() {
                prune_value(item, schema, &format!("{path}[{place}]"), unknown);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unknown_fields_are_taken_out_at_every_depth_and_named() {
        let item = Schema::object().property("name", Schema::string());
        let spec = Schema::object()
            .property("items", Schema::list(item))
            .property("free", Schema::object().preserve_unknown_fields())
            .property("map", Schema::map(Schema::string()));
        let metadata = Schema::object().property("name", Schema::string());
        let schema = Schema::resource().property("spec", spec).property("metadata", metadata);
        let mut object = json!({
            "apiVersion": "v1", "metadata": { "name": "x", "x": 1 }, "other": 1,
            "spec": { "items": [{ "name": "a", "b": 1 }], "free": { "c": 1 }, "map": { "d": "e" }, "f": {} },
        });
        let unknown = prune(&mut object, &schema);
        assert_eq!(unknown, ["metadata.x", "other", "spec.f", "spec.items[0].b"]);
        assert_eq!(
            object["spec"],
            json!({ "items": [{ "name": "a" }], "free": { "c": 1 }, "map": { "d": "e" } })
        );
    }
}
