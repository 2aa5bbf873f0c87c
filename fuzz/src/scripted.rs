//! A transport whose answers are written in the input, on a clock that does not tick by itself.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arm::{AccessToken, Clock, TokenError, TokenSource, Transport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::runtime::{Builder, Runtime};

use crate::text;

/// The token and the secrets that no error may show.
pub(crate) const SECRET: &str = "eyJ-not-to-be-seen";

/// One answer: a status, headers, an empty line and a body, or a word for none.
enum Line {
    Answer(http::Response<Bytes>),
    Broken,
    Unreachable,
    Untrusted,
}

/// Answers as written, then 403 to everything. Keeps what it was asked.
pub(crate) struct Script {
    lines: Mutex<VecDeque<Line>>,
    asked: Mutex<Vec<http::Request<Bytes>>>,
}

impl Script {
    /// The answers of these parts of an input.
    pub(crate) fn from_parts<'a>(parts: impl Iterator<Item = &'a str>) -> Arc<Self> {
        let lines = parts.filter_map(Line::parse).collect();
        Arc::new(Self { lines: Mutex::new(lines), asked: Mutex::default() })
    }

    /// What was asked.
    pub(crate) fn asked(&self) -> Vec<http::Request<Bytes>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many answers were not wanted.
    pub(crate) fn left(&self) -> usize {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let line = self.lines.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match line {
            Some(Line::Answer(answer)) => Ok(answer),
            Some(Line::Broken) => Err(TransportError::Broken("reset by peer".into())),
            Some(Line::Unreachable) => Err(TransportError::Unreachable("connection refused".into())),
            Some(Line::Untrusted) => Err(TransportError::Tls("unknown issuer".into())),
            None => {
                let mut refusal = http::Response::new(Bytes::from_static(REFUSAL));
                *refusal.status_mut() = StatusCode::FORBIDDEN;
                Ok(refusal)
            }
        }
    }
}

const REFUSAL: &[u8] = br#"{"error":{"code":"AuthorizationFailed","message":"the script is over"}}"#;

impl Line {
    fn parse(part: &str) -> Option<Self> {
        let (status, rest) = text::first_line(part);
        match status {
            "broken" => return Some(Self::Broken),
            "unreachable" => return Some(Self::Unreachable),
            "untrusted" => return Some(Self::Untrusted),
            _ => {}
        }
        let status = status.parse().ok().and_then(|status| StatusCode::from_u16(status).ok())?;
        let (headers, body) = match rest.strip_prefix('\n') {
            Some(body) => ("", body),
            None => rest.split_once("\n\n").unwrap_or((rest, "")),
        };
        let mut answer = http::Response::new(Bytes::copy_from_slice(body.as_bytes()));
        *answer.status_mut() = status;
        let headers = headers.lines().filter_map(|line| line.split_once(": "));
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            // Bytes that are no text, too: a header may hold them.
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
                answer.headers_mut().append(name, value);
            }
        }
        Some(Self::Answer(answer))
    }
}

/// A clock that always says the same.
pub(crate) struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> SystemTime {
        // 2023-06-08T02:49:36Z
        SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_686_192_576)
    }

    fn jitter(&self) -> f64 {
        0.5
    }
}

/// Always the same token.
pub(crate) struct FixedToken;

#[async_trait]
impl TokenSource for FixedToken {
    async fn token(&self, _: &str) -> Result<AccessToken, TokenError> {
        Ok(AccessToken::new(SECRET, None))
    }
}

thread_local! {
    // Making one takes longer than most inputs.
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

/// Runs a future with the clock of tokio paused: a wait is over at once, and counts.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with_borrow_mut(|runtime| {
        let runtime = runtime.get_or_insert_with(|| {
            let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
            runtime.expect("a runtime without I/O can always be made")
        });
        runtime.block_on(future)
    })
}

/// How long a text of an error may be, in bytes: a path, a message and a few words.
const LONGEST: usize = 16_000;

/// An error with all its causes, as shown to users and as in a log. It can be printed, and there is no secret in it.
pub(crate) fn shown(error: &dyn std::error::Error) -> String {
    let (mut text, mut debug) = (error.to_string(), format!("{error:?}"));
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        let _ = write!(debug, ": {cause:?}");
        source = cause.source();
    }
    assert!(!text.contains(SECRET), "{text}");
    assert!(text.len() <= LONGEST, "{} bytes", text.len());
    assert!(!text.contains(|each: char| each.is_control() && each != '\n'), "{text:?}");
    assert!(!debug.contains(SECRET), "{debug}");
    text
}
