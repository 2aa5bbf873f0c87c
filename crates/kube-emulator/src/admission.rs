//! What a request's object has to go through before it is kept.

use serde_json::Value;

use crate::catalog::View;
use crate::defaulting;
use crate::object;
use crate::pruning;
use crate::status::{Cause, Status};
use crate::writing::UnknownFields;

/// An object that a request gave, in the shape of its schema.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) object: Value,
    pub(crate) warnings: Vec<String>,
}

/// Brings an object into the shape of its schema: unknown fields go, defaults come.
pub(crate) fn decode(
    view: View<'_>,
    mut object: Value,
    unknown_fields: UnknownFields,
) -> Result<Decoded, Status> {
    let version = view.api_version();
    let kind = view.kind.definition.kind;
    let Some(members) = object.as_object_mut() else {
        return Err(Status::bad_request("the object provided is not an object"));
    };
    for (key, expected) in [("apiVersion", version.as_str()), ("kind", kind)] {
        match members.get(key).and_then(Value::as_str) {
            None => _ = members.insert(key.to_owned(), expected.into()),
            Some(given) if given == expected => {}
            Some(given) => {
                let message = format!("{given:?} in the data does not match the expected {expected:?}");
                return Err(Status::bad_request(message));
            }
        }
    }
    object::metadata_mut(&mut object);
    let unknown = pruning::prune(&mut object, &view.version.schema);
    defaulting::remove_nulls(&mut object, &view.version.schema);
    defaulting::fill(&mut object, &view.version.schema);
    let unknown: Vec<String> = unknown.into_iter().map(|path| format!("unknown field {path:?}")).collect();
    match unknown_fields {
        UnknownFields::Strict if !unknown.is_empty() => {
            let message = format!(
                "{kind} in version {:?} cannot be handled as a {kind}: strict decoding error: {}",
                view.version.name,
                unknown.join(", ")
            );
            Err(Status::bad_request(message))
        }
        UnknownFields::Ignore => Ok(Decoded { object, warnings: Vec::new() }),
        UnknownFields::Strict | UnknownFields::Warn => Ok(Decoded { object, warnings: unknown }),
    }
}

/// The namespace of an object is that of its address.
pub(crate) fn settle_namespace(view: View<'_>, namespace: &str, object: &mut Value) -> Result<(), Status> {
    if !view.kind.is_namespaced() {
        object::remove_meta(object, "namespace");
        return Ok(());
    }
    let given = object::meta(object, "namespace");
    if !given.is_empty() && given != namespace {
        let message = "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Status::bad_request(message));
    }
    object::set_meta(object, "namespace", namespace);
    Ok(())
}

/// Why nothing is created in a namespace that is going away.
pub(crate) fn terminating_namespace(view: View<'_>, namespace: &str, name: &str, since: &str) -> Status {
    let explanation =
        format!("unable to create new content in namespace {namespace} because it is being terminated");
    let cause = Cause::new(
        "NamespaceTerminating",
        format!("namespace {namespace} is being terminated since {since}"),
        "metadata.namespace",
    );
    Status::forbidden(&view.kind.resource(), name, &explanation).with_cause(cause)
}

/// Checks a new object.
pub(crate) fn validate_new(view: View<'_>, object: &Value) -> Result<(), Status> {
    let mut causes = Vec::new();
    if object::meta(object, "name").is_empty() {
        causes.push(Cause::new(
            "FieldValueRequired",
            "Required value: name or generateName is required",
            "metadata.name",
        ));
    }
    refused(view, object, causes)
}

/// Checks a changed object.
pub(crate) fn validate_update(view: View<'_>, _old: &Value, object: &Value) -> Result<(), Status> {
    refused(view, object, Vec::new())
}

fn refused(view: View<'_>, object: &Value, causes: Vec<Cause>) -> Result<(), Status> {
    if causes.is_empty() {
        return Ok(());
    }
    let definition = &view.kind.definition;
    Err(Status::invalid(definition.group, definition.kind, object::meta(object, "name"), causes))
}
