//! The provider's gRPC service. Each call is decoded, answered by the resource, and encoded in a file of its
//! own below; here they are only listed.

mod apply;
mod configure;
mod data_source;
mod ephemeral_resource;
mod failure;
mod function;
mod identity;
mod import;
mod isolate;
mod list_resource;
mod moved;
mod plan;
mod read;
mod registered;
mod rpc_log;
mod schema;
mod shared;
mod upgrade;
mod values;

use tonic::codegen::BoxStream;
use tonic::{Request, Response};

use self::rpc_log::Subject::{DataSource, EphemeralResource, Function, ListResource, Resource};
use self::rpc_log::{Answer, Subject, logged};
use crate::proto::tfplugin6 as wire;
use crate::schema::{differences, missing};
use registered::Managed;
pub use shared::Server;

impl Server {
    /// What Terraform would refuse in the schemas, and where structs and schemas differ. Empty if all is sound;
    /// every provider's tests should ask.
    pub fn problems(&self) -> Vec<String> {
        let shared = &self.0;
        let mut found = Vec::new();
        let mut add = |name: &str, problems: Vec<String>| {
            found.extend(problems.into_iter().map(|problem| format!("{name}: {problem}")));
        };
        let provider = shared.provider.schema();
        add("provider", provider.problems());
        add(
            "provider",
            differences(&provider.object_type(), &shared.provider.implementation.declared().object_type()),
        );
        for name in &shared.registered_twice {
            add(name, vec!["it is registered twice".to_owned()]);
        }
        for (name, managed) in shared.resources.iter() {
            let left_out = &managed.schema().block().left_out;
            let declared = managed.implementation.declared().without(left_out).object_type();
            add(name, managed.schema().problems());
            add(name, differences(managed.object_type(), &declared));
            if let (Some(of), Some(declared)) =
                (managed.identity_type(), managed.implementation.declared_identity())
            {
                add(&format!("identity of {name}"), differences(&of, &declared.object_type()));
            }
        }
        for (name, source) in shared.data_sources.iter() {
            let declared = source.implementation.declared().object_type();
            add(name, source.schema().problems());
            // The struct may be that of a resource, of which a data source has a part.
            add(name, missing(source.object_type(), &declared));
        }
        for (name, opener) in shared.ephemeral_resources.iter() {
            let name = format!("ephemeral {name}");
            add(&name, opener.schema().problems());
            add(&name, differences(opener.object_type(), &opener.implementation.declared().object_type()));
        }
        for (name, lister) in shared.list_resources.iter() {
            let listed = shared.resources.find(name).ok();
            let wrong = match listed.map(Managed::identity_type) {
                None => Some("there is no resource of this name"),
                Some(None) => Some("the resource has no identity"),
                Some(Some(_)) => None,
            };
            let name = format!("list of {name}");
            add(&name, wrong.map(str::to_owned).into_iter().collect());
            add(&name, lister.schema().problems());
            add(&name, differences(lister.object_type(), &lister.implementation.declared().object_type()));
        }
        found
    }
}

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

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<wire::validate_ephemeral_resource_config::Request>,
    ) -> Answer<wire::validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        let span = self.0.span("ValidateEphemeralResourceConfig", EphemeralResource(&request.type_name));
        logged(span, async { ephemeral_resource::validate(&self.0, request) }).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<wire::open_ephemeral_resource::Request>,
    ) -> Answer<wire::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let span = self.0.span("OpenEphemeralResource", EphemeralResource(&request.type_name));
        logged(span, ephemeral_resource::open(self.clone(), request)).await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<wire::renew_ephemeral_resource::Request>,
    ) -> Answer<wire::renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        let span = self.0.span("RenewEphemeralResource", EphemeralResource(&request.type_name));
        logged(span, ephemeral_resource::renew(self.clone(), request)).await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<wire::close_ephemeral_resource::Request>,
    ) -> Answer<wire::close_ephemeral_resource::Response> {
        let request = request.into_inner();
        let span = self.0.span("CloseEphemeralResource", EphemeralResource(&request.type_name));
        logged(span, ephemeral_resource::close(self.clone(), request)).await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<wire::validate_list_resource_config::Request>,
    ) -> Answer<wire::validate_list_resource_config::Response> {
        let request = request.into_inner();
        let span = self.0.span("ValidateListResourceConfig", ListResource(&request.type_name));
        logged(span, async { list_resource::validate(&self.0, request) }).await
    }

    async fn list_resource(
        &self,
        request: Request<wire::list_resource::Request>,
    ) -> Answer<BoxStream<wire::list_resource::Event>> {
        let request = request.into_inner();
        let span = self.0.span("ListResource", ListResource(&request.type_name));
        Ok(Response::new(Box::pin(list_resource::events(self.clone(), request, span))))
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
