//! Schemas of declared structs: what [`crate::object!`] makes of a field's type, document and options.

use super::{Attribute, Block, Document, Kind, Mode, NestedBlock, Nesting};
use crate::cty::{self, Type};

/// What a Rust type looks like in a schema.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A value without attributes of its own.
    Plain(Type),
    /// One struct or several.
    Objects(Nesting, Block),
}

impl Shape {
    /// Several in order.
    pub(crate) fn list(of: Self) -> Self {
        of.several(Nesting::List)
    }

    /// Several without an order.
    pub(crate) fn set(of: Self) -> Self {
        of.several(Nesting::Set)
    }

    /// Several by name.
    pub(crate) fn map(of: Self) -> Self {
        of.several(Nesting::Map)
    }

    /// Collections of collections are values without attributes of their own.
    fn several(self, nesting: Nesting) -> Self {
        match self {
            Self::Objects(Nesting::Single, block) => Self::Objects(nesting, block),
            other => Self::Plain(nesting.type_of(other.value_type())),
        }
    }

    fn value_type(&self) -> Type {
        match self {
            Self::Plain(of) => of.clone(),
            Self::Objects(nesting, block) => nesting.type_of(block.object_type()),
        }
    }
}

/// An attribute or a block of a declared struct.
#[derive(Debug, Clone)]
pub enum Member {
    /// An attribute.
    Attribute(Attribute),
    /// A block.
    Block(NestedBlock),
}

impl From<Attribute> for Member {
    fn from(attribute: Attribute) -> Self {
        Self::Attribute(attribute)
    }
}

impl From<NestedBlock> for Member {
    fn from(block: NestedBlock) -> Self {
        Self::Block(block)
    }
}

impl Block {
    /// A block with these members, and the lines of its document.
    pub fn declared(document: &'static [&'static str], members: Vec<Member>) -> Self {
        let mut block = Self { document: Document::from(document), ..Self::default() };
        for member in members {
            match member {
                Member::Attribute(attribute) => block.attributes.push(attribute),
                Member::Block(nested) => block.blocks.push(nested),
            }
        }
        block
    }

    /// The same for data sources: the provider gives everything, and the user gives these attributes or leaves them to
    /// the provider. Of each document, the first paragraph is left. Blocks become attributes.
    #[must_use]
    pub fn read_only(mut self, given: &[&str]) -> Self {
        let blocks = self.blocks.drain(..).map(NestedBlock::into_attribute);
        let attributes = self.attributes.drain(..).chain(blocks).map(Attribute::read_only);
        let mut attributes: Vec<Attribute> = attributes.collect();
        for attribute in attributes.iter_mut().filter(|each| given.contains(&each.name)) {
            attribute.mode = Mode::OptionalComputed;
        }
        Self { attributes, ..self }
    }

    /// Without the attributes and blocks of these names, where a resource has a part of its struct. They are null in it.
    #[must_use]
    pub fn without(mut self, names: &[&'static str]) -> Self {
        self.left_out.extend(names);
        self.attributes.retain(|each| !names.contains(&each.name));
        self.blocks.retain(|each| !names.contains(&each.name));
        self
    }
}

impl Attribute {
    /// An attribute of this shape, with the lines of its document.
    pub fn declared(name: &'static str, document: &'static [&'static str], shape: Shape) -> Self {
        let kind = match shape {
            Shape::Plain(of) => Kind::Plain(of),
            Shape::Objects(nesting, block) => Kind::Nested(nesting, block.into_attributes()),
        };
        Self { document: Document::from(document), ..Self::new(name, kind) }
    }
}

impl NestedBlock {
    /// A block of this shape, a struct or a list or set of structs, with the lines of its document.
    ///
    /// # Panics
    /// For any other shape.
    pub fn declared(name: &'static str, document: &'static [&'static str], shape: Shape) -> Self {
        let Shape::Objects(nesting, block) = shape else {
            panic!("{name} is declared as a block, and is not made of structs")
        };
        let block = Block { document: Document::from(document), ..block };
        match nesting {
            Nesting::Single => Self::single(name, block),
            nesting => Self::new(name, nesting, block),
        }
    }

    /// The attribute that holds the same objects.
    fn into_attribute(self) -> Attribute {
        let document = self.block.document.clone();
        let attributes = self.block.into_attributes();
        Attribute { document, ..Attribute::new(self.name, Kind::Nested(self.nesting, attributes)) }
    }
}

impl Block {
    /// Its attributes, and its blocks as attributes.
    fn into_attributes(self) -> Vec<Attribute> {
        let blocks = self.blocks.into_iter().map(NestedBlock::into_attribute);
        self.attributes.into_iter().chain(blocks).collect()
    }
}

impl From<i64> for cty::Value {
    fn from(number: i64) -> Self {
        Self::integer(number)
    }
}

impl From<bool> for cty::Value {
    fn from(is: bool) -> Self {
        Self::Bool(is)
    }
}

impl From<&str> for cty::Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

#[cfg(test)]
mod tests {
    use crate::cty::Type;
    use crate::object::Object as _;
    use crate::resource::IdentitySchema;
    use crate::schema::{Kind, Mode, Nesting, Schema, differences, missing};
    use crate::{Set, Value, object};

    object! {
        struct Header {
            /// The name.
            name: Value<String> => [required],
        }
    }

    object! {
        /// How endpoints
        /// are probed.
        struct Monitor {
            /// The interval
            /// in seconds.
            ///
            /// Defaults
            /// to `30`.
            interval: Value<i64> => [default(30)],
            header: Value<Set<Header>> => [block],
        }
    }

    object! {
        /// A profile.
        struct Profile {
            name: Value<String> => [required, replaces],
            monitor: Value<Vec<Monitor>> => [block, items(1, 1)],
            headers: Value<Vec<Value<Header>>>,
        }
    }

    #[test]
    fn a_document_is_read_in_paragraphs() {
        let monitor = Monitor::block();
        assert_eq!(monitor.document.text(), "How endpoints are probed.");
        assert_eq!(monitor.attributes[0].document(), "The interval in seconds. Defaults to `30`.");
    }

    #[test]
    fn types_follow_from_the_fields() {
        let header = || Type::object([("name", Type::String)]);
        let monitor = Type::object([("interval", Type::Number), ("header", Type::set(header()))]);
        let expected = Type::object([
            ("name", Type::String),
            ("monitor", Type::list(monitor)),
            ("headers", Type::list(header())),
        ]);
        let schema = Schema::from_object::<Profile>();
        assert_eq!((schema.object_type(), schema.problems()), (expected, Vec::new()));
        assert!(matches!(&schema.block.attributes[1].kind, Kind::Nested(Nesting::List, _)));
        assert_eq!((schema.block.blocks[0].min_items, schema.block.blocks[0].max_items), (1, 1));
    }

    #[test]
    fn what_is_only_read_has_no_defaults_no_usage_and_no_blocks() {
        let found = Profile::block().without(&["headers"]).read_only(&["name"]);
        assert_eq!(Schema::new(found.clone()).problems(), Vec::<String>::new());
        let modes = found.attributes.iter().map(|each| (each.name, each.mode));
        assert!(modes.eq([("name", Mode::OptionalComputed), ("monitor", Mode::Computed)]));
        assert!(found.blocks.is_empty());
        let Kind::Nested(Nesting::List, below) = &found.attributes[1].kind else { panic!("{found:?}") };
        assert_eq!(
            (below[0].document().as_str(), below[0].mode),
            ("The interval in seconds.", Mode::Computed)
        );
        assert!(below[0].default.is_none() && !found.attributes[0].replaces);
        assert_eq!(missing(&found.object_type(), &Profile::block().object_type()), Vec::<String>::new());
    }

    #[test]
    fn an_identity_is_declared_as_well() {
        let schema = IdentitySchema::from_object::<Header>();
        assert_eq!(schema.attributes.len(), 1);
        assert!(schema.attributes[0].required_for_import && schema.attributes[0].description == "The name.");
    }

    #[test]
    fn a_schema_that_is_not_that_of_the_struct_is_told() {
        let monitor =
            Type::object([("interval", Type::String), ("header", Type::Bool), ("path", Type::String)]);
        let schema = Type::object([("name", Type::String), ("monitor", Type::list(monitor))]);
        assert_eq!(
            differences(&schema, &Profile::block().object_type()),
            [
                "monitor.header has another type in the schema than in the struct",
                "monitor.interval has another type in the schema than in the struct",
                "monitor.path is not a field of the struct",
                "headers is a field of the struct, and the schema lacks it",
            ]
        );
    }
}
