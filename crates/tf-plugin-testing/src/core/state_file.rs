//! Values as JSON, as Terraform writes them into its state file and hands them back for an upgrade.

use tf_plugin::cty::Value;

/// The JSON text of a value that is wholly known. Numbers keep their digits.
///
/// # Panics
/// If something in it is unknown: a state never holds that.
pub fn to_json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown(_) => panic!("a state holds no unknown value"),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.as_str().trim_start_matches('+').to_owned(),
        Value::String(text) => quoted(text),
        Value::List(elements) | Value::Set(elements) => {
            format!("[{}]", elements.iter().map(to_json).collect::<Vec<_>>().join(","))
        }
        Value::Map(members) => {
            let members =
                members.iter().map(|(name, member)| format!("{}:{}", quoted(name), to_json(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Dynamic(typed) => {
            let of = String::from_utf8_lossy(&typed.0.to_json()).into_owned();
            format!("{{\"value\":{},\"type\":{of}}}", to_json(&typed.1))
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::to_json;
    use tf_plugin::cty::{Type, Value, json};

    #[test]
    fn a_state_is_read_back_as_it_was() {
        let of = Type::object([
            ("big", Type::Number),
            ("codes", Type::set(Type::String)),
            ("any", Type::Dynamic),
            ("flags", Type::map(Type::Bool)),
        ]);
        let value = Value::object([
            ("big", Value::Number("18446744073709551615.5".parse().unwrap())),
            ("codes", Value::Set(vec![Value::string("a\"b"), Value::string("ü")])),
            (
                "any",
                Value::Dynamic(Box::new((Type::list(Type::Number), Value::List(vec![Value::integer(-1)])))),
            ),
            ("flags", Value::object([("x", Value::Bool(true)), ("y", Value::Null)])),
        ]);
        assert_eq!(json::decode(to_json(&value).as_bytes(), &of).unwrap(), value);
    }
}
