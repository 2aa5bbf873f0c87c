//! Values of the protocol to values of ours and back, shaped as a schema wants them.

use std::collections::BTreeMap;

use crate::cty::{Type, Value, json, msgpack};
use crate::diagnostics::Diagnostics;
use crate::proto::tfplugin6 as wire;
use crate::schema::{Attribute, Block, Kind, NestedBlock, Nesting};

/// Reads a value; one that is absent is null.
pub(super) fn decode(value: Option<wire::DynamicValue>, of: &Type) -> Result<Value, Diagnostics> {
    let Some(value) = value else { return Ok(Value::Null) };
    let decoded = if value.msgpack.is_empty() && !value.json.is_empty() {
        json::decode(&value.json, of)
    } else {
        msgpack::decode(&value.msgpack, of)
    };
    decoded.map_err(|error| {
        let mut diagnostics = Diagnostics::new();
        diagnostics.unreadable(vec![error]);
        diagnostics
    })
}

pub(super) fn encode(value: &Value) -> wire::DynamicValue {
    wire::DynamicValue { msgpack: msgpack::encode(value), json: Vec::new() }
}

impl Block {
    /// An object with every attribute and block that the schema has. A list or set of blocks is never null:
    /// without blocks it is empty, and a group has nothing set. A write-only attribute is always null: its value is in the configuration only.
    pub(super) fn conform(&self, object: Value) -> Value {
        conform(object, &self.attributes, &self.blocks)
    }
}

/// Leaves out what is in neither: a struct may hold more than the schema of a data source has.
fn conform(object: Value, attributes: &[Attribute], blocks: &[NestedBlock]) -> Value {
    let Value::Map(mut given) = object else { return object };
    let mut take = |name: &str| given.remove(name).unwrap_or(Value::Null);
    let mut members = BTreeMap::new();
    for attribute in attributes {
        members.insert(attribute.name.to_owned(), attribute.conform(take(attribute.name)));
    }
    for block in blocks {
        members.insert(block.name.to_owned(), block.conform(take(block.name)));
    }
    Value::Map(members)
}

impl Attribute {
    fn conform(&self, value: Value) -> Value {
        let below = |attributes: &[Self], object: Value| conform(object, attributes, &[]);
        match (&self.kind, value) {
            _ if self.write_only => Value::Null,
            // A set that a struct holds may come as a list, and a null map stays null.
            (Kind::Plain(Type::Set(_)), Value::List(elements)) => Value::Set(elements),
            (Kind::Nested(Nesting::Single, attributes), object) => below(attributes, object),
            (Kind::Nested(Nesting::Map, attributes), Value::Map(members)) => {
                Value::Map(members.into_iter().map(|(key, own)| (key, below(attributes, own))).collect())
            }
            (Kind::Nested(_, attributes), Value::List(elements)) => {
                Value::List(elements.into_iter().map(|own| below(attributes, own)).collect())
            }
            (_, value) => value,
        }
    }
}

impl NestedBlock {
    fn conform(&self, value: Value) -> Value {
        let each = |elements: Vec<Value>| elements.into_iter().map(|own| self.block.conform(own)).collect();
        match (self.nesting, value) {
            (Nesting::List, Value::Null) => Value::List(Vec::new()),
            (Nesting::Set, Value::Null) => Value::Set(Vec::new()),
            (Nesting::Map, Value::Null) => Value::object::<&str>([]),
            (Nesting::Single, Value::Null) if self.is_group => self.block.conform(Value::object::<&str>([])),
            (Nesting::List, Value::List(elements)) => Value::List(each(elements)),
            (Nesting::Set, Value::Set(elements)) => Value::Set(each(elements)),
            (Nesting::Single, object @ Value::Map(_)) => self.block.conform(object),
            (Nesting::Map, Value::Map(members)) => {
                Value::Map(members.into_iter().map(|(key, own)| (key, self.block.conform(own))).collect())
            }
            (_, value) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cty::Value;
    use crate::schema::{Attribute, Block, NestedBlock};

    #[test]
    fn write_only_values_are_taken_out_at_any_depth() {
        let secret = || Attribute::string("secret").write_only();
        let block = Block::new([
            secret(),
            Attribute::nested("one", [secret()]),
            Attribute::nested_list("list", [secret()]),
            Attribute::nested_map("map", [secret()]),
        ])
        .blocks([NestedBlock::list("block", Block::new([secret()]))]);
        let value = |secret: &Value| {
            let object = || Value::object([("secret", secret.clone())]);
            Value::object([
                ("secret", secret.clone()),
                ("one", object()),
                ("list", Value::List(vec![object()])),
                ("map", Value::object([("a", object())])),
                ("block", Value::List(vec![object()])),
            ])
        };
        assert_eq!(block.conform(value(&Value::string("s3cret"))), value(&Value::Null));
    }

    #[test]
    fn blocks_are_empty_where_attributes_are_null() {
        let header = Block::new([Attribute::string("name")]);
        let block = Block::new([Attribute::string("path")]).blocks([
            NestedBlock::set("header", header.clone()),
            NestedBlock::list("other", header.clone()),
            NestedBlock::single("timeouts", header.clone()),
            NestedBlock::single("monitor", header).group(),
        ]);
        let expected = Value::object([
            ("path", Value::Null),
            ("header", Value::Set(Vec::new())),
            ("other", Value::List(Vec::new())),
            ("timeouts", Value::Null),
            ("monitor", Value::object([("name", Value::Null)])),
        ]);
        assert_eq!(block.conform(Value::object::<&str>([])), expected);
        assert_eq!(block.conform(Value::Null), Value::Null);
    }
}
