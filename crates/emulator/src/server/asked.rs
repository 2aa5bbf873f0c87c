//! What the connection and the headers say of a request.

use http::uri::Authority;
use http::{HeaderName, header};
use uuid::Uuid;

use super::connections::Connection;

pub(super) const CORRELATION: HeaderName = HeaderName::from_static("x-ms-correlation-request-id");

/// The directory's name for the same.
const CLIENT_REQUEST: HeaderName = HeaderName::from_static("client-request-id");

/// What the connection and the headers say of a request.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) connection: Connection,
    /// Where the emulator was reached.
    pub(super) base: String,
    pub(super) authorization: Option<String>,
    pub(super) if_match: Option<String>,
    pub(super) if_none_match: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) accept: Option<String>,
    pub(super) user_agent: Option<String>,
    /// The client's own id of the request.
    pub(super) correlation: Option<Uuid>,
}

impl Asked {
    /// Reads the headers. With HTTP/2 the host is a part of the request's own address.
    pub(super) fn from_request<T>(request: &http::Request<T>, connection: Connection) -> Self {
        let headers = request.headers();
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let owned = |name: &HeaderName| text(name).map(str::to_owned);
        let id = |name: &HeaderName| text(name).and_then(|id| Uuid::try_parse(id).ok());
        let authority = request.uri().authority().map(Authority::as_str);
        Self {
            base: connection.base(text(&header::HOST).or(authority)),
            authorization: owned(&header::AUTHORIZATION),
            if_match: owned(&header::IF_MATCH),
            if_none_match: owned(&header::IF_NONE_MATCH),
            content_type: owned(&header::CONTENT_TYPE),
            accept: owned(&header::ACCEPT),
            user_agent: owned(&header::USER_AGENT),
            correlation: id(&CORRELATION).or_else(|| id(&CLIENT_REQUEST)),
            connection,
        }
    }
}
