//! `ReadResource`.

use std::sync::Arc;

use super::failure::failure;
use super::identity::{stable, to_wire};
use super::isolate::isolated;
use super::shared::Shared;
use super::values::{decode, encode};
use crate::cty::Value;
use crate::diagnostics::Diagnostics;
use crate::erased::Said;
use crate::planning;
use crate::private::Private;
use crate::proto::tfplugin6 as wire;
use wire::read_resource::{Request, Response};

pub(super) async fn answer(shared: &Shared, request: Request) -> Response {
    let type_name = request.type_name.clone();
    let (response, said) = read(shared, request).await.unwrap_or_else(|failed| (Response::default(), failed));
    Response { diagnostics: shared.resources.said_of(&type_name, said), ..response }
}

async fn read(shared: &Shared, request: Request) -> Result<Said<Response>, Diagnostics> {
    let managed = shared.resources.find(&request.type_name)?;
    let current = decode(request.current_state, managed.object_type())?;
    if current.is_null() {
        return Err(failure("Nothing to read", "Terraform asked to read a resource without a state."));
    }
    let before = managed.identity(request.current_identity)?;
    let context = shared.context()?;
    let resource = Arc::clone(&managed.implementation);
    let (reference, private) = (current.clone(), Private::decode(&request.private));
    let (found, mut diagnostics) =
        isolated(async move { resource.read(context, current, private).await }).await?;
    let Some(found) = found else {
        // With an error, Terraform keeps what it has. Without one, null says that the resource is gone.
        let new_state = (!diagnostics.has_errors()).then(|| encode(&Value::Null));
        return Ok((Response { new_state, ..Default::default() }, diagnostics));
    };
    let block = managed.schema().block();
    let state = planning::reconcile(block, &reference, block.conform(found.value));
    let own = managed.identity_of(&state, &mut diagnostics);
    let identity = stable(before, own).unwrap_or_else(|changed| {
        diagnostics.append(changed);
        None
    });
    let response = Response {
        new_state: Some(encode(&state.with_unknowns_as_null())),
        private: found.private.encode(),
        new_identity: to_wire(identity.as_ref()),
        ..Default::default()
    };
    Ok((response, diagnostics))
}
