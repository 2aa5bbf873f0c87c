//! The kinds that every server has, as far as this one knows their fields.

use serde_json::{Value, json};

use crate::definition::{Definition, Version};
use crate::schema::Schema;
use crate::strategy::Strategy;

/// The group of `CustomResourceDefinition`.
pub(crate) const EXTENSIONS: &str = "apiextensions.k8s.io";

/// The definitions of the built-in kinds.
pub(crate) fn definitions() -> Vec<(Definition, Strategy)> {
    vec![
        (config_map(), Strategy::ConfigMap),
        (event(), Strategy::Event),
        (namespace(), Strategy::Namespace),
        (secret(), Strategy::Secret),
        (service_account(), Strategy::ServiceAccount),
        (custom_resource_definition(), Strategy::Definition),
    ]
}

fn core(kind: &'static str, plural: &'static str, version: Version) -> Definition {
    Definition::new("", kind, plural).version(version.storage())
}

fn namespace() -> Definition {
    let spec = Schema::object().property("finalizers", Schema::atomic_list(Schema::string()));
    let condition = Schema::object()
        .property("lastTransitionTime", Schema::date_time().nullable())
        .property("message", Schema::string())
        .property("reason", Schema::string())
        .required("status", Schema::string())
        .required("type", Schema::string());
    let status = Schema::object()
        .property("conditions", Schema::map_list(["type"], condition))
        .property("phase", Schema::string());
    let schema = Schema::resource()
        .property("spec", spec.default(json!({})))
        .property("status", status.default(json!({ "phase": "Active" })));
    let version = Version::new("v1", schema).column("Status", "string", ".status.phase").column(
        "Age",
        "date",
        ".metadata.creationTimestamp",
    );
    core("Namespace", "namespaces", version).cluster_scoped().with_status().short_name("ns")
}

fn object_reference() -> Schema {
    let names = ["apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid"];
    let reference =
        names.into_iter().fold(Schema::object(), |schema, name| schema.property(name, Schema::string()));
    reference.atomic()
}

/// A time that is written as null where there is none.
fn null_time() -> Schema {
    Schema::date_time().nullable().default(Value::Null)
}

fn event() -> Definition {
    let source = Schema::object().property("component", Schema::string()).property("host", Schema::string());
    let series =
        Schema::object().property("count", Schema::int32()).property("lastObservedTime", Schema::date_time());
    let schema = Schema::resource()
        .property("action", Schema::string())
        .property("count", Schema::int32())
        .property("eventTime", null_time())
        .property("firstTimestamp", null_time())
        .required("involvedObject", object_reference())
        .property("lastTimestamp", null_time())
        .property("message", Schema::string())
        .property("reason", Schema::string())
        .property("related", object_reference())
        .property("reportingComponent", Schema::string().default(""))
        .property("reportingInstance", Schema::string().default(""))
        .property("series", series)
        .property("source", source.default(json!({})))
        .property("type", Schema::string());
    let version = Version::new("v1", schema)
        .column("Last Seen", "string", ".lastTimestamp")
        .column("Type", "string", ".type")
        .column("Reason", "string", ".reason")
        .column("Object", "string", ".involvedObject")
        .wide_column("Subobject", "string", ".involvedObject.fieldPath")
        .wide_column("Source", "string", ".source")
        .column("Message", "string", ".message")
        .wide_column("First Seen", "string", ".firstTimestamp")
        .wide_column("Count", "string", ".count");
    core("Event", "events", version).short_name("ev")
}

fn secret() -> Definition {
    let schema = Schema::resource()
        .property("data", Schema::map(Schema::string().format("byte")))
        .property("immutable", Schema::boolean())
        .property("stringData", Schema::map(Schema::string()))
        .property("type", Schema::string());
    let version = Version::new("v1", schema)
        .column("Type", "string", ".type")
        .column("Data", "string", ".data")
        .column("Age", "string", ".metadata.creationTimestamp");
    core("Secret", "secrets", version)
}

fn config_map() -> Definition {
    let schema = Schema::resource()
        .property("binaryData", Schema::map(Schema::string().format("byte")))
        .property("data", Schema::map(Schema::string()))
        .property("immutable", Schema::boolean());
    let version = Version::new("v1", schema).column("Data", "string", ".data").column(
        "Age",
        "date",
        ".metadata.creationTimestamp",
    );
    core("ConfigMap", "configmaps", version).short_name("cm")
}

fn service_account() -> Definition {
    let local = Schema::object().property("name", Schema::string()).atomic();
    let schema = Schema::resource()
        .property("automountServiceAccountToken", Schema::boolean())
        .property("imagePullSecrets", Schema::atomic_list(local))
        .property("secrets", Schema::map_list(["name"], object_reference()));
    let version = Version::new("v1", schema).column("Secrets", "integer", ".secrets").column(
        "Age",
        "date",
        ".metadata.creationTimestamp",
    );
    core("ServiceAccount", "serviceaccounts", version).short_name("sa")
}

fn custom_resource_definition() -> Definition {
    let schema = Schema::resource()
        .required("spec", Schema::object().preserve_unknown_fields())
        .property("status", Schema::object().preserve_unknown_fields());
    let version =
        Version::new("v1", schema).storage().column("Created At", "date", ".metadata.creationTimestamp");
    Definition::new(EXTENSIONS, "CustomResourceDefinition", "customresourcedefinitions")
        .cluster_scoped()
        .with_status()
        .category("api-extensions")
        .short_name("crd")
        .short_name("crds")
        .version(version)
}
