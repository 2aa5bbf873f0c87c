//! Values on their way to the provider and back, as Terraform writes and reads them.

use unicode_normalization::UnicodeNormalization;

use crate::proto::tfplugin6 as wire;
use tf_plugin::cty::{Type, Value, json, msgpack};

/// Terraform always sends `MessagePack`.
pub(super) fn encode(value: &Value) -> wire::DynamicValue {
    wire::DynamicValue { msgpack: msgpack::encode(value), json: Vec::new() }
}

/// Reads a value; without any bytes it is null.
pub(super) fn decode(value: Option<wire::DynamicValue>, of: &Type) -> Result<Value, String> {
    let value = value.unwrap_or_default();
    let decoded = if value.msgpack.is_empty() && !value.json.is_empty() {
        json::decode(&value.json, of)
    } else {
        msgpack::decode(&value.msgpack, of)
    };
    decoded.map(normalised).map_err(|error| format!("cannot be read: {error}"))
}

/// Reads an identity; one that is absent or null is none.
pub(super) fn decode_identity(
    data: Option<wire::ResourceIdentityData>,
    of: &Type,
) -> Result<Option<Value>, String> {
    let Some(data) = data else { return Ok(None) };
    decode(data.identity_data, of).map(|identity| Some(identity).filter(|identity| !identity.is_null()))
}

pub(super) fn encode_identity(identity: Option<&Value>) -> Option<wire::ResourceIdentityData> {
    identity.map(|identity| wire::ResourceIdentityData { identity_data: Some(encode(identity)) })
}

/// A value as Terraform holds it: text in Unicode normal form C, and equal elements of a set once.
pub(super) fn normalised(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.nfc().collect()),
        Value::List(elements) => Value::List(elements.into_iter().map(normalised).collect()),
        Value::Map(members) => {
            Value::Map(members.into_iter().map(|(key, member)| (key, normalised(member))).collect())
        }
        Value::Dynamic(typed) => Value::Dynamic(Box::new((typed.0, normalised(typed.1)))),
        Value::Set(elements) => {
            let mut once: Vec<Value> = Vec::new();
            for element in elements.into_iter().map(normalised) {
                // Two unknown elements may still become different ones.
                if !element.is_wholly_known() || !once.contains(&element) {
                    once.push(element);
                }
            }
            Value::Set(once)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, normalised};

    #[test]
    fn equal_elements_of_a_set_are_one_and_unknown_ones_are_not() {
        let set = Value::Set(vec![
            Value::string("\u{e9}"),
            Value::string("e\u{301}"),
            Value::unknown(),
            Value::unknown(),
        ]);
        let expected = Value::Set(vec![Value::string("\u{e9}"), Value::unknown(), Value::unknown()]);
        assert_eq!(normalised(set), expected);
    }
}
