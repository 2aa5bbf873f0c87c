//! Managed resources, as their authors write them.

use std::future::Future;

use crate::context::Context;
use crate::cty::{self, DecodeError, Path, Type};
use crate::diagnostics::Diagnostics;
use crate::object::Object;
use crate::private::Private;
use crate::schema::Schema;
use crate::value::Attribute;

/// A managed resource: a schema, a struct, and six functions.
///
/// The server around it keeps what Terraform asks of every provider: defaults and unknowns in plans, private
/// data and identity carried along, the state kept when a deletion fails, panics as diagnostics, and applies
/// that go on when a call is dropped.
///
/// Every function reports by adding to `diagnostics`, so that a state and an error can be answered together.
pub trait Resource: Send + Sync + 'static {
    /// The type in HCL, with the provider's prefix.
    const TYPE_NAME: &'static str;
    /// The struct of the whole resource, as it stands in configuration, plan and state.
    type Model: Object;
    /// The struct of its identity; [`NoIdentity`] without one.
    type Identity: Object;
    /// What the provider's `configure` makes.
    type Data: Send + Sync + 'static;

    /// The schema.
    fn schema(&self) -> Schema;

    /// Decides the planned state. `plan.planned` holds what follows from configuration, prior state and schema;
    /// the resource adds what it knows better.
    fn plan(
        &self,
        context: &Context<Self::Data>,
        plan: &mut Plan<Self::Model>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send;

    /// Creates it and answers its state. A state together with an error is stored as tainted; `None` means
    /// that nothing was created. `private` is what the plan remembered, and is stored with the state.
    fn create(
        &self,
        context: &Context<Self::Data>,
        apply: Apply<Self::Model>,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Model>> + Send;

    /// Reads it. `None` without an error means that it is gone.
    fn read(
        &self,
        context: &Context<Self::Data>,
        current: Self::Model,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Model>> + Send;

    /// Changes it in place and answers its state. `None` with an error keeps the prior state.
    fn update(
        &self,
        context: &Context<Self::Data>,
        apply: Apply<Self::Model>,
        private: &mut Private,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Model>> + Send;

    /// Deletes it. It counts as deleted if no error is added.
    fn delete(
        &self,
        context: &Context<Self::Data>,
        prior: Self::Model,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send;

    /// Checks a configuration by itself, in which values may be unknown. No provider data is at hand.
    fn validate(&self, _config: &Self::Model, _diagnostics: &mut Diagnostics) {}

    /// The last chance to refuse a deletion.
    fn plan_destroy(
        &self,
        _context: &Context<Self::Data>,
        _prior: &Self::Model,
        _diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    /// The schema of the identity.
    fn identity_schema(&self) -> Option<IdentitySchema> {
        None
    }

    /// The identity that follows from a state; `None` while it cannot be told.
    fn identity(&self, _state: &Self::Model) -> Option<Self::Identity> {
        None
    }

    /// Begins an import: answers a state in which at least what [`Resource::read`] needs is set.
    fn import(
        &self,
        _context: &Context<Self::Data>,
        _import: Import<Self::Identity>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<Self::Model>> + Send {
        let text = format!("{} cannot be imported.", Self::TYPE_NAME);
        diagnostics.error(Path::root(), "Import not supported", text);
        std::future::ready(None)
    }

    /// Reads a state that was stored with an older version of the schema.
    fn upgrade(&self, stored: &Stored, diagnostics: &mut Diagnostics) -> Option<Self::Model> {
        let text = format!(
            "This state of {} was stored with version {} of its schema, which this provider cannot read.",
            Self::TYPE_NAME,
            stored.version
        );
        diagnostics.error(Path::root(), "State too old", text);
        None
    }

    /// Takes over the state of another resource type, for `moved` blocks. `None` without an error means that
    /// the source is not one that it knows.
    fn moved(&self, _from: &Moved, _diagnostics: &mut Diagnostics) -> Option<Self::Model> {
        None
    }
}

/// A plan while it is made.
#[derive(Debug)]
pub struct Plan<M> {
    /// The configuration.
    pub config: M,
    /// The state so far; `None` on create, and for the new half of a replacement.
    pub prior: Option<M>,
    /// The state to come. What is not known before apply is unknown.
    pub planned: M,
    /// Attributes whose change replaces the resource, beside those that the schema names.
    pub replace: Vec<Path>,
    /// What the resource remembers beside its state.
    pub private: Private,
    /// Whether the host says that it takes deferred answers. Terraform's releases say so only while they apply,
    /// when each plan is made once more; `OpenTofu` never does.
    pub deferral_allowed: bool,
}

/// What an apply is given.
#[derive(Debug)]
pub struct Apply<M> {
    /// The configuration.
    pub config: M,
    /// The state so far; `None` on create.
    pub prior: Option<M>,
    /// The planned state.
    pub planned: M,
}

/// What is to be imported.
#[derive(Debug)]
pub enum Import<I> {
    /// By the text of `terraform import` or of an `import` block's `id`.
    Id(String),
    /// By the object of an `import` block's `identity`.
    Identity(I),
}

/// A stored state of an older version.
#[derive(Debug)]
pub struct Stored {
    /// The version of the schema with which it was stored.
    pub version: i64,
    /// The attributes as JSON text.
    pub json: Vec<u8>,
}

/// The state of another resource type that is to be taken over.
#[derive(Debug)]
pub struct Moved {
    /// The full address of its provider, such as `registry.terraform.io/hashicorp/azurerm`.
    pub provider: String,
    /// Its type.
    pub type_name: String,
    /// The version of its schema.
    pub version: i64,
    /// Its attributes as JSON text.
    pub json: Vec<u8>,
}

/// What tells one resource from all others.
#[derive(Debug, Clone)]
pub struct IdentitySchema {
    /// Its version.
    pub version: i64,
    /// Its attributes.
    pub attributes: Vec<IdentityAttribute>,
}

/// An attribute of an identity.
#[derive(Debug, Clone)]
pub struct IdentityAttribute {
    /// Its name.
    pub name: String,
    /// Its type: text, number, bool, or a list of them.
    pub of: Type,
    /// Whether an import must give it; otherwise it may be left out.
    pub required_for_import: bool,
    /// What it is.
    pub description: String,
}

/// The identity of a resource that has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoIdentity;

impl Attribute for NoIdentity {
    fn decode(_: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        errors.push(DecodeError::new(path, "is an identity, and this resource has none"));
        None
    }

    fn encode(self) -> cty::Value {
        cty::Value::Null
    }
}

impl Object for NoIdentity {
    const NAMES: &'static [&'static str] = &[];

    fn null() -> Self {
        Self
    }
}
