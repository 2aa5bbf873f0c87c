//! Laws of typed structs: what is read is what is written.

use proptest::prelude::*;
use tf_plugin::cty::{Type, Value, json, msgpack};
use tf_plugin::object::decode;
use tf_plugin::schema::{Attribute, Block, NestedBlock, Schema};
use tf_plugin::testing::core::{Leaves, Schema as Received, arbitrary_config, assert_conforms, to_json};
use tf_plugin::value::Attribute as _;

use super::sample::{self, Thing};

fn leaf() -> impl Strategy<Value = Type> {
    let scalar = prop_oneof![Just(Type::String), Just(Type::Number), Just(Type::Bool)];
    scalar.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner, 1..3).prop_map(|each| {
                Type::object(each.into_iter().enumerate().map(|(index, of)| (format!("m{index}"), of)))
            }),
        ]
    })
}

/// Attributes named by their position, so that no name is used twice.
fn attributes() -> impl Strategy<Value = Vec<Attribute>> {
    prop::collection::vec((leaf(), 0..4_u8), 1..4).prop_map(|each| {
        let named = each.into_iter().enumerate().map(|(index, (of, mode))| {
            let attribute = Attribute::of(&format!("a{index}"), of);
            match mode {
                0 => attribute.required(),
                1 => attribute.computed(),
                2 => attribute.optional_computed(),
                _ => attribute,
            }
        });
        named.collect()
    })
}

fn schema() -> impl Strategy<Value = Schema> {
    let nested = (attributes(), 0..4_u8).prop_map(|(attributes, nesting)| match nesting {
        0 => Attribute::nested("n", attributes),
        1 => Attribute::nested_list("n", attributes),
        2 => Attribute::nested_set("n", attributes),
        _ => Attribute::nested_map("n", attributes),
    });
    let block = (attributes(), 0..3_u8).prop_map(|(attributes, nesting)| match nesting {
        0 => NestedBlock::single("b", Block::new(attributes)),
        1 => NestedBlock::list("b", Block::new(attributes)).items(0, 2),
        _ => NestedBlock::set("b", Block::new(attributes)),
    });
    let whole = (attributes(), nested, block);
    whole.prop_map(|(mut attributes, nested, block)| {
        attributes.push(nested);
        Schema::new(Block::new(attributes).blocks([block]))
    })
}

fn schema_and_value() -> impl Strategy<Value = (Schema, Value)> {
    schema().prop_flat_map(|schema| {
        let value = arbitrary_config(&Received::of(&schema), &Leaves::new().or_unknown());
        (Just(schema), value)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_schema_arrives_as_it_was_meant((schema, value) in schema_and_value()) {
        prop_assert_eq!(schema.problems(), Vec::<String>::new());
        let received = Received::of(&schema);
        prop_assert_eq!(received.object_type(), schema.object_type());
        prop_assert_eq!(assert_conforms(&received, &value), Vec::<String>::new());
    }

    #[test]
    fn a_value_of_any_schema_comes_back_from_the_wire((schema, value) in schema_and_value()) {
        let of = schema.object_type();
        prop_assert_eq!(&msgpack::decode(&msgpack::encode(&value), &of).unwrap(), &value);
        let known = value.with_unknowns_as_null();
        prop_assert_eq!(json::decode(to_json(&known).as_bytes(), &of).unwrap(), known);
    }

    #[test]
    fn a_struct_comes_back_from_its_value(
        value in arbitrary_config(&sample::thing_schema(), &Leaves::new().or_unknown())
    ) {
        let thing: Thing = decode(value.clone()).unwrap();
        prop_assert_eq!(thing.encode(), value);
    }
}
