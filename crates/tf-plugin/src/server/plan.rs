//! `PlanResourceChange`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::identity::{stable, to_wire};
use super::isolate::isolated;
use super::registered::Managed;
use super::shared::Shared;
use super::values::{decode, encode};
use crate::constraints;
use crate::cty::{Path, Value};
use crate::diagnostics::{Diagnostics, path_into_wire};
use crate::erased::{AnyChange, Said};
use crate::planning;
use crate::private::Private;
use crate::proto::tfplugin6 as wire;
use wire::plan_resource_change::{Request, Response};

pub(super) async fn answer(shared: &Shared, request: Request) -> Response {
    let type_name = request.type_name.clone();
    let (response, said) = plan(shared, request).await.unwrap_or_else(|failed| (Response::default(), failed));
    Response { diagnostics: shared.resources.said_of(&type_name, said), ..response }
}

async fn plan(shared: &Shared, request: Request) -> Result<Said<Response>, Diagnostics> {
    let managed = shared.resources.find(&request.type_name)?;
    let of = managed.object_type();
    let prior = decode(request.prior_state, of)?;
    let proposed = decode(request.proposed_new_state, of)?;
    let before = managed.identity(request.prior_identity)?;
    if proposed.is_null() {
        let private = Private::decode(&request.prior_private);
        let diagnostics = destroy(shared, managed, prior, private).await?;
        let response = Response {
            planned_state: Some(encode(&Value::Null)),
            planned_private: request.prior_private,
            planned_identity: to_wire(before.as_ref()),
            ..Default::default()
        };
        return Ok((response, diagnostics));
    }
    let config = decode(request.config, of)?;
    refuse_what_is_not_allowed(managed, &config)?;
    let private = Private::decode(&request.prior_private);
    // Terraform allows deferrals only while it applies, when each plan is made once more.
    let is_during_apply = request.client_capabilities.is_some_and(|client| client.deferral_allowed);
    let call = AnyChange { config, prior, planned: proposed, private, is_during_apply };
    change(shared, managed, call, before).await
}

/// A value that was unknown when the configuration was validated may be null now. Each apply begins with a plan, so
/// it is refused before anything is done. Validation sees all others first, and a plan follows only if it passes.
fn refuse_what_is_not_allowed(managed: &Managed, config: &Value) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    constraints::refuse(managed.schema().block(), config.clone(), &mut diagnostics);
    if diagnostics.is_empty() { Ok(()) } else { Err(diagnostics) }
}

async fn destroy(
    shared: &Shared,
    managed: &Managed,
    prior: Value,
    private: Private,
) -> Result<Diagnostics, Diagnostics> {
    let context = shared.context()?;
    let resource = Arc::clone(&managed.implementation);
    isolated(async move { resource.plan_destroy(context, prior, private).await }).await
}

async fn change(
    shared: &Shared,
    managed: &Managed,
    call: AnyChange,
    before: Option<Value>,
) -> Result<Said<Response>, Diagnostics> {
    let block = managed.schema().block();
    let context = shared.context()?;
    let resource = Arc::clone(&managed.implementation);
    let prior = call.prior.clone();
    // The proposal holds write-only values, which are no part of a plan: left in, each plan would show a change.
    let planned = planning::complete(block, &call.config, &call.prior, block.conform(call.planned));
    let call = AnyChange { planned, ..call };
    let (planned, mut diagnostics) = isolated(async move { resource.plan(context, call).await }).await?;
    let Some(planned) = planned else {
        return Ok((Response::default(), diagnostics));
    };
    let state = block.conform(planned.state.value);
    let replace = replace_paths(managed, &prior, &state, planned.replace);
    let own = managed.identity_of(&state, &mut diagnostics);
    let before = before.filter(|_| !prior.is_null() && replace.is_empty());
    let identity = stable(before, own).unwrap_or_else(|changed| {
        diagnostics.append(changed);
        None
    });
    let response = Response {
        planned_state: Some(encode(&state)),
        requires_replace: replace.iter().map(path_into_wire).collect(),
        planned_private: planned.state.private.encode(),
        planned_identity: to_wire(identity.as_ref()),
        ..Default::default()
    };
    Ok((response, diagnostics))
}

/// In order and each once. Core refuses a path that leads nowhere, so none is sent on create.
fn replace_paths(managed: &Managed, prior: &Value, planned: &Value, own: Vec<Path>) -> BTreeSet<Path> {
    if prior.is_null() {
        return BTreeSet::new();
    }
    let by_schema = planning::replacements(managed.schema().block(), prior, planned);
    own.into_iter().chain(by_schema).collect()
}
