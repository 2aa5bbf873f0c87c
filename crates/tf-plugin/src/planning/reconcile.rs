//! Values in the spelling of others that mean the same.

use super::members::{each_attribute, each_block, each_object, element, is_empty, member};
use crate::cty::{Bag, Value};
use crate::schema::{Attribute, Block, Kind, Nesting, Same};

/// `value` in the spelling of `reference` wherever both mean the same: texts by the schema's rule, and null
/// and empty. Used for what Azure answers, against what the state or the plan says.
pub(crate) fn reconcile(block: &Block, reference: &Value, value: Value) -> Value {
    Reconcile { partly: true }.block(block, reference, value)
}

/// The same for a plan. There, an attribute has to be all of the configuration or all of the prior state, so
/// a collection keeps its old spelling only as a whole.
pub(super) fn reconcile_configured(block: &Block, prior: &Value, planned: Value) -> Value {
    Reconcile { partly: false }.block(block, prior, planned)
}

#[derive(Clone, Copy)]
struct Reconcile {
    /// Whether single elements of a collection take the reference's spelling.
    partly: bool,
}

impl Reconcile {
    fn block(self, block: &Block, reference: &Value, value: Value) -> Value {
        let value = each_attribute(&block.attributes, value, |attribute, own| {
            self.attribute(attribute, member(reference, attribute.name), own)
        });
        each_block(&block.blocks, value, |nested, own| {
            let key = |object: &Value| key_of(&nested.block.attributes, object);
            paired(nested.nesting, member(reference, nested.name), own, key, |reference, own| {
                self.block(&nested.block, reference, own)
            })
        })
    }

    fn object(self, attributes: &[Attribute], reference: &Value, value: Value) -> Value {
        each_attribute(attributes, value, |attribute, own| {
            self.attribute(attribute, member(reference, attribute.name), own)
        })
    }

    fn attribute(self, attribute: &Attribute, reference: &Value, value: Value) -> Value {
        if self.partly && (is_empty(reference) && value.is_null() || reference.is_null() && is_empty(&value))
        {
            return reference.clone();
        }
        match (&attribute.kind, attribute.same) {
            (Kind::Plain(_), None) => value,
            (Kind::Plain(_), Some(same)) => self.plain(same, reference, value),
            (Kind::Nested(nesting, attributes), _) => {
                let key = |object: &Value| key_of(attributes, object);
                paired(*nesting, reference, value, key, |reference, own| {
                    self.object(attributes, reference, own)
                })
            }
        }
    }

    fn plain(self, same: Same, reference: &Value, value: Value) -> Value {
        if mean_the_same(same, reference, &value) {
            return reference.clone();
        }
        match (reference, value) {
            (Value::Set(known), Value::Set(elements)) if self.partly => {
                in_known_spelling(known, elements, |_| 0, |known, own| mean_the_same(same, known, own))
            }
            (Value::Map(known), Value::Map(members)) if self.partly => {
                let spelled = members.into_iter().map(|(key, own)| {
                    let known = known.get(&key).filter(|known| mean_the_same(same, known, &own));
                    let own = known.cloned().unwrap_or(own);
                    (key, own)
                });
                Value::Map(spelled.collect())
            }
            (_, value) => value,
        }
    }
}

/// A number that is the same for objects of a set that may mean the same: that of the attributes for which only what
/// is equal means the same. Null and empty may do so, and count alike.
fn key_of(attributes: &[Attribute], object: &Value) -> u64 {
    let plain = attributes.iter().filter(|each| each.same.is_none() && matches!(each.kind, Kind::Plain(_)));
    plain.fold(0, |key: u64, attribute| {
        let own = member(object, attribute.name);
        let own = if own.is_null() || is_empty(own) { 0 } else { own.fingerprint() };
        key.rotate_left(7).wrapping_add(own)
    })
}

/// Pairs the objects of a nested attribute or block: lists by position, maps by key, sets by meaning.
fn paired(
    nesting: Nesting,
    reference: &Value,
    value: Value,
    key: impl Fn(&Value) -> u64,
    object: impl Fn(&Value, Value) -> Value,
) -> Value {
    match (nesting, value) {
        (Nesting::Set, Value::Set(elements)) => {
            let Value::Set(known) = reference else { return Value::Set(elements) };
            in_known_spelling(known, elements, key, |known, own| object(known, own.clone()) == *known)
        }
        (_, value) => each_object(nesting, value, |step, own| object(element(reference, step), own)),
    }
}

fn mean_the_same(same: Same, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => same(left, right),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| mean_the_same(same, left, right))
        }
        (Value::Set(left), Value::Set(right)) => {
            left.len() == right.len()
                && left.iter().all(|left| right.iter().any(|right| mean_the_same(same, left, right)))
                && right.iter().all(|right| left.iter().any(|left| mean_the_same(same, left, right)))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|((key, left), (other, right))| {
                    key == other && (left == right || mean_the_same(same, left, right))
                })
        }
        _ => false,
    }
}

/// The elements of a set, each spelled as a known one that means the same. Each known one is taken once, and by
/// an element that equals it if there is one: two spellings side by side stay two elements.
///
/// `key` is the same for what may mean the same.
fn in_known_spelling(
    known: &[Value],
    elements: Vec<Value>,
    key: impl Fn(&Value) -> u64,
    means: impl Fn(&Value, &Value) -> bool,
) -> Value {
    let mut left = Bag::new(known, Value::fingerprint);
    let mut take_exact = |own: &Value| left.take(own.fingerprint(), |known| known == own).cloned();
    let exact: Vec<Option<Value>> = elements.iter().map(&mut take_exact).collect();
    let mut left = Bag::new(left.rest(), &key);
    let spelled = elements.into_iter().zip(exact).map(|(own, exact)| {
        let known = exact.or_else(|| left.take(key(&own), |known| means(known, &own)).cloned());
        known.unwrap_or(own)
    });
    Value::Set(spelled.collect())
}
