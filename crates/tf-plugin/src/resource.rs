//! Managed resources, as their authors write them.

use std::future::Future;

use crate::context::Context;
use crate::cty::{Path, Type};
use crate::diagnostics::Diagnostics;
use crate::object::Object;
use crate::private::PrivateData;
use crate::schema::{Mode, Schema};

/// A managed resource: a schema, a struct, and five functions.
///
/// The server around it keeps what Terraform asks of every provider: defaults and unknowns in plans, private
/// data and identity carried along, the state kept when a deletion fails, panics as diagnostics, and applies
/// that go on when a call is dropped.
///
/// Every function reports by adding to `diagnostics`, so that a state and an error can be answered together. What
/// not every resource can do stands in traits of its own, [`WithImport`], [`WithIdentity`], [`WithUpgrade`] and
/// [`WithMove`], which are registered by [`ManagedResource`](crate::ManagedResource).
pub trait Resource: Sized + Send + Sync + 'static {
    /// The type in HCL, with the provider's prefix.
    const TYPE_NAME: &'static str;
    /// The struct of the whole resource, as it stands in configuration, plan and state.
    type Model: Object;
    /// What it remembers beside its state; `()` for nothing.
    type Private: PrivateData;
    /// What the provider's `configure` makes.
    type Data: Send + Sync + 'static;

    /// The schema; unless said otherwise, that of its struct.
    fn schema(&self) -> Schema {
        Schema::from_object::<Self::Model>()
    }

    /// Decides the planned state. `plan.planned` holds what follows from configuration, prior state and schema;
    /// the resource adds what it knows better.
    fn plan(
        &self,
        context: &Context<Self::Data>,
        plan: &mut Plan<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send;

    /// Creates it and answers its state. A state together with an error is stored as tainted; `None` means
    /// that nothing was created.
    fn create(
        &self,
        context: &Context<Self::Data>,
        request: Create<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<State<Self>>> + Send;

    /// Reads it. `None` without an error means that it is gone.
    fn read(
        &self,
        context: &Context<Self::Data>,
        request: Read<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<State<Self>>> + Send;

    /// Changes it in place and answers its state. `None` with an error keeps the prior state.
    fn update(
        &self,
        context: &Context<Self::Data>,
        request: Update<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<State<Self>>> + Send;

    /// Deletes it. It counts as deleted if no error is added.
    fn delete(
        &self,
        context: &Context<Self::Data>,
        request: Delete<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send;

    /// Checks a configuration by itself, in which values may be unknown. No provider data is at hand.
    fn validate(&self, _config: &Self::Model, _diagnostics: &mut Diagnostics) {}

    /// The last chance to refuse a deletion.
    fn plan_destroy(
        &self,
        _context: &Context<Self::Data>,
        _request: &Delete<Self>,
        _diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// A resource that can be imported.
pub trait WithImport: Resource {
    /// Begins an import: answers a state in which at least what [`Resource::read`] needs is set. The read that follows
    /// is told of it by [`Read::is_import`].
    fn import(
        &self,
        context: &Context<Self::Data>,
        request: Import,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Option<State<Self>>> + Send;
}

/// A resource with an identity: a few attributes that tell it from all others, by which it can be imported.
pub trait WithIdentity: WithImport {
    /// The struct of the identity.
    type Identity: Object;

    /// The schema of the identity; unless said otherwise, that of its struct.
    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::from_object::<Self::Identity>()
    }

    /// The identity that follows from a state; `None` while it cannot be told.
    fn identity(&self, state: &Self::Model) -> Option<Self::Identity>;

    /// The id by which [`WithImport::import`] finds what has this identity. `None` goes with an error.
    fn import_id(
        &self,
        context: &Context<Self::Data>,
        identity: Self::Identity,
        diagnostics: &mut Diagnostics,
    ) -> Option<String>;
}

/// A resource whose schema has had versions before.
pub trait WithUpgrade: Resource {
    /// Reads a state that was stored with another version of the schema. `None` goes with an error.
    fn upgrade(&self, request: &Upgrade, diagnostics: &mut Diagnostics) -> Option<Self::Model>;
}

/// A resource that takes over states of other resource types, for `moved` blocks.
pub trait WithMove: Resource {
    /// Takes over a state. `None` without an error means that the source is not one that it knows.
    fn moved(&self, request: &Move, diagnostics: &mut Diagnostics) -> Option<State<Self>>;
}

/// A plan while it is made.
#[non_exhaustive]
pub struct Plan<R: Resource> {
    /// The configuration.
    pub config: R::Model,
    /// The state so far; `None` on create, and for the new half of a replacement.
    pub prior: Option<R::Model>,
    /// The state to come. What is not known before apply is unknown.
    pub planned: R::Model,
    /// Attributes whose change replaces the resource, beside those that the schema names.
    pub replace: Vec<Path>,
    /// What the resource remembers beside its state.
    pub private: R::Private,
    /// Whether the plan was shown already, and is made once more while it is applied. Known of Terraform since 1.9,
    /// whose releases say that they take deferred answers while they apply and at no other time. `OpenTofu` and older
    /// ones do not tell, and it is `false`.
    pub is_during_apply: bool,
}

/// What is to be created.
#[non_exhaustive]
pub struct Create<R: Resource> {
    /// The configuration.
    pub config: R::Model,
    /// The planned state.
    pub planned: R::Model,
    /// What the plan remembered.
    pub private: R::Private,
}

/// What is to be read.
#[non_exhaustive]
pub struct Read<R: Resource> {
    /// The state as it is stored.
    pub current: R::Model,
    /// What the resource remembered beside it.
    pub private: R::Private,
    /// Whether this is the first read after [`WithImport::import`], which has answered `current`.
    pub is_import: bool,
}

/// What is to be changed in place.
#[non_exhaustive]
pub struct Update<R: Resource> {
    /// The configuration.
    pub config: R::Model,
    /// The state so far.
    pub prior: R::Model,
    /// The planned state.
    pub planned: R::Model,
    /// What the plan remembered.
    pub private: R::Private,
}

/// What is to be deleted.
#[non_exhaustive]
pub struct Delete<R: Resource> {
    /// The state so far.
    pub prior: R::Model,
    /// What the resource remembered beside it.
    pub private: R::Private,
}

/// The state of a resource, and what it remembers beside it.
pub struct State<R: Resource> {
    /// The state.
    pub model: R::Model,
    /// What the resource remembers beside it. Terraform stores it in clear: nothing secret belongs here.
    pub private: R::Private,
}

impl<R: Resource> State<R> {
    /// A state beside which nothing is remembered.
    pub fn new(model: R::Model) -> Self {
        Self { model, private: R::Private::default() }
    }
}

/// What is to be imported.
#[derive(Debug)]
#[non_exhaustive]
pub struct Import {
    /// The text of `terraform import`, that of an `import` block's `id`, or what [`WithIdentity::import_id`] made of an
    /// identity.
    pub id: String,
}

/// A state that was stored with another version of the schema.
#[derive(Debug)]
#[non_exhaustive]
pub struct Upgrade {
    /// The version with which it was stored.
    pub version: i64,
    /// The attributes as JSON text.
    pub json: Vec<u8>,
}

/// The state of another resource type that is to be taken over.
#[derive(Debug)]
#[non_exhaustive]
pub struct Move {
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

impl IdentitySchema {
    /// The schema of a declared struct, of version 0. What is required there, an import must give.
    pub fn from_object<T: Object>() -> Self {
        let attributes = T::block().attributes.into_iter().map(|each| IdentityAttribute {
            of: each.value_type(),
            required_for_import: each.mode == Mode::Required,
            description: each.document(),
            name: each.name.to_owned(),
        });
        Self { version: 0, attributes: attributes.collect() }
    }
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
