//! The part of the control API that is about fleets: what their members export, and who is kept away from a hub.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::{get, put};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::control::answers::{Shares, done, read};
use super::refusal::Refusal;
use super::requests::RecordedRequest;
use super::shared::Shared;
use crate::hub::members;
use crate::service::{ExportPlace, ExportSeed, FleetSeed};

/// Who reads on a hub for the control API.
const READER: &str = "emulator";

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
        .route("/emulator/fleets/requests", get(requests).delete(clear_requests))
        .route("/emulator/fleets/{fleet}/exports", get(exports))
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

/// What members export, with what each says of it.
async fn exports(State(shared): Shares, Path(fleet): Path<String>) -> Result<Json<Value>, Refusal> {
    let hub = shared.service().hub_named(&fleet)?;
    let client = shared.hubs.open(&hub.key).api.client(READER);
    let mut all = Vec::new();
    for member in shared.service().members_of_hub(&hub.key) {
        for export in &member.exports {
            all.push(json!({
                "member": member.name,
                "namespace": export.namespace,
                "name": export.name,
                "weight": export.weight,
                "conditions": members::conditions(&client, &member.name, export),
            }));
        }
    }
    Ok(Json(Value::Array(all)))
}

/// The requests that the controllers of hubs sent to Azure so far.
async fn requests(State(shared): Shares) -> Json<Vec<RecordedRequest>> {
    Json(shared.fleet_requests().list())
}

async fn clear_requests(State(shared): Shares) -> StatusCode {
    shared.fleet_requests().clear();
    StatusCode::NO_CONTENT
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
