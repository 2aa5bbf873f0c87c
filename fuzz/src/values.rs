//! Values of the plugin protocol: their types, their `MessagePack`, and the JSON of stored states.
//!
//! The first line of the input is a type, in the JSON of the protocol; the rest is read as `MessagePack` and as JSON of
//! that type. What is read is written and read again without a change; a stored state is known as a whole; numbers keep
//! their value; no error about a state quotes a value.

use std::collections::BTreeMap;

use tf_plugin::cty::{Number, Type, Value, json, msgpack};
use unicode_normalization::is_nfc;

/// A value that no error may quote. Where it stands in the name of an attribute, a path shows it.
const SECRET: &str = "hunter2";

/// Checks the type, and what is read as it.
pub fn check(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (of, rest) = (&input[..end], input.get(end + 1..).unwrap_or_default());
    let Ok(of) = Type::from_json(of) else { return };
    assert_eq!(Type::from_json(&of.to_json()).as_ref(), Ok(&of));
    if let Ok(value) = msgpack::decode(rest, &of) {
        comes_back(&value, &of);
    }
    stored(rest, &of);
}

fn stored(text: &[u8], of: &Type) {
    match json::decode(text, of) {
        Ok(value) => {
            assert!(value.is_wholly_known(), "a state has no unknown values");
            comes_back(&value, of);
        }
        // The value of a dynamic type names its type, which an error may quote.
        Err(error) if !has_dynamic(of) => assert!(!error.what.contains(SECRET), "{error}"),
        Err(_) => {}
    }
}

/// Writes a value and reads it again.
fn comes_back(value: &Value, of: &Type) {
    assert_eq!(value.is_wholly_known(), value.first_unknown().is_none());
    assert!(value.clone().with_unknowns_as_null().is_wholly_known());
    numbers(value);
    let read = msgpack::decode(&msgpack::encode(value), of);
    // Terraform sends nothing but normal form C, and that is what is written, so that two keys may become one.
    if is_normal(value) && is_nfc(&String::from_utf8_lossy(&of.to_json())) {
        assert_eq!(read.as_ref(), Ok(value));
    }
}

fn has_dynamic(of: &Type) -> bool {
    match of {
        Type::Dynamic => true,
        Type::String | Type::Number | Type::Bool => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Object(attributes) => attributes.values().any(has_dynamic),
        Type::Tuple(elements) => elements.iter().any(has_dynamic),
    }
}

fn is_normal(value: &Value) -> bool {
    let members = |members: &BTreeMap<String, Value>| {
        members.iter().all(|(key, member)| is_nfc(key) && is_normal(member))
    };
    match value {
        Value::String(text) => is_nfc(text),
        Value::List(elements) | Value::Set(elements) => elements.iter().all(is_normal),
        Value::Map(map) => members(map),
        Value::Dynamic(typed) => is_nfc(&String::from_utf8_lossy(&typed.0.to_json())) && is_normal(&typed.1),
        Value::Null | Value::Unknown(_) | Value::Bool(_) | Value::Number(_) => true,
    }
}

fn numbers(value: &Value) {
    match value {
        Value::Number(number) => keeps_its_value(number),
        Value::List(elements) | Value::Set(elements) => elements.iter().for_each(numbers),
        Value::Map(members) => members.values().for_each(numbers),
        Value::Dynamic(typed) => numbers(&typed.1),
        Value::Null | Value::Unknown(_) | Value::Bool(_) | Value::String(_) => {}
    }
}

fn keeps_its_value(number: &Number) {
    assert_eq!(number.as_str().parse::<Number>().as_ref(), Ok(number));
    assert_eq!(number.to_string(), number.as_str());
    if let Some(integer) = number.as_i64() {
        assert_eq!(&Number::from(integer), number);
    }
}
