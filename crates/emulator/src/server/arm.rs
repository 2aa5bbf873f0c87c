//! Requests to Azure over HTTP: read, noted, met by faults, given to the directory or the service, written with
//! their headers.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use time::OffsetDateTime;
use tokio::time::Instant;
use tokio_stream::Stream;
use tracing::debug;
use uuid::Uuid;

use super::bodies;
use super::connections::Connection;
use super::faults::{Dropped, FaultAnswer};
use super::shared::Shared;
use crate::directory::Visit;
use crate::service::error::Failure;
use crate::service::{Access, Answer, Arrival, HeaderText, Origin, Request};

const CORRELATION: HeaderName = HeaderName::from_static("x-ms-correlation-request-id");

/// The directory's name for the same.
const CLIENT_REQUEST: HeaderName = HeaderName::from_static("client-request-id");

/// Answers a request that is not for the control API.
pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    Extension(connection): Extension<Connection>,
    request: HttpRequest,
) -> Response {
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let entry = shared.requests().note(&parts.method, &path, &query, connection.number);
    let body = match bodies::whole(body).await {
        Ok(body) => body,
        Err(status) => {
            shared.requests().finish(entry, Some(status), began.elapsed());
            return plain(status);
        }
    };
    let request = Request { method: parts.method.clone(), path, query, body };
    let asked =
        Asked::from_headers(&parts.headers, parts.uri.authority().map(Authority::as_str), &connection);
    let response = respond(&shared, &request, &asked).await;
    let status = response.as_ref().map(Response::status);
    shared.requests().finish(entry, status, began.elapsed());
    debug!(method = %request.method, path = request.path, status = status.map(|s| s.as_u16()), "answered");
    if let Some(response) = response {
        return response;
    }
    match connection.drop_now().await {}
}

/// What the connection and the headers say of a request.
struct Asked {
    /// Where the emulator was reached.
    base: String,
    secure: bool,
    authorization: Option<String>,
    if_match: Option<String>,
    if_none_match: Option<String>,
    /// The client's own id of the request.
    correlation: Option<Uuid>,
}

impl Asked {
    /// Reads the headers. With HTTP/2 the host is a part of the request's own address.
    fn from_headers(headers: &HeaderMap, authority: Option<&str>, connection: &Connection) -> Self {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let id = |name: &HeaderName| text(name).and_then(|id| Uuid::try_parse(id).ok());
        Self {
            base: connection.base(text(&header::HOST).or(authority)),
            secure: connection.secure,
            authorization: text(&header::AUTHORIZATION).map(str::to_owned),
            if_match: text(&header::IF_MATCH).map(str::to_owned),
            if_none_match: text(&header::IF_NONE_MATCH).map(str::to_owned),
            correlation: id(&CORRELATION).or_else(|| id(&CLIENT_REQUEST)),
        }
    }
}

/// The answer, or nothing if the connection has to be dropped.
async fn respond(shared: &Shared, request: &Request, asked: &Asked) -> Option<Response> {
    let fault = shared.faults().meet(&request.method, &request.path).unwrap_or_default();
    let wait = shared.latency() + fault.delay();
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    if fault.drop == Some(Dropped::Before) {
        return None;
    }
    let changed = fault.answer.unwrap_or_default();
    let answer = match changed.status() {
        Some(status) if !changed.after_effect => {
            Answer { status, body: String::new(), origin: Origin::GatewayError, headers: Vec::new() }
        }
        _ => answer(shared, request, asked).await,
    };
    if fault.drop == Some(Dropped::After) {
        return None;
    }
    Some(write(answer, &changed, asked))
}

/// The answer of the directory or of Azure Resource Manager, once what it changed is on the disk. What changed nothing is
/// answered even if the disk is full.
async fn answer(shared: &Shared, request: &Request, asked: &Asked) -> Answer {
    let (answer, has_changed) = decide(shared, request, asked);
    if shared.saved().await || !has_changed { answer } else { Failure::not_saved().into() }
}

/// The answer, and whether anything has to be saved because of it. Over https Azure Resource Manager asks for a token;
/// over http it takes everyone.
fn decide(shared: &Shared, request: &Request, asked: &Asked) -> (Answer, bool) {
    let visit = Visit { base: &asked.base, now: OffsetDateTime::now_utc(), correlation: asked.correlation };
    let access = {
        let mut directory = shared.directory();
        let before = directory.revision();
        if let Some(answer) = directory.answer(request, visit) {
            return (answer, directory.revision() != before);
        }
        if asked.secure { directory.access(asked.authorization.as_deref(), visit) } else { Access::Unchecked }
    };
    let mut service = shared.service();
    let before = service.revision();
    let arrival = Arrival {
        access: &access,
        base: &asked.base,
        ca_pem: &shared.ca_pem,
        if_match: asked.if_match.as_deref(),
        if_none_match: asked.if_none_match.as_deref(),
    };
    let answer = service.answer_for(request, &arrival);
    (answer, service.revision() != before)
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn write(answer: Answer, changed: &FaultAnswer, asked: &Asked) -> Response {
    let mut response = plain(changed.status().unwrap_or(answer.status));
    let headers = response.headers_mut();
    of_origin(answer.origin, headers);
    identify(answer.origin, asked.correlation, headers);
    for (name, value) in answer.headers {
        let text = match value {
            HeaderText::Text(text) => text,
            HeaderText::Link(path) => format!("{}{path}", asked.base),
        };
        if let Ok(text) = HeaderValue::try_from(text) {
            headers.insert(HeaderName::from_static(name), text);
        }
    }
    let body = Bytes::from(changed.text().unwrap_or(answer.body));
    if !body.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    // In the place of the usual ones: `extend` would add a second value to them.
    for (name, value) in changed.headers() {
        headers.insert(name, value);
    }
    let length = body.len();
    *response.body_mut() = match changed.truncate_at.filter(|at| *at < length) {
        None => Body::from(body),
        Some(at) => {
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            broken_off(body.slice(..at))
        }
    };
    response
}

/// The headers that recorded answers have, by who answers.
fn of_origin(origin: Origin, headers: &mut HeaderMap) {
    let fixed: &[(&'static str, &'static str)] = match origin {
        Origin::Provider => {
            &[("cache-control", "private"), ("x-aspnet-version", "4.0.30319"), ("x-powered-by", "ASP.NET")]
        }
        Origin::Directory => {
            &[("cache-control", "no-store, no-cache"), ("pragma", "no-cache"), ("expires", "-1")]
        }
        Origin::Gateway => &[("cache-control", "no-cache"), ("pragma", "no-cache"), ("expires", "-1")],
        Origin::GatewayError => &[
            ("cache-control", "no-cache"),
            ("pragma", "no-cache"),
            ("expires", "-1"),
            ("x-ms-failure-cause", "gateway"),
        ],
    };
    let always = [
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
    ];
    for (name, value) in fixed.iter().chain(&always) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// The ids of a request. A client's own correlation id comes back; the gateway's request id is the correlation
/// id, the resource provider's is one of its own.
fn identify(origin: Origin, given: Option<Uuid>, headers: &mut HeaderMap) {
    let correlation = given.unwrap_or_else(Uuid::new_v4).hyphenated().to_string();
    let request = match origin {
        Origin::Provider | Origin::Directory => Uuid::new_v4().hyphenated().to_string(),
        Origin::Gateway | Origin::GatewayError => correlation.clone(),
    };
    let now = OffsetDateTime::now_utc();
    let routing = format!(
        "EMULATOR:{:04}{:02}{:02}T{:02}{:02}{:02}Z:{correlation}",
        now.year(),
        u8::from(now.month()),
        now.day(),
        now.hour(),
        now.minute(),
        now.second()
    );
    for (name, value) in [
        (HeaderName::from_static("x-ms-request-id"), request),
        (CORRELATION, correlation),
        (HeaderName::from_static("x-ms-routing-request-id"), routing),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

/// A body that ends before its length is reached. What came before is sent first.
fn broken_off(sent: Bytes) -> Body {
    Body::from_stream(BrokenOff { sent: Some(sent), waited: false })
}

struct BrokenOff {
    sent: Option<Bytes>,
    waited: bool,
}

impl Stream for BrokenOff {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(sent) = self.sent.take() {
            return Poll::Ready(Some(Ok(sent)));
        }
        if !self.waited {
            // A connection whose body is not ready writes out what it has; after an error it would not.
            self.waited = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("broken off by a fault"))))
    }
}
