//! What all calls of a server share: the provider, its resources and schemas, and what `configure` made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::context::{Checkpoint, Data, Untyped};
use crate::cty::{Path, Type};
use crate::diagnostics::Diagnostics;
use crate::erased::{AnyDataSource, AnyFunction, AnyResource};
use crate::erased_ephemeral_resource::AnyEphemeralResource;
use crate::erased_list_resource::AnyListResource;
use crate::erased_provider::{AnyProvider, TypedProvider};
use crate::proto::tfplugin6 as wire;
use crate::provider::Provider;
use crate::registry::Registry;
use crate::schema::Schema;

/// Answers Terraform's calls for a provider. Cheap to clone: all clones are one server.
#[derive(Clone)]
pub struct Server(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) provider: Arc<dyn AnyProvider>,
    pub(super) provider_schema: Described,
    pub(super) resources: BTreeMap<&'static str, Managed>,
    pub(super) data_sources: BTreeMap<&'static str, Source>,
    pub(super) ephemeral_resources: BTreeMap<&'static str, Opener>,
    pub(super) list_resources: BTreeMap<&'static str, Lister>,
    pub(super) functions: BTreeMap<&'static str, Arc<dyn AnyFunction>>,
    pub(super) registered_twice: Vec<&'static str>,
    /// What `configure` made last. Calls that run keep what they began with.
    pub(super) data: RwLock<Option<Data>>,
    /// Cancelled by `StopProvider` and then renewed, so that later calls are not stopped.
    pub(super) stop: Mutex<CancellationToken>,
    /// The applies that run, and what is opened, renewed and closed: a process whose host is gone ends after them.
    pub(super) applies: TaskTracker,
    /// The source address of the provider, for the log.
    pub(super) address: OnceLock<&'static str>,
}

pub(super) struct Managed {
    pub(super) resource: Arc<dyn AnyResource>,
    pub(super) described: Described,
}

pub(super) struct Source {
    pub(super) source: Arc<dyn AnyDataSource>,
    pub(super) described: Described,
}

pub(super) struct Opener {
    pub(super) opener: Arc<dyn AnyEphemeralResource>,
    pub(super) described: Described,
}

pub(super) struct Lister {
    pub(super) lister: Arc<dyn AnyListResource>,
    pub(super) described: Described,
}

/// A schema and its type, each made when it is asked for first: a process that only answers one call needs one schema, and
/// one that only shows them needs no types.
#[derive(Default)]
pub(super) struct Described {
    schema: OnceLock<Schema>,
    object_type: OnceLock<Type>,
}

impl Described {
    fn schema(&self, make: impl FnOnce() -> Schema) -> &Schema {
        self.schema.get_or_init(make)
    }

    fn object_type(&self, make: impl FnOnce() -> Schema) -> &Type {
        self.object_type.get_or_init(|| self.schema(make).object_type())
    }
}

impl Managed {
    pub(super) fn schema(&self) -> &Schema {
        self.described.schema(|| self.resource.schema())
    }

    pub(super) fn object_type(&self) -> &Type {
        self.described.object_type(|| self.resource.schema())
    }
}

impl Source {
    pub(super) fn schema(&self) -> &Schema {
        self.described.schema(|| self.source.schema())
    }

    pub(super) fn object_type(&self) -> &Type {
        self.described.object_type(|| self.source.schema())
    }
}

impl Opener {
    pub(super) fn schema(&self) -> &Schema {
        self.described.schema(|| self.opener.schema())
    }

    pub(super) fn object_type(&self) -> &Type {
        self.described.object_type(|| self.opener.schema())
    }
}

impl Lister {
    pub(super) fn schema(&self) -> &Schema {
        self.described.schema(|| self.lister.schema())
    }

    pub(super) fn object_type(&self) -> &Type {
        self.described.object_type(|| self.lister.schema())
    }
}

impl Server {
    /// A server that is not configured yet.
    pub fn new<P: Provider>(provider: P) -> Self {
        let mut registry = Registry::<P::Data>::new();
        provider.register(&mut registry);
        let managed = |resource| Managed { resource, described: Described::default() };
        let source = |source| Source { source, described: Described::default() };
        let opener = |opener| Opener { opener, described: Described::default() };
        let lister = |lister| Lister { lister, described: Described::default() };
        Self(Arc::new(Shared {
            provider: Arc::new(TypedProvider(provider)),
            provider_schema: Described::default(),
            resources: registry.resources.into_iter().map(|(name, each)| (name, managed(each))).collect(),
            data_sources: registry
                .data_sources
                .into_iter()
                .map(|(name, each)| (name, source(each)))
                .collect(),
            ephemeral_resources: registry
                .ephemeral_resources
                .into_iter()
                .map(|(name, each)| (name, opener(each)))
                .collect(),
            list_resources: registry
                .list_resources
                .into_iter()
                .map(|(name, each)| (name, lister(each)))
                .collect(),
            functions: registry.functions,
            registered_twice: registry.registered_twice,
            data: RwLock::new(None),
            stop: Mutex::new(CancellationToken::new()),
            applies: TaskTracker::new(),
            address: OnceLock::new(),
        }))
    }

    /// The same with the source address of the provider, which log records name.
    pub(crate) fn at(self, address: &'static str) -> Self {
        // A second address would be another provider's.
        let _ = self.0.address.set(address);
        self
    }

    /// Asks the running calls to end soon and to answer what they have, as `StopProvider` does. Later calls are not
    /// concerned.
    pub(crate) fn stop(&self) {
        self.0.stop();
    }

    /// Waits until nothing runs that must not be torn.
    pub(crate) async fn settled(&self) {
        self.0.applies.close();
        self.0.applies.wait().await;
    }
}

impl Shared {
    pub(super) fn provider_schema(&self) -> &Schema {
        self.provider_schema.schema(|| self.provider.schema())
    }

    pub(super) fn resource(&self, name: &str) -> Result<&Managed, Diagnostics> {
        self.resources.get(name).ok_or_else(|| unknown_name("resource type", name))
    }

    pub(super) fn data_source(&self, name: &str) -> Result<&Source, Diagnostics> {
        self.data_sources.get(name).ok_or_else(|| unknown_name("data source", name))
    }

    pub(super) fn ephemeral_resource(&self, name: &str) -> Result<&Opener, Diagnostics> {
        self.ephemeral_resources.get(name).ok_or_else(|| unknown_name("ephemeral resource", name))
    }

    pub(super) fn list_resource(&self, name: &str) -> Result<&Lister, Diagnostics> {
        self.list_resources.get(name).ok_or_else(|| unknown_name("list resource", name))
    }

    /// The diagnostics of a resource's call, in the form of the protocol.
    pub(super) fn said_of_resource(
        &self,
        type_name: &str,
        diagnostics: Diagnostics,
    ) -> Vec<wire::Diagnostic> {
        let managed = self.resources.get(type_name).filter(|_| !diagnostics.is_empty());
        diagnostics.into_wire(managed.map(|managed| managed.schema().block()))
    }

    /// The same for a data source.
    pub(super) fn said_of_data_source(
        &self,
        type_name: &str,
        diagnostics: Diagnostics,
    ) -> Vec<wire::Diagnostic> {
        let source = self.data_sources.get(type_name).filter(|_| !diagnostics.is_empty());
        diagnostics.into_wire(source.map(|source| source.schema().block()))
    }

    /// The same for an ephemeral resource.
    pub(super) fn said_of_ephemeral_resource(
        &self,
        type_name: &str,
        diagnostics: Diagnostics,
    ) -> Vec<wire::Diagnostic> {
        let opener = self.ephemeral_resources.get(type_name).filter(|_| !diagnostics.is_empty());
        diagnostics.into_wire(opener.map(|opener| opener.schema().block()))
    }

    /// The same for a list resource.
    pub(super) fn said_of_list_resource(
        &self,
        type_name: &str,
        diagnostics: Diagnostics,
    ) -> Vec<wire::Diagnostic> {
        let lister = self.list_resources.get(type_name).filter(|_| !diagnostics.is_empty());
        diagnostics.into_wire(lister.map(|lister| lister.schema().block()))
    }

    /// The same for the provider's configuration.
    pub(super) fn said_of_provider(&self, diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
        diagnostics.into_wire(Some(self.provider_schema().block()))
    }

    /// What a call is given, or why there is nothing to give.
    pub(super) fn context(&self) -> Result<Untyped, Diagnostics> {
        let data = self.data.read().unwrap_or_else(PoisonError::into_inner).clone();
        let data = data.ok_or_else(|| {
            failure(
                "Provider not configured",
                "This call needs a configured provider, and none was configured in this process. \
                 This is a bug in the program that started the provider, or in the provider itself.",
            )
        })?;
        let cancel = self.stop.lock().unwrap_or_else(PoisonError::into_inner).child_token();
        Ok(Untyped { data, cancel, checkpoint: Checkpoint::default() })
    }

    pub(super) fn stopped(&self) -> wire::stop_provider::Response {
        self.stop();
        wire::stop_provider::Response::default()
    }

    pub(super) fn stop(&self) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *stop).cancel();
    }
}

fn unknown_name(kind: &str, name: &str) -> Diagnostics {
    failure("Unknown name", &format!("This provider has no {kind} {name:?}."))
}

/// One error that belongs to no attribute.
pub(super) fn failure(summary: &str, detail: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(Path::root(), summary, detail);
    diagnostics
}
