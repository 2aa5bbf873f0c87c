//! The part of the control API that is about fleets: what their members export, and who is kept away from a hub.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::put;
use bytes::Bytes;
use serde::Deserialize;

use super::control::answers::{Shares, done, read};
use super::refusal::Refusal;
use super::shared::Shared;
use crate::service::{ExportPlace, ExportSeed, FleetSeed};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HubBody {
    forbidden: bool,
}

/// The parts of a path that name an export.
#[derive(Deserialize)]
struct ExportPath {
    fleet: String,
    member: String,
    namespace: String,
    name: String,
}

impl ExportPath {
    fn place(&self) -> ExportPlace<'_> {
        let Self { fleet, member, namespace, name } = self;
        ExportPlace { fleet, member, namespace, name }
    }
}

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/emulator/fleets", put(put_fleet))
        .route("/emulator/fleets/{fleet}/hub", put(set_hub))
        .route(
            "/emulator/fleets/{fleet}/members/{member}/exports/{namespace}/{name}",
            put(put_export).delete(withdraw_export),
        )
}

async fn put_fleet(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let seed: FleetSeed = read(&body)?;
    shared.service().seed_fleet(seed)?;
    done(&shared).await
}

async fn set_hub(
    State(shared): Shares,
    Path(fleet): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let HubBody { forbidden } = read(&body)?;
    shared.service().forbid_hub(&fleet, forbidden)?;
    done(&shared).await
}

async fn put_export(
    State(shared): Shares,
    Path(path): Path<ExportPath>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let seed: ExportSeed = read(&body)?;
    shared.service().seed_export(path.place(), seed)?;
    done(&shared).await
}

async fn withdraw_export(State(shared): Shares, Path(path): Path<ExportPath>) -> Result<StatusCode, Refusal> {
    if !shared.service().withdraw_export(path.place())? {
        let why = format!("there is no export '{}/{}' in '{}'", path.namespace, path.name, path.member);
        return Err(Refusal(StatusCode::NOT_FOUND, why));
    }
    done(&shared).await
}
