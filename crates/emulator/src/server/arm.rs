//! Requests to Azure Resource Manager and to Microsoft Entra ID: given to the service or to the directory, and answered
//! with the headers of whoever answers.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use time::OffsetDateTime;
use uuid::Uuid;

use super::asked::{Asked, CORRELATION};
use super::reply::{Content, Reply};
use super::shared::Shared;
use crate::directory::Visit;
use crate::service::error::Failure;
use crate::service::{Access, Answer, Arrival, HeaderText, Origin, Request};

/// The answer of the directory or of Azure Resource Manager, once what it changed is on the disk. What changed nothing is
/// answered even if the disk is full.
pub(super) async fn reply(shared: &Shared, request: &Request, asked: &Asked) -> Reply {
    let (answer, has_changed) = decide(shared, request, asked);
    let answer = if shared.saved().await || !has_changed { answer } else { Failure::not_saved().into() };
    write(answer, asked)
}

/// An answer without a body, as if Azure Resource Manager itself refused.
pub(super) fn refusal(status: StatusCode, asked: &Asked) -> Reply {
    let answer = Answer { status, body: String::new(), origin: Origin::GatewayError, headers: Vec::new() };
    write(answer, asked)
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
        if asked.connection.secure {
            directory.access(asked.authorization.as_deref(), visit)
        } else {
            Access::Unchecked
        }
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

fn write(answer: Answer, asked: &Asked) -> Reply {
    let mut headers = HeaderMap::new();
    of_origin(answer.origin, &mut headers);
    identify(answer.origin, asked.correlation, &mut headers);
    for (name, value) in answer.headers {
        let text = match value {
            HeaderText::Text(text) => text,
            HeaderText::Link(path) => format!("{}{path}", asked.base),
        };
        if let Ok(text) = HeaderValue::try_from(text) {
            headers.insert(HeaderName::from_static(name), text);
        }
    }
    Reply {
        status: answer.status,
        headers,
        content: Content::Whole(Bytes::from(answer.body)),
        content_type: HeaderValue::from_static("application/json; charset=utf-8"),
    }
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
