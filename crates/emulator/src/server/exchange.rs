//! A request to Azure or to a hub over HTTP: read, noted, met by faults, given to those who answer it.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::time::Instant;
use tracing::debug;

use super::asked::Asked;
use super::connections::Connection;
use super::faults::{By, Dropped};
use super::hubs::HubPath;
use super::reply::{Content, Reply};
use super::shared::Shared;
use super::{arm, bodies, hubs};
use crate::service::Request;

/// Answers a request that is not for the control API.
pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Extension(connection): Extension<Connection>,
    request: HttpRequest,
) -> Response {
    let began = Instant::now();
    let asked = Asked::from_request(&request, connection);
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let entry = shared.requests().note(&parts.method, &path, &query, asked.connection.number);
    let body = match bodies::whole(body).await {
        Ok(body) => body,
        Err(status) => {
            shared.requests().finish(entry, Some(status), began.elapsed());
            let mut response = Response::new(Body::empty());
            *response.status_mut() = status;
            return response;
        }
    };
    let request = Request { method: parts.method, path, query, body };
    let response = respond(&shared, &request, &asked).await;
    let status = response.as_ref().map(Response::status);
    shared.requests().finish(entry, status, began.elapsed());
    debug!(method = %request.method, path = request.path, status = status.map(|s| s.as_u16()), "answered");
    if let Some(response) = response {
        return response;
    }
    match asked.connection.drop_now().await {}
}

/// The answer, or nothing if the connection has to be dropped.
async fn respond(shared: &Shared, request: &Request, asked: &Asked) -> Option<Response> {
    let met = shared.faults().meet(By::Clients, &request.method, &request.path, &request.query);
    let fault = met.unwrap_or_default();
    let wait = shared.latency() + fault.delay();
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    if fault.drop == Some(Dropped::Before) {
        return None;
    }
    let hub = HubPath::parse(&request.path);
    let changed = fault.answer.unwrap_or_default();
    let reply = match (changed.status().filter(|_| !changed.after_effect), &hub) {
        (Some(_), Some(_)) => unreached(),
        (Some(status), None) => arm::refusal(status, asked),
        (None, Some(hub)) => hubs::reply(shared, hub, request, asked).await,
        (None, None) => arm::reply(shared, request, asked).await,
    };
    if fault.drop == Some(Dropped::After) {
        return None;
    }
    let body = match (&hub, changed.status()) {
        (Some(_), Some(status)) if changed.body.is_none() => Some(hubs::fault_text(status)),
        _ => changed.text(),
    };
    Some(reply.changed_by(&changed, body))
}

/// Stands for the answer of a hub that a request does not reach.
fn unreached() -> Reply {
    Reply {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        content: Content::Whole(Bytes::new()),
        content_type: HeaderValue::from_static("application/json"),
    }
}
