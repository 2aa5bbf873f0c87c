//! Schemas: what a resource, data source or provider configuration looks like, and how its values behave in a
//! plan.

mod allowed;
mod check;
mod declared;
mod document;
mod wire;

use std::ops::RangeInclusive;

use crate::cty::{Path, Step, Type, Value};
pub(crate) use allowed::Allowed;
pub use allowed::Same;
pub(crate) use check::{differences, missing};
pub use declared::{Member, Shape};
pub(crate) use document::Document;

/// A schema with its version.
#[derive(Debug, Clone)]
pub struct Schema {
    pub(crate) version: i64,
    pub(crate) block: Block,
}

/// Attributes and nested blocks.
#[derive(Debug, Clone, Default)]
pub struct Block {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<NestedBlock>,
    pub(crate) document: Document,
    pub(crate) deprecation: Option<String>,
    /// What its struct has and it does not, on purpose.
    pub(crate) left_out: Vec<&'static str>,
}

/// Who gives an attribute its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Required,
    Optional,
    Computed,
    OptionalComputed,
}

/// How many objects a nested attribute or block holds, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// One object, or null.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// Objects by name.
    Map,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Plain(Type),
    Nested(Nesting, Vec<Attribute>),
}

/// An attribute. Made optional, unless said otherwise.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the protocol or of planning")]
pub struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) mode: Mode,
    /// What it is, and what there is to know for who sets it.
    pub(crate) document: Document,
    pub(crate) deprecation: Option<String>,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    pub(crate) replaces: bool,
    pub(crate) keeps: bool,
    pub(crate) no_null_elements: bool,
    pub(crate) allowed: Option<Allowed>,
    /// The attributes of the same object that exclude it.
    pub(crate) conflicts: Vec<&'static str>,
    pub(crate) default: Option<Value>,
    pub(crate) same: Option<Same>,
}

/// A nested block. Blocks are for what reads as a section of its own; new things are nested attributes.
#[derive(Debug, Clone)]
pub struct NestedBlock {
    pub(crate) name: &'static str,
    pub(crate) nesting: Nesting,
    pub(crate) block: Block,
    pub(crate) min_items: i64,
    pub(crate) max_items: i64,
    /// Whether a block that is left out is the same as one in which nothing is set.
    pub(crate) is_group: bool,
}

impl Schema {
    /// A schema of version 0.
    pub fn new(block: Block) -> Self {
        Self { version: 0, block }
    }

    /// The version that stored states carry; states of older ones are upgraded.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// The type of the whole object.
    pub fn object_type(&self) -> Type {
        self.block.object_type()
    }

    /// Its attributes and blocks.
    pub fn block(&self) -> &Block {
        &self.block
    }
}

impl Block {
    /// Attributes, without nested blocks.
    pub fn new(attributes: impl Into<Vec<Attribute>>) -> Self {
        Self { attributes: attributes.into(), ..Self::default() }
    }

    /// With these nested blocks.
    #[must_use]
    pub fn blocks(mut self, blocks: impl Into<Vec<NestedBlock>>) -> Self {
        self.blocks = blocks.into();
        self
    }

    /// What it is for, in Markdown.
    #[must_use]
    pub fn describe(mut self, text: &'static str) -> Self {
        self.document = text.into();
        self
    }

    /// With the attribute of this name changed, for several resources of one struct.
    ///
    /// # Panics
    /// If there is no such attribute.
    #[must_use]
    pub fn change(mut self, name: &str, change: fn(Attribute) -> Attribute) -> Self {
        let found = self.attributes.iter_mut().find(|each| each.name == name);
        let found = found.unwrap_or_else(|| panic!("there is no attribute {name} to change"));
        *found = change(found.clone());
        self
    }

    /// Marks it as deprecated and says what to use instead.
    #[must_use]
    pub fn deprecated(mut self, instead: &str) -> Self {
        self.deprecation = Some(instead.to_owned());
        self
    }

    /// The type of its objects.
    pub fn object_type(&self) -> Type {
        let attributes = self.attributes.iter().map(|each| (each.name, each.value_type()));
        let blocks = self.blocks.iter().map(|each| (each.name, each.value_type()));
        Type::object(attributes.chain(blocks))
    }

    /// Whether a change of a part of it that has a place replaces the resource.
    pub(crate) fn has_replacing(&self) -> bool {
        let mut blocks = self.blocks.iter().filter(|each| each.nesting != Nesting::Set);
        self.attributes.iter().any(Attribute::has_replacing) || blocks.any(|each| each.block.has_replacing())
    }

    /// The part of a path that every CLI can show in the source: blocks, an attribute in them, and an element of
    /// that attribute. For a longer one, `OpenTofu` and older Terraform show the first line of the resource.
    pub(crate) fn shown_in_source(&self, path: &Path) -> Path {
        let mut block = self;
        let mut steps = path.steps().iter().peekable();
        let mut shown = Vec::new();
        while let Some(step) = steps.next() {
            shown.push(step.clone());
            let nested =
                block.blocks.iter().find(|each| matches!(step, Step::Attribute(name) if name == each.name));
            if let Some(Step::Key(_) | Step::Index(_)) = steps.peek() {
                shown.extend(steps.next().cloned());
            }
            match nested {
                Some(nested) => block = &nested.block,
                None => break,
            }
        }
        shown.into_iter().collect()
    }

    /// The names of its attributes and blocks.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let attributes = self.attributes.iter().map(|each| each.name);
        attributes.chain(self.blocks.iter().map(|each| each.name))
    }
}

impl Attribute {
    fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            mode: Mode::Optional,
            document: Document::default(),
            deprecation: None,
            sensitive: false,
            write_only: false,
            replaces: false,
            keeps: false,
            no_null_elements: false,
            allowed: None,
            conflicts: Vec::new(),
            default: None,
            same: None,
        }
    }

    /// An attribute of any type.
    pub fn plain(name: &'static str, of: Type) -> Self {
        Self::new(name, Kind::Plain(of))
    }

    /// Text.
    pub fn string(name: &'static str) -> Self {
        Self::plain(name, Type::String)
    }

    /// A number.
    pub fn number(name: &'static str) -> Self {
        Self::plain(name, Type::Number)
    }

    /// `true` or `false`.
    pub fn bool(name: &'static str) -> Self {
        Self::plain(name, Type::Bool)
    }

    /// Objects by name, each with these attributes.
    pub fn nested_map(name: &'static str, attributes: impl Into<Vec<Attribute>>) -> Self {
        Self::new(name, Kind::Nested(Nesting::Map, attributes.into()))
    }

    /// A set of objects with these attributes.
    pub fn nested_set(name: &'static str, attributes: impl Into<Vec<Attribute>>) -> Self {
        Self::new(name, Kind::Nested(Nesting::Set, attributes.into()))
    }

    /// A list of objects with these attributes.
    pub fn nested_list(name: &'static str, attributes: impl Into<Vec<Attribute>>) -> Self {
        Self::new(name, Kind::Nested(Nesting::List, attributes.into()))
    }

    /// One object with these attributes.
    pub fn nested(name: &'static str, attributes: impl Into<Vec<Attribute>>) -> Self {
        Self::new(name, Kind::Nested(Nesting::Single, attributes.into()))
    }

    /// The user must give it.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.mode = Mode::Required;
        self
    }

    /// Only the provider gives it.
    #[must_use]
    pub fn computed(mut self) -> Self {
        self.mode = Mode::Computed;
        self
    }

    /// The user may give it, otherwise the provider does.
    #[must_use]
    pub fn optional_computed(mut self) -> Self {
        self.mode = Mode::OptionalComputed;
        self
    }

    /// The same attribute where only the provider gives it, with everything below it; for data sources.
    #[must_use]
    pub fn read_only(self) -> Self {
        let kind = match self.kind {
            Kind::Nested(nesting, below) => {
                Kind::Nested(nesting, below.into_iter().map(Self::read_only).collect())
            }
            plain @ Kind::Plain(_) => plain,
        };
        Self {
            kind,
            mode: Mode::Computed,
            default: None,
            replaces: false,
            allowed: None,
            conflicts: Vec::new(),
            document: self.document.first_paragraph(),
            ..self
        }
    }

    /// What it has when the user does not give it.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.mode = Mode::OptionalComputed;
        self.default = Some(value.into());
        self
    }

    /// What it is for, in Markdown.
    #[must_use]
    pub fn describe(mut self, text: &'static str) -> Self {
        self.document = text.into();
        self
    }

    /// Marks it as deprecated and says what to use instead.
    #[must_use]
    pub fn deprecated(mut self, instead: &str) -> Self {
        self.deprecation = Some(instead.to_owned());
        self
    }

    /// Its value is not shown.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Its value is never stored.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// A change of it replaces the resource. Has no effect inside a set, whose objects have no place.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Once computed, it stays when something else changes.
    #[must_use]
    pub fn keeps(mut self) -> Self {
        self.keeps = true;
        self
    }

    /// A configuration with a null element is refused. For collections whose service has no null: the element
    /// would be missing from the state after the apply, which Terraform takes for a bug in the provider.
    #[must_use]
    pub fn no_null_elements(mut self) -> Self {
        self.no_null_elements = true;
        self
    }

    /// A whole number out of this range is refused.
    #[must_use]
    pub fn range(mut self, range: RangeInclusive<i64>) -> Self {
        self.allowed = Some(Allowed::Range(range));
        self
    }

    /// A text that is none of these, nor the same as one of them, is refused.
    #[must_use]
    pub fn one_of(mut self, texts: &'static [&'static str]) -> Self {
        self.allowed = Some(Allowed::OneOf(texts));
        self
    }

    /// A configuration that sets the other attribute of the same object as well is refused.
    #[must_use]
    pub fn conflicts_with(mut self, other: &'static str) -> Self {
        self.conflicts.push(other);
        self
    }

    /// Texts that mean the same are no change: the spelling in the state stays. Of a collection of texts, it
    /// holds for the elements.
    #[must_use]
    pub fn same_if(mut self, same: Same) -> Self {
        self.same = Some(same);
        self
    }

    /// Whether a change of it, or of a part of it that has a place, replaces the resource.
    pub(crate) fn has_replacing(&self) -> bool {
        self.replaces
            || matches!(&self.kind, Kind::Nested(nesting, below)
                if *nesting != Nesting::Set && below.iter().any(Self::has_replacing))
    }

    /// All that is said of it.
    pub(crate) fn document(&self) -> String {
        let allowed = self.allowed.as_ref().map(Allowed::sentence).unwrap_or_default();
        let conflicts = match self.conflicts.as_slice() {
            [] => String::new(),
            names => format!("Conflicts with `{}`.", names.join("`, `")),
        };
        self.document.text_with(&[&allowed, &conflicts])
    }

    pub(crate) fn is_computed(&self) -> bool {
        matches!(self.mode, Mode::Computed | Mode::OptionalComputed)
    }

    pub(crate) fn value_type(&self) -> Type {
        match &self.kind {
            Kind::Plain(of) => of.clone(),
            Kind::Nested(nesting, attributes) => {
                nesting.type_of(Type::object(attributes.iter().map(|each| (each.name, each.value_type()))))
            }
        }
    }
}

impl NestedBlock {
    fn new(name: &'static str, nesting: Nesting, block: Block) -> Self {
        Self { name, nesting, block, min_items: 0, max_items: 0, is_group: false }
    }

    /// At most one, read as an object.
    pub fn single(name: &'static str, block: Block) -> Self {
        Self { max_items: 1, ..Self::new(name, Nesting::Single, block) }
    }

    /// A list of blocks.
    pub fn list(name: &'static str, block: Block) -> Self {
        Self::new(name, Nesting::List, block)
    }

    /// A set of blocks: their order means nothing.
    pub fn set(name: &'static str, block: Block) -> Self {
        Self::new(name, Nesting::Set, block)
    }

    /// Between `min` and `max` of them; a `max` of 0 is no bound.
    #[must_use]
    pub fn items(mut self, min: i64, max: i64) -> Self {
        (self.min_items, self.max_items) = (min, max);
        self
    }

    /// A single block that is never null: one that is left out is an object in which nothing is set. For blocks whose
    /// attributes have defaults, so that leaving out the block, an empty one, and one with all defaults are the same state.
    #[must_use]
    pub fn group(mut self) -> Self {
        self.is_group = true;
        self
    }

    pub(crate) fn value_type(&self) -> Type {
        self.nesting.type_of(self.block.object_type())
    }
}

impl Nesting {
    pub(crate) fn type_of(self, object: Type) -> Type {
        match self {
            Self::Single => object,
            Self::List => Type::list(object),
            Self::Set => Type::set(object),
            Self::Map => Type::map(object),
        }
    }
}
