//! The control API below `/emulator`: health, reset, request log, faults, latency, the certificate authority, routes.
//!
//! Its JSON is read strictly: an unknown field is refused, and every refusal names the field.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{any, get, post, put};
use axum::{Router, middleware};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) mod answers;
mod question;
mod routes;

use answers::{Shares, done, read};

use super::faults::{Fault, ListedFault};
use super::refusal::Refusal;
use super::requests::RecordedRequest;
use super::shared::Shared;
use super::{bodies, fleets, seeding};
use crate::service::Health;

/// The largest delay that [`latency`] accepts.
const LONGEST_LATENCY: u64 = 600_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LatencyBody {
    milliseconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HealthBody {
    status: String,
}

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/emulator/health", get(health))
        .route("/emulator/health/{profile}/{endpoint}", put(set_health))
        .route("/emulator/reset", post(reset))
        .route("/emulator/requests", get(requests).delete(clear_requests))
        .route("/emulator/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/emulator/latency", get(latency).put(set_latency))
        .route("/emulator/ca", get(certificate))
        .route("/emulator", any(unknown))
        .route("/emulator/", any(unknown))
        .route("/emulator/{*path}", any(unknown))
        .merge(routes::router())
        .merge(seeding::router())
        .merge(fleets::router())
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(bodies::first))
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

/// The certificate that clients of https have to trust.
async fn certificate(State(shared): Shares) -> Response {
    ([("content-type", "application/x-pem-file")], shared.ca_pem.clone()).into_response()
}

async fn reset(State(shared): Shares) -> Result<StatusCode, Refusal> {
    shared.reset();
    done(&shared).await
}

async fn requests(State(shared): Shares) -> Json<Vec<RecordedRequest>> {
    Json(shared.requests().list())
}

async fn clear_requests(State(shared): Shares) -> StatusCode {
    shared.requests().clear();
    StatusCode::NO_CONTENT
}

async fn faults(State(shared): Shares) -> Json<Vec<ListedFault>> {
    Json(shared.faults().list())
}

async fn add_fault(State(shared): Shares, body: Bytes) -> Result<(StatusCode, Json<Value>), Refusal> {
    let fault: Fault = read(&body)?;
    match shared.faults().add(fault) {
        Ok(id) => Ok((StatusCode::CREATED, Json(json!({ "id": id })))),
        Err(error) => Err(Refusal(StatusCode::BAD_REQUEST, error.to_string())),
    }
}

async fn clear_faults(State(shared): Shares) -> StatusCode {
    shared.faults().clear();
    StatusCode::NO_CONTENT
}

async fn latency(State(shared): Shares) -> Json<Value> {
    let milliseconds = u64::try_from(shared.latency().as_millis()).unwrap_or(u64::MAX);
    Json(json!({ "milliseconds": milliseconds }))
}

async fn set_latency(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let LatencyBody { milliseconds } = read(&body)?;
    if milliseconds > LONGEST_LATENCY {
        let why = format!("milliseconds: {milliseconds} is not possible; use at most {LONGEST_LATENCY}");
        return Err(Refusal(StatusCode::BAD_REQUEST, why));
    }
    shared.set_latency(milliseconds);
    Ok(StatusCode::NO_CONTENT)
}

async fn set_health(
    State(shared): Shares,
    Path((profile, endpoint)): Path<(String, String)>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let HealthBody { status } = read(&body)?;
    let health = Health::parse_ignoring_case(&status).ok_or_else(|| {
        let why = format!(
            "status: '{status}' cannot be set; use Online, Degraded, CheckingEndpoint or Stopped (the other statuses \
             follow from the settings of the profile and the endpoint)"
        );
        Refusal(StatusCode::BAD_REQUEST, why)
    })?;
    shared.service().set_health(&profile, &endpoint, health)?;
    done(&shared).await
}

async fn unknown() -> Refusal {
    Refusal(StatusCode::NOT_FOUND, what_there_is())
}

async fn wrong_method() -> Refusal {
    Refusal(StatusCode::METHOD_NOT_ALLOWED, what_there_is())
}

fn what_there_is() -> String {
    "the control API has GET /emulator/health, GET /emulator/ca, PUT /emulator/health/{profile}/{endpoint}, \
     GET /emulator/profiles, GET /emulator/route/{profile}, \
     POST /emulator/reset, GET and DELETE /emulator/requests, GET, POST and DELETE /emulator/faults, GET and PUT \
     /emulator/latency, PUT /emulator/targets, GET, PUT and DELETE /emulator/target-addresses, GET, PUT and DELETE \
     /emulator/credentials, PUT /emulator/tokens, POST \
     /emulator/tokens/expire, PUT and DELETE /emulator/roles, PUT /emulator/subscriptions, GET and PUT \
     /emulator/limits, PUT /emulator/group-deletion, PUT /emulator/heat-map/{profile}, PUT /emulator/fleets, GET and DELETE \
     /emulator/fleets/requests, PUT /emulator/fleets/{fleet}/hub, GET /emulator/fleets/{fleet}/exports, PUT and DELETE \
     /emulator/fleets/{fleet}/members/{member}/exports/{namespace}/{name}"
        .to_owned()
}
