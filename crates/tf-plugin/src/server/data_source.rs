//! `ValidateDataResourceConfig` and `ReadDataSource`.

use std::sync::Arc;

use super::isolate::{isolated, isolated_now};
use super::values::{decode, encode};
use super::{Shared, failure};
use crate::diagnostics::Diagnostics;
use crate::proto::tfplugin6 as wire;
use wire::{read_data_source, validate_data_resource_config};

pub(super) fn validate(
    shared: &Shared,
    request: validate_data_resource_config::Request,
) -> validate_data_resource_config::Response {
    let check = || {
        let source = shared.data_source(&request.type_name)?;
        let config = decode(request.config, source.object_type())?;
        isolated_now(|| source.source.validate(config))
    };
    let diagnostics = check().unwrap_or_else(|failed| failed);
    validate_data_resource_config::Response { diagnostics: diagnostics.into_wire() }
}

pub(super) async fn read(shared: &Shared, request: read_data_source::Request) -> read_data_source::Response {
    answer(shared, request).await.unwrap_or_else(|failed| read_data_source::Response {
        diagnostics: failed.into_wire(),
        ..Default::default()
    })
}

async fn answer(
    shared: &Shared,
    request: read_data_source::Request,
) -> Result<read_data_source::Response, Diagnostics> {
    let described = shared.data_source(&request.type_name)?;
    let config = decode(request.config, described.object_type())?;
    let context = shared.context()?;
    let source = Arc::clone(&described.source);
    let (found, mut diagnostics) = isolated(async move { source.read(context, config).await }).await?;
    if found.is_none() && !diagnostics.has_errors() {
        diagnostics.append(failure("No data", "The provider answered no data: this is a bug in it."));
    }
    let block = described.schema().block();
    Ok(read_data_source::Response {
        state: found.map(|found| encode(&block.conform(found).with_unknowns_as_null())),
        diagnostics: diagnostics.into_wire(),
        deferred: None,
    })
}
