//! Values of any type, as an author of HCL writes them, brought to the type of a declaration: what Terraform itself does
//! where the type is known to it. A function whose parameter takes any value has to do it.

use std::collections::BTreeMap;

use tf_plugin::Path;
use tf_plugin::cty::{Number, Type, Value};

use super::model::Wrong;

/// The value as one of the type: an attribute that is missing is null, and a single object stands for a list of one. What is
/// not known stays so.
pub(super) fn typed(value: Value, of: &Type, at: &Path) -> Result<Value, Wrong> {
    match (of, value) {
        (of, Value::Dynamic(inner)) => typed(inner.1, of, at),
        (_, value @ (Value::Null | Value::Unknown(_))) => Ok(value),
        (Type::Object(attributes), Value::Map(members)) => object(members, attributes, at),
        (Type::Map(element), Value::Map(members)) => {
            let member = |(key, value): (String, Value)| {
                let path = at.key(&key);
                Ok((key, typed(value, element, &path)?))
            };
            members.into_iter().map(member).collect::<Result<_, Wrong>>().map(Value::Map)
        }
        (Type::List(element), Value::List(elements) | Value::Set(elements)) => {
            each(elements, element, at).map(Value::List)
        }
        (Type::Set(element), Value::List(elements) | Value::Set(elements)) => {
            each(elements, element, at).map(Value::Set)
        }
        (Type::List(element), object @ Value::Map(_)) if matches!(**element, Type::Object(_)) => {
            Ok(Value::List(vec![typed(object, element, at)?]))
        }
        (of, value) => primitive(value, of, at),
    }
}

fn object(
    mut members: BTreeMap<String, Value>,
    attributes: &BTreeMap<String, Type>,
    at: &Path,
) -> Result<Value, Wrong> {
    if let Some(name) = members.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(Wrong::new(at.attribute(name), format!("there is no attribute {name:?}")));
    }
    let attribute = |(name, of): (&String, &Type)| {
        let value = members.remove(name).unwrap_or(Value::Null);
        Ok((name.clone(), typed(value, of, &at.attribute(name))?))
    };
    attributes.iter().map(attribute).collect::<Result<_, Wrong>>().map(Value::Map)
}

fn each(elements: Vec<Value>, of: &Type, at: &Path) -> Result<Vec<Value>, Wrong> {
    elements.into_iter().map(|element| typed(element, of, at)).collect()
}

fn primitive(value: Value, of: &Type, at: &Path) -> Result<Value, Wrong> {
    let wrong = |what: &str| Err(Wrong::new(at.clone(), what));
    match (of, value) {
        (Type::String, value @ Value::String(_))
        | (Type::Number, value @ Value::Number(_))
        | (Type::Bool, value @ Value::Bool(_))
        | (Type::Dynamic, value) => Ok(value),
        (Type::String, Value::Number(number)) => Ok(Value::string(number.as_str())),
        (Type::String, Value::Bool(value)) => Ok(Value::string(value.to_string())),
        (Type::Number, Value::String(text)) => match text.parse::<Number>() {
            Ok(number) => Ok(Value::Number(number)),
            Err(_) => wrong("must be a number"),
        },
        (Type::Bool, Value::String(text)) => match text.as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => wrong("must be true or false"),
        },
        (Type::String, _) => wrong("must be a string"),
        (Type::Number, _) => wrong("must be a number"),
        (Type::Bool, _) => wrong("must be true or false"),
        (Type::List(_) | Type::Set(_) | Type::Tuple(_), _) => wrong("must be a list"),
        (Type::Map(_) | Type::Object(_), _) => wrong("must be an object"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_gets_the_type_of_a_declaration() {
        let of = Type::object([
            ("ttl", Type::Number),
            ("codes", Type::set(Type::String)),
            ("dns", Type::list(Type::object([("name", Type::String)]))),
            ("missing", Type::Bool),
        ]);
        let literal = Value::object([
            ("ttl", Value::string("30")),
            ("codes", Value::List(vec![Value::string("DE"), Value::unknown()])),
            ("dns", Value::object([("name", Value::integer(7))])),
        ]);
        let typed_literal = typed(literal, &of, &Path::root()).unwrap();
        let expected = Value::object([
            ("ttl", Value::integer(30)),
            ("codes", Value::Set(vec![Value::string("DE"), Value::unknown()])),
            ("dns", Value::List(vec![Value::object([("name", Value::string("7"))])])),
            ("missing", Value::Null),
        ]);
        assert_eq!(typed_literal, expected);
    }

    #[test]
    fn what_has_no_place_in_the_type_is_told_by_its_path() {
        let of = Type::map(Type::object([("weight", Type::Number)]));
        let check = |endpoint: Value| {
            let wrong = typed(Value::object([("a", endpoint)]), &of, &Path::new("endpoints")).unwrap_err();
            format!("{}: {}", wrong.path, wrong.what)
        };
        let misspelt = check(Value::object([("wieght", Value::integer(1))]));
        assert_eq!(misspelt, "endpoints[\"a\"].wieght: there is no attribute \"wieght\"");
        let text = check(Value::object([("weight", Value::string("much"))]));
        assert_eq!(text, "endpoints[\"a\"].weight: must be a number");
        assert_eq!(check(Value::Bool(true)), "endpoints[\"a\"]: must be an object");
    }
}
