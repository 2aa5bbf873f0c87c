//! The `CustomResourceDefinition` document of a definition, which a real API server accepts.

use serde_json::{Map, Value, json};

use super::{Column, Definition, Scope, Version};

impl Definition {
    /// The `CustomResourceDefinition` that declares this kind, without anything a server adds.
    pub fn crd(&self) -> Value {
        let mut names = json!({
            "kind": self.kind, "listKind": self.list_kind, "plural": self.plural, "singular": self.singular,
        });
        if !self.categories.is_empty() {
            names["categories"] = json!(self.categories);
        }
        if !self.short_names.is_empty() {
            names["shortNames"] = json!(self.short_names);
        }
        let scope = match self.scope {
            Scope::Namespaced => "Namespaced",
            Scope::Cluster => "Cluster",
        };
        let versions: Vec<Value> =
            self.versions.iter().map(|version| self.version_document(version)).collect();
        json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": self.crd_metadata(),
            "spec": { "group": self.group, "names": names, "scope": scope, "versions": versions },
        })
    }

    fn crd_metadata(&self) -> Value {
        let mut metadata = Map::new();
        for (key, pairs) in [("annotations", &self.annotations), ("labels", &self.labels)] {
            if !pairs.is_empty() {
                let pairs: Map<String, Value> =
                    pairs.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
                metadata.insert(key.to_owned(), Value::Object(pairs));
            }
        }
        metadata.insert("name".to_owned(), json!(format!("{}.{}", self.plural, self.group)));
        Value::Object(metadata)
    }

    fn version_document(&self, version: &Version) -> Value {
        let is_storage = self.storage_version().is_some_and(|storage| storage.name == version.name);
        let mut document = Map::new();
        if !version.columns.is_empty() {
            let columns: Vec<Value> = version.columns.iter().map(Column::document).collect();
            document.insert("additionalPrinterColumns".to_owned(), Value::Array(columns));
        }
        document.insert("name".to_owned(), json!(version.name));
        document.insert("schema".to_owned(), json!({ "openAPIV3Schema": version.schema.document() }));
        document.insert("served".to_owned(), json!(true));
        document.insert("storage".to_owned(), json!(is_storage));
        if self.has_status {
            document.insert("subresources".to_owned(), json!({ "status": {} }));
        }
        Value::Object(document)
    }
}

impl Column {
    fn document(&self) -> Value {
        let mut document = json!({ "jsonPath": self.path, "name": self.name, "type": self.kind });
        if self.is_wide {
            document["priority"] = json!(1);
        }
        document
    }
}
