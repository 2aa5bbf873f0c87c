//! The JSON form of values, in which Terraform hands over stored state. Reading only: state is written by
//! Terraform itself.

use std::collections::{BTreeMap, HashMap};

use serde_json::value::RawValue;

use super::{DecodeError, Path, Type, Value};

/// Reads one value of type `of` from JSON text.
///
/// A state may have been written for another version of the schema. So an attribute that the type lacks is
/// passed over, and one that the text lacks is null. Numbers keep their decimal text.
///
/// # Errors
/// Names the path of the part that is malformed or of another type.
pub fn decode(text: &[u8], of: &Type) -> Result<Value, DecodeError> {
    let raw: &RawValue = parse(text, &Path::root(), "JSON")?;
    value(raw, of, &Path::root())
}

fn parse<'a, T: serde::Deserialize<'a>>(text: &'a [u8], path: &Path, what: &str) -> Result<T, DecodeError> {
    serde_json::from_slice(text).map_err(|error| {
        // The text of the error may quote the value, which may be secret; its place is enough.
        DecodeError::new(path, format!("is not {what} (line {}, column {})", error.line(), error.column()))
    })
}

fn value(raw: &RawValue, of: &Type, path: &Path) -> Result<Value, DecodeError> {
    let text = raw.get().trim();
    if text == "null" {
        return Ok(Value::Null);
    }
    match of {
        Type::Bool => parse(text.as_bytes(), path, "a bool").map(Value::Bool),
        Type::String => string(text, path),
        Type::Number => number(text, path),
        Type::List(element) => elements(text, element, path).map(Value::List),
        Type::Set(element) => elements(text, element, path).map(Value::Set),
        Type::Tuple(types) => tuple(text, types, path),
        Type::Map(element) => {
            let members: HashMap<String, &RawValue> = parse(text.as_bytes(), path, "a map")?;
            let read = members
                .into_iter()
                .map(|(key, member)| Ok((key.clone(), value(member, element, &path.key(&key))?)));
            read.collect::<Result<_, _>>().map(Value::Map)
        }
        Type::Object(attributes) => object(text, attributes, path),
        Type::Dynamic => dynamic(text, path),
    }
}

/// A string, or a bool or number that an older schema had in its place.
fn string(text: &str, path: &Path) -> Result<Value, DecodeError> {
    if text.starts_with('"') {
        return parse(text.as_bytes(), path, "a string").map(Value::String);
    }
    if text == "true" || text == "false" || text.parse::<super::Number>().is_ok() {
        return Ok(Value::string(text));
    }
    Err(DecodeError::new(path, "is not a string"))
}

/// A number, or a string that holds one.
fn number(text: &str, path: &Path) -> Result<Value, DecodeError> {
    let digits =
        if text.starts_with('"') { parse(text.as_bytes(), path, "a number")? } else { text.to_owned() };
    digits.parse().map(Value::Number).map_err(|_| DecodeError::new(path, "is not a number"))
}

fn elements(text: &str, element: &Type, path: &Path) -> Result<Vec<Value>, DecodeError> {
    let raw: Vec<&RawValue> = parse(text.as_bytes(), path, "a list or set")?;
    raw.into_iter().enumerate().map(|(index, raw)| value(raw, element, &path.index(index))).collect()
}

fn tuple(text: &str, types: &[Type], path: &Path) -> Result<Value, DecodeError> {
    let raw: Vec<&RawValue> = parse(text.as_bytes(), path, "a tuple")?;
    if raw.len() != types.len() {
        return Err(DecodeError::new(
            path,
            format!("has {} elements where {} belong", raw.len(), types.len()),
        ));
    }
    let read = raw.into_iter().zip(types).enumerate();
    let values = read.map(|(index, (raw, of))| value(raw, of, &path.index(index)));
    values.collect::<Result<_, _>>().map(Value::List)
}

fn object(text: &str, attributes: &BTreeMap<String, Type>, path: &Path) -> Result<Value, DecodeError> {
    let members: HashMap<String, &RawValue> = parse(text.as_bytes(), path, "an object")?;
    let read = attributes.iter().map(|(name, of)| {
        let member = match members.get(name) {
            Some(raw) => value(raw, of, &path.attribute(name))?,
            None => Value::Null,
        };
        Ok((name.clone(), member))
    });
    read.collect::<Result<_, _>>().map(Value::Map)
}

#[derive(serde::Deserialize)]
struct Typed<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(borrow, rename = "type")]
    of: &'a RawValue,
}

fn dynamic(text: &str, path: &Path) -> Result<Value, DecodeError> {
    let typed: Typed<'_> = parse(text.as_bytes(), path, "a value with its type")?;
    let of = Type::from_json(typed.of.get().as_bytes())
        .map_err(|error| DecodeError::new(path, error.to_string()))?;
    let value = value(typed.value, &of, path)?;
    Ok(Value::Dynamic(Box::new((of, value))))
}

#[cfg(test)]
mod tests {
    use super::super::{Type, Value};
    use super::decode;

    #[test]
    fn a_stored_state_is_read_with_exact_numbers() {
        let of = Type::object([
            ("name", Type::String),
            ("big", Type::Number),
            ("codes", Type::set(Type::String)),
            ("new", Type::Bool),
            ("any", Type::Dynamic),
        ]);
        let text = br#"{ "name": "shop", "big": 18446744073709551615, "codes": ["DE"], "gone": {"x": 1},
                         "any": {"value": [1, true], "type": ["tuple", ["number", "bool"]]} }"#;
        let state = decode(text, &of).unwrap();
        assert_eq!(state.attribute("name"), Some(&Value::string("shop")));
        assert_eq!(state.attribute("big"), Some(&Value::Number("18446744073709551615".parse().unwrap())));
        assert_eq!(state.attribute("codes"), Some(&Value::Set(vec![Value::string("DE")])));
        assert_eq!(state.attribute("new"), Some(&Value::Null));
        assert_eq!(state.attribute("gone"), None);
        let any = Value::List(vec![Value::integer(1), Value::Bool(true)]);
        let of_any = Type::Tuple(vec![Type::Number, Type::Bool]);
        assert_eq!(state.attribute("any"), Some(&Value::Dynamic(Box::new((of_any, any)))));
    }

    #[test]
    fn errors_name_the_attribute_and_never_its_value() {
        let of = Type::object([("tags", Type::map(Type::String))]);
        let error = decode(br#"{"tags": {"a": ["hunter2"]}}"#, &of).unwrap_err();
        assert_eq!(error.to_string(), r#"tags["a"]: is not a string"#);
        let error = decode(br#"{"tags": "hunter2"}"#, &of).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(decode(b"{", &of).is_err());
    }
}
