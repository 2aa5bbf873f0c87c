//! `ApplyResourceChange`: create, update or delete, in a task that goes on when the call is dropped.
//!
//! What Terraform stores after an error depends on the answer: no state after a failed create orphans what was
//! created; no state after a failed update or delete keeps state, private data and identity as they were; a
//! state takes private data and identity from the same answer.

use std::sync::Arc;

use super::failure::failure;
use super::identity::{stable, to_wire};
use super::isolate::untorn;
use super::registered::Managed;
use super::shared::Server;
use super::values::{decode, encode};
use crate::context::{Checkpoint, Untyped};
use crate::cty::Value;
use crate::diagnostics::Diagnostics;
use crate::erased::{AnyChange, AnyResource, AnyState, Said};
use crate::planning;
use crate::private::Private;
use crate::proto::tfplugin6 as wire;
use wire::apply_resource_change::{Request, Response};

pub(super) async fn answer(server: Server, request: Request) -> Response {
    let type_name = request.type_name.clone();
    let (response, said) =
        apply(&server, request).await.unwrap_or_else(|failed| (Response::default(), failed));
    Response { diagnostics: server.0.resources.said_of(&type_name, said), ..response }
}

async fn apply(server: &Server, request: Request) -> Result<Said<Response>, Diagnostics> {
    let managed = server.0.resources.find(&request.type_name)?;
    let of = managed.object_type();
    let prior = decode(request.prior_state, of)?;
    let planned = decode(request.planned_state, of)?;
    let config = decode(request.config, of)?;
    let identity = managed.identity(request.planned_identity)?;
    let context = server.0.context()?;
    let resource = Arc::clone(&managed.implementation);
    if planned.is_null() {
        let private = Private::decode(&request.planned_private);
        return Ok(delete(server, resource, context, (prior, private)).await);
    }
    let checkpoint = context.checkpoint.clone();
    let private = Private::decode(&request.planned_private);
    let remembered = private.clone();
    let call =
        AnyChange { config: config.clone(), prior, planned: planned.clone(), private, is_during_apply: true };
    let is_create = call.prior.is_null();
    let said = untorn(&server.0.applies, async move { change(resource, context, call).await }).await;
    let (written, mut diagnostics) = or_saved(said, remembered, &checkpoint);
    let Some(written) = written else {
        if !diagnostics.has_errors() {
            diagnostics.append(failure("No state", "The provider answered no state: this is a bug in it."));
        }
        return Ok((Response::default(), diagnostics));
    };
    let state = planning::keep_planned(managed.schema().block(), &config, &planned, written.value);
    let state = finished(managed, &planned, state, &mut diagnostics);
    let before = if is_create { None } else { identity.clone() };
    let own = managed.identity_of(&state, &mut diagnostics);
    let identity = stable(before.clone(), own.or(identity)).unwrap_or_else(|changed| {
        diagnostics.append(changed);
        // A state takes its identity from the same answer, so leaving it out would forget it.
        before
    });
    // Half an identity would be held against the whole one later; none is completed by the next refresh.
    let identity = identity.filter(Value::is_wholly_known);
    let response = Response {
        new_state: Some(encode(&state)),
        private: written.private.encode(),
        new_identity: to_wire(identity.as_ref()),
        ..Default::default()
    };
    Ok((response, diagnostics))
}

async fn change(resource: Arc<dyn AnyResource>, context: Untyped, call: AnyChange) -> Said<Option<AnyState>> {
    if call.prior.is_null() {
        resource.create(context, call).await
    } else {
        resource.update(context, call).await
    }
}

/// What the call answered or, if it answered no state, what it had saved on its way.
fn or_saved(
    said: Result<Said<Option<AnyState>>, Diagnostics>,
    remembered: Private,
    checkpoint: &Checkpoint,
) -> Said<Option<AnyState>> {
    let (written, diagnostics) = said.unwrap_or_else(|crash| (None, crash));
    let saved = || checkpoint.take().map(|value| AnyState { value, private: remembered });
    (written.or_else(saved), diagnostics)
}

/// The new state in the plan's own spelling and without unknowns.
fn finished(managed: &Managed, planned: &Value, state: Value, diagnostics: &mut Diagnostics) -> Value {
    let block = managed.schema().block();
    let state = planning::reconcile(block, planned, block.conform(state));
    if let Some(path) = state.first_unknown()
        && !diagnostics.has_errors()
    {
        diagnostics.error(
            path,
            "Value not known after apply",
            "The provider left this value unknown: this is a bug in it. The rest of the state was saved.",
        );
    }
    state.with_unknowns_as_null()
}

async fn delete(
    server: &Server,
    resource: Arc<dyn AnyResource>,
    context: Untyped,
    (prior, private): (Value, Private),
) -> Said<Response> {
    let deleted =
        untorn(&server.0.applies, async move { resource.delete(context, prior, private).await }).await;
    let diagnostics = deleted.unwrap_or_else(|crash| crash);
    // Without a state, Terraform keeps the old one after an error, with private data and identity.
    let new_state = (!diagnostics.has_errors()).then(|| encode(&Value::Null));
    (Response { new_state, ..Default::default() }, diagnostics)
}
