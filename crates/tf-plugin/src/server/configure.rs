//! `ValidateProviderConfig`, `ConfigureProvider` and `ValidateResourceConfig`.

use std::sync::{Arc, PoisonError};

use super::isolate::{isolated, isolated_now};
use super::shared::{Server, Shared};
use super::values::decode;
use crate::constraints;
use crate::diagnostics::Diagnostics;
use crate::proto::tfplugin6 as wire;

impl Shared {
    pub(super) fn validate_provider(
        &self,
        request: wire::validate_provider_config::Request,
    ) -> wire::validate_provider_config::Response {
        let check = || {
            let schema = self.provider.schema();
            let config = decode(request.config, &schema.object_type())?;
            let mut diagnostics = Diagnostics::new();
            let config = constraints::refuse(schema.block(), config, &mut diagnostics);
            diagnostics.append(isolated_now(|| self.provider.implementation.validate(config))?);
            Ok(diagnostics)
        };
        let diagnostics = check().unwrap_or_else(|failed| failed);
        wire::validate_provider_config::Response { diagnostics: self.said_of_provider(diagnostics) }
    }

    pub(super) fn validate_resource(
        &self,
        request: wire::validate_resource_config::Request,
    ) -> wire::validate_resource_config::Response {
        let type_name = request.type_name.clone();
        let check = || {
            let managed = self.resources.find(&request.type_name)?;
            let config = decode(request.config, managed.object_type())?;
            let mut diagnostics = Diagnostics::new();
            let config = constraints::refuse(managed.schema().block(), config, &mut diagnostics);
            diagnostics.append(isolated_now(|| managed.implementation.validate(config))?);
            Ok(diagnostics)
        };
        let diagnostics = check().unwrap_or_else(|failed| failed);
        wire::validate_resource_config::Response {
            diagnostics: self.resources.said_of(&type_name, diagnostics),
        }
    }
}

/// Makes the provider's data and puts it in the place of what was there.
pub(super) async fn answer(
    server: Server,
    request: wire::configure_provider::Request,
) -> wire::configure_provider::Response {
    let diagnostics = configure(&server, request).await.unwrap_or_else(|failed| failed);
    wire::configure_provider::Response { diagnostics: server.0.said_of_provider(diagnostics) }
}

async fn configure(
    server: &Server,
    request: wire::configure_provider::Request,
) -> Result<Diagnostics, Diagnostics> {
    let shared = &server.0;
    let config = decode(request.config, &shared.provider.schema().object_type())?;
    let provider = Arc::clone(&shared.provider.implementation);
    let (data, diagnostics) =
        isolated(async move { provider.configure(config, request.terraform_version).await }).await?;
    if let Some(data) = data {
        *shared.data.write().unwrap_or_else(PoisonError::into_inner) = Some(data);
    }
    Ok(diagnostics)
}
