//! Bodies of requests as values.

use serde_json::Value;

use super::Call;
use crate::json::{self, Given};
use crate::media;
use crate::object;
use crate::protobuf;
use crate::status::Status;
use crate::strategy::Strategy;
use crate::yaml;

/// How much of a body a message shows.
const SUMMARY: usize = 30;
/// What Go calls the type into which it reads what an object is.
const TYPE_META: &str = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

impl Call<'_> {
    /// The object in the body.
    pub(super) fn object(&self) -> Result<Given, Status> {
        let body = &self.request.body;
        let kind = self.view.kind.definition.kind;
        let unrecognized = |what: String| {
            let summary = summary(body);
            Status::bad_request(format!(
                "the object provided is unrecognized (must be of type {kind}): {what} ({summary})"
            ))
        };
        let given = match media::essence(&self.request.content_type) {
            "" | "application/json" => json::parsed(body).map_err(|error| {
                let error = json_error(&error, body);
                unrecognized(format!("couldn't get version/kind; json parse error: {error}"))
            })?,
            "application/yaml" => yaml::parsed(body).map(Given::from).map_err(|error| {
                let error = format!("error converting YAML to JSON: {error}");
                unrecognized(format!("couldn't get version/kind; json parse error: {error}"))
            })?,
            "application/vnd.kubernetes.protobuf" if self.view.kind.strategy != Strategy::Custom => {
                protobuf::object(body).map(Given::from).map_err(|error| unrecognized(error.to_string()))?
            }
            _ => {
                let accepted =
                    ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
                return Err(media::unsupported(&accepted));
            }
        };
        let object = &given.value;
        if !object.is_object() && !object.is_null() {
            let given = go_name(object);
            return Err(unrecognized(format!(
                "couldn't get version/kind; json parse error: json: cannot unmarshal {given} into Go value of type {TYPE_META}"
            )));
        }
        if self.view.kind.strategy == Strategy::Custom && object::text(object, &["kind"]).is_empty() {
            let text = String::from_utf8_lossy(body);
            return Err(unrecognized(format!("Object 'Kind' is missing in '{text}'")));
        }
        let version = object::text(object, &["apiVersion"]);
        if version.matches('/').count() > 1 {
            return Err(unrecognized(format!("unexpected GroupVersion string: {version}")));
        }
        Ok(given)
    }
}

/// What Go calls the JSON type of a value.
pub(super) fn go_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What is wrong with JSON, in the words of Go as far as they can be found.
pub(super) fn json_error(error: &serde_json::Error, body: &[u8]) -> String {
    if error.is_eof() || body.is_empty() {
        return "unexpected end of JSON input".to_owned();
    }
    let before: usize = body
        .split_inclusive(|byte| *byte == b'\n')
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let found = body.get(before + error.column().saturating_sub(1)).copied().unwrap_or(b' ');
    let place = if error.to_string().starts_with("trailing characters") {
        "after top-level value"
    } else {
        "looking for beginning of value"
    };
    format!("invalid character '{}' {place}", char::from(found).escape_default())
}

fn summary(body: &[u8]) -> String {
    let is_long = body.len() > SUMMARY;
    let start = &body[..body.len().min(SUMMARY)];
    let text = match body.first() {
        None => return "<empty>".to_owned(),
        Some(b'{') => String::from_utf8_lossy(start).into_owned(),
        Some(_) => hexadecimal(start),
    };
    if is_long { format!("{text} ...") } else { text }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
