//! What a provider has registered, by name, with schemas that are made when they are asked for first.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use super::failure::failure;
use crate::cty::Type;
use crate::described::Described;
use crate::diagnostics::Diagnostics;
use crate::erased::AnyResource;
use crate::proto::tfplugin6 as wire;
use crate::schema::Schema;

/// A resource type.
pub(super) type Managed = Registered<dyn AnyResource>;

/// One of them. Its schema and the type of that are each made once, and only if they are needed: a process that answers one call
/// needs one schema, and one that shows them all needs no types.
pub(super) struct Registered<T: ?Sized> {
    pub(super) implementation: Arc<T>,
    schema: OnceLock<Schema>,
    object_type: OnceLock<Type>,
}

/// All of a kind.
pub(super) struct ByName<T: ?Sized> {
    /// What an error calls one of them.
    kind: &'static str,
    all: BTreeMap<&'static str, Registered<T>>,
}

impl<T: Described + ?Sized> Registered<T> {
    pub(super) fn new(implementation: Arc<T>) -> Self {
        Self { implementation, schema: OnceLock::new(), object_type: OnceLock::new() }
    }

    pub(super) fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| self.implementation.schema())
    }

    pub(super) fn object_type(&self) -> &Type {
        self.object_type.get_or_init(|| self.schema().object_type())
    }
}

impl<T: Described + ?Sized> ByName<T> {
    pub(super) fn new(kind: &'static str, all: BTreeMap<&'static str, Arc<T>>) -> Self {
        let all = all.into_iter().map(|(name, each)| (name, Registered::new(each)));
        Self { kind, all: all.collect() }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.all.keys().copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &Registered<T>)> {
        self.all.iter().map(|(name, each)| (*name, each))
    }

    /// The one of this name, or an error that says that there is none.
    pub(super) fn find(&self, name: &str) -> Result<&Registered<T>, Diagnostics> {
        let none = || failure("Unknown name", &format!("This provider has no {} {name:?}.", self.kind));
        self.all.get(name).ok_or_else(none)
    }

    /// All schemas in the form of the protocol.
    pub(super) fn schemas_to_wire(&self) -> HashMap<String, wire::Schema> {
        self.iter().map(|(name, each)| (name.to_owned(), each.schema().to_wire())).collect()
    }

    /// The diagnostics of a call of this one, in the form of the protocol.
    pub(super) fn said_of(&self, name: &str, diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
        let one = self.all.get(name).filter(|_| !diagnostics.is_empty());
        diagnostics.into_wire(one.map(|one| one.schema().block()))
    }
}
