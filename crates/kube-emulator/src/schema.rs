//! Structural schemas: what an object of a kind may hold.
//!
//! A schema only says it. Defaults, pruning and validation follow it elsewhere; its JSON form is in [`document`].

mod document;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// The schema of one value, as `JSONSchemaProps` has it.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(crate) kind: Kind,
    pub(crate) description: Option<&'static str>,
    pub(crate) default: Option<Value>,
    pub(crate) values: Vec<Value>,
    pub(crate) format: Option<&'static str>,
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
    pub(crate) min_length: Option<u64>,
    pub(crate) max_length: Option<u64>,
    pub(crate) pattern: Option<&'static str>,
    pub(crate) max_items: Option<u64>,
    pub(crate) properties: BTreeMap<&'static str, Schema>,
    pub(crate) required: Vec<&'static str>,
    /// The schema of the items of a list, or of the values of a map.
    pub(crate) items: Option<Box<Schema>>,
    pub(crate) list: List,
    pub(crate) is_atomic_map: bool,
    pub(crate) preserves_unknown_fields: bool,
    pub(crate) is_nullable: bool,
    pub(crate) rules: Vec<Rule>,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Map,
    List,
    String,
    Integer,
    Number,
    Boolean,
    IntOrString,
    Any,
}

/// How the items of a list are told apart when several parties write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Nothing is said, which is the same as atomic for whoever merges.
    Unspecified,
    /// The list is one value.
    Atomic,
    /// Each item is a value of its own and occurs once.
    Set,
    /// Each item is an object that these keys name.
    Map(Vec<&'static str>),
}

/// A rule of `x-kubernetes-validations`.
#[derive(Clone)]
pub struct Rule {
    pub(crate) expression: &'static str,
    pub(crate) message: &'static str,
    pub(crate) decision: Decision,
}

/// What decides a rule here, in place of the interpreter of its expression.
#[derive(Clone, Copy)]
pub(crate) enum Decision {
    /// Looks at the value.
    Value(fn(&Value) -> bool),
    /// Compares the value with what it was. It is not asked where there was none.
    Transition(fn(&Value, &Value) -> bool),
}

impl Rule {
    /// A rule about a value: its expression in the Common Expression Language, what is said when it is broken, and the
    /// same decision in Rust. The function is given `self`.
    pub fn new(expression: &'static str, message: &'static str, decide: fn(&Value) -> bool) -> Self {
        Self { expression, message, decision: Decision::Value(decide) }
    }

    /// A rule about a change. The function is given `self` and `oldSelf`.
    pub fn transition(
        expression: &'static str,
        message: &'static str,
        decide: fn(&Value, &Value) -> bool,
    ) -> Self {
        Self { expression, message, decision: Decision::Transition(decide) }
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rule").field("expression", &self.expression).finish_non_exhaustive()
    }
}

impl Schema {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            description: None,
            default: None,
            values: Vec::new(),
            format: None,
            minimum: None,
            maximum: None,
            min_length: None,
            max_length: None,
            pattern: None,
            max_items: None,
            properties: BTreeMap::new(),
            required: Vec::new(),
            items: None,
            list: List::Unspecified,
            is_atomic_map: false,
            preserves_unknown_fields: false,
            is_nullable: false,
            rules: Vec::new(),
        }
    }

    /// An object whose properties are declared.
    pub fn object() -> Self {
        Self::new(Kind::Object)
    }

    /// The schema of a whole custom resource: an object with `apiVersion`, `kind` and `metadata`.
    pub fn resource() -> Self {
        Self::object()
            .property("apiVersion", Self::string().describe(API_VERSION))
            .property("kind", Self::string().describe(KIND))
            .property("metadata", Self::object())
    }

    /// An object with keys of any name and values of one schema.
    pub fn map(values: Schema) -> Self {
        Self { items: Some(Box::new(values)), ..Self::new(Kind::Map) }
    }

    /// A list, of which nothing is said about how its items are told apart.
    pub fn list(items: Schema) -> Self {
        Self { items: Some(Box::new(items)), ..Self::new(Kind::List) }
    }

    /// A list that is one value for whoever merges.
    pub fn atomic_list(items: Schema) -> Self {
        Self { list: List::Atomic, ..Self::list(items) }
    }

    /// A list in which each item occurs once.
    pub fn set(items: Schema) -> Self {
        Self { list: List::Set, ..Self::list(items) }
    }

    /// A list of objects that are named by these of their properties.
    pub fn map_list<const N: usize>(keys: [&'static str; N], items: Schema) -> Self {
        Self { list: List::Map(keys.to_vec()), ..Self::list(items) }
    }

    /// A string.
    pub fn string() -> Self {
        Self::new(Kind::String)
    }

    /// A string with a time.
    pub fn date_time() -> Self {
        Self { format: Some("date-time"), ..Self::string() }
    }

    /// An integer of 64 bits.
    pub fn int64() -> Self {
        Self { format: Some("int64"), ..Self::new(Kind::Integer) }
    }

    /// An integer of 32 bits.
    pub fn int32() -> Self {
        Self { format: Some("int32"), ..Self::new(Kind::Integer) }
    }

    /// A number.
    pub fn number() -> Self {
        Self::new(Kind::Number)
    }

    /// True or false.
    pub fn boolean() -> Self {
        Self::new(Kind::Boolean)
    }

    /// An integer or a string, as a port can be given by number or by name.
    pub fn int_or_string() -> Self {
        Self::new(Kind::IntOrString)
    }

    /// Any value. Nothing in it is unknown.
    pub fn any() -> Self {
        Self { preserves_unknown_fields: true, ..Self::new(Kind::Any) }
    }

    /// What people are told about it.
    #[must_use]
    pub fn describe(mut self, text: &'static str) -> Self {
        self.description = Some(text);
        self
    }

    /// A property that may be absent.
    #[must_use]
    pub fn property(mut self, name: &'static str, schema: Schema) -> Self {
        self.properties.insert(name, schema);
        self
    }

    /// A property that has to be there.
    #[must_use]
    pub fn required(mut self, name: &'static str, schema: Schema) -> Self {
        self.required.push(name);
        self.required.sort_unstable();
        self.property(name, schema)
    }

    /// The value where none is given.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// The only values that are allowed.
    #[must_use]
    pub fn one_of<V: Into<Value>, const N: usize>(mut self, values: [V; N]) -> Self {
        self.values = values.into_iter().map(Into::into).collect();
        self
    }

    /// The smallest integer.
    #[must_use]
    pub fn minimum(mut self, least: i64) -> Self {
        self.minimum = Some(least);
        self
    }

    /// The largest integer.
    #[must_use]
    pub fn maximum(mut self, most: i64) -> Self {
        self.maximum = Some(most);
        self
    }

    /// The least number of characters.
    #[must_use]
    pub fn min_length(mut self, least: u64) -> Self {
        self.min_length = Some(least);
        self
    }

    /// The greatest number of characters.
    #[must_use]
    pub fn max_length(mut self, most: u64) -> Self {
        self.max_length = Some(most);
        self
    }

    /// A regular expression that the string has to match.
    #[must_use]
    pub fn pattern(mut self, expression: &'static str) -> Self {
        self.pattern = Some(expression);
        self
    }

    /// The format of a string or a number, of which only `date-time` is checked.
    #[must_use]
    pub fn format(mut self, name: &'static str) -> Self {
        self.format = Some(name);
        self
    }

    /// The greatest number of items.
    #[must_use]
    pub fn max_items(mut self, most: u64) -> Self {
        self.max_items = Some(most);
        self
    }

    /// An object that is one value for whoever merges.
    #[must_use]
    pub fn atomic(mut self) -> Self {
        self.is_atomic_map = true;
        self
    }

    /// Null is a value of its own and not the same as absence.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.is_nullable = true;
        self
    }

    /// Properties that are not declared are kept.
    #[must_use]
    pub fn preserve_unknown_fields(mut self) -> Self {
        self.preserves_unknown_fields = true;
        self
    }

    /// One more rule.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Whether there are rules in it at any depth.
    pub(crate) fn has_rules(&self) -> bool {
        let inner = self.properties.values().chain(self.items.as_deref());
        !self.rules.is_empty() || inner.into_iter().any(Schema::has_rules)
    }

    /// The schema of a property, or of what a map has under any key.
    pub(crate) fn field(&self, name: &str) -> Option<&Schema> {
        match self.kind {
            Kind::Map => self.items.as_deref(),
            _ => self.properties.get(name),
        }
    }
}

/// What people are told about `apiVersion` of every kind.
const API_VERSION: &str = "The group and the version of the schema that this object follows.";

/// What people are told about `kind` of every kind.
const KIND: &str = "The kind of this object, in CamelCase. It cannot be changed.";
