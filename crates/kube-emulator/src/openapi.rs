//! `OpenAPI` documents: as much as clients read of them, which is the schemas of kinds and what a patch can be told.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::catalog::{Catalog, Kind, View};
use crate::discovery;
use crate::metadata_schema::metadata_schema;

/// Where the document of each version of each group is.
pub(crate) fn index(catalog: &Catalog) -> Value {
    let mut paths = Map::new();
    for (group, versions) in discovery::group_versions(catalog) {
        for version in versions.as_array().into_iter().flatten().filter_map(Value::as_str) {
            let path = root(&group, version);
            let document = third(catalog, &group, version).unwrap_or_default().to_string();
            let hash = Sha256::digest(document);
            let hash: String =
                hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(digit).collect();
            let address = format!("/openapi/v3/{path}?hash={hash}");
            paths.insert(path, json!({ "serverRelativeURL": address }));
        }
    }
    json!({ "paths": paths })
}

fn digit(value: u8) -> Option<char> {
    char::from_digit(u32::from(value), 16).map(|digit| digit.to_ascii_uppercase())
}

/// The document of a version of a group, as `OpenAPI` 3 has it.
pub(crate) fn third(catalog: &Catalog, group: &str, version: &str) -> Option<Value> {
    let views = views(catalog, group, version);
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for view in &views {
        for (path, item) in paths_of(*view) {
            paths.insert(path, item);
        }
        schemas.insert(schema_name(*view), schema(*view));
    }
    schemas.extend(metadata_schemas());
    (!views.is_empty()).then(|| {
        json!({
            "openapi": "3.0.0", "info": { "title": "Kubernetes", "version": "v1.36.3" },
            "paths": paths, "components": { "schemas": schemas },
        })
    })
}

/// All groups in one document, as `OpenAPI` 2 has it.
pub(crate) fn second(catalog: &Catalog) -> Value {
    let mut paths = Map::new();
    let mut definitions: Map<String, Value> = metadata_schemas().collect();
    for kind in catalog.kinds() {
        for view in kind.definition.versions.iter().filter_map(|version| kind.view(version.name)) {
            paths.extend(paths_of(view));
            definitions.insert(schema_name(view), schema(view));
        }
    }
    definitions.values_mut().for_each(refer_to_definitions);
    json!({
        "swagger": "2.0", "info": { "title": "Kubernetes", "version": "v1.36.3" },
        "paths": paths, "definitions": definitions,
    })
}

/// Schemas of the older form are elsewhere in their document, and refer to each other without anything around it.
fn refer_to_definitions(schema: &mut Value) {
    let target = schema.pointer("/allOf/0/$ref").and_then(Value::as_str).map(str::to_owned);
    if let Some(target) = target {
        *schema = json!({ "$ref": target.replace("#/components/schemas/", "#/definitions/") });
        return;
    }
    match schema {
        Value::Object(members) => members.values_mut().for_each(refer_to_definitions),
        Value::Array(items) => items.iter_mut().for_each(refer_to_definitions),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The address of a version of a group without its first slash.
fn root(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

fn views<'a>(catalog: &'a Catalog, group: &str, version: &str) -> Vec<View<'a>> {
    let kinds = catalog.kinds().iter().filter(|kind| kind.definition.group == group);
    kinds.filter_map(|kind: &Kind| kind.view(version)).collect()
}

fn schema_name(view: View<'_>) -> String {
    let definition = &view.kind.definition;
    let (version, kind) = (view.version.name, definition.kind);
    if definition.group.is_empty() {
        return format!("io.k8s.api.core.{version}.{kind}");
    }
    let group: Vec<&str> = definition.group.split('.').rev().collect();
    format!("{}.{version}.{kind}", group.join("."))
}

fn schema(view: View<'_>) -> Value {
    let mut schema = view.version.schema.document();
    schema["properties"]["metadata"] = reference("ObjectMeta");
    schema["x-kubernetes-group-version-kind"] = json!([group_version_kind(view)]);
    schema
}

/// Where the schema of a part of the metadata is.
fn reference(name: &str) -> Value {
    json!({ "allOf": [{ "$ref": format!("#/components/schemas/{METADATA}{name}") }] })
}

/// Before the names of the schemas that all kinds share.
const METADATA: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.";

/// The schemas of the metadata, each under its own name, as clients show those names.
fn metadata_schemas() -> impl Iterator<Item = (String, Value)> {
    let mut metadata = metadata_schema().document();
    let mut take = |path: &str, name: &str| {
        let place = metadata.pointer_mut(path).map(Value::take).unwrap_or_default();
        if let Some(left) = metadata.pointer_mut(path) {
            *left = reference(name);
        }
        place
    };
    let fields = take("/properties/managedFields/items/properties/fieldsV1", "FieldsV1");
    let entry = take("/properties/managedFields/items", "ManagedFieldsEntry");
    let owner = take("/properties/ownerReferences/items", "OwnerReference");
    let fields = if fields.is_object() { json!({ "type": "object" }) } else { fields };
    let schemas = [
        ("FieldsV1", fields),
        ("ManagedFieldsEntry", entry),
        ("OwnerReference", owner),
        ("ObjectMeta", metadata),
    ];
    schemas.into_iter().map(|(name, schema)| (format!("{METADATA}{name}"), schema))
}

fn group_version_kind(view: View<'_>) -> Value {
    let definition = &view.kind.definition;
    json!({ "group": definition.group, "kind": definition.kind, "version": view.version.name })
}

fn paths_of(view: View<'_>) -> Vec<(String, Value)> {
    let definition = &view.kind.definition;
    let namespace = if view.kind.is_namespaced() { "namespaces/{namespace}/" } else { "" };
    let list = format!("/{}/{namespace}{}", root(definition.group, view.version.name), definition.plural);
    let one = format!("{list}/{{name}}");
    let mut paths = vec![
        (
            list,
            json!({ "get": operation(view, "list", &[]), "post": operation(view, "post", &WRITE_PARAMETERS) }),
        ),
        (one.clone(), item(view)),
    ];
    if definition.has_status {
        paths.push((format!("{one}/status"), item(view)));
    }
    paths
}

const WRITE_PARAMETERS: [&str; 3] = ["dryRun", "fieldManager", "fieldValidation"];

fn item(view: View<'_>) -> Value {
    json!({
        "get": operation(view, "get", &[]),
        "put": operation(view, "put", &WRITE_PARAMETERS),
        "patch": operation(view, "patch", &["dryRun", "fieldManager", "fieldValidation", "force"]),
        "delete": operation(view, "delete", &["dryRun"]),
    })
}

fn operation(view: View<'_>, action: &str, parameters: &[&str]) -> Value {
    let parameters = parameters.iter().map(
        |name| json!({ "name": name, "in": "query", "schema": { "type": "string", "uniqueItems": true } }),
    );
    json!({
        "parameters": parameters.collect::<Vec<Value>>(),
        "responses": { "200": { "description": "OK" } },
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": group_version_kind(view),
    })
}
