//! `MoveResourceState`: takes over the state of another resource type. The provider is not configured here.

use super::failure::failure;
use super::identity::to_wire;
use super::isolate::isolated_now;
use super::shared::Shared;
use super::values::encode;
use crate::diagnostics::Diagnostics;
use crate::erased::Said;
use crate::proto::tfplugin6 as wire;
use crate::resource::Move;
use wire::move_resource_state::{Request, Response};

pub(super) fn answer(shared: &Shared, request: Request) -> Response {
    let type_name = request.target_type_name.clone();
    let (response, said) = moved(shared, request).unwrap_or_else(|failed| (Response::default(), failed));
    Response { diagnostics: shared.resources.said_of(&type_name, said), ..response }
}

fn moved(shared: &Shared, request: Request) -> Result<Said<Response>, Diagnostics> {
    let managed = shared.resources.find(&request.target_type_name)?;
    let from = Move {
        provider: request.source_provider_address,
        type_name: request.source_type_name,
        version: request.source_schema_version,
        json: request.source_state.unwrap_or_default().json,
    };
    let (found, mut diagnostics) = isolated_now(|| managed.implementation.moved(&from))?;
    if found.is_none() && !diagnostics.has_errors() {
        diagnostics.append(failure(
            "Cannot move this resource",
            &format!(
                "{} does not know how to take over the state of {} from {}. Remove that resource from the \
                 state with a `removed` block and import this one.",
                request.target_type_name, from.type_name, from.provider
            ),
        ));
    }
    let block = managed.schema().block();
    let response = found.map(|found| {
        let state = block.conform(found.value).with_unknowns_as_null();
        Response {
            target_state: Some(encode(&state)),
            target_private: found.private.encode(),
            target_identity: to_wire(managed.identity_of(&state, &mut diagnostics).as_ref()),
            ..Default::default()
        }
    });
    Ok((response.unwrap_or_default(), diagnostics))
}
