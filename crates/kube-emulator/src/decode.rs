//! Objects of requests in the shape of their schema: what is unknown goes, what is missing gets its default.

use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::catalog::View;
use crate::defaulting;
use crate::json::Given;
use crate::object;
use crate::pruning;
use crate::schema::{Kind, Schema};
use crate::status::Status;
use crate::strategy::Strategy;
use crate::text;
use crate::writing::UnknownFields;

/// An object that a request gave, in the shape of its schema.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) object: Value,
    /// What is said about fields that were dropped.
    pub(crate) warnings: Vec<String>,
}

/// Reads an object of a request that replaces or creates one.
pub(crate) fn decoded(
    view: View<'_>,
    given: Given,
    unknown_fields: UnknownFields,
) -> Result<Decoded, Status> {
    check_type(view, &given.value)?;
    shaped(view, given, unknown_fields)
}

/// Brings an object into the shape of the schema. Its `kind` and `apiVersion` are left as they are.
pub(crate) fn shaped(view: View<'_>, given: Given, unknown_fields: UnknownFields) -> Result<Decoded, Status> {
    let Given { value: mut object, repeated } = given;
    let definition = &view.kind.definition;
    let refuse = |what: &str| {
        let (kind, version) = (definition.kind, view.version.name);
        Status::bad_request(format!("{kind} in version {version:?} cannot be handled as a {kind}: {what}"))
    };
    if view.kind.strategy == Strategy::Custom {
        let metadata = object.get("metadata").unwrap_or(&Value::Null);
        if let Some(problem) = type_problem("ObjectMeta", "", &view.whole.properties["metadata"], metadata) {
            return Err(refuse(&problem));
        }
    } else if let Some(problem) = type_problem(definition.kind, "", view.whole, &object) {
        return Err(refuse(&problem));
    }
    integers(&mut object);
    let unknown = pruning::prune(&mut object, view.whole);
    empty_texts_for_nulls(&mut object);
    defaulting::remove_nulls(&mut object, view.whole);
    if let Some(metadata) = object::metadata_mut(&mut object) {
        metadata.shift_remove("selfLink");
        drop_empty(metadata);
    }
    view.kind.strategy.normalize(&mut object).map_err(|problem| refuse(&problem))?;
    defaulting::fill(&mut object, view.whole);
    let repeated = repeated.iter().map(|path| format!("duplicate field {}", text::quoted(path)));
    let unknown = unknown.iter().map(|path| format!("unknown field {}", text::quoted(path)));
    let unknown: Vec<String> = repeated.chain(unknown).collect();
    match unknown_fields {
        UnknownFields::Strict if !unknown.is_empty() => {
            Err(refuse(&format!("strict decoding error: {}", unknown.join(", "))))
        }
        UnknownFields::Ignore => Ok(Decoded { object, warnings: Vec::new() }),
        UnknownFields::Strict | UnknownFields::Warn => Ok(Decoded { object, warnings: unknown }),
    }
}

/// In the maps of texts of the metadata a null is an empty text.
fn empty_texts_for_nulls(object: &mut Value) {
    for path in ["/metadata/labels", "/metadata/annotations"] {
        let texts = object.pointer_mut(path).and_then(Value::as_object_mut);
        for text in texts.into_iter().flat_map(Map::values_mut).filter(|text| text.is_null()) {
            *text = Value::from("");
        }
    }
}

/// The members of metadata that say nothing when they are empty are not kept.
fn drop_empty(metadata: &mut Map<String, Value>) {
    metadata.retain(|_, value| match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
    });
}

/// The type that an object says it has must be the one that the address stands for. A built-in kind need not be said.
fn check_type(view: View<'_>, object: &Value) -> Result<(), Status> {
    let definition = &view.kind.definition;
    let (version, kind) = (object::text(object, &["apiVersion"]), object::text(object, &["kind"]));
    let expected = view.api_version();
    if view.kind.strategy == Strategy::Custom {
        if version == expected {
            return Ok(());
        }
        let message = format!(
            "the API version in the data ({version}) does not match the expected API version ({expected})"
        );
        return Err(Status::bad_request(message));
    }
    let short = version.rsplit('/').next().unwrap_or_default();
    if !version.is_empty() && version != expected {
        let message = format!(
            "{} in version {short:?} cannot be handled as a {}: no kind {:?} is registered for version {version:?} in \
             scheme \"pkg/runtime/scheme.go:111\"",
            definition.kind, definition.kind, definition.kind
        );
        return Err(Status::bad_request(message));
    }
    if !kind.is_empty() && kind != definition.kind {
        let message = format!(
            "{kind} in version {:?} cannot be handled as a {}: converting ({}.{kind}) to (core.{}): unknown conversion",
            view.version.name, definition.kind, view.version.name, definition.kind
        );
        return Err(Status::bad_request(message));
    }
    Ok(())
}

/// The first value whose type no program could read, in the words of Go's decoder.
fn type_problem(owner: &str, path: &str, schema: &Schema, value: &Value) -> Option<String> {
    let go_type = go_type(schema)?;
    let given = match value {
        Value::Null => return None,
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_right = match schema.kind {
        Kind::Object | Kind::Map => value.is_object(),
        Kind::List => value.is_array(),
        Kind::String => value.is_string(),
        Kind::Integer => {
            value.as_i64().is_some() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        Kind::Number => value.is_number(),
        Kind::Boolean => value.is_boolean(),
        Kind::IntOrString | Kind::Any => true,
    };
    if !is_right {
        let field = if path.is_empty() { String::new() } else { format!(".{path}") };
        return Some(format!(
            "json: cannot unmarshal {given} into Go struct field {owner}{field} of type {go_type}"
        ));
    }
    if let (Value::String(text), Some("date-time")) = (value, schema.format)
        && OffsetDateTime::parse(text, &Rfc3339).is_err()
    {
        let quoted = text::quoted(text);
        return Some(format!(
            "parsing time {quoted} as \"2006-01-02T15:04:05Z07:00\": cannot parse {quoted} as \"2006\""
        ));
    }
    let inside = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    match value {
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            let property = schema.field(name)?;
            let inner = if schema.kind == Kind::Map { path.to_owned() } else { inside(name) };
            let owner = if name == "metadata" && path.is_empty() && owner != "ObjectMeta" {
                "ObjectMeta"
            } else {
                owner
            };
            type_problem(owner, &inner, property, member)
        }),
        Value::Array(items) => {
            let schema = schema.items.as_deref()?;
            items.iter().find_map(|item| type_problem(owner, path, schema, item))
        }
        _ => None,
    }
}

/// The type of a field in Go, as far as messages name it.
fn go_type(schema: &Schema) -> Option<String> {
    Some(match schema.kind {
        Kind::String if schema.format == Some("byte") => "[]uint8".to_owned(),
        Kind::String if schema.format == Some("date-time") => "v1.Time".to_owned(),
        Kind::String => "string".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Integer => schema.format.unwrap_or("int64").to_owned(),
        Kind::Number => "float64".to_owned(),
        Kind::Map => format!("map[string]{}", go_type(schema.items.as_deref()?)?),
        Kind::List => format!("[]{}", go_type(schema.items.as_deref()?)?),
        Kind::Object => "struct".to_owned(),
        Kind::IntOrString => "intstr.IntOrString".to_owned(),
        Kind::Any => return Some("interface {}".to_owned()),
    })
}

/// Numbers that are whole are integers, however they are written.
fn integers(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            // Only what a float holds exactly is the same number as an integer.
            const EXACT: f64 = 9_007_199_254_740_992.0;
            if let Some(float) = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT)
            {
                #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
                let integer = float as i64;
                *value = integer.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(integers),
        Value::Object(members) => members.values_mut().for_each(integers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
