//! What follows from a configuration: what is configured as it is configured, and the rest as it was found.

use super::members::{each_attribute, each_block, each_object, element, member};
use crate::cty::Value;
use crate::schema::{Attribute, Block, Kind};

/// The configuration with its computed attributes as `found` has them, which Terraform demands of what is opened. Of
/// something unknown that is found, every computed attribute is unknown.
///
/// The objects of a set are those that were found if they are as many: nothing pairs them.
pub(crate) fn overlay(block: &Block, config: Value, found: &Value) -> Value {
    let overlaid = overlay_attributes(&block.attributes, config, found);
    each_block(&block.blocks, overlaid, |nested, own| {
        let found = member(found, nested.name);
        match (own, found) {
            (Value::Set(own), Value::Set(found)) if own.len() == found.len() => Value::Set(found.clone()),
            (own, found) => each_object(nested.nesting, own, |place, own| {
                overlay(&nested.block, own, element(found, place))
            }),
        }
    })
}

fn overlay_attributes(attributes: &[Attribute], config: Value, found: &Value) -> Value {
    each_attribute(attributes, config, |attribute, own| {
        let found = member(found, attribute.name);
        match &attribute.kind {
            _ if attribute.write_only => Value::Null,
            _ if own.is_null() && attribute.is_computed() => found.clone(),
            Kind::Nested(nesting, below) => match (own, found) {
                (Value::Set(own), Value::Set(found)) if own.len() == found.len() => Value::Set(found.clone()),
                (own, found) => each_object(*nesting, own, |place, own| {
                    overlay_attributes(below, own, element(found, place))
                }),
            },
            Kind::Plain(_) => own,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::overlay;
    use crate::cty::Value;
    use crate::schema::{Attribute, Block, NestedBlock};

    /// An object with an attribute `given` that is configured and `made` that is computed.
    fn object(given: &str, made: Value) -> Value {
        Value::object([("given", Value::string(given)), ("made", made)])
    }

    fn attributes() -> [Attribute; 2] {
        [Attribute::string("given"), Attribute::string("made").computed()]
    }

    #[test]
    fn only_what_is_computed_and_not_configured_is_taken_from_what_was_found() {
        let block = Block::new([
            Attribute::nested_list("list", attributes()),
            Attribute::nested_map("map", attributes()),
            Attribute::nested("one", attributes()),
        ])
        .blocks([NestedBlock::list("block", Block::new(attributes()))]);
        let value = |given: &str, made: &Value| {
            let object = || object(given, made.clone());
            Value::object([
                ("list", Value::List(vec![object()])),
                ("map", Value::object([("a", object())])),
                ("one", object()),
                ("block", Value::List(vec![object()])),
            ])
        };
        let config = value("configured", &Value::Null);
        let found = value("another", &Value::string("made"));
        assert_eq!(overlay(&block, config.clone(), &found), value("configured", &Value::string("made")));
        let unknown = value("configured", &Value::unknown());
        assert_eq!(overlay(&block, config.clone(), &Value::unknown()), unknown);
        assert_eq!(overlay(&block, config.clone(), &Value::Null), config);
        assert_eq!(overlay(&block, Value::Null, &found), Value::Null);
    }

    #[test]
    fn the_objects_of_a_set_are_taken_as_a_whole_and_never_fewer() {
        let block = Block::new([Attribute::nested_set("set", attributes())])
            .blocks([NestedBlock::set("block", Block::new(attributes()))]);
        let value = |made: &Value, count: usize| {
            let set = || Value::Set(vec![object("configured", made.clone()); count]);
            Value::object([("set", set()), ("block", set())])
        };
        let (config, found) = (value(&Value::Null, 2), value(&Value::string("made"), 2));
        assert_eq!(overlay(&block, config.clone(), &found), found);
        assert_eq!(overlay(&block, config.clone(), &value(&Value::string("made"), 1)), config);
    }
}
