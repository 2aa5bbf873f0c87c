//! The provider's gRPC service. Each call is decoded, answered by the resource, and encoded in a file of its
//! own below; here they are only listed, and what they share is held.

mod apply;
mod configure;
mod data_source;
mod function;
mod identity;
mod import;
mod isolate;
mod moved;
mod plan;
mod read;
mod rpc_log;
mod schema;
mod upgrade;
mod values;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status};

use self::rpc_log::Subject::{DataSource, Function, Resource};
use self::rpc_log::{Subject, logged};
use crate::context::{Checkpoint, Data, Untyped};
use crate::cty::{Path, Type};
use crate::diagnostics::Diagnostics;
use crate::erased::{AnyDataSource, AnyFunction, AnyResource};
use crate::erased_provider::{AnyProvider, TypedProvider};
use crate::proto::tfplugin6 as wire;
use crate::provider::Provider;
use crate::registry::Registry;
use crate::schema::{Schema, differences, missing};

/// Answers Terraform's calls for a provider. Cheap to clone: all clones are one server.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

struct Shared {
    provider: Arc<dyn AnyProvider>,
    provider_schema: Described,
    resources: BTreeMap<&'static str, Managed>,
    data_sources: BTreeMap<&'static str, Source>,
    functions: BTreeMap<&'static str, Arc<dyn AnyFunction>>,
    registered_twice: Vec<&'static str>,
    /// What `configure` made last. Calls that run keep what they began with.
    data: RwLock<Option<Data>>,
    /// Cancelled by `StopProvider` and then renewed, so that later calls are not stopped.
    stop: Mutex<CancellationToken>,
    /// The applies that run: a process whose host is gone ends after them.
    applies: TaskTracker,
    /// The source address of the provider, for the log.
    address: OnceLock<&'static str>,
}

struct Managed {
    resource: Arc<dyn AnyResource>,
    described: Described,
}

struct Source {
    source: Arc<dyn AnyDataSource>,
    described: Described,
}

/// A schema that is made when it is asked for first: a process that only answers one call needs one schema.
#[derive(Default)]
struct Described(OnceLock<(Schema, Type)>);

impl Described {
    fn of(&self, make: impl FnOnce() -> Schema) -> &(Schema, Type) {
        self.0.get_or_init(|| {
            let schema = make();
            let of = schema.object_type();
            (schema, of)
        })
    }
}

impl Managed {
    fn schema(&self) -> &Schema {
        &self.described.of(|| self.resource.schema()).0
    }

    fn object_type(&self) -> &Type {
        &self.described.of(|| self.resource.schema()).1
    }
}

impl Source {
    fn schema(&self) -> &Schema {
        &self.described.of(|| self.source.schema()).0
    }

    fn object_type(&self) -> &Type {
        &self.described.of(|| self.source.schema()).1
    }
}

impl Server {
    /// A server that is not configured yet.
    pub fn new<P: Provider>(provider: P) -> Self {
        let mut registry = Registry::<P::Data>::new();
        provider.register(&mut registry);
        let managed = |resource| Managed { resource, described: Described::default() };
        let source = |source| Source { source, described: Described::default() };
        Self(Arc::new(Shared {
            provider: Arc::new(TypedProvider(provider)),
            provider_schema: Described::default(),
            resources: registry.resources.into_iter().map(|(name, each)| (name, managed(each))).collect(),
            data_sources: registry
                .data_sources
                .into_iter()
                .map(|(name, each)| (name, source(each)))
                .collect(),
            functions: registry.functions,
            registered_twice: registry.registered_twice,
            data: RwLock::new(None),
            stop: Mutex::new(CancellationToken::new()),
            applies: TaskTracker::new(),
            address: OnceLock::new(),
        }))
    }

    /// What Terraform would refuse in the schemas, and where structs and schemas differ. Empty if all is sound;
    /// every provider's tests should ask.
    pub fn problems(&self) -> Vec<String> {
        let shared = &self.0;
        let mut found = Vec::new();
        let mut add = |name: &str, problems: Vec<String>| {
            found.extend(problems.into_iter().map(|problem| format!("{name}: {problem}")));
        };
        let provider = shared.provider_schema();
        add("provider", provider.problems());
        add("provider", differences(&provider.object_type(), &shared.provider.declared().object_type()));
        for name in &shared.registered_twice {
            add(name, vec!["it is registered twice".to_owned()]);
        }
        for (name, managed) in &shared.resources {
            let declared = managed.resource.declared().object_type();
            add(name, managed.schema().problems());
            add(name, differences(managed.object_type(), &declared));
            if let (Some(of), Some(declared)) =
                (managed.identity_type(), managed.resource.declared_identity())
            {
                add(&format!("identity of {name}"), differences(&of, &declared.object_type()));
            }
        }
        for (name, source) in &shared.data_sources {
            let declared = source.source.declared().object_type();
            add(name, source.schema().problems());
            // The struct may be that of a resource, of which a data source has a part.
            add(name, missing(source.object_type(), &declared));
        }
        found
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
    fn provider_schema(&self) -> &Schema {
        &self.provider_schema.of(|| self.provider.schema()).0
    }

    fn resource(&self, name: &str) -> Result<&Managed, Diagnostics> {
        self.resources.get(name).ok_or_else(|| unknown_name("resource type", name))
    }

    fn data_source(&self, name: &str) -> Result<&Source, Diagnostics> {
        self.data_sources.get(name).ok_or_else(|| unknown_name("data source", name))
    }

    /// The diagnostics of a resource's call, in the form of the protocol.
    fn said_of_resource(&self, type_name: &str, diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
        let managed = self.resources.get(type_name).filter(|_| !diagnostics.is_empty());
        diagnostics.into_wire(managed.map(|managed| managed.schema().block()))
    }

    /// The same for a data source.
    fn said_of_data_source(&self, type_name: &str, diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
        let source = self.data_sources.get(type_name).filter(|_| !diagnostics.is_empty());
        diagnostics.into_wire(source.map(|source| source.schema().block()))
    }

    /// The same for the provider's configuration.
    fn said_of_provider(&self, diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
        diagnostics.into_wire(Some(self.provider_schema().block()))
    }

    /// What a call is given, or why there is nothing to give.
    fn context(&self) -> Result<Untyped, Diagnostics> {
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

    fn stopped(&self) -> wire::stop_provider::Response {
        self.stop();
        wire::stop_provider::Response::default()
    }

    fn stop(&self) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *stop).cancel();
    }
}

fn unknown_name(kind: &str, name: &str) -> Diagnostics {
    failure("Unknown name", &format!("This provider has no {kind} {name:?}."))
}

/// One error that belongs to no attribute.
fn failure(summary: &str, detail: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(Path::root(), summary, detail);
    diagnostics
}

/// A call that answers in one message.
type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl wire::provider_server::Provider for Server {
    async fn get_metadata(
        &self,
        _: Request<wire::get_metadata::Request>,
    ) -> Answer<wire::get_metadata::Response> {
        let span = self.0.span("GetMetadata", Subject::Provider);
        logged(span, async { self.0.metadata() }).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Answer<wire::get_provider_schema::Response> {
        let span = self.0.span("GetProviderSchema", Subject::Provider);
        logged(span, async { self.0.provider_schemas() }).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Answer<wire::get_resource_identity_schemas::Response> {
        let span = self.0.span("GetResourceIdentitySchemas", Subject::Provider);
        logged(span, async { self.0.identity_schemas() }).await
    }

    async fn get_functions(
        &self,
        _: Request<wire::get_functions::Request>,
    ) -> Answer<wire::get_functions::Response> {
        let span = self.0.span("GetFunctions", Subject::Provider);
        logged(span, async { self.0.functions() }).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Answer<wire::validate_provider_config::Response> {
        let request = request.into_inner();
        let span = self.0.span("ValidateProviderConfig", Subject::Provider);
        logged(span, async { self.0.validate_provider(request) }).await
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Answer<wire::configure_provider::Response> {
        let request = request.into_inner();
        let span = self.0.span("ConfigureProvider", Subject::Provider);
        logged(span, configure::answer(self.clone(), request)).await
    }

    async fn stop_provider(
        &self,
        _: Request<wire::stop_provider::Request>,
    ) -> Answer<wire::stop_provider::Response> {
        let span = self.0.span("StopProvider", Subject::Provider);
        logged(span, async { self.0.stopped() }).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Answer<wire::validate_resource_config::Response> {
        let request = request.into_inner();
        let span = self.0.span("ValidateResourceConfig", Resource(&request.type_name));
        logged(span, async { self.0.validate_resource(request) }).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Answer<wire::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let span = self.0.span("UpgradeResourceState", Resource(&request.type_name));
        logged(span, async { upgrade::state(&self.0, request) }).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<wire::upgrade_resource_identity::Request>,
    ) -> Answer<wire::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let span = self.0.span("UpgradeResourceIdentity", Resource(&request.type_name));
        logged(span, async { upgrade::identity(&self.0, &request) }).await
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Answer<wire::read_resource::Response> {
        let request = request.into_inner();
        let span = self.0.span("ReadResource", Resource(&request.type_name));
        logged(span, read::answer(&self.0, request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Answer<wire::plan_resource_change::Response> {
        let request = request.into_inner();
        let span = self.0.span("PlanResourceChange", Resource(&request.type_name));
        logged(span, plan::answer(&self.0, request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Answer<wire::apply_resource_change::Response> {
        let request = request.into_inner();
        let span = self.0.span("ApplyResourceChange", Resource(&request.type_name));
        logged(span, apply::answer(self.clone(), request)).await
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Answer<wire::import_resource_state::Response> {
        let request = request.into_inner();
        let span = self.0.span("ImportResourceState", Resource(&request.type_name));
        logged(span, import::answer(&self.0, request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<wire::move_resource_state::Request>,
    ) -> Answer<wire::move_resource_state::Response> {
        let request = request.into_inner();
        let span = self.0.span("MoveResourceState", Resource(&request.target_type_name));
        logged(span, async { moved::answer(&self.0, request) }).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Answer<wire::validate_data_resource_config::Response> {
        let request = request.into_inner();
        let span = self.0.span("ValidateDataResourceConfig", DataSource(&request.type_name));
        logged(span, async { data_source::validate(&self.0, request) }).await
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Answer<wire::read_data_source::Response> {
        let request = request.into_inner();
        let span = self.0.span("ReadDataSource", DataSource(&request.type_name));
        logged(span, data_source::read(&self.0, request)).await
    }

    async fn call_function(
        &self,
        request: Request<wire::call_function::Request>,
    ) -> Answer<wire::call_function::Response> {
        let request = request.into_inner();
        let span = self.0.span("CallFunction", Function(&request.name));
        logged(span, async { function::call(&self.0, request) }).await
    }
}
