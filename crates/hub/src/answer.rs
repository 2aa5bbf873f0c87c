//! Answers of a hub: read within bounds, and judged by the status of HTTP and not by what a body says of it.

use http::{Response, StatusCode};
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::{ErrorKind, Refusal, kind_of};
use crate::said::Said;

/// Reads an answer. `said` makes fit to be shown what it says.
pub(crate) async fn decode<T: DeserializeOwned>(
    response: Response<Body>,
    said: impl FnOnce() -> Said,
) -> Result<T, ErrorKind> {
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(kind_of)?.to_bytes();
    let status = head.status;
    if status.is_client_error() || status.is_server_error() {
        let wait = head.headers.get(http::header::RETRY_AFTER);
        let wait = wait.and_then(|wait| wait.to_str().ok()?.trim().parse().ok());
        return Err(ErrorKind::Refused(Box::new(Refusal::from_answer(status, wait, &body, &said()))));
    }
    believed(status)?;
    serde_json::from_slice(&body).map_err(|error| another_shape(&error))
}

/// Events of a watch, line by line.
pub(crate) struct Lines {
    body: Body,
    read: Vec<u8>,
    /// How much of it has no end of a line.
    looked_at: usize,
}

impl Lines {
    /// The lines of an answer, or what it refuses.
    pub(crate) async fn new(
        response: Response<Body>,
        said: impl FnOnce() -> Said,
    ) -> Result<Self, ErrorKind> {
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            return Err(match decode::<IgnoredAny>(response, said).await {
                Err(kind) => kind,
                Ok(_) => ErrorKind::NotTheObject("it is no watch".to_owned()),
            });
        }
        believed(status)?;
        Ok(Self { body: response.into_body(), read: Vec::new(), looked_at: 0 })
    }

    /// The next line; `None` where the watch ends.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, ErrorKind> {
        loop {
            if let Some(end) = self.read[self.looked_at..].iter().position(|byte| *byte == b'\n') {
                let rest = self.read.split_off(self.looked_at + end + 1);
                self.looked_at = 0;
                return Ok(Some(std::mem::replace(&mut self.read, rest)));
            }
            self.looked_at = self.read.len();
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            if let Ok(data) = frame.map_err(kind_of)?.into_data() {
                self.read.extend_from_slice(&data);
            }
        }
    }
}

/// A redirect is not followed: it could lead to somebody who must not see a token.
fn believed(status: StatusCode) -> Result<(), ErrorKind> {
    if status.is_success() {
        return Ok(());
    }
    Err(ErrorKind::NotTheObject(format!("its HTTP status is {}", status.as_u16())))
}

/// serde would quote the answer.
pub(crate) fn another_shape(error: &serde_json::Error) -> ErrorKind {
    ErrorKind::NotTheObject(format!(
        "it has another shape, at line {}, column {}",
        error.line(),
        error.column()
    ))
}
