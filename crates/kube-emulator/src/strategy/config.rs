//! Secrets and config maps.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::object;
use crate::problem;
use crate::status::Cause;

/// How much all values of one object may hold together.
const MOST_BYTES: usize = 1 << 20;
/// How long a key may be.
const LONGEST_KEY: usize = 253;

/// Moves the plain texts of a secret to its data, and gives it a type.
pub(super) fn normalize_secret(object: &mut Value) -> Result<(), String> {
    let Some(members) = object.as_object_mut() else { return Ok(()) };
    if let Some(Value::Object(texts)) = members.shift_remove("stringData") {
        let data = members.entry("data").or_insert_with(|| json!({}));
        for (key, text) in texts {
            data[key] = json!(STANDARD.encode(text.as_str().unwrap_or_default()));
        }
    }
    if members.get("type").and_then(Value::as_str).unwrap_or_default().is_empty() {
        members.insert("type".to_owned(), json!("Opaque"));
    }
    check_bytes(object, "data")
}

/// Checks that the values of a map are base64.
pub(super) fn check_bytes(object: &mut Value, name: &str) -> Result<(), String> {
    for value in object.get(name).and_then(Value::as_object).into_iter().flat_map(serde_json::Map::values) {
        let text = value.as_str().unwrap_or_default();
        if let Err(error) = STANDARD.decode(text) {
            let place = match error {
                base64::DecodeError::InvalidByte(place, _)
                | base64::DecodeError::InvalidLastSymbol(place, _) => place,
                base64::DecodeError::InvalidLength(_) | base64::DecodeError::InvalidPadding => {
                    text.len() / 4 * 4
                }
            };
            return Err(format!("illegal base64 data at input byte {place}"));
        }
    }
    Ok(())
}

/// What is wrong with a secret.
pub(super) fn secret_problems(old: Option<&Value>, object: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    if let Some(old) = old
        && old["type"] != object["type"]
    {
        causes.push(problem::invalid("type", &object["type"], "field is immutable"));
    }
    causes.extend(immutable_problems(old, object, &["data"]));
    causes.extend(key_problems(object, "data"));
    causes.extend(size_problem(object, &["data"], "data"));
    let needed: &[&str] = match object["type"].as_str() {
        Some("kubernetes.io/tls") => &["tls.crt", "tls.key"],
        Some("kubernetes.io/dockerconfigjson") => &[".dockerconfigjson"],
        Some("kubernetes.io/dockercfg") => &[".dockercfg"],
        Some("kubernetes.io/ssh-auth") => &["ssh-privatekey"],
        _ => &[],
    };
    let missing = needed.iter().filter(|key| object["data"].get(**key).is_none());
    causes.extend(missing.map(|key| problem::required(format!("data[{key}]"), "")));
    causes
}

/// What is wrong with a config map.
pub(super) fn config_map_problems(old: Option<&Value>, object: &Value) -> Vec<Cause> {
    let mut causes = immutable_problems(old, object, &["data", "binaryData"]);
    for (name, other) in [("data", "binaryData"), ("binaryData", "data")] {
        causes.extend(key_problems(object, name));
        for key in keys(object, name) {
            if name == "data" && object[other].get(key).is_some() {
                let detail = format!("duplicate of key present in {other}");
                causes.push(problem::invalid(format!("{name}[{key}]"), &key.into(), &detail));
            }
        }
    }
    causes.extend(size_problem(object, &["data", "binaryData"], ""));
    causes
}

fn keys<'a>(object: &'a Value, name: &str) -> Vec<&'a str> {
    let mut keys: Vec<&str> = object
        .get(name)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.keys())
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

fn key_problems(object: &Value, name: &str) -> Vec<Cause> {
    let mut causes = Vec::new();
    for key in keys(object, name) {
        for detail in key_details(key) {
            causes.push(problem::invalid(format!("{name}[{key}]"), &key.into(), &detail));
        }
    }
    causes
}

fn key_details(key: &str) -> Vec<String> {
    let mut details = Vec::new();
    if key.len() > LONGEST_KEY {
        details.push(format!("must be no more than {LONGEST_KEY} characters"));
    }
    if key.is_empty() || !key.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.')) {
        details.push(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
             'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
                .to_owned(),
        );
    }
    match key {
        "." => details.push("must not be '.'".to_owned()),
        ".." => details.push("must not be '..'".to_owned()),
        key if key.starts_with("..") => details.push("must not start with '..'".to_owned()),
        _ => {}
    }
    details
}

fn size_problem(object: &Value, names: &[&str], field: &str) -> Option<Cause> {
    let values =
        names.iter().filter_map(|name| object.get(*name)?.as_object()).flat_map(serde_json::Map::values);
    let size: usize = values.map(|value| value.as_str().unwrap_or_default().len()).sum();
    (size > MOST_BYTES).then(|| problem::too_long(field, MOST_BYTES as u64))
}

fn immutable_problems(old: Option<&Value>, object: &Value, names: &[&str]) -> Vec<Cause> {
    let Some(old) = old.filter(|old| old["immutable"] == true) else { return Vec::new() };
    let mut causes = Vec::new();
    let detail = "field is immutable when `immutable` is set";
    if object["immutable"] != true {
        causes.push(problem::forbidden("immutable", detail));
    }
    let changed = names.iter().filter(|name| object::at(old, &[name]) != object::at(object, &[name]));
    causes.extend(changed.map(|name| problem::forbidden(*name, detail)));
    causes
}
