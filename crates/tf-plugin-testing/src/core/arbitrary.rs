//! Arbitrary configurations of a schema, for laws that hold for each of them.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;

use super::call::normalised;
use super::schema::{Attribute, Block, Kind, NestedBlock, Nesting, Schema};
use tf_plugin::cty::{Type, Value};

/// What the values of single attributes are made from.
#[derive(Default)]
pub struct Leaves {
    chosen: BTreeMap<String, BoxedStrategy<Value>>,
    unknown: bool,
    null_elements: bool,
}

impl Leaves {
    /// Small values of each attribute's type, all known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Values from `strategy` for the attribute or block at this path, whose steps are names with dots between:
    /// `endpoints.weight` is the weight of every endpoint.
    #[must_use]
    pub fn at(mut self, path: &str, strategy: impl Strategy<Value = Value> + 'static) -> Self {
        self.chosen.insert(path.to_owned(), strategy.boxed());
        self
    }

    /// Some values are unknown, as while other resources are still planned: attributes, blocks, and elements of
    /// collections at every depth.
    #[must_use]
    pub fn or_unknown(mut self) -> Self {
        self.unknown = true;
        self
    }

    /// Some elements of collections are null, at every depth.
    #[must_use]
    pub fn or_null_elements(mut self) -> Self {
        self.null_elements = true;
        self
    }

    fn with_unknown(&self, strategy: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
        if !self.unknown {
            return strategy;
        }
        prop_oneof![5 => strategy, 1 => Just(Value::unknown())].boxed()
    }

    /// An element of a collection.
    fn element(&self, strategy: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
        let strategy = self.with_unknown(strategy);
        if !self.null_elements {
            return strategy;
        }
        prop_oneof![7 => strategy, 1 => Just(Value::Null)].boxed()
    }
}

/// Configurations that Terraform would accept: required attributes are set, computed ones are not, and the counts
/// of blocks fit.
pub fn arbitrary_config(schema: &Schema, leaves: &Leaves) -> BoxedStrategy<Value> {
    object(&schema.block, "", leaves).prop_map(normalised).boxed()
}

fn object(of: &Block, prefix: &str, leaves: &Leaves) -> BoxedStrategy<Value> {
    let attributes = of.attributes.iter().map(|(name, each)| {
        let path = format!("{prefix}{name}");
        (name.clone(), attribute(each, &path, leaves))
    });
    let blocks = of.blocks.iter().map(|(name, each)| {
        let path = format!("{prefix}{name}");
        (name.clone(), nested_block(each, &path, leaves))
    });
    let (names, members): (Vec<_>, Vec<_>) = attributes.chain(blocks).unzip();
    members.prop_map(move |members| Value::object(names.iter().cloned().zip(members))).boxed()
}

fn attribute(of: &Attribute, path: &str, leaves: &Leaves) -> BoxedStrategy<Value> {
    if !of.required && !of.optional {
        return Just(Value::Null).boxed();
    }
    let given = match (leaves.chosen.get(path), &of.kind) {
        (Some(chosen), _) => chosen.clone(),
        (None, Kind::Plain(of)) => leaves.with_unknown(plain(of, leaves)),
        (None, Kind::Nested(nesting, block)) => {
            let mut object = object(block, &format!("{path}."), leaves);
            if !matches!(nesting, Nesting::Single | Nesting::Group) {
                object = leaves.element(object);
            }
            leaves.with_unknown(objects(*nesting, object, 0, 3))
        }
    };
    if of.required { given } else { prop_oneof![2 => given, 1 => Just(Value::Null)].boxed() }
}

fn nested_block(of: &NestedBlock, path: &str, leaves: &Leaves) -> BoxedStrategy<Value> {
    if let Some(chosen) = leaves.chosen.get(path) {
        return chosen.clone();
    }
    let least = usize::try_from(of.min_items).unwrap_or(0);
    let most = if of.max_items == 0 { least + 3 } else { usize::try_from(of.max_items).unwrap_or(least) };
    let object = object(&of.block, &format!("{path}."), leaves);
    // A block is never unknown or null inside of its list; all of them are unknown in a `dynamic` block.
    leaves.with_unknown(match of.nesting {
        Nesting::Single if least == 0 => prop_oneof![2 => object, 1 => Just(Value::Null)].boxed(),
        nesting => objects(nesting, object, least, most.min(least + 3)),
    })
}

fn objects(
    nesting: Nesting,
    object: BoxedStrategy<Value>,
    least: usize,
    most: usize,
) -> BoxedStrategy<Value> {
    match nesting {
        Nesting::Single | Nesting::Group => object,
        Nesting::List => vec(object, least..=most).prop_map(Value::List).boxed(),
        Nesting::Set => vec(object, least..=most).prop_map(Value::Set).boxed(),
        Nesting::Map => btree_map("[a-d]", object, least..=most).prop_map(Value::Map).boxed(),
    }
}

/// Values of few different kinds, so that equal ones and small changes are frequent.
fn plain(of: &Type, leaves: &Leaves) -> BoxedStrategy<Value> {
    let element = |of: &Type| leaves.element(plain(of, leaves));
    match of {
        Type::String => "[a-cA-C]{1,2}".prop_map(Value::String).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => (1..5_i64).prop_map(Value::integer).boxed(),
        Type::List(of) => vec(element(of), 0..3).prop_map(Value::List).boxed(),
        Type::Set(of) => vec(element(of), 0..3).prop_map(Value::Set).boxed(),
        Type::Map(of) => btree_map("[a-d]", element(of), 0..3).prop_map(Value::Map).boxed(),
        Type::Tuple(elements) => {
            elements.iter().map(element).collect::<Vec<_>>().prop_map(Value::List).boxed()
        }
        Type::Object(attributes) => {
            let (names, members): (Vec<_>, Vec<_>) =
                attributes.iter().map(|(name, of)| (name.clone(), element(of))).unzip();
            members.prop_map(move |members| Value::object(names.iter().cloned().zip(members))).boxed()
        }
        Type::Dynamic => {
            let typed = |of: Type| {
                plain(&of, leaves).prop_map(move |value| Value::Dynamic(Box::new((of.clone(), value))))
            };
            prop_oneof![typed(Type::String), typed(Type::Number), typed(Type::list(Type::Bool))].boxed()
        }
    }
}

/// `config` with each part unknown that `hides` says yes to: attributes, `dynamic` blocks, and elements of
/// collections at every depth. What only the provider gives stays null.
pub fn with_unknowns(schema: &Schema, config: Value, hides: &mut impl FnMut() -> bool) -> Value {
    hidden_object(&schema.block, config, hides)
}

fn hidden_object(of: &Block, object: Value, hides: &mut impl FnMut() -> bool) -> Value {
    let Value::Map(mut members) = object else { return object };
    for (name, each) in of.attributes.iter().filter(|(_, each)| each.required || each.optional) {
        if let Some(own) = members.get_mut(name) {
            *own = hidden_attribute(each, std::mem::replace(own, Value::Null), hides);
        }
    }
    for (name, each) in &of.blocks {
        if let Some(own) = members.get_mut(name) {
            let value = std::mem::replace(own, Value::Null);
            let is_single = matches!(each.nesting, Nesting::Single | Nesting::Group);
            *own = match value {
                _ if hides() => Value::unknown(),
                value if is_single => hidden_object(&each.block, value, hides),
                value => each_element(value, |own| hidden_object(&each.block, own, hides)),
            };
        }
    }
    Value::Map(members)
}

fn hidden_attribute(of: &Attribute, value: Value, hides: &mut impl FnMut() -> bool) -> Value {
    if hides() {
        return Value::unknown();
    }
    match &of.kind {
        Kind::Plain(Type::Object(_) | Type::Tuple(_) | Type::Dynamic) => value,
        Kind::Plain(_) => hidden_elements(value, hides),
        Kind::Nested(Nesting::Single | Nesting::Group, block) => hidden_object(block, value, hides),
        Kind::Nested(_, block) => {
            each_element(
                value,
                |own| {
                    if hides() { Value::unknown() } else { hidden_object(block, own, hides) }
                },
            )
        }
    }
}

fn hidden_elements(value: Value, hides: &mut impl FnMut() -> bool) -> Value {
    each_element(value, |own| if hides() { Value::unknown() } else { hidden_elements(own, hides) })
}

fn each_element(value: Value, mut change: impl FnMut(Value) -> Value) -> Value {
    match value {
        Value::List(elements) => Value::List(elements.into_iter().map(change).collect()),
        Value::Set(elements) => Value::Set(elements.into_iter().map(change).collect()),
        Value::Map(members) => Value::Map(members.into_iter().map(|(key, own)| (key, change(own))).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    use super::super::config_problems;
    use super::{Leaves, Schema, Value, arbitrary_config, with_unknowns};
    use tf_plugin::cty::Type;
    use tf_plugin::schema::{Attribute, Block, NestedBlock};

    fn schema() -> Schema {
        let dns = Block::new([Attribute::number("ttl"), Attribute::string("label").required()]);
        Schema::from_declaration(&tf_plugin::schema::Schema::new(
            Block::new([
                Attribute::string("name").required(),
                Attribute::string("id").computed(),
                Attribute::plain("any", Type::Dynamic),
                Attribute::nested_set(
                    "items",
                    [Attribute::bool("on").required(), Attribute::plain("codes", Type::list(Type::String))],
                ),
            ])
            .blocks([NestedBlock::list("dns", dns.clone()).items(1, 1), NestedBlock::single("one", dns)]),
        ))
    }

    proptest! {
        #[test]
        fn terraform_accepts_every_one(
            config in arbitrary_config(&schema(), &Leaves::new().or_unknown().or_null_elements())
        ) {
            prop_assert_eq!(config_problems(&schema(), &config), Vec::<String>::new());
        }

        #[test]
        fn what_is_hidden_is_a_configuration_too(
            config in arbitrary_config(&schema(), &Leaves::new()),
            choices in proptest::collection::vec(any::<bool>(), 8),
        ) {
            let mut choices = choices.into_iter().cycle();
            let hidden = with_unknowns(&schema(), config, &mut || choices.next() == Some(true));
            prop_assert_eq!(config_problems(&schema(), &hidden), Vec::<String>::new());
        }

        #[test]
        fn chosen_values_are_taken(
            config in arbitrary_config(&schema(), &Leaves::new().at("dns.label", Just(Value::string("x"))))
        ) {
            let label = config.at(&tf_plugin::Path::new("dns").index(0).attribute("label"));
            prop_assert_eq!(label, Some(&Value::string("x")));
            prop_assert!(config.is_wholly_known());
        }
    }
    /// The places of a schema in which some of many configurations hold a value that `is` says yes to.
    fn reached(is: fn(&Value) -> bool) -> BTreeSet<String> {
        let strategy = arbitrary_config(&schema(), &Leaves::new().or_unknown().or_null_elements());
        let mut runner = TestRunner::deterministic();
        let mut found = BTreeSet::new();
        for _ in 0..256 {
            look(&strategy.new_tree(&mut runner).unwrap().current(), "", is, &mut found);
        }
        found
    }

    fn look(value: &Value, place: &str, is: fn(&Value) -> bool, found: &mut BTreeSet<String>) {
        if is(value) {
            found.insert(place.to_owned());
        }
        match value {
            Value::List(elements) | Value::Set(elements) => {
                for own in elements {
                    look(own, &format!("{place}[]"), is, found);
                }
            }
            Value::Map(members) => {
                for (name, own) in members {
                    look(own, &format!("{place}.{name}"), is, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn null_and_unknown_elements_are_made_at_every_depth() {
        for is in [Value::is_null, Value::is_unknown] {
            let found = reached(is);
            for place in [".items[]", ".items[].codes[]"] {
                assert!(found.contains(place), "{place} is not among {found:?}");
            }
        }
        assert!(reached(Value::is_unknown).contains(".dns"), "blocks may be dynamic");
        assert!(!reached(Value::is_unknown).contains(".dns[]"), "a single block of a list is known");
    }
}
