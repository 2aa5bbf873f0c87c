//! Values of Terraform's type system.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

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
    pub const PLAIN: Self = Self { raw: None };

    /// What Terraform promised, as it came: the code of the `MessagePack` extension and its bytes.
    pub fn refinements(&self) -> Option<(i8, &[u8])> {
        self.raw.as_ref().map(|(code, bytes)| (*code, bytes.as_slice()))
    }
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

    /// A number that is the same for equal values.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.feed(&mut hasher);
        hasher.finish()
    }

    fn feed(&self, hasher: &mut DefaultHasher) {
        std::mem::discriminant(self).hash(hasher);
        match self {
            Self::Null | Self::Unknown(_) => {}
            Self::Number(number) => number.hash(hasher),
            Self::Bool(value) => value.hash(hasher),
            Self::String(text) => text.hash(hasher),
            Self::List(elements) => elements.iter().for_each(|element| element.feed(hasher)),
            // In whatever order.
            Self::Set(elements) => {
                let sum = elements.iter().map(Self::fingerprint).fold(0, u64::wrapping_add);
                sum.hash(hasher);
            }
            Self::Map(members) => members.iter().for_each(|(name, member)| {
                name.hash(hasher);
                member.feed(hasher);
            }),
            Self::Dynamic(typed) => typed.1.feed(hasher),
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
    let mut unmatched = Bag::new(right, Value::fingerprint);
    left.iter()
        .all(|element| unmatched.take(element.fingerprint(), |candidate| candidate == element).is_some())
}

/// Values of which each is taken once. Those with different keys are never compared, so that a set of many elements is
/// compared with another in a time that grows with their number, not with its square.
pub(crate) struct Bag<'a>(HashMap<u64, VecDeque<(usize, &'a Value)>>);

impl<'a> Bag<'a> {
    /// All of `values`, each under its key.
    pub(crate) fn new(values: impl IntoIterator<Item = &'a Value>, key: impl Fn(&Value) -> u64) -> Self {
        let mut bag = HashMap::<u64, VecDeque<(usize, &Value)>>::new();
        for (position, value) in values.into_iter().enumerate() {
            bag.entry(key(value)).or_default().push_back((position, value));
        }
        Self(bag)
    }

    /// Takes the first of them that has this key and is wanted.
    pub(crate) fn take(&mut self, key: u64, wanted: impl Fn(&Value) -> bool) -> Option<&'a Value> {
        let candidates = self.0.get_mut(&key)?;
        let position = candidates.iter().position(|(_, candidate)| wanted(candidate))?;
        candidates.remove(position).map(|(_, value)| value)
    }

    /// What was not taken, in its order.
    pub(crate) fn rest(self) -> Vec<&'a Value> {
        let mut rest: Vec<_> = self.0.into_values().flatten().collect();
        rest.sort_unstable_by_key(|(position, _)| *position);
        rest.into_iter().map(|(_, value)| value).collect()
    }
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
    fn equal_values_have_the_same_fingerprint() {
        let set = |each: &[&str]| {
            Value::Set(each.iter().map(|text| Value::Number(text.parse().unwrap())).collect())
        };
        let value = |set: Value| Value::object([("a", set), ("b", Value::List(vec![Value::Null]))]);
        let (left, right) = (value(set(&["1.50", "1e3"])), value(set(&["1000", "1.5"])));
        assert_eq!(left, right);
        assert_eq!(left.fingerprint(), right.fingerprint());
        assert_ne!(left.fingerprint(), value(set(&["1000", "1.6"])).fingerprint());
    }

    #[test]
    fn the_first_unknown_is_found_by_its_path() {
        let value = Value::object([
            ("a", Value::List(vec![Value::integer(1), Value::object([("b", Value::unknown())])])),
            ("z", Value::Null),
        ]);
        assert_eq!(value.first_unknown(), Some(Path::new("a").index(1).attribute("b")));
        assert!(value.with_unknowns_as_null().is_wholly_known());
    }
}
