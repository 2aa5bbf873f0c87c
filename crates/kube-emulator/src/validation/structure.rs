//! Types, limits and required fields of a schema.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::rules::same_item;
use crate::problem;
use crate::schema::{Kind, Schema};
use crate::status::Cause;

/// Where a value is, and what was there before.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    /// Before every field in the answer, but in no message.
    base: &'static str,
    path: String,
    old: Option<&'a Value>,
}

impl<'a> Place<'a> {
    /// A whole object.
    pub(super) fn root(old: Option<&'a Value>) -> Self {
        Self { base: "", path: String::new(), old }
    }

    /// A member that is checked on its own.
    pub(super) fn member(base: &'static str, old: Option<&'a Value>) -> Self {
        Self { base, path: String::new(), old }
    }

    fn property(&self, schema: &Schema, name: &str) -> Self {
        let path = match (self.path.as_str(), schema.kind) {
            ("", Kind::Map) => format!(".{name}"),
            ("", _) => name.to_owned(),
            (path, _) => format!("{path}.{name}"),
        };
        Self { base: self.base, path, old: self.old.and_then(|old| old.get(name)) }
    }

    fn item(&self, schema: &Schema, index: usize, item: &Value) -> Self {
        let old = self.old.and_then(|old| same_item(&schema.list, old, item));
        Self { base: self.base, path: format!("{}[{index}]", self.path), old }
    }

    /// The field as a cause names it.
    fn field(&self) -> String {
        match (self.base, self.path.trim_start_matches('.')) {
            ("", "") => "<nil>".to_owned(),
            ("", path) => path.to_owned(),
            (base, "") => base.to_owned(),
            (base, path) => format!("{base}.{path}"),
        }
    }
}

/// What is wrong with a value, except for what was wrong before and is the same.
pub(super) fn problems(schema: &Schema, place: &Place<'_>, value: &Value) -> Vec<Cause> {
    if place.old == Some(value) {
        return Vec::new();
    }
    let mut causes = Vec::new();
    causes.extend(type_problem(schema, place, value));
    match value {
        Value::String(text) => {
            causes.extend(string_problem(schema, place, text));
            causes.extend(format_problem(schema, place, text));
        }
        Value::Number(_) => causes.extend(number_problems(schema, place, value)),
        Value::Array(items) => causes.extend(list_problems(schema, place, items)),
        Value::Null | Value::Bool(_) | Value::Object(_) => {}
    }
    causes.extend(enum_problem(schema, place, value));
    if let Value::Object(members) = value {
        let mut names: Vec<&String> = members.keys().collect();
        names.sort_unstable();
        for name in names {
            let Some(property) = schema.field(name) else { continue };
            causes.extend(problems(property, &place.property(schema, name), &members[name.as_str()]));
        }
        let missing = schema.required.iter().filter(|name| !members.contains_key(**name));
        causes.extend(missing.map(|name| problem::required(place.property(schema, name).field(), "")));
    }
    causes
}

/// The name of a type and the name of a format, as the checker of a real server tells them apart.
fn names(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::Null => ("null", ""),
        Value::Bool(_) => ("boolean", ""),
        Value::String(_) => ("string", ""),
        Value::Array(_) => ("array", ""),
        Value::Object(_) => ("object", ""),
        Value::Number(number) if !number.is_i64() => ("number", "float64"),
        Value::Number(_) => ("integer", "int64"),
    }
}

fn type_problem(schema: &Schema, place: &Place<'_>, value: &Value) -> Option<Cause> {
    let (given, given_format) = names(value);
    let expected = match schema.kind {
        Kind::Object | Kind::Map => "object",
        Kind::List => "array",
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::IntOrString => "integer,string",
        Kind::Any => return None,
    };
    let is_right = match value {
        Value::Null => schema.is_nullable,
        Value::Number(number) if !number.is_i64() => schema.kind == Kind::Number,
        Value::Number(_) => matches!(schema.kind, Kind::Integer | Kind::Number | Kind::IntOrString),
        _ => expected.split(',').any(|one| one == given),
    };
    if is_right {
        return None;
    }
    let is_text_or_list = matches!(value, Value::String(_) | Value::Array(_) | Value::Null);
    let (expected, given) = match schema.format {
        Some(format) if !is_text_or_list => (format, given_format),
        // A text in a format says by the format what it has to be.
        Some(_) if schema.kind == Kind::String && value.is_array() => return None,
        _ => (expected, given),
    };
    let detail = format!("{} in body must be of type {expected}: {given:?}", place.path);
    Some(problem::type_invalid(place.field(), given, &detail))
}

fn string_problem(schema: &Schema, place: &Place<'_>, text: &str) -> Option<Cause> {
    let length = text.chars().count() as u64;
    if let Some(most) = schema.max_length.filter(|most| length > *most) {
        return Some(problem::too_long(place.field(), most));
    }
    let detail = if let Some(least) = schema.min_length.filter(|least| length < *least) {
        format!("{} in body should be at least {least} chars long", place.path)
    } else if let Some(pattern) = schema.pattern.filter(|pattern| !matches(pattern, text)) {
        format!("{} in body should match '{pattern}'", place.path)
    } else {
        return None;
    };
    Some(problem::invalid(place.field(), &Value::from(text), &detail))
}

/// Whether a text matches a pattern. Patterns come from definitions, so there are few, and each is compiled once.
fn matches(pattern: &'static str, text: &str) -> bool {
    static COMPILED: LazyLock<Mutex<HashMap<&'static str, Option<Regex>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled.entry(pattern).or_insert_with(|| Regex::new(pattern).ok());
    regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

fn format_problem(schema: &Schema, place: &Place<'_>, text: &str) -> Option<Cause> {
    let is_right = match schema.format {
        Some("date-time") => OffsetDateTime::parse(&text.to_uppercase(), &Rfc3339).is_ok(),
        _ => true,
    };
    if is_right {
        return None;
    }
    let format = schema.format.unwrap_or_default();
    let detail = format!("{} in body must be of type {format}: {}", place.path, crate::text::quoted(text));
    Some(problem::type_invalid(place.field(), text, &detail))
}

fn number_problems(schema: &Schema, place: &Place<'_>, value: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    let fits = match (schema.kind, schema.format) {
        (Kind::Integer, Some("int32")) => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
        (Kind::Integer, _) => value.as_i64().is_some(),
        _ => true,
    };
    if !fits {
        let format =
            schema.format.map_or("(default format)".to_owned(), |format| format!("with format {format}"));
        let detail = format!("Checked value must be of type integer {format} in {}", place.path);
        causes.push(problem::invalid("<nil>", &Value::from(""), &detail));
    }
    let number = value.as_f64().unwrap_or(f64::NAN);
    #[expect(clippy::cast_precision_loss, reason = "limits of schemas are small")]
    let limits = [
        (schema.minimum, schema.minimum.is_some_and(|least| number < least as f64), "greater"),
        (schema.maximum, schema.maximum.is_some_and(|most| number > most as f64), "less"),
    ];
    for (limit, is_broken, word) in limits {
        if let (Some(limit), true) = (limit, is_broken) {
            let detail = format!("{} in body should be {word} than or equal to {limit}", place.path);
            causes.push(problem::invalid(place.field(), value, &detail));
        }
    }
    causes
}

fn list_problems(schema: &Schema, place: &Place<'_>, items: &[Value]) -> Vec<Cause> {
    let mut causes = Vec::new();
    if let Some(inner) = schema.items.as_deref().filter(|_| schema.kind == Kind::List) {
        for (index, item) in items.iter().enumerate() {
            causes.extend(problems(inner, &place.item(schema, index, item), item));
        }
    }
    let count = items.len() as u64;
    if let Some(most) = schema.max_items.filter(|most| count > *most) {
        causes.push(problem::too_many(place.field(), count, most));
    }
    causes
}

fn enum_problem(schema: &Schema, place: &Place<'_>, value: &Value) -> Option<Cause> {
    if schema.values.is_empty() || schema.values.contains(value) {
        return None;
    }
    // A real server compares a fraction by its whole part, and finds the fraction itself wrong elsewhere.
    if let Some(number) = value.as_f64()
        && schema.values.iter().any(|allowed| allowed.as_f64() == Some(number.trunc()))
    {
        return None;
    }
    let supported: Vec<String> = schema
        .values
        .iter()
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .collect();
    Some(problem::not_supported(place.field(), value, &supported))
}
