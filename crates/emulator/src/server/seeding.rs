//! The part of the control API that tells the emulator what no request to Azure can: targets and where they are, clients,
//! roles, subscriptions, limits, heat maps, and how long tokens and deletions last.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::{get, post, put};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::control::answers::{Shares, done, read};
use super::refusal::Refusal;
use super::shared::Shared;
use crate::directory::{ClientSeed, ListedClient};
use crate::service::{HeatMapSeed, RoleSeed, SubscriptionSeed};
use crate::target_addresses::{TargetAddress, TargetAddresses};

/// The longest life of a token: a day, as long as Azure's longest.
const LONGEST_LIFETIME: u32 = 86_400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetBody {
    id: String,
    target: String,
    location: String,
    /// Of the plan of a web app.
    tier: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsBody {
    profiles: Option<usize>,
    endpoints: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeletionBody {
    polls: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokensBody {
    lifetime_seconds: u32,
}

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/emulator/targets", put(set_target))
        .route(
            "/emulator/target-addresses",
            get(target_addresses).put(put_target_address).delete(clear_target_addresses),
        )
        .route("/emulator/credentials", get(clients).put(put_client).delete(clear_clients))
        .route("/emulator/tokens", put(set_lifetime))
        .route("/emulator/tokens/expire", post(expire_tokens))
        .route("/emulator/roles", put(put_role).delete(clear_roles))
        .route("/emulator/subscriptions", put(put_subscription))
        .route("/emulator/limits", get(limits).put(set_limits))
        .route("/emulator/group-deletion", put(set_deletion))
        .route("/emulator/heat-map/{profile}", put(put_heat_map))
}

async fn set_target(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let TargetBody { id, target, location, tier } = read(&body)?;
    for (field, value) in [("id", &id), ("target", &target), ("location", &location)] {
        if value.trim().is_empty() {
            return Err(Refusal(StatusCode::BAD_REQUEST, format!("{field}: must not be blank")));
        }
    }
    match tier {
        None => shared.service().seed_target(&id, &target, &location),
        Some(tier) => shared.service().seed_web_app(&id, &target, &location, &tier)?,
    }
    done(&shared).await
}

async fn target_addresses(State(shared): Shares) -> Json<Vec<TargetAddress>> {
    Json(shared.target_addresses().list())
}

async fn put_target_address(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let address: TargetAddress = read(&body)?;
    shared.change_target_addresses(|all| all.put(address));
    Ok(StatusCode::NO_CONTENT)
}

/// Goes back to those of the start.
async fn clear_target_addresses(State(shared): Shares) -> StatusCode {
    shared.change_target_addresses(TargetAddresses::forget_added);
    StatusCode::NO_CONTENT
}

async fn clients(State(shared): Shares) -> Json<Vec<ListedClient>> {
    Json(shared.directory().clients())
}

async fn put_client(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let seed: ClientSeed = read(&body)?;
    shared.directory().put_client(seed)?;
    done(&shared).await
}

async fn clear_clients(State(shared): Shares) -> Result<StatusCode, Refusal> {
    shared.directory().reset();
    done(&shared).await
}

async fn set_lifetime(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let TokensBody { lifetime_seconds } = read(&body)?;
    if !(1..=LONGEST_LIFETIME).contains(&lifetime_seconds) {
        let why =
            format!("lifetime_seconds: {lifetime_seconds} is not possible; use 1 to {LONGEST_LIFETIME}");
        return Err(Refusal(StatusCode::BAD_REQUEST, why));
    }
    shared.directory().set_lifetime(lifetime_seconds);
    done(&shared).await
}

async fn expire_tokens(State(shared): Shares) -> Result<StatusCode, Refusal> {
    shared.directory().expire_tokens();
    done(&shared).await
}

async fn put_role(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let seed: RoleSeed = read(&body)?;
    shared.service().seed_role(&seed)?;
    done(&shared).await
}

async fn clear_roles(State(shared): Shares) -> Result<StatusCode, Refusal> {
    shared.service().clear_roles();
    done(&shared).await
}

async fn put_subscription(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let seed: SubscriptionSeed = read(&body)?;
    shared.service().seed_subscription(seed)?;
    done(&shared).await
}

async fn limits(State(shared): Shares) -> Json<Value> {
    let (profiles, endpoints) = shared.service().limits();
    Json(json!({ "profiles": profiles, "endpoints": endpoints }))
}

async fn set_limits(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let LimitsBody { profiles, endpoints } = read(&body)?;
    if profiles.is_none() && endpoints.is_none() {
        let why = "give 'profiles' (for each subscription), 'endpoints' (for each profile) or both";
        return Err(Refusal(StatusCode::BAD_REQUEST, why.to_owned()));
    }
    shared.service().set_limits(profiles, endpoints);
    done(&shared).await
}

async fn set_deletion(State(shared): Shares, body: Bytes) -> Result<StatusCode, Refusal> {
    let DeletionBody { polls } = read(&body)?;
    shared.service().set_deletion_polls(polls);
    done(&shared).await
}

async fn put_heat_map(
    State(shared): Shares,
    Path(profile): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let seed: HeatMapSeed = read(&body)?;
    shared.service().seed_heat_map(&profile, seed)?;
    done(&shared).await
}
