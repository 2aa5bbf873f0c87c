//! `ImportResourceState`.

use std::sync::Arc;

use super::failure::failure;
use super::identity::to_wire;
use super::isolate::isolated;
use super::shared::Shared;
use super::values::encode;
use crate::diagnostics::Diagnostics;
use crate::erased::{ImportBy, Said};
use crate::proto::tfplugin6 as wire;
use wire::import_resource_state::{ImportedResource, Request, Response};

pub(super) async fn answer(shared: &Shared, request: Request) -> Response {
    let type_name = request.type_name.clone();
    let (imported_resources, said) =
        import(shared, request).await.unwrap_or_else(|failed| (Vec::new(), failed));
    let diagnostics = shared.resources.said_of(&type_name, said);
    Response { imported_resources, diagnostics, deferred: None }
}

async fn import(shared: &Shared, request: Request) -> Result<Said<Vec<ImportedResource>>, Diagnostics> {
    let managed = shared.resources.find(&request.type_name)?;
    let given = managed.identity(request.identity)?;
    let import = match &given {
        Some(identity) if request.id.is_empty() => ImportBy::Identity(identity.clone()),
        _ if request.id.is_empty() => {
            return Err(failure("Import without id", "An import needs an id or an identity."));
        }
        _ => ImportBy::Id(request.id),
    };
    let context = shared.context()?;
    let resource = Arc::clone(&managed.implementation);
    let (found, mut diagnostics) = isolated(async move { resource.import(context, import).await }).await?;
    let imported = found.map(|found| {
        let state = managed.schema().block().conform(found.value).with_unknowns_as_null();
        let identity = managed.identity_of(&state, &mut diagnostics).or(given);
        // The read that follows, in this process or in another, is told that it is the first.
        let private = found.private.of_import();
        ImportedResource {
            type_name: request.type_name,
            state: Some(encode(&state)),
            private: private.encode(),
            identity: to_wire(identity.as_ref()),
        }
    });
    Ok((imported.into_iter().collect(), diagnostics))
}
