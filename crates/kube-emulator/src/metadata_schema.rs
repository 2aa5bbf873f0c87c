//! The schema of `metadata`, which all kinds share and no definition repeats.

use crate::schema::Schema;

/// The schema of `ObjectMeta`.
pub(crate) fn metadata_schema() -> Schema {
    let owner = Schema::object()
        .atomic()
        .required("apiVersion", Schema::string())
        .property("blockOwnerDeletion", Schema::boolean())
        .property("controller", Schema::boolean())
        .required("kind", Schema::string())
        .required("name", Schema::string())
        .required("uid", Schema::string());
    let entry = Schema::object()
        .property("apiVersion", Schema::string())
        .property("fieldsType", Schema::string())
        .property("fieldsV1", Schema::any())
        .property("manager", Schema::string())
        .property("operation", Schema::string())
        .property("subresource", Schema::string())
        .property("time", Schema::date_time());
    Schema::object()
        .describe("The data that every object has.")
        .property("annotations", Schema::map(Schema::string()))
        .property("creationTimestamp", Schema::date_time())
        .property("deletionGracePeriodSeconds", Schema::int64())
        .property("deletionTimestamp", Schema::date_time())
        .property("finalizers", Schema::set(Schema::string()))
        .property("generateName", Schema::string())
        .property("generation", Schema::int64())
        .property("labels", Schema::map(Schema::string()))
        .property("managedFields", Schema::atomic_list(entry))
        .property("name", Schema::string())
        .property("namespace", Schema::string())
        .property("ownerReferences", Schema::map_list(["uid"], owner))
        .property("resourceVersion", Schema::string())
        .property("selfLink", Schema::string())
        .property("uid", Schema::string())
}
