//! Arbitrary configurations of a schema, for laws that hold for each of them.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::strategy::BoxedStrategy;

use super::call::normalised;
use super::schema::{Attribute, Block, Kind, NestedBlock, Nesting, Schema};
use crate::cty::{Type, Value};

/// What the values of single attributes are made from.
#[derive(Default)]
pub struct Leaves {
    chosen: BTreeMap<String, BoxedStrategy<Value>>,
    unknown: bool,
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

    /// Some values are unknown, as while other resources are still planned.
    #[must_use]
    pub fn or_unknown(mut self) -> Self {
        self.unknown = true;
        self
    }

    fn with_unknown(&self, strategy: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
        if !self.unknown {
            return strategy;
        }
        prop_oneof![5 => strategy, 1 => Just(Value::unknown())].boxed()
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
        (None, Kind::Plain(of)) => leaves.with_unknown(plain(of)),
        (None, Kind::Nested(nesting, block)) => {
            let object = object(block, &format!("{path}."), leaves);
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
    match of.nesting {
        Nesting::Single if least == 0 => prop_oneof![2 => object, 1 => Just(Value::Null)].boxed(),
        nesting => objects(nesting, object, least, most.min(least + 3)),
    }
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
fn plain(of: &Type) -> BoxedStrategy<Value> {
    match of {
        Type::String => "[a-cA-C]{1,2}".prop_map(Value::String).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => (1..5_i64).prop_map(Value::integer).boxed(),
        Type::List(element) => vec(plain(element), 0..3).prop_map(Value::List).boxed(),
        Type::Set(element) => vec(plain(element), 0..3).prop_map(Value::Set).boxed(),
        Type::Map(element) => btree_map("[a-d]", plain(element), 0..3).prop_map(Value::Map).boxed(),
        Type::Tuple(elements) => elements.iter().map(plain).collect::<Vec<_>>().prop_map(Value::List).boxed(),
        Type::Object(attributes) => {
            let (names, members): (Vec<_>, Vec<_>) =
                attributes.iter().map(|(name, of)| (name.clone(), plain(of))).unzip();
            members.prop_map(move |members| Value::object(names.iter().cloned().zip(members))).boxed()
        }
        Type::Dynamic => {
            let typed =
                |of: Type| plain(&of).prop_map(move |value| Value::Dynamic(Box::new((of.clone(), value))));
            prop_oneof![typed(Type::String), typed(Type::Number), typed(Type::list(Type::Bool))].boxed()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::config_problems;
    use super::{Leaves, Schema, Value, arbitrary_config};
    use crate::cty::Type;
    use crate::schema::{Attribute, Block, NestedBlock};

    fn schema() -> Schema {
        let dns = Block::new([Attribute::number("ttl"), Attribute::string("label").required()]);
        Schema::of(&crate::schema::Schema::new(
            Block::new([
                Attribute::string("name").required(),
                Attribute::string("id").computed(),
                Attribute::of("any", Type::Dynamic),
                Attribute::nested_set("items", [Attribute::bool("on").required()]),
            ])
            .blocks([NestedBlock::list("dns", dns.clone()).items(1, 1), NestedBlock::single("one", dns)]),
        ))
    }

    proptest! {
        #[test]
        fn terraform_accepts_every_one(config in arbitrary_config(&schema(), &Leaves::new().or_unknown())) {
            prop_assert_eq!(config_problems(&schema(), &config), Vec::<String>::new());
        }

        #[test]
        fn chosen_values_are_taken(
            config in arbitrary_config(&schema(), &Leaves::new().at("dns.label", Just(Value::string("x"))))
        ) {
            let label = config.at(&crate::Path::of("dns").index(0).attribute("label"));
            prop_assert_eq!(label, Some(&Value::string("x")));
            prop_assert!(config.is_wholly_known());
        }
    }
}
