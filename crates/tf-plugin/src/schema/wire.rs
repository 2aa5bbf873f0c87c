//! Schemas in the form of the protocol.

use prost::Message as _;

use super::{Attribute, Block, Kind, Mode, NestedBlock, Nesting, Schema};
use crate::proto::tfplugin6 as wire;
use wire::schema::nested_block::NestingMode as BlockNesting;
use wire::schema::object::NestingMode as ObjectNesting;

impl Schema {
    /// The schema as a message of the protocol, `tfplugin6.Schema`, in its bytes: for tools that read what Terraform
    /// reads.
    pub fn to_message(&self) -> Vec<u8> {
        self.to_wire().encode_to_vec()
    }

    pub(crate) fn to_wire(&self) -> wire::Schema {
        wire::Schema { version: self.version, block: Some(self.block.to_wire(self.version)) }
    }
}

impl Block {
    fn to_wire(&self, version: i64) -> wire::schema::Block {
        wire::schema::Block {
            version,
            attributes: self.attributes.iter().map(Attribute::to_wire).collect(),
            block_types: self.blocks.iter().map(NestedBlock::to_wire).collect(),
            description: self.document.text(),
            description_kind: wire::StringKind::Markdown.into(),
            deprecated: self.deprecation.is_some(),
            deprecation_message: self.deprecation.clone().unwrap_or_default(),
            ..Default::default()
        }
    }
}

impl Attribute {
    fn to_wire(&self) -> wire::schema::Attribute {
        let (plain, nested) = match &self.kind {
            Kind::Plain(of) => (of.to_json(), None),
            Kind::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
        };
        wire::schema::Attribute {
            name: self.name.to_owned(),
            r#type: plain,
            nested_type: nested,
            description: self.document(),
            description_kind: wire::StringKind::Markdown.into(),
            required: self.mode == Mode::Required,
            optional: matches!(self.mode, Mode::Optional | Mode::OptionalComputed),
            computed: self.is_computed(),
            sensitive: self.sensitive,
            write_only: self.write_only,
            deprecated: self.deprecation.is_some(),
            deprecation_message: self.deprecation.clone().unwrap_or_default(),
        }
    }
}

fn object(nesting: Nesting, attributes: &[Attribute]) -> wire::schema::Object {
    let nesting = match nesting {
        Nesting::Single => ObjectNesting::Single,
        Nesting::List => ObjectNesting::List,
        Nesting::Set => ObjectNesting::Set,
        Nesting::Map => ObjectNesting::Map,
    };
    wire::schema::Object {
        attributes: attributes.iter().map(Attribute::to_wire).collect(),
        nesting: nesting.into(),
        ..Default::default()
    }
}

impl NestedBlock {
    fn to_wire(&self) -> wire::schema::NestedBlock {
        let nesting = match self.nesting {
            Nesting::Single if self.is_group => BlockNesting::Group,
            Nesting::Single => BlockNesting::Single,
            Nesting::List => BlockNesting::List,
            Nesting::Set => BlockNesting::Set,
            Nesting::Map => BlockNesting::Map,
        };
        // A single block says by its nesting that there is at most one. Its counts have to be equal: 1 if it is
        // required.
        let max_items = if self.nesting == Nesting::Single { self.min_items } else { self.max_items };
        wire::schema::NestedBlock {
            type_name: self.name.to_owned(),
            block: Some(self.block.to_wire(0)),
            nesting: nesting.into(),
            min_items: self.min_items,
            max_items,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, BlockNesting, NestedBlock};

    #[test]
    fn a_single_block_is_required_if_it_has_to_be_there() {
        let counts = |block: NestedBlock| {
            let wire = block.to_wire();
            (wire.min_items, wire.max_items)
        };
        let block = || NestedBlock::single("dns", Block::default());
        assert_eq!(counts(block()), (0, 0));
        assert_eq!(counts(block().items(1, 1)), (1, 1));
        assert_eq!(counts(NestedBlock::list("dns", Block::default()).items(1, 3)), (1, 3));
    }

    #[test]
    fn a_group_has_no_counts() {
        let wire = NestedBlock::single("dns", Block::default()).group().to_wire();
        assert_eq!((wire.nesting, wire.min_items, wire.max_items), (BlockNesting::Group.into(), 0, 0));
    }
}
