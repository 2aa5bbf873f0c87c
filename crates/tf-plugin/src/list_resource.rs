//! List resources, as their authors write them: what `terraform query` finds.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::ControlFlow;

use tokio::sync::mpsc;

use crate::context::Context;
use crate::cty;
use crate::diagnostics::Diagnostics;
use crate::object::Object;
use crate::resource::{Resource, WithIdentity};
use crate::schema::Schema;
use crate::value::Attribute as _;

/// Finds what exists of a resource. It has the name of the resource, which has to be registered with its identity.
pub trait ListResource: Sized + Send + Sync + 'static {
    /// The resource that is listed.
    type Resource: WithIdentity;
    /// The struct of the block `config`.
    type Model: Object;

    /// The schema of the block `config`; unless said otherwise, that of its struct.
    fn schema(&self) -> Schema {
        Schema::from_object::<Self::Model>()
    }

    /// Finds what there is and sends it to `results` as it is found, page by page. It should end when `results` has
    /// enough. It is dropped where it waits when the host wants no more.
    ///
    /// What concerns the list as a whole is added to `diagnostics`, with paths in `config`.
    fn list(
        &self,
        context: &Context<DataOf<Self>>,
        request: List<Self>,
        results: &mut Results<Self>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = ()> + Send;

    /// Checks a configuration by itself, in which values may be unknown.
    fn validate(&self, _config: &Self::Model, _diagnostics: &mut Diagnostics) {}
}

/// What the provider's `configure` makes for the resource that is listed.
pub type DataOf<L> = <<L as ListResource>::Resource as Resource>::Data;

/// What is to be found.
#[non_exhaustive]
pub struct List<L: ListResource> {
    /// The configuration. All of it is known.
    pub config: L::Model,
    /// Whether the whole resource is wanted. If not, what its identity needs is enough.
    pub include_resource: bool,
}

/// Something that was found.
pub struct Found<R: Resource> {
    /// What a user knows it by.
    pub display_name: String,
    /// The resource as a read after an import answers it. Its identity follows from it.
    pub resource: R::Model,
    /// What is to be said about it. An error ends the query.
    pub diagnostics: Diagnostics,
}

impl<R: Resource> Found<R> {
    /// Something about which there is nothing to be said.
    pub fn new(display_name: impl Into<String>, resource: R::Model) -> Self {
        Self { display_name: display_name.into(), resource, diagnostics: Diagnostics::new() }
    }
}

/// Where a list resource sends what it finds.
pub struct Results<L: ListResource> {
    sender: mpsc::Sender<AnyFound>,
    /// How many are still wanted; `None` if all are.
    wanted: Option<u64>,
    of: PhantomData<fn(L)>,
}

impl<L: ListResource> Results<L> {
    pub(crate) fn new(sender: mpsc::Sender<AnyFound>, limit: Option<u64>) -> Self {
        Self { sender, wanted: limit, of: PhantomData }
    }

    /// Sends one, and waits while the host is busy with others. Breaks when no more is wanted.
    pub async fn send(&mut self, found: Found<L::Resource>) -> ControlFlow<()> {
        if self.wanted == Some(0) {
            return ControlFlow::Break(());
        }
        let Found { display_name, resource, diagnostics } = found;
        let found = AnyFound { display_name, resource: resource.encode(), diagnostics };
        self.wanted = self.wanted.map(|wanted| wanted - 1);
        match self.sender.send(found).await {
            Ok(()) if self.wanted != Some(0) => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

/// Something that was found, without its type.
pub(crate) struct AnyFound {
    pub(crate) display_name: String,
    pub(crate) resource: cty::Value,
    pub(crate) diagnostics: Diagnostics,
}
