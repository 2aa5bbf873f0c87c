//! Values of Terraform's type system.

use std::collections::BTreeMap;

use super::{Number, Path, Step, Type};

/// A value without its type. A list, a set and a tuple differ from each other in how they compare only.
#[derive(Debug, Clone)]
pub enum Value {
    /// No value.
    Null,
    /// A value that is not known before apply.
    Unknown(Unknown),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// The elements of a list or of a tuple.
    List(Vec<Value>),
    /// The elements of a set, in the order in which they came; the order means nothing.
    Set(Vec<Value>),
    /// The elements of a map or the attributes of an object.
    Map(BTreeMap<String, Value>),
    /// A value of [`Type::Dynamic`], with its own type.
    Dynamic(Box<(Type, Value)>),
}

/// A value that is not known yet, with whatever Terraform promised of it ("refinements"), kept as it came.
/// All unknowns are equal: promises are no part of a value.
#[derive(Debug, Clone, Default)]
pub struct Unknown {
    /// The extension's code and bytes; `None` for one that we made.
    pub(crate) raw: Option<(i8, Vec<u8>)>,
}

impl Unknown {
    /// One about which nothing is promised.
    pub(crate) const PLAIN: Self = Self { raw: None };
}

impl PartialEq for Unknown {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Unknown {}

impl Value {
    /// An unknown about which nothing is promised.
    pub fn unknown() -> Self {
        Self::Unknown(Unknown::default())
    }

    /// Text.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// A whole number.
    pub fn integer(value: i64) -> Self {
        Self::Number(value.into())
    }

    /// An object with these attributes.
    pub fn object<N: Into<String>>(attributes: impl IntoIterator<Item = (N, Value)>) -> Self {
        Self::Map(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether this itself is unknown; its parts may be unknown all the same.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether nothing in it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        self.first_unknown().is_none()
    }

    /// The path of the first part that is unknown. A path ends at a set: there is no step into one.
    pub fn first_unknown(&self) -> Option<Path> {
        match self {
            Self::Unknown(_) => Some(Path::root()),
            Self::List(elements) => elements.iter().enumerate().find_map(|(index, element)| {
                element.first_unknown().map(|below| prefixed(Step::Index(index), &below))
            }),
            Self::Set(elements) => elements.iter().find_map(Self::first_unknown).map(|_| Path::root()),
            Self::Map(members) => members.iter().find_map(|(name, member)| {
                member.first_unknown().map(|below| prefixed(Step::Attribute(name.clone()), &below))
            }),
            Self::Dynamic(typed) => typed.1.first_unknown(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => None,
        }
    }

    /// This value with null in place of every unknown.
    #[must_use]
    pub fn with_unknowns_as_null(self) -> Self {
        match self {
            Self::Unknown(_) => Self::Null,
            Self::List(elements) => {
                Self::List(elements.into_iter().map(Self::with_unknowns_as_null).collect())
            }
            Self::Set(elements) => Self::Set(elements.into_iter().map(Self::with_unknowns_as_null).collect()),
            Self::Map(members) => Self::Map(
                members.into_iter().map(|(name, member)| (name, member.with_unknowns_as_null())).collect(),
            ),
            Self::Dynamic(typed) => Self::Dynamic(Box::new((typed.0, typed.1.with_unknowns_as_null()))),
            known => known,
        }
    }

    /// The attribute `name`, if this is an object that has it.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Map(members) => members.get(name),
            _ => None,
        }
    }

    /// The part at `path`, if there is one.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        path.steps().iter().try_fold(self, |value, step| match (value, step) {
            (Self::Map(members), Step::Attribute(name) | Step::Key(name)) => members.get(name),
            (Self::List(elements), Step::Index(index)) => elements.get(*index),
            _ => None,
        })
    }
}

fn prefixed(step: Step, below: &Path) -> Path {
    std::iter::once(step).chain(below.steps().iter().cloned()).collect()
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) | (Self::Unknown(_), Self::Unknown(_)) => true,
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Number(left), Self::Number(right)) => left == right,
            (Self::String(left), Self::String(right)) => left == right,
            (Self::List(left), Self::List(right)) => left == right,
            (Self::Set(left), Self::Set(right)) => same_elements(left, right),
            (Self::Map(left), Self::Map(right)) => left == right,
            (Self::Dynamic(left), Self::Dynamic(right)) => left == right,
            _ => false,
        }
    }
}

/// Whether both hold the same elements, equally often, in any order.
fn same_elements(left: &[Value], right: &[Value]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut unmatched: Vec<&Value> = right.iter().collect();
    left.iter().all(|element| {
        let found = unmatched.iter().position(|candidate| *candidate == element);
        found.map(|position| unmatched.swap_remove(position)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::{Path, Value};

    #[test]
    fn the_order_of_a_set_means_nothing_and_that_of_a_list_does() {
        let ab = vec![Value::string("a"), Value::string("b")];
        let ba = vec![Value::string("b"), Value::string("a")];
        assert_eq!(Value::Set(ab.clone()), Value::Set(ba.clone()));
        assert_ne!(Value::List(ab.clone()), Value::List(ba));
        let aab = vec![Value::string("a"), Value::string("a"), Value::string("b")];
        let abb = vec![Value::string("a"), Value::string("b"), Value::string("b")];
        assert_ne!(Value::Set(aab), Value::Set(abb));
    }

    #[test]
    fn the_first_unknown_is_found_by_its_path() {
        let value = Value::object([
            ("a", Value::List(vec![Value::integer(1), Value::object([("b", Value::unknown())])])),
            ("z", Value::Null),
        ]);
        assert_eq!(value.first_unknown(), Some(Path::of("a").index(1).attribute("b")));
        assert!(value.with_unknowns_as_null().is_wholly_known());
    }
}
