//! The JSON form of a schema, as a `CustomResourceDefinition` and the `OpenAPI` documents have it.

use serde_json::{Map, Value, json};

use super::{Kind, List, Rule, Schema};

impl Schema {
    /// The schema as `JSONSchemaProps`.
    pub(crate) fn document(&self) -> Value {
        let mut document = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                document.insert(key.to_owned(), value);
            }
        };
        put("type", self.type_name().map(Into::into));
        put("description", self.description.map(Into::into));
        put("default", self.default.clone());
        put("enum", (!self.values.is_empty()).then(|| self.values.clone().into()));
        put("format", self.format.map(Into::into));
        put("minimum", self.minimum.map(Into::into));
        put("maximum", self.maximum.map(Into::into));
        put("minLength", self.min_length.map(Into::into));
        put("maxLength", self.max_length.map(Into::into));
        put("pattern", self.pattern.map(Into::into));
        put("maxItems", self.max_items.map(Into::into));
        put("nullable", self.is_nullable.then_some(true.into()));
        put("required", (!self.required.is_empty()).then(|| json!(self.required)));
        put("properties", self.properties_document());
        let items = self.items.as_ref().map(|items| items.document());
        put(if self.kind == Kind::Map { "additionalProperties" } else { "items" }, items);
        self.put_extensions(&mut document);
        Value::Object(document)
    }

    fn type_name(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Object | Kind::Map => Some("object"),
            Kind::List => Some("array"),
            Kind::String => Some("string"),
            Kind::Integer => Some("integer"),
            Kind::Number => Some("number"),
            Kind::Boolean => Some("boolean"),
            Kind::IntOrString | Kind::Any => None,
        }
    }

    fn properties_document(&self) -> Option<Value> {
        let properties = self.properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.document()));
        (!self.properties.is_empty()).then(|| Value::Object(properties.collect()))
    }

    fn put_extensions(&self, document: &mut Map<String, Value>) {
        let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
        if self.kind == Kind::IntOrString {
            put("anyOf", json!([{ "type": "integer" }, { "type": "string" }]));
            put("x-kubernetes-int-or-string", json!(true));
        }
        match &self.list {
            List::Unspecified => {}
            List::Atomic => _ = put("x-kubernetes-list-type", json!("atomic")),
            List::Set => _ = put("x-kubernetes-list-type", json!("set")),
            List::Map(keys) => {
                put("x-kubernetes-list-type", json!("map"));
                put("x-kubernetes-list-map-keys", json!(keys));
            }
        }
        if self.is_atomic_map {
            put("x-kubernetes-map-type", json!("atomic"));
        }
        if self.preserves_unknown_fields {
            put("x-kubernetes-preserve-unknown-fields", json!(true));
        }
        if !self.rules.is_empty() {
            let rules: Vec<Value> = self.rules.iter().map(Rule::document).collect();
            put("x-kubernetes-validations", Value::Array(rules));
        }
    }
}

impl Rule {
    fn document(&self) -> Value {
        json!({ "message": self.message, "rule": self.expression })
    }
}
