//! Terraform's types and their JSON form.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

/// A type of Terraform's type system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Text, in Unicode normal form C.
    String,
    /// A number of any size and precision.
    Number,
    /// `true` or `false`.
    Bool,
    /// Any type; the value carries its own.
    Dynamic,
    /// Values of one type, in order.
    List(Box<Type>),
    /// Values of one type, each once, without order.
    Set(Box<Type>),
    /// Values of one type by name.
    Map(Box<Type>),
    /// Values of given types by name; every name is present.
    Object(BTreeMap<String, Type>),
    /// Values of given types by position.
    Tuple(Vec<Type>),
}

impl Serialize for Type {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::String => to.serialize_str("string"),
            Self::Number => to.serialize_str("number"),
            Self::Bool => to.serialize_str("bool"),
            Self::Dynamic => to.serialize_str("dynamic"),
            Self::List(element) => ("list", element).serialize(to),
            Self::Set(element) => ("set", element).serialize(to),
            Self::Map(element) => ("map", element).serialize(to),
            Self::Object(attributes) => ("object", attributes).serialize(to),
            Self::Tuple(elements) => ("tuple", elements).serialize(to),
        }
    }
}

/// Text that is no type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a type of Terraform's type system: {0}")]
pub struct TypeError(String);

impl Type {
    /// The list of this type.
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// The set of this type.
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// The map to this type.
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// The object with these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Type)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, of)| (name.into(), of)).collect())
    }

    /// The JSON form that schemas carry, such as `["map","string"]`.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("names and types are always JSON")
    }

    /// Reads the JSON form. The third member of an object (names of optional attributes) is ignored: values
    /// on the wire have every attribute.
    pub fn from_json(text: &[u8]) -> Result<Self, TypeError> {
        let json: Json = serde_json::from_slice(text).map_err(|error| TypeError(error.to_string()))?;
        Self::of_json(&json)
    }

    fn of_json(json: &Json) -> Result<Self, TypeError> {
        let refused = || TypeError(json.to_string());
        if let Some(name) = json.as_str() {
            return match name {
                "string" => Ok(Self::String),
                "number" => Ok(Self::Number),
                "bool" => Ok(Self::Bool),
                "dynamic" => Ok(Self::Dynamic),
                _ => Err(refused()),
            };
        }
        let members = json.as_array().ok_or_else(refused)?;
        let [kind, of, ..] = members.as_slice() else { return Err(refused()) };
        match (kind.as_str(), of) {
            (Some("list"), of) => Ok(Self::list(Self::of_json(of)?)),
            (Some("set"), of) => Ok(Self::set(Self::of_json(of)?)),
            (Some("map"), of) => Ok(Self::map(Self::of_json(of)?)),
            (Some("tuple"), Json::Array(elements)) => {
                elements.iter().map(Self::of_json).collect::<Result<_, _>>().map(Self::Tuple)
            }
            (Some("object"), Json::Object(attributes)) => attributes
                .iter()
                .map(|(name, of)| Ok((name.clone(), Self::of_json(of)?)))
                .collect::<Result<_, _>>()
                .map(Self::Object),
            _ => Err(refused()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn json_form_is_the_standards() {
        let endpoint = Type::object([("weight", Type::Number), ("codes", Type::set(Type::String))]);
        let json = Type::map(endpoint.clone()).to_json();
        assert_eq!(
            String::from_utf8(json.clone()).unwrap(),
            r#"["map",["object",{"codes":["set","string"],"weight":"number"}]]"#
        );
        assert_eq!(Type::from_json(&json), Ok(Type::map(endpoint)));
        let tuple = Type::Tuple(vec![Type::Bool, Type::Dynamic]);
        assert_eq!(Type::from_json(&tuple.to_json()), Ok(tuple));
    }

    #[test]
    fn text_that_is_no_type_is_refused() {
        for text in ["", "3", "\"strings\"", "[\"list\"]", "[\"object\",[]]", "[\"map\",\"x\"]"] {
            assert!(Type::from_json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
