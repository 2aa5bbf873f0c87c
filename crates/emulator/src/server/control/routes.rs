//! The part of the control API that tells which profiles there are, and who answers a query. It changes nothing.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use uuid::Uuid;

use super::answers::Shares;
use super::question::Question;
use crate::routes::RouteAnswer;
use crate::server::refusal::Refusal;
use crate::server::shared::Shared;

pub(super) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/emulator/profiles", get(profiles)).route("/emulator/route/{profile}", get(route))
}

/// All profiles. A client that has them already, as they are, is told no more than that: it may ask every second.
async fn profiles(
    State(shared): Shares,
    RawQuery(parameters): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let question = question(&shared, parameters)?;
    let service = shared.service();
    // What is answered to given parameters depends on the service and on nothing else.
    let tag = format!("\"{}-{}\"", *PROCESS, service.revision());
    let caching = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let profiles = question.with(|query| service.listed_profiles(query));
    drop(service);
    Ok((caching, Json(profiles)).into_response())
}

/// Revisions are counted anew by each process.
static PROCESS: LazyLock<Uuid> = LazyLock::new(Uuid::new_v4);

async fn route(
    State(shared): Shares,
    Path(profile): Path<String>,
    RawQuery(parameters): RawQuery,
) -> Result<Json<RouteAnswer>, Refusal> {
    let question = question(&shared, parameters)?;
    let found = shared.service().tree_of(&profile)?;
    let tree = found.tree.map_err(|error| Refusal(StatusCode::CONFLICT, error.to_string()))?;
    let route = question.with(|query| tree.route(query));
    Ok(Json(RouteAnswer::new(found.profile_id, question.asked(), &route)))
}

fn question(shared: &Shared, parameters: Option<String>) -> Result<Question<'_>, Refusal> {
    let parameters = parameters.unwrap_or_default();
    Question::parse(&parameters, &shared.dns_clients).map_err(|why| Refusal(StatusCode::BAD_REQUEST, why))
}
