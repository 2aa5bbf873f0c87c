//! What all calls of a server share: the provider, its resources and schemas, and what `configure` made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::failure::failure;
use super::registered::{ByName, Registered};
use crate::context::{Checkpoint, Data, Untyped};
use crate::diagnostics::Diagnostics;
use crate::erased::{AnyDataSource, AnyFunction, AnyResource};
use crate::erased_ephemeral_resource::AnyEphemeralResource;
use crate::erased_list_resource::AnyListResource;
use crate::erased_provider::{AnyProvider, TypedProvider};
use crate::proto::tfplugin6 as wire;
use crate::provider::Provider;
use crate::registry::Registry;

/// Answers Terraform's calls for a provider. Cheap to clone: all clones are one server.
#[derive(Clone)]
pub struct Server(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) provider: Registered<dyn AnyProvider>,
    pub(super) resources: ByName<dyn AnyResource>,
    pub(super) data_sources: ByName<dyn AnyDataSource>,
    pub(super) ephemeral_resources: ByName<dyn AnyEphemeralResource>,
    pub(super) list_resources: ByName<dyn AnyListResource>,
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

impl Server {
    /// A server that is not configured yet.
    pub fn new<P: Provider>(provider: P) -> Self {
        let mut registry = Registry::<P::Data>::new();
        provider.register(&mut registry);
        Self(Arc::new(Shared {
            provider: Registered::new(Arc::new(TypedProvider(provider))),
            resources: ByName::new("resource type", registry.resources),
            data_sources: ByName::new("data source", registry.data_sources),
            ephemeral_resources: ByName::new("ephemeral resource", registry.ephemeral_resources),
            list_resources: ByName::new("list resource", registry.list_resources),
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
    /// The diagnostics of a call about the provider's configuration, in the form of the protocol.
    pub(super) fn said_of_provider(&self, diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
        diagnostics.into_wire(Some(self.provider.schema().block()))
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
