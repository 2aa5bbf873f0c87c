//! Laws of typed structs: what is read is what is written.

use proptest::prelude::*;
use tf_plugin::cty::{Value, json, msgpack};
use tf_plugin::object::decode;
use tf_plugin::schema::Schema;
use tf_plugin::value::Attribute as _;
use tf_plugin_testing::core::{Leaves, Schema as Received, arbitrary_config, config_problems, to_json};

use super::sample::{self, Thing};
use super::schemas::arbitrary_schema;

fn schema_and_value() -> impl Strategy<Value = (Schema, Value)> {
    arbitrary_schema().prop_flat_map(|schema| {
        let value = arbitrary_config(
            &Received::from_declaration(&schema),
            &Leaves::new().or_unknown().or_null_elements(),
        );
        (Just(schema), value)
    })
}

proptest! {
    #![proptest_config(super::law(128))]

    #[test]
    fn a_schema_arrives_as_it_was_meant((schema, value) in schema_and_value()) {
        prop_assert_eq!(schema.problems(), Vec::<String>::new());
        let received = Received::from_declaration(&schema);
        prop_assert_eq!(received.object_type(), schema.object_type());
        prop_assert_eq!(config_problems(&received, &value), Vec::<String>::new());
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
        value in arbitrary_config(&sample::thing_schema(), &Leaves::new().or_unknown().or_null_elements())
    ) {
        let thing: Thing = decode(value.clone()).unwrap();
        prop_assert_eq!(thing.encode(), value);
    }
}
