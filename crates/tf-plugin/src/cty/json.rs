//! The JSON form of values, in which Terraform hands over stored state. Reading only: state is written by
//! Terraform itself.

use std::collections::{BTreeMap, HashMap};

use serde_json::value::RawValue;

use super::{DecodeError, MAX_NESTING, Path, Type, Value};

/// Reads one value of type `of` from JSON text.
///
/// A state may have been written for another version of the schema. So an attribute that the type lacks is
/// passed over, and one that the text lacks is null. Numbers keep their decimal text. Scalars of another type are
/// converted where HashiCorp's library does: a bool or number where text belongs, and text where one of them does.
///
/// # Errors
/// Names the path of the part that is malformed or of another type.
pub fn decode(text: &[u8], of: &Type) -> Result<Value, DecodeError> {
    let raw: &RawValue = parse(text, &Path::root(), "JSON")?;
    value(raw, of, &Path::root(), 0)
}

fn parse<'a, T: serde::Deserialize<'a>>(text: &'a [u8], path: &Path, what: &str) -> Result<T, DecodeError> {
    serde_json::from_slice(text).map_err(|error| {
        // The text of the error may quote the value, which may be secret; its place is enough.
        DecodeError::new(path, format!("is not {what} (line {}, column {})", error.line(), error.column()))
    })
}

fn value(raw: &RawValue, of: &Type, path: &Path, depth: usize) -> Result<Value, DecodeError> {
    let text = raw.get().trim();
    if text == "null" {
        return Ok(Value::Null);
    }
    if depth > MAX_NESTING {
        return Err(too_deep(path));
    }
    let below = depth + 1;
    match of {
        Type::Bool => bool(text, path),
        Type::String => string(text, path),
        Type::Number => number(text, path),
        Type::List(element) => elements(text, element, path, below).map(Value::List),
        Type::Set(element) => elements(text, element, path, below).map(Value::Set),
        Type::Tuple(types) => tuple(text, types, path, below),
        Type::Map(element) => {
            let members: HashMap<String, &RawValue> = parse(text.as_bytes(), path, "a map")?;
            let read = members
                .into_iter()
                .map(|(key, member)| Ok((key.clone(), value(member, element, &path.key(&key), below)?)));
            read.collect::<Result<_, _>>().map(Value::Map)
        }
        Type::Object(attributes) => object(text, attributes, path, below),
        Type::Dynamic => dynamic(text, path, below),
    }
}

/// A bool, or what stands for one as text or number.
fn bool(text: &str, path: &Path) -> Result<Value, DecodeError> {
    match text {
        "true" | "\"true\"" | "\"1\"" | "1" => Ok(Value::Bool(true)),
        "false" | "\"false\"" | "\"0\"" | "0" => Ok(Value::Bool(false)),
        _ => Err(DecodeError::new(path, "is not a bool")),
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

fn elements(text: &str, element: &Type, path: &Path, depth: usize) -> Result<Vec<Value>, DecodeError> {
    let raw: Vec<&RawValue> = parse(text.as_bytes(), path, "a list or set")?;
    raw.into_iter().enumerate().map(|(index, raw)| value(raw, element, &path.index(index), depth)).collect()
}

fn tuple(text: &str, types: &[Type], path: &Path, depth: usize) -> Result<Value, DecodeError> {
    let raw: Vec<&RawValue> = parse(text.as_bytes(), path, "a tuple")?;
    if raw.len() != types.len() {
        return Err(DecodeError::new(
            path,
            format!("has {} elements where {} belong", raw.len(), types.len()),
        ));
    }
    let read = raw.into_iter().zip(types).enumerate();
    let values = read.map(|(index, (raw, of))| value(raw, of, &path.index(index), depth));
    values.collect::<Result<_, _>>().map(Value::List)
}

fn object(
    text: &str,
    attributes: &BTreeMap<String, Type>,
    path: &Path,
    depth: usize,
) -> Result<Value, DecodeError> {
    let members: HashMap<String, &RawValue> = parse(text.as_bytes(), path, "an object")?;
    let read = attributes.iter().map(|(name, of)| {
        let member = match members.get(name) {
            Some(raw) => value(raw, of, &path.attribute(name), depth)?,
            None => Value::Null,
        };
        Ok((name.clone(), member))
    });
    read.collect::<Result<_, _>>().map(Value::Map)
}

fn too_deep(path: &Path) -> DecodeError {
    DecodeError::new(path, format!("is nested more than {MAX_NESTING} levels deep"))
}

/// Whether so many brackets are open at once somewhere. Those inside of texts do not count.
fn has_more_brackets(json: &str, limit: usize) -> bool {
    let (mut open, mut in_text, mut escaped) = (0_usize, false, false);
    json.bytes().any(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => open += 1,
            b']' | b'}' if !in_text => open = open.saturating_sub(1),
            _ => {}
        }
        open > limit
    })
}

#[derive(serde::Deserialize)]
struct Typed<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(borrow, rename = "type")]
    of: &'a RawValue,
}

fn dynamic(text: &str, path: &Path, depth: usize) -> Result<Value, DecodeError> {
    // Each level is read anew, so a text that is far too deep is refused by one look at it. A type has up to two
    // brackets for each level.
    if has_more_brackets(text, 4 * MAX_NESTING) {
        return Err(too_deep(path));
    }
    let typed: Typed<'_> = parse(text.as_bytes(), path, "a value with its type")?;
    let of = Type::from_json(typed.of.get().as_bytes())
        .map_err(|error| DecodeError::new(path, error.to_string()))?;
    let value = value(typed.value, &of, path, depth)?;
    Ok(Value::Dynamic(Box::new((of, value))))
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_NESTING, Type, Value};
    use super::{decode, has_more_brackets};

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

    #[test]
    fn scalars_are_converted_as_hashicorps_library_does() {
        for (text, expected) in [
            ("\"true\"", Some(true)),
            ("\"1\"", Some(true)),
            ("1", Some(true)),
            ("\"false\"", Some(false)),
            ("0", Some(false)),
            ("\"True\"", None),
            ("\"\"", None),
            ("2", None),
            ("1.0", None),
        ] {
            assert_eq!(decode(text.as_bytes(), &Type::Bool).ok(), expected.map(Value::Bool), "{text}");
        }
        let number = Value::Number("18446744073709551616.5".parse().unwrap());
        assert_eq!(decode(b"\"18446744073709551616.5\"", &Type::Number), Ok(number));
        assert_eq!(decode(b"\"hunter2\"", &Type::Number).unwrap_err().to_string(), "is not a number");
        assert_eq!(decode(b"true", &Type::String), Ok(Value::string("true")));
        assert_eq!(decode(b"1.50", &Type::String), Ok(Value::string("1.50")));
    }

    /// A value of any type, in so many levels.
    fn dynamic(levels: usize) -> String {
        let (begin, end) = (r#"{"type":"dynamic","value":"#, "}");
        format!("{}null{}", begin.repeat(levels), end.repeat(levels))
    }

    #[test]
    fn brackets_in_texts_are_not_counted() {
        assert!(!has_more_brackets(r#"{"a\"[[[": "[[[\\", "b": [[]]}"#, 3));
        assert!(has_more_brackets(r#"{"a": "\\", "b": [[[]]]}"#, 3));
    }

    #[test]
    fn deep_nesting_is_refused_whatever_the_depth() {
        assert!(decode(dynamic(100).as_bytes(), &Type::Dynamic).is_ok());
        for levels in [MAX_NESTING + 2, 20_000, 1_000_000] {
            let error = decode(dynamic(levels).as_bytes(), &Type::Dynamic).unwrap_err();
            assert_eq!(error.to_string(), "is nested more than 128 levels deep", "{levels}");
            let ignored = format!(r#"{{"old":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
            assert!(decode(ignored.as_bytes(), &Type::object([("new", Type::Bool)])).is_ok(), "{levels}");
            let of = format!("{}\"bool\"{}", "[\"list\",".repeat(levels), "]".repeat(levels));
            assert!(Type::from_json(of.as_bytes()).is_err(), "{levels}");
        }
    }
}
