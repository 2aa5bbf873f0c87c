//! The new state that Terraform proposes to a provider. It merges configuration and prior state and decides
//! nothing: defaults and unknowns are the provider's work.

use super::schema::{Attribute, Block, Kind, NestedBlock, Nesting, Schema};
use super::{NULL, member};
use crate::cty::Value;

/// What core proposes for `config` over `prior`, which is null on create: configured values, and for computed
/// attributes that are not configured the prior ones.
///
/// Lists are paired by position, maps by key, sets by what is not computed. An optional and computed nested
/// attribute that held configured values before and is not configured any more becomes null.
pub fn proposed_new(schema: &Schema, prior: &Value, config: &Value) -> Value {
    object(&schema.block, prior, config)
}

fn object(of: &Block, prior: &Value, config: &Value) -> Value {
    if !matches!(config, Value::Map(_)) {
        return config.clone();
    }
    let attributes = of
        .attributes
        .iter()
        .map(|(name, each)| (name.clone(), attribute(each, member(prior, name), member(config, name))));
    let blocks = of.blocks.iter().map(|(name, NestedBlock { nesting, block, .. })| {
        (name.clone(), nested(*nesting, block, member(prior, name), member(config, name)))
    });
    Value::Map(attributes.chain(blocks).collect())
}

fn attribute(of: &Attribute, prior: &Value, config: &Value) -> Value {
    match &of.kind {
        Kind::Nested(nesting, block) if of.computed && config.is_null() => {
            if of.optional && was_configured(*nesting, block, prior) { Value::Null } else { prior.clone() }
        }
        Kind::Plain(_) if of.computed && config.is_null() => prior.clone(),
        Kind::Plain(_) => config.clone(),
        Kind::Nested(nesting, block) => nested(*nesting, block, prior, config),
    }
}

fn nested(nesting: Nesting, of: &Block, prior: &Value, config: &Value) -> Value {
    match (nesting, config) {
        (Nesting::Single | Nesting::Group, Value::Map(_)) => object(of, prior, config),
        (Nesting::List, Value::List(elements)) => {
            let prior: &[Value] = if let Value::List(prior) = prior { prior } else { &[] };
            let paired = elements.iter().enumerate();
            Value::List(
                paired.map(|(index, own)| object(of, prior.get(index).unwrap_or(NULL), own)).collect(),
            )
        }
        (Nesting::Map, Value::Map(members)) => {
            let paired = members.iter().map(|(key, own)| (key.clone(), object(of, member(prior, key), own)));
            Value::Map(paired.collect())
        }
        (Nesting::Set, Value::Set(elements)) => {
            let mut unused: Vec<&Value> =
                if let Value::Set(prior) = prior { prior.iter().collect() } else { Vec::new() };
            let paired = elements.iter().map(|own| {
                let found = unused.iter().position(|prior| became(of, prior, own));
                object(of, found.map_or(NULL, |position| unused.remove(position)), own)
            });
            Value::Set(paired.collect())
        }
        _ => config.clone(),
    }
}

/// Whether an object with this prior state may be the one that is configured so: all that differs is computed
/// and not configured.
fn became(of: &Block, prior: &Value, config: &Value) -> bool {
    if prior == config {
        return true;
    }
    if !matches!((prior, config), (Value::Map(_), Value::Map(_))) {
        return false;
    }
    let attributes = of.attributes.iter().all(|(name, each)| {
        let (prior, config) = (member(prior, name), member(config, name));
        prior == config
            || each.computed && config.is_null()
            || matches!(&each.kind, Kind::Nested(nesting, block) if all_became(*nesting, block, prior, config))
    });
    let mut blocks = of.blocks.iter();
    attributes
        && blocks.all(|(name, each)| {
            all_became(each.nesting, &each.block, member(prior, name), member(config, name))
        })
}

fn all_became(nesting: Nesting, of: &Block, prior: &Value, config: &Value) -> bool {
    match (nesting, prior, config) {
        _ if prior == config => true,
        (Nesting::Single | Nesting::Group, ..) => became(of, prior, config),
        (Nesting::List, Value::List(prior), Value::List(config)) => {
            prior.len() == config.len()
                && prior.iter().zip(config).all(|(prior, config)| became(of, prior, config))
        }
        (Nesting::Map, Value::Map(prior), Value::Map(config)) => {
            prior.keys().eq(config.keys())
                && prior.values().zip(config.values()).all(|(prior, config)| became(of, prior, config))
        }
        (Nesting::Set, Value::Set(prior), Value::Set(config)) => {
            prior.len() == config.len()
                && config.iter().all(|config| prior.iter().any(|prior| became(of, prior, config)))
        }
        _ => false,
    }
}

/// Whether a nested attribute holds something that only a configuration can have given.
fn was_configured(nesting: Nesting, of: &Block, value: &Value) -> bool {
    let objects: Vec<&Value> = match (nesting, value) {
        (Nesting::Single | Nesting::Group, Value::Map(_)) => vec![value],
        (_, Value::List(elements) | Value::Set(elements)) => elements.iter().collect(),
        (Nesting::Map, Value::Map(members)) => members.values().collect(),
        _ => Vec::new(),
    };
    objects.iter().any(|object| {
        of.attributes.iter().any(|(name, each)| {
            let own = member(object, name);
            !own.is_null()
                && (!each.computed
                    || matches!(&each.kind, Kind::Nested(nesting, block) if was_configured(*nesting, block, own)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Schema, Value, proposed_new};
    use crate::schema::{Attribute, Block, NestedBlock};

    fn check(block: Block, prior: &Value, config: &Value, expected: &Value) {
        let schema = Schema::of(&crate::schema::Schema::new(block));
        assert_eq!(&proposed_new(&schema, prior, config), expected);
    }

    fn item(name: &str, id: Value) -> Value {
        Value::object([("name", Value::string(name)), ("id", id)])
    }

    fn id(text: &str) -> Value {
        Value::string(text)
    }

    fn attributes() -> [Attribute; 2] {
        [Attribute::string("name").required(), Attribute::string("id").computed()]
    }

    fn of<const N: usize>(members: [(&str, Value); N]) -> Value {
        Value::object(members)
    }

    #[test]
    fn on_create_computed_attributes_are_null() {
        check(Block::new(attributes()), &Value::Null, &item("a", Value::Null), &item("a", Value::Null));
    }

    #[test]
    fn computed_attributes_keep_the_prior_value_and_others_take_the_configured_one() {
        let block = || {
            Block::new([
                Attribute::string("plain"),
                Attribute::string("both").optional_computed(),
                Attribute::string("id").computed(),
            ])
        };
        let value = |plain: Value, both: Value, id: Value| of([("plain", plain), ("both", both), ("id", id)]);
        let prior = value(id("p"), id("b"), id("1"));
        let null = || Value::Null;
        check(block(), &prior, &value(null(), null(), null()), &value(null(), id("b"), id("1")));
        check(block(), &prior, &value(null(), id("c"), null()), &value(null(), id("c"), id("1")));
    }

    #[test]
    fn lists_are_paired_by_position() {
        let block = Block::new([]).blocks([NestedBlock::list("rule", Block::new(attributes()))]);
        let rules = |each: Vec<Value>| of([("rule", Value::List(each))]);
        let prior = rules(vec![item("a", id("1")), item("b", id("2"))]);
        let config = rules(vec![item("b", Value::Null), item("a", Value::Null), item("c", Value::Null)]);
        check(
            block,
            &prior,
            &config,
            &rules(vec![item("b", id("1")), item("a", id("2")), item("c", Value::Null)]),
        );
    }

    #[test]
    fn maps_are_paired_by_key() {
        let block = Block::new([Attribute::nested_map("items", attributes())]);
        let items = |each: Value| of([("items", each)]);
        let prior = items(of([("x", item("a", id("1"))), ("y", item("b", id("2")))]));
        let config = items(of([("y", item("c", Value::Null)), ("z", item("a", Value::Null))]));
        check(block, &prior, &config, &items(of([("y", item("c", id("2"))), ("z", item("a", Value::Null))])));
    }

    #[test]
    fn sets_are_paired_by_what_is_not_computed_and_each_element_once() {
        let block = Block::new([Attribute::nested_set("items", attributes())]);
        let items = |each: Vec<Value>| of([("items", Value::Set(each))]);
        let prior = items(vec![item("a", id("1")), item("b", id("2"))]);
        let config = items(vec![item("b", Value::Null), item("c", Value::Null)]);
        check(block.clone(), &prior, &config, &items(vec![item("b", id("2")), item("c", Value::Null)]));
        let twins = items(vec![item("a", id("1")), item("a", id("2"))]);
        let config = items(vec![item("a", Value::Null), item("a", id("9"))]);
        check(block, &twins, &config, &items(vec![item("a", id("1")), item("a", id("9"))]));
    }

    #[test]
    fn a_removed_nested_attribute_that_was_configured_becomes_null() {
        let block = || Block::new([Attribute::nested("settings", attributes()).optional_computed()]);
        let settings = |value: Value| of([("settings", value)]);
        let gone = settings(Value::Null);
        check(block(), &settings(item("a", id("1"))), &gone, &gone);
        // All of this can only have been computed, so it stays.
        let computed = settings(of([("name", Value::Null), ("id", id("1"))]));
        check(block(), &computed, &gone, &computed);
    }

    #[test]
    fn what_is_unknown_is_proposed_as_it_is() {
        let block = Block::new([Attribute::nested_map("items", attributes())])
            .blocks([NestedBlock::list("rule", Block::new(attributes()))]);
        let config = of([("items", Value::unknown()), ("rule", Value::unknown())]);
        let prior = of([("items", Value::Null), ("rule", Value::List(vec![item("a", id("1"))]))]);
        check(block, &prior, &config, &config);
    }
}
