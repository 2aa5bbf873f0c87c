//! The new state that Terraform proposes to a provider. It merges configuration and prior state and decides
//! nothing: defaults and unknowns are the provider's work.

use super::schema::{Attribute, Block, Kind, NestedBlock, Nesting, Schema};
use super::{NULL, member};
use tf_plugin::cty::Value;

/// Whose proposals: they differ in elements of maps that the configuration does not know yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cli {
    /// Terraform since 1.12: an unknown element is proposed as an object of unknown members.
    #[default]
    Terraform,
    /// `OpenTofu`, and Terraform before 1.12: it is, too, if the prior state has the element; a new one is
    /// proposed as it is.
    OpenTofu,
}

/// What core proposes for `config` over `prior`, which is null on create: configured values, and for computed
/// attributes that are not configured the prior ones.
///
/// Lists are paired by position, maps by key, sets by what is not computed. An optional and computed nested
/// attribute that held configured values before and is not configured any more becomes null.
pub fn proposed_new(cli: Cli, schema: &Schema, prior: &Value, config: &Value) -> Value {
    Proposal { cli }.object(&schema.block, prior, config)
}

#[derive(Clone, Copy)]
struct Proposal {
    cli: Cli,
}

impl Proposal {
    /// Of an object that is unknown, every member is.
    fn object(self, of: &Block, prior: &Value, config: &Value) -> Value {
        if config.is_null() {
            return Value::Null;
        }
        let attributes = of.attributes.iter().map(|(name, each)| {
            (name.clone(), self.attribute(each, member(prior, name), member(config, name)))
        });
        let blocks = of.blocks.iter().map(|(name, NestedBlock { nesting, block, .. })| {
            (name.clone(), self.nested(*nesting, block, member(prior, name), member(config, name)))
        });
        Value::Map(attributes.chain(blocks).collect())
    }

    fn attribute(self, of: &Attribute, prior: &Value, config: &Value) -> Value {
        match &of.kind {
            Kind::Nested(nesting, block) if of.computed && config.is_null() => {
                if of.optional && was_configured(*nesting, block, prior) {
                    Value::Null
                } else {
                    prior.clone()
                }
            }
            Kind::Plain(_) if of.computed && config.is_null() => prior.clone(),
            Kind::Plain(_) => config.clone(),
            Kind::Nested(nesting, block) => self.nested(*nesting, block, prior, config),
        }
    }

    fn nested(self, nesting: Nesting, of: &Block, prior: &Value, config: &Value) -> Value {
        match (nesting, config) {
            (Nesting::Single | Nesting::Group, Value::Map(_)) => self.object(of, prior, config),
            (Nesting::List, Value::List(elements)) => {
                let prior: &[Value] = if let Value::List(prior) = prior { prior } else { &[] };
                let paired = elements.iter().enumerate().map(|(index, own)| match prior.get(index) {
                    Some(prior) => self.object(of, prior, own),
                    None => own.clone(),
                });
                Value::List(paired.collect())
            }
            (Nesting::Map, Value::Map(members)) => {
                let paired = members.iter().map(|(key, own)| match prior.attribute(key) {
                    None if self.cli == Cli::OpenTofu => (key.clone(), own.clone()),
                    prior => (key.clone(), self.object(of, prior.unwrap_or(NULL), own)),
                });
                Value::Map(paired.collect())
            }
            (Nesting::Set, Value::Set(elements)) => {
                let mut unused: Vec<&Value> =
                    if let Value::Set(prior) = prior { prior.iter().collect() } else { Vec::new() };
                let paired = elements.iter().map(|own| {
                    let found = unused.iter().position(|prior| became(of, prior, own));
                    self.object(of, found.map_or(NULL, |position| unused.remove(position)), own)
                });
                Value::Set(paired.collect())
            }
            _ => config.clone(),
        }
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
        // Nothing pairs the elements of two sets, so they have to be equal.
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
    use super::{Cli, Schema, Value, proposed_new};
    use tf_plugin::schema::{Attribute, Block, NestedBlock};

    fn check(block: Block, prior: &Value, config: &Value, expected: &Value) {
        let schema = Schema::from_declaration(&tf_plugin::schema::Schema::new(block));
        for cli in [Cli::Terraform, Cli::OpenTofu] {
            assert_eq!(&proposed_new(cli, &schema, prior, config), expected, "{cli:?}");
        }
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

    fn unknown_item() -> Value {
        of([("name", Value::unknown()), ("id", Value::unknown())])
    }

    #[test]
    fn an_unknown_element_of_a_map_is_proposed_as_terraform_or_as_opentofu_does() {
        let schema =
            Schema::from_declaration(&tf_plugin::schema::Schema::new(Block::new([Attribute::nested_map(
                "items",
                attributes(),
            )])));
        let items = |each: Value| of([("items", each)]);
        let prior = items(of([("old", item("a", id("1")))]));
        let config = items(of([("old", Value::unknown()), ("new", Value::unknown()), ("none", Value::Null)]));
        let proposed = |new: Value| items(of([("old", unknown_item()), ("new", new), ("none", Value::Null)]));
        let proposal = |cli| proposed_new(cli, &schema, &prior, &config);
        assert_eq!(proposal(Cli::Terraform), proposed(unknown_item()));
        assert_eq!(proposal(Cli::OpenTofu), proposed(Value::unknown()));
    }

    #[test]
    fn an_unknown_element_of_a_list_is_an_object_only_over_a_prior_one_and_that_of_a_set_always() {
        let list = Block::new([Attribute::nested_list("items", attributes())]);
        let items = |each: Vec<Value>| of([("items", Value::List(each))]);
        let prior = items(vec![item("a", id("1"))]);
        let config = items(vec![Value::unknown(), Value::unknown()]);
        check(list, &prior, &config, &items(vec![unknown_item(), Value::unknown()]));
        let set = Block::new([Attribute::nested_set("items", attributes())]);
        let items = |each: Vec<Value>| of([("items", Value::Set(each))]);
        let config = items(vec![Value::unknown(), item("b", Value::Null)]);
        check(set, &Value::Null, &config, &items(vec![unknown_item(), item("b", Value::Null)]));
    }
}
