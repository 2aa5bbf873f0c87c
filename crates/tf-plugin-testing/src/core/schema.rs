//! Schemas as Terraform reads them from the wire. Apart from the crate's own schema on purpose: the simulator
//! judges what was sent, not what was meant.

use std::collections::{BTreeMap, BTreeSet};

use crate::proto::tfplugin6 as wire;
use tf_plugin::cty::Type;
use wire::schema::nested_block::NestingMode as BlockNesting;
use wire::schema::object::NestingMode as ObjectNesting;

/// A schema with the version of the states that it describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Not negative.
    pub version: i64,
    /// The whole object.
    pub block: Block,
}

/// Attributes and nested blocks by name. The object of a nested attribute is a block without blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Its attributes.
    pub attributes: BTreeMap<String, Attribute>,
    /// Its nested blocks.
    pub blocks: BTreeMap<String, NestedBlock>,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "these are the switches of the protocol")]
pub struct Attribute {
    /// What values it has.
    pub kind: Kind,
    /// The configuration must give it.
    pub required: bool,
    /// The configuration may give it.
    pub optional: bool,
    /// The provider may give it.
    pub computed: bool,
    /// It is not shown.
    pub sensitive: bool,
    /// It is in the configuration only.
    pub write_only: bool,
}

/// The values of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Values of a type.
    Plain(Type),
    /// Objects with a schema of their own.
    Nested(Nesting, Block),
}

/// A nested block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NestedBlock {
    /// How its objects are held.
    pub nesting: Nesting,
    /// Its objects.
    pub block: Block,
    /// The fewest.
    pub min_items: i64,
    /// The most; 0 is no bound.
    pub max_items: i64,
}

/// How objects are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// One object or null.
    Single,
    /// One object, never null.
    Group,
    /// By position.
    List,
    /// Without order.
    Set,
    /// By name.
    Map,
}

impl Schema {
    /// Reads a schema of the protocol.
    ///
    /// # Errors
    /// Everything for which Terraform refuses to load the provider, as sentences.
    pub fn read(schema: &wire::Schema) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        if schema.version < 0 {
            problems.push("the version is negative".to_owned());
        }
        let none = wire::schema::Block::default();
        let block = read_block(schema.block.as_ref().unwrap_or(&none), "", false, &mut problems);
        if problems.is_empty() { Ok(Self { version: schema.version, block }) } else { Err(problems) }
    }

    /// The same for a schema as a provider's author writes it, by way of the wire.
    ///
    /// # Panics
    /// If Terraform would refuse the schema.
    pub fn from_declaration(schema: &tf_plugin::schema::Schema) -> Self {
        let message = schema.to_message();
        let schema =
            prost::Message::decode(message.as_slice()).expect("the schema is a message of the protocol");
        Self::read(&schema).unwrap_or_else(|problems| panic!("{}", problems.join("\n")))
    }

    /// The type of the whole object.
    pub fn object_type(&self) -> Type {
        self.block.object_type()
    }
}

impl Block {
    /// The type of its objects.
    pub fn object_type(&self) -> Type {
        let attributes = self.attributes.iter().map(|(name, each)| (name.clone(), each.value_type()));
        let blocks = self.blocks.iter();
        let blocks =
            blocks.map(|(name, each)| (name.clone(), each.nesting.type_of(each.block.object_type())));
        Type::Object(attributes.chain(blocks).collect())
    }
}

impl Attribute {
    /// The type of its values.
    pub fn value_type(&self) -> Type {
        match &self.kind {
            Kind::Plain(of) => of.clone(),
            Kind::Nested(nesting, block) => nesting.type_of(block.object_type()),
        }
    }
}

impl Nesting {
    fn type_of(self, object: Type) -> Type {
        match self {
            Self::Single | Self::Group => object,
            Self::List => Type::list(object),
            Self::Set => Type::set(object),
            Self::Map => Type::map(object),
        }
    }
}

fn read_block(block: &wire::schema::Block, prefix: &str, in_set: bool, problems: &mut Vec<String>) -> Block {
    let attributes = read_attributes(&block.attributes, prefix, in_set, problems);
    let mut blocks = BTreeMap::new();
    for each in &block.block_types {
        let place = format!("{prefix}{}", each.type_name);
        if !is_name(&each.type_name) {
            problems.push(format!("{place}: not a name of a block"));
        }
        if attributes.contains_key(&each.type_name) || blocks.contains_key(&each.type_name) {
            problems.push(format!("{place}: the name is used twice"));
        }
        if let Some(nested) = read_nested_block(each, &place, in_set, problems) {
            blocks.insert(each.type_name.clone(), nested);
        }
    }
    Block { attributes, blocks }
}

fn read_nested_block(
    nested: &wire::schema::NestedBlock,
    place: &str,
    in_set: bool,
    problems: &mut Vec<String>,
) -> Option<NestedBlock> {
    let nesting = match nested.nesting() {
        BlockNesting::Single => Nesting::Single,
        BlockNesting::Group => Nesting::Group,
        BlockNesting::List => Nesting::List,
        BlockNesting::Set => Nesting::Set,
        BlockNesting::Map => Nesting::Map,
        BlockNesting::Invalid => {
            problems.push(format!("{place}: no nesting is given"));
            return None;
        }
    };
    let (min_items, max_items) = (nested.min_items, nested.max_items);
    let counts_fit = match nesting {
        Nesting::Single => min_items == max_items && (0..=1).contains(&min_items),
        Nesting::Group | Nesting::Map => min_items == 0 && max_items == 0,
        Nesting::List | Nesting::Set => min_items >= 0 && (max_items == 0 || min_items <= max_items),
    };
    if !counts_fit {
        problems.push(format!("{place}: the counts {min_items} and {max_items} do not fit"));
    }
    let none = wire::schema::Block::default();
    let in_set = in_set || nesting == Nesting::Set;
    let block = read_block(nested.block.as_ref().unwrap_or(&none), &format!("{place}."), in_set, problems);
    if matches!(nesting, Nesting::List | Nesting::Map) && has_dynamic(&block.object_type()) {
        // Terraform then gives every block a type of its own, which this crate does not speak.
        problems.push(format!("{place}: values of any type do not go with a list or map of blocks"));
    }
    Some(NestedBlock { nesting, block, min_items, max_items })
}

fn read_attributes(
    attributes: &[wire::schema::Attribute],
    prefix: &str,
    in_set: bool,
    problems: &mut Vec<String>,
) -> BTreeMap<String, Attribute> {
    let mut read = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for each in attributes {
        let place = format!("{prefix}{}", each.name);
        if !is_name(&each.name) {
            problems.push(format!("{place}: not a name of an attribute"));
        }
        if !seen.insert(each.name.as_str()) {
            problems.push(format!("{place}: the name is used twice"));
        }
        check_switches(each, &place, in_set, problems);
        if let Some(kind) = read_kind(each, &place, in_set, problems) {
            let attribute = Attribute {
                kind,
                required: each.required,
                optional: each.optional,
                computed: each.computed,
                sensitive: each.sensitive,
                write_only: each.write_only,
            };
            read.insert(each.name.clone(), attribute);
        }
    }
    read
}

fn check_switches(
    attribute: &wire::schema::Attribute,
    place: &str,
    in_set: bool,
    problems: &mut Vec<String>,
) {
    let mut check = |bad: bool, what: &str| {
        if bad {
            problems.push(format!("{place}: {what}"));
        }
    };
    let (required, optional, computed) = (attribute.required, attribute.optional, attribute.computed);
    check(!required && !optional && !computed, "neither required nor optional nor computed");
    check(required && optional, "both required and optional");
    check(required && computed, "both required and computed");
    check(attribute.write_only && in_set, "write-only inside a set");
    check(attribute.write_only && computed, "both write-only and computed");
    check(
        !attribute.deprecated && !attribute.deprecation_message.is_empty(),
        "a deprecation message without a deprecation",
    );
}

fn read_kind(
    attribute: &wire::schema::Attribute,
    place: &str,
    in_set: bool,
    problems: &mut Vec<String>,
) -> Option<Kind> {
    let Some(nested) = &attribute.nested_type else {
        return match Type::from_json(&attribute.r#type) {
            Ok(of) if in_set && has_dynamic(&of) => {
                problems.push(format!("{place}: values of any type inside a set"));
                None
            }
            Ok(of) => Some(Kind::Plain(of)),
            Err(error) => {
                problems.push(format!("{place}: {error}"));
                None
            }
        };
    };
    if !attribute.r#type.is_empty() {
        problems.push(format!("{place}: both a type and a nested type"));
    }
    let nesting = match nested.nesting() {
        ObjectNesting::Single => Nesting::Single,
        ObjectNesting::List => Nesting::List,
        ObjectNesting::Set => Nesting::Set,
        ObjectNesting::Map => Nesting::Map,
        ObjectNesting::Invalid => {
            problems.push(format!("{place}: no nesting is given"));
            return None;
        }
    };
    let in_set = in_set || nesting == Nesting::Set;
    let attributes = read_attributes(&nested.attributes, &format!("{place}."), in_set, problems);
    Some(Kind::Nested(nesting, Block { attributes, blocks: BTreeMap::new() }))
}

fn is_name(name: &str) -> bool {
    let allowed = |each: u8| each.is_ascii_lowercase() || each.is_ascii_digit() || each == b'_';
    !name.is_empty() && name.bytes().all(allowed)
}

fn has_dynamic(of: &Type) -> bool {
    match of {
        Type::Dynamic => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Object(attributes) => attributes.values().any(has_dynamic),
        Type::Tuple(elements) => elements.iter().any(has_dynamic),
        Type::String | Type::Number | Type::Bool => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockNesting, ObjectNesting, Schema, wire};

    fn attribute(name: &str) -> wire::schema::Attribute {
        wire::schema::Attribute {
            name: name.to_owned(),
            r#type: b"\"string\"".to_vec(),
            optional: true,
            ..Default::default()
        }
    }

    fn check(
        attributes: Vec<wire::schema::Attribute>,
        block_types: Vec<wire::schema::NestedBlock>,
        expected: &str,
    ) {
        let block = wire::schema::Block { attributes, block_types, ..Default::default() };
        let schema = wire::Schema { version: 0, block: Some(block) };
        assert_eq!(Schema::read(&schema).unwrap_err(), [expected]);
    }

    fn nested(
        nesting: BlockNesting,
        of: wire::schema::Attribute,
        counts: (i64, i64),
    ) -> wire::schema::NestedBlock {
        wire::schema::NestedBlock {
            type_name: "rule".to_owned(),
            block: Some(wire::schema::Block { attributes: vec![of], ..Default::default() }),
            nesting: nesting.into(),
            min_items: counts.0,
            max_items: counts.1,
        }
    }

    #[test]
    fn attributes_that_terraform_refuses_are_found() {
        let with = |change: fn(&mut wire::schema::Attribute)| {
            let mut changed = attribute("a");
            change(&mut changed);
            vec![changed]
        };
        check(with(|a| a.optional = false), vec![], "a: neither required nor optional nor computed");
        check(with(|a| a.required = true), vec![], "a: both required and optional");
        let required_and_computed = with(|a| (a.required, a.computed, a.optional) = (true, true, false));
        check(required_and_computed, vec![], "a: both required and computed");
        check(with(|a| (a.write_only, a.computed) = (true, true)), vec![], "a: both write-only and computed");
        let message = with(|a| a.deprecation_message = "use b".to_owned());
        check(message, vec![], "a: a deprecation message without a deprecation");
        check(vec![attribute("a"), attribute("a")], vec![], "a: the name is used twice");
        check(vec![attribute("A")], vec![], "A: not a name of an attribute");
        let untyped = with(|a| a.r#type = b"\"text\"".to_vec());
        check(untyped, vec![], "a: not a type of Terraform's type system: \"text\"");
        let two_types = with(|a| {
            let nesting = ObjectNesting::Single.into();
            a.nested_type = Some(wire::schema::Object { nesting, ..Default::default() });
        });
        check(two_types, vec![], "a: both a type and a nested type");
    }

    #[test]
    fn blocks_that_terraform_refuses_are_found() {
        let dynamic = || wire::schema::Attribute { r#type: b"\"dynamic\"".to_vec(), ..attribute("any") };
        let secret = || wire::schema::Attribute { write_only: true, ..attribute("secret") };
        let block = |nesting, counts| vec![nested(nesting, attribute("a"), counts)];
        check(vec![], block(BlockNesting::Set, (3, 2)), "rule: the counts 3 and 2 do not fit");
        check(vec![], block(BlockNesting::Single, (0, 1)), "rule: the counts 0 and 1 do not fit");
        check(vec![], block(BlockNesting::Group, (1, 1)), "rule: the counts 1 and 1 do not fit");
        check(vec![], block(BlockNesting::Map, (0, 2)), "rule: the counts 0 and 2 do not fit");
        check(vec![], block(BlockNesting::Invalid, (0, 0)), "rule: no nesting is given");
        check(vec![attribute("rule")], block(BlockNesting::List, (0, 0)), "rule: the name is used twice");
        let in_set = vec![nested(BlockNesting::Set, dynamic(), (0, 0))];
        check(vec![], in_set, "rule.any: values of any type inside a set");
        let in_list = vec![nested(BlockNesting::List, dynamic(), (0, 0))];
        check(vec![], in_list, "rule: values of any type do not go with a list or map of blocks");
        let secret_in_set = vec![nested(BlockNesting::Set, secret(), (0, 0))];
        check(vec![], secret_in_set, "rule.secret: write-only inside a set");
    }

    #[test]
    fn a_negative_version_is_found() {
        let schema = wire::Schema { version: -1, block: None };
        assert_eq!(Schema::read(&schema).unwrap_err(), ["the version is negative"]);
    }
}
