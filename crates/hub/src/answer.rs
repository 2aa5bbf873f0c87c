//! Answers of a hub: read within bounds, and judged by the status of HTTP and not by what a body says of it.

use std::time::SystemTime;

use backoff::retry_after;
use bytes::{Bytes, BytesMut};
use http::Response;
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde::de::DeserializeOwned;

use crate::error::{ErrorKind, Refusal, kind_of};
use crate::said::Said;

/// The body of a success. `said` makes fit to be shown what a refusal says.
///
/// A redirect is not followed: it could lead to somebody who must not see a token.
pub(crate) async fn success(
    response: Response<Body>,
    said: impl FnOnce() -> Said,
) -> Result<Body, ErrorKind> {
    let (head, body) = response.into_parts();
    let status = head.status;
    if status.is_success() {
        return Ok(body);
    }
    if !status.is_client_error() && !status.is_server_error() {
        return Err(ErrorKind::NotTheObject(format!("its HTTP status is {}", status.as_u16())));
    }
    let body = read(body).await?;
    let wait = retry_after(&head.headers, SystemTime::now());
    Err(ErrorKind::Refused(Box::new(Refusal::from_answer(status, wait, &body, &said()))))
}

/// Reads what a success says.
pub(crate) async fn decode<T: DeserializeOwned>(body: Body) -> Result<T, ErrorKind> {
    serde_json::from_slice(&read(body).await?).map_err(|error| another_shape(&error))
}

async fn read(body: Body) -> Result<Bytes, ErrorKind> {
    Ok(body.collect().await.map_err(kind_of)?.to_bytes())
}

/// Events of a watch, line by line.
pub(crate) struct Lines {
    body: Body,
    read: BytesMut,
    /// How much of it has no end of a line.
    looked_at: usize,
}

impl Lines {
    /// The lines of the body of a success.
    pub(crate) fn new(body: Body) -> Self {
        Self { body, read: BytesMut::new(), looked_at: 0 }
    }

    /// The next line; `None` where the watch ends.
    pub(crate) async fn next(&mut self) -> Result<Option<BytesMut>, ErrorKind> {
        loop {
            if let Some(end) = self.read[self.looked_at..].iter().position(|byte| *byte == b'\n') {
                let line = self.read.split_to(self.looked_at + end + 1);
                self.looked_at = 0;
                return Ok(Some(line));
            }
            self.looked_at = self.read.len();
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            if let Ok(data) = frame.map_err(kind_of)?.into_data() {
                self.read.extend_from_slice(&data);
            }
        }
    }
}

/// serde would quote the answer.
pub(crate) fn another_shape(error: &serde_json::Error) -> ErrorKind {
    ErrorKind::NotTheObject(format!(
        "it has another shape, at line {}, column {}",
        error.line(),
        error.column()
    ))
}
