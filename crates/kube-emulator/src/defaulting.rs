//! Defaults: what a value holds where nothing is given, and what a null means.

use serde_json::Value;

use crate::schema::{Kind, Schema};

/// Fills in the defaults of a schema. A null where null is no value counts as nothing given.
pub(crate) fn fill(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(members) => {
            for (name, property) in &schema.properties {
                let Some(default) = &property.default else { continue };
                match members.get(*name) {
                    None => _ = members.insert((*name).to_owned(), default.clone()),
                    Some(Value::Null) if !property.is_nullable => {
                        members.insert((*name).to_owned(), default.clone());
                    }
                    Some(_) => {}
                }
            }
            for (name, member) in members.iter_mut() {
                if let Some(property) = schema.field(name) {
                    if schema.kind == Kind::Map {
                        replace_null(member, property);
                    }
                    fill(member, property);
                }
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.items.as_deref() else { return };
            for item in items {
                replace_null(item, schema);
                fill(item, schema);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn replace_null(value: &mut Value, schema: &Schema) {
    if let (Value::Null, false, Some(default)) = (&*value, schema.is_nullable, &schema.default) {
        *value = default.clone();
    }
}

/// Takes out nulls where null is no value and no default stands in for it.
pub(crate) fn remove_nulls(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(members) => {
            members.retain(|name, member| {
                let Some(property) = schema.field(name) else { return true };
                let is_nothing = member.is_null() && !property.is_nullable && property.default.is_none();
                if !is_nothing {
                    remove_nulls(member, property);
                }
                !is_nothing
            });
        }
        Value::Array(items) => {
            let Some(schema) = schema.items.as_deref() else { return };
            for item in items {
                remove_nulls(item, schema);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Schema {
        let header = Schema::object().property("value", Schema::string().default("none"));
        let monitor = Schema::object()
            .property("port", Schema::int64().default(80))
            .property("timeout", Schema::int64())
            .property("note", Schema::string().nullable())
            .property("headers", Schema::list(header));
        Schema::object().property("monitor", monitor)
    }

    #[test]
    fn defaults_are_filled_in_where_the_object_around_them_is_there() {
        let mut object = json!({ "monitor": { "headers": [{}] } });
        fill(&mut object, &schema());
        assert_eq!(object, json!({ "monitor": { "port": 80, "headers": [{ "value": "none" }] } }));
        let mut object = json!({});
        fill(&mut object, &schema());
        assert_eq!(object, json!({}));
    }

    #[test]
    fn a_null_is_a_default_or_nothing_or_a_value() {
        let mut object = json!({ "monitor": { "port": null, "timeout": null, "note": null } });
        remove_nulls(&mut object, &schema());
        fill(&mut object, &schema());
        assert_eq!(object, json!({ "monitor": { "port": 80, "note": null } }));
    }
}
