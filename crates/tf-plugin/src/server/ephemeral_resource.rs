//! `ValidateEphemeralResourceConfig`, `OpenEphemeralResource`, `RenewEphemeralResource` and `CloseEphemeralResource`.
//!
//! A host closes only what it was handed, so what was opened and cannot be handed over is closed here.

use std::sync::Arc;
use std::time::SystemTime;

use super::failure::failure;
use super::isolate::{isolated_now, untorn};
use super::registered::Registered;
use super::shared::{Server, Shared};
use super::values::{decode, encode};
use crate::constraints;
use crate::context::Untyped;
use crate::cty::{Path, Value};
use crate::diagnostics::Diagnostics;
use crate::erased::Said;
use crate::erased_ephemeral_resource::{AnyEphemeralResource, AnyOpened};
use crate::planning;
use crate::private::Private;
use crate::proto::tfplugin6 as wire;
use crate::schema::Block;
use wire::{
    close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource,
    validate_ephemeral_resource_config,
};

pub(super) fn validate(
    shared: &Shared,
    request: validate_ephemeral_resource_config::Request,
) -> validate_ephemeral_resource_config::Response {
    let type_name = request.type_name.clone();
    let check = || {
        let described = shared.ephemeral_resources.find(&request.type_name)?;
        let config = decode(request.config, described.object_type())?;
        let mut diagnostics = Diagnostics::new();
        let config = constraints::refuse(described.schema().block(), config, &mut diagnostics);
        diagnostics.append(isolated_now(|| described.implementation.validate(config))?);
        Ok(diagnostics)
    };
    let diagnostics = check().unwrap_or_else(|failed| failed);
    validate_ephemeral_resource_config::Response {
        diagnostics: shared.ephemeral_resources.said_of(&type_name, diagnostics),
    }
}

pub(super) async fn open(
    server: Server,
    request: open_ephemeral_resource::Request,
) -> open_ephemeral_resource::Response {
    let type_name = request.type_name.clone();
    let (response, said) = opened(&server, request).await.unwrap_or_else(|failed| (<_>::default(), failed));
    let diagnostics = server.0.ephemeral_resources.said_of(&type_name, said);
    open_ephemeral_resource::Response { diagnostics, ..response }
}

async fn opened(
    server: &Server,
    request: open_ephemeral_resource::Request,
) -> Result<Said<open_ephemeral_resource::Response>, Diagnostics> {
    let described = server.0.ephemeral_resources.find(&request.type_name)?;
    let block = described.schema().block();
    let config = decode(request.config, described.object_type())?;
    if let Some(path) = config.first_unknown() {
        let can_wait = request.client_capabilities.is_some_and(|client| client.deferral_allowed);
        return later(block, config, path, can_wait).map(|response| (response, Diagnostics::new()));
    }
    let context = server.0.context()?;
    let (resource, of_open) = (Arc::clone(&described.implementation), context.clone());
    let given = config.clone();
    let opening = untorn(&server.0.applies, async move { resource.open(of_open, given).await });
    let (opened, mut diagnostics) = opening.await?;
    let Some(AnyOpened { result, lease }) = opened else {
        if !diagnostics.has_errors() {
            diagnostics
                .append(failure("Nothing opened", "The provider opened nothing: this is a bug in it."));
        }
        return Ok((<_>::default(), diagnostics));
    };
    let result = sound(block, config, result, &mut diagnostics);
    if diagnostics.has_errors() {
        diagnostics.append(closed(server, described, context, lease.private).await);
        return Ok((<_>::default(), diagnostics));
    }
    let response = open_ephemeral_resource::Response {
        result: Some(encode(&result)),
        private: Some(lease.private.encode()),
        renew_at: lease.renew_at.map(timestamp),
        ..Default::default()
    };
    Ok((response, diagnostics))
}

/// The answer to a configuration that is not known yet, of a host that can wait.
fn later(
    block: &Block,
    config: Value,
    path: Path,
    can_wait: bool,
) -> Result<open_ephemeral_resource::Response, Diagnostics> {
    if !can_wait {
        let mut diagnostics = Diagnostics::new();
        let detail = "It cannot be opened before all of its configuration is known.";
        diagnostics.error(path, "Configuration not known", detail);
        return Err(diagnostics);
    }
    let result = planning::overlay(block, block.conform(config), &Value::unknown());
    let reason = wire::deferred::Reason::ResourceConfigUnknown.into();
    Ok(open_ephemeral_resource::Response {
        result: Some(encode(&result)),
        deferred: Some(wire::Deferred { reason }),
        ..Default::default()
    })
}

/// The result in the configuration's own spelling. What Terraform would refuse in it is an error.
fn sound(block: &Block, config: Value, result: Value, diagnostics: &mut Diagnostics) -> Value {
    let result = planning::reconcile(block, &config, block.conform(result));
    if diagnostics.has_errors() {
        return result;
    }
    if let Some(path) = result.first_unknown() {
        let detail = "The provider opened it and left this value unknown: this is a bug in it.";
        diagnostics.error(path, "Value not known", detail);
        return result;
    }
    let expected = planning::overlay(block, block.conform(config), &result);
    if let Some(path) = first_difference(&expected, &result) {
        let detail = "The provider opened it and answered another value than the configured one: this is a bug \
                      in it.";
        diagnostics.error(path, "Configured value changed", detail);
    }
    result
}

/// The attribute in which two objects differ, or the root if one of them is none.
fn first_difference(expected: &Value, found: &Value) -> Option<Path> {
    match (expected, found) {
        (Value::Map(expected), Value::Map(found)) => {
            let differs = expected.iter().find(|(name, value)| found.get(*name) != Some(value));
            differs.map(|(name, _)| Path::new(name))
        }
        _ => Some(Path::root()),
    }
}

pub(super) async fn renew(
    server: Server,
    request: renew_ephemeral_resource::Request,
) -> renew_ephemeral_resource::Response {
    let type_name = request.type_name.clone();
    let (response, said) = renewed(&server, request).await.unwrap_or_else(|failed| (<_>::default(), failed));
    let diagnostics = server.0.ephemeral_resources.said_of(&type_name, said);
    renew_ephemeral_resource::Response { diagnostics, ..response }
}

async fn renewed(
    server: &Server,
    request: renew_ephemeral_resource::Request,
) -> Result<Said<renew_ephemeral_resource::Response>, Diagnostics> {
    let described = server.0.ephemeral_resources.find(&request.type_name)?;
    let private = Private::decode(request.private());
    let context = server.0.context()?;
    let resource = Arc::clone(&described.implementation);
    let renewing = untorn(&server.0.applies, async move { resource.renew(context, private).await });
    let (lease, mut diagnostics) = renewing.await?;
    if lease.is_none() && !diagnostics.has_errors() {
        diagnostics.append(failure("Nothing renewed", "The provider renewed nothing: this is a bug in it."));
    }
    let response = lease.map(|lease| renew_ephemeral_resource::Response {
        private: Some(lease.private.encode()),
        renew_at: lease.renew_at.map(timestamp),
        ..Default::default()
    });
    Ok((response.unwrap_or_default(), diagnostics))
}

pub(super) async fn close(
    server: Server,
    request: close_ephemeral_resource::Request,
) -> close_ephemeral_resource::Response {
    let ask = || {
        let described = server.0.ephemeral_resources.find(&request.type_name)?;
        Ok((described, server.0.context()?))
    };
    let said = match ask() {
        Ok((described, context)) => {
            closed(&server, described, context, Private::decode(request.private())).await
        }
        Err(failed) => failed,
    };
    let diagnostics = server.0.ephemeral_resources.said_of(&request.type_name, said);
    close_ephemeral_resource::Response { diagnostics }
}

async fn closed(
    server: &Server,
    described: &Registered<dyn AnyEphemeralResource>,
    context: Untyped,
    private: Private,
) -> Diagnostics {
    let resource = Arc::clone(&described.implementation);
    let closing = untorn(&server.0.applies, async move { resource.close(context, private).await });
    closing.await.unwrap_or_else(|crash| crash)
}

fn timestamp(at: SystemTime) -> prost_types::Timestamp {
    at.into()
}
