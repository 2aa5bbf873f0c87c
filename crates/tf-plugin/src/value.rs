//! Typed values: what a resource's struct is made of.
//!
//! Every attribute is a [`Value`]: known, null or unknown. Reading one collects every error, so that two bad
//! attributes give two diagnostics.

use std::collections::BTreeMap;

use crate::cty::{self, DecodeError, Path, Type, Unknown};
use crate::schema::Shape;

/// An attribute or block that is known, null, or not known before apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<T> {
    /// The value.
    Known(T),
    /// Not set.
    Null,
    /// Not known before apply.
    Unknown(Unknown),
}

/// The elements of a set. They may be unknown, so they are kept in a list; the order means nothing.
#[derive(Debug, Clone)]
pub struct Set<T>(pub Vec<T>);

/// Two sets are equal if each has the elements of the other, in any order.
impl<T: PartialEq> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        if self.0.len() != other.0.len() {
            return false;
        }
        // As a rule the order is the same, and little is left to be compared.
        let differ = |(left, right): &(&T, &T)| left != right;
        let (lefts, rights): (Vec<&T>, Vec<&T>) = self.0.iter().zip(&other.0).filter(differ).unzip();
        let mut rights: Vec<Option<&T>> = rights.into_iter().map(Some).collect();
        lefts.into_iter().all(|left| {
            let found = rights.iter_mut().find(|right| **right == Some(left));
            found.map(Option::take).is_some()
        })
    }
}

impl<T: Eq> Eq for Set<T> {}

/// A Rust type that an attribute can have. Implemented for text, numbers, collections and, by
/// [`crate::object!`], for structs.
pub trait Attribute: Sized {
    /// Reads a known value. Errors are added to `errors`; then the answer is `None`.
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self>;

    /// Writes the value.
    fn encode(self) -> cty::Value;

    /// What it looks like in a schema.
    fn shape() -> Shape;
}

impl<T> Value<T> {
    /// An unknown about which nothing is promised.
    pub fn unknown() -> Self {
        Self::Unknown(Unknown::default())
    }

    /// The value, if it is known and not null.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown(_) => None,
        }
    }

    /// The value to change, if it is known and not null.
    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown(_) => None,
        }
    }

    /// The value itself, if it is known and not null.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown(_) => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is unknown; its parts may be unknown all the same.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

/// `None` is null.
impl<T> From<Option<T>> for Value<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl From<&str> for Value<String> {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

impl Value<String> {
    /// The text, if it is known and not null.
    pub fn as_deref(&self) -> Option<&str> {
        self.known().map(String::as_str)
    }
}

impl<T: Attribute> Attribute for Value<T> {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        match value {
            cty::Value::Null => Some(Self::Null),
            cty::Value::Unknown(unknown) => Some(Self::Unknown(unknown)),
            // The error is noted, and what depends on other values can be looked at all the same.
            known => Some(T::decode(known, path, errors).map_or_else(Self::unknown, Self::Known)),
        }
    }

    fn encode(self) -> cty::Value {
        match self {
            Self::Known(value) => value.encode(),
            Self::Null => cty::Value::Null,
            Self::Unknown(unknown) => cty::Value::Unknown(unknown),
        }
    }

    fn shape() -> Shape {
        T::shape()
    }
}

/// No text of an error quotes the value, which may be sensitive.
const OUT_OF_RANGE: &str = "must be between -9223372036854775808 and 9223372036854775807";

fn refuse<T>(path: &Path, what: &str, errors: &mut Vec<DecodeError>) -> Option<T> {
    errors.push(DecodeError::new(path, what));
    None
}

impl Attribute for String {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        match value {
            cty::Value::String(text) => Some(text),
            _ => refuse(path, "must be a string", errors),
        }
    }

    fn encode(self) -> cty::Value {
        cty::Value::String(self)
    }

    fn shape() -> Shape {
        Shape::Plain(Type::String)
    }
}

impl Attribute for bool {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        match value {
            cty::Value::Bool(value) => Some(value),
            _ => refuse(path, "must be true or false", errors),
        }
    }

    fn encode(self) -> cty::Value {
        cty::Value::Bool(self)
    }

    fn shape() -> Shape {
        Shape::Plain(Type::Bool)
    }
}

impl Attribute for i64 {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        let cty::Value::Number(number) = value else { return refuse(path, "must be a number", errors) };
        match number.as_i64() {
            Some(integer) => Some(integer),
            None if number.is_whole() => refuse(path, OUT_OF_RANGE, errors),
            None => refuse(path, "must be a whole number", errors),
        }
    }

    fn encode(self) -> cty::Value {
        cty::Value::integer(self)
    }

    fn shape() -> Shape {
        Shape::Plain(Type::Number)
    }
}

impl Attribute for cty::Number {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        match value {
            cty::Value::Number(number) => Some(number),
            _ => refuse(path, "must be a number", errors),
        }
    }

    fn encode(self) -> cty::Value {
        cty::Value::Number(self)
    }

    fn shape() -> Shape {
        Shape::Plain(Type::Number)
    }
}

impl<T: Attribute> Attribute for Vec<T> {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        let cty::Value::List(elements) = value else { return refuse(path, "must be a list", errors) };
        let count = elements.len();
        let read: Vec<T> = elements
            .into_iter()
            .enumerate()
            .filter_map(|(index, element)| T::decode(element, &path.index(index), errors))
            .collect();
        (read.len() == count).then_some(read)
    }

    fn encode(self) -> cty::Value {
        cty::Value::List(self.into_iter().map(T::encode).collect())
    }

    fn shape() -> Shape {
        Shape::list(T::shape())
    }
}

impl<T: Attribute> Attribute for Set<T> {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        let cty::Value::Set(elements) = value else { return refuse(path, "must be a set", errors) };
        let count = elements.len();
        let mut below = Vec::new();
        let read: Vec<T> =
            elements.into_iter().filter_map(|element| T::decode(element, path, &mut below)).collect();
        errors.append(&mut below);
        (read.len() == count).then_some(Self(read))
    }

    fn encode(self) -> cty::Value {
        cty::Value::Set(self.0.into_iter().map(T::encode).collect())
    }

    fn shape() -> Shape {
        Shape::set(T::shape())
    }
}

impl<T: Attribute> Attribute for BTreeMap<String, T> {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        let cty::Value::Map(members) = value else { return refuse(path, "must be a map", errors) };
        let count = members.len();
        let read: Self = members
            .into_iter()
            .filter_map(|(key, member)| {
                T::decode(member, &path.key(&key), errors).map(|value| (key.clone(), value))
            })
            .collect();
        (read.len() == count).then_some(read)
    }

    fn encode(self) -> cty::Value {
        cty::Value::Map(self.into_iter().map(|(key, member)| (key, member.encode())).collect())
    }

    fn shape() -> Shape {
        Shape::map(T::shape())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Attribute, Set, Value};
    use crate::cty::{self, Path};

    fn check<T: Attribute + Clone + PartialEq + std::fmt::Debug>(value: &T) {
        let mut errors = Vec::new();
        let back = T::decode(value.clone().encode(), &Path::root(), &mut errors);
        assert_eq!(back.as_ref(), Some(value), "{errors:?}");
    }

    #[test]
    fn sets_are_equal_in_any_order() {
        let set = |elements: &[i64]| Set(elements.to_vec());
        assert_eq!(set(&[1, 2, 2, 3]), set(&[2, 3, 1, 2]));
        assert_eq!(set(&[]), set(&[]));
        for other in [&[1, 2, 3][..], &[1, 1, 2, 3], &[1, 2, 2, 4], &[1, 2, 3, 3]] {
            assert_ne!(set(&[1, 2, 2, 3]), set(other));
        }
    }

    #[test]
    fn every_kind_comes_back_as_it_was() {
        check(&Value::Known("text".to_owned()));
        check(&Value::<i64>::Null);
        check(&Value::<Vec<Value<bool>>>::unknown());
        check(&Value::Known(Set(vec![Value::Known(1_i64), Value::unknown(), Value::unknown()])));
        check(&Value::Known(BTreeMap::from([("a".to_owned(), Value::Known(vec![Value::Known(true)]))])));
    }

    #[test]
    fn two_bad_elements_give_two_errors() {
        let value = cty::Value::List(vec![
            cty::Value::Number("1.5".parse().unwrap()),
            cty::Value::integer(2),
            cty::Value::Bool(true),
        ]);
        let mut errors = Vec::new();
        assert_eq!(Vec::<i64>::decode(value, &Path::new("ports"), &mut errors), None);
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["ports[0]: must be a whole number", "ports[2]: must be a number"]);
    }

    #[test]
    fn absurd_numbers_are_errors_that_do_not_quote_them() {
        let integer = |text: &str| {
            let mut errors = Vec::new();
            let number = cty::Value::Number(text.parse().unwrap());
            let read = i64::decode(number, &Path::new("priority"), &mut errors);
            read.ok_or_else(|| errors.remove(0).to_string())
        };
        assert_eq!(integer("9223372036854775807"), Ok(i64::MAX));
        assert_eq!(integer("-9223372036854775808"), Ok(i64::MIN));
        let range = "priority: must be between -9223372036854775808 and 9223372036854775807";
        for beyond in ["9223372036854775808", "-9223372036854775809", "1e30", "1e999999999999"] {
            assert_eq!(integer(beyond), Err(range.to_owned()), "{beyond}");
        }
        for fraction in ["1.5", "1e-30", "9223372036854775807.5", "Inf", "-Inf"] {
            assert_eq!(integer(fraction), Err("priority: must be a whole number".to_owned()), "{fraction}");
        }
    }
}
