//! `ValidateDataResourceConfig` and `ReadDataSource`.

use std::sync::Arc;

use super::failure::failure;
use super::isolate::{isolated, isolated_now};
use super::shared::Shared;
use super::values::{decode, encode};
use crate::constraints;
use crate::cty::Value;
use crate::diagnostics::Diagnostics;
use crate::erased::Said;
use crate::proto::tfplugin6 as wire;
use wire::{read_data_source, validate_data_resource_config};

pub(super) fn validate(
    shared: &Shared,
    request: validate_data_resource_config::Request,
) -> validate_data_resource_config::Response {
    let type_name = request.type_name.clone();
    let check = || {
        let source = shared.data_sources.find(&request.type_name)?;
        let config = decode(request.config, source.object_type())?;
        let mut diagnostics = Diagnostics::new();
        let config = constraints::refuse(source.schema().block(), config, &mut diagnostics);
        diagnostics.append(isolated_now(|| source.implementation.validate(config))?);
        Ok(diagnostics)
    };
    let diagnostics = check().unwrap_or_else(|failed| failed);
    validate_data_resource_config::Response {
        diagnostics: shared.data_sources.said_of(&type_name, diagnostics),
    }
}

pub(super) async fn read(shared: &Shared, request: read_data_source::Request) -> read_data_source::Response {
    let type_name = request.type_name.clone();
    let (state, said) = answer(shared, request).await.unwrap_or_else(|failed| (None, failed));
    let diagnostics = shared.data_sources.said_of(&type_name, said);
    read_data_source::Response { state: state.as_ref().map(encode), diagnostics, deferred: None }
}

async fn answer(
    shared: &Shared,
    request: read_data_source::Request,
) -> Result<Said<Option<Value>>, Diagnostics> {
    let described = shared.data_sources.find(&request.type_name)?;
    let config = decode(request.config, described.object_type())?;
    let context = shared.context()?;
    let source = Arc::clone(&described.implementation);
    let (found, mut diagnostics) = isolated(async move { source.read(context, config).await }).await?;
    if found.is_none() && !diagnostics.has_errors() {
        diagnostics.append(failure("No data", "The provider answered no data: this is a bug in it."));
    }
    let block = described.schema().block();
    Ok((found.map(|found| block.conform(found).with_unknowns_as_null()), diagnostics))
}
