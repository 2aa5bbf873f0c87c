//! One small call beside Resource Manager: to a login service, a metadata host, a pipeline's token service.
//!
//! Retries what is worth it, a few times. Says nothing of what an answer means, and logs no address with a
//! query, no header and no body.

use std::fmt;
use std::time::Duration;

use backoff::{backoff, retry_after};
use bytes::Bytes;
use http::StatusCode;
use tokio::time::{sleep, timeout};
use tracing::debug;

use crate::clock::{Clock, LONGEST_WAIT};
use crate::transport::{Transport, TransportError};

/// How often a call is made at most.
const ATTEMPTS: u32 = 4;

/// Why there is no answer, in words that hold no secret: address and cause.
#[derive(Debug)]
pub(crate) struct Failure {
    address: String,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Transport(TransportError),
    TimedOut(Duration),
}

/// Sends a request until it is answered with something else than a passing failure, at most four times.
pub(crate) async fn send(
    transport: &dyn Transport,
    clock: &dyn Clock,
    request: &http::Request<Bytes>,
    attempt: Duration,
) -> Result<http::Response<Bytes>, Failure> {
    let mut attempts = 1;
    loop {
        let answer = once(transport, request, attempt).await;
        let asked = match &answer {
            Ok(answer) if is_passing(answer.status()) => retry_after(answer.headers(), clock.now()),
            Err(Failure { cause: Cause::Transport(TransportError::Broken(_)), .. }) => None,
            _ => return answer,
        };
        if attempts == ATTEMPTS {
            return answer;
        }
        let wait = asked.unwrap_or_else(|| backoff(attempts, LONGEST_WAIT, clock.jitter())).min(LONGEST_WAIT);
        debug!(host = request.uri().host(), wait_milliseconds = wait.as_millis(), "waiting to try again");
        sleep(wait).await;
        attempts += 1;
    }
}

async fn once(
    transport: &dyn Transport,
    request: &http::Request<Bytes>,
    attempt: Duration,
) -> Result<http::Response<Bytes>, Failure> {
    let failure = |cause| Failure { address: address_of(request.uri()), cause };
    match timeout(attempt, transport.send(request.clone())).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(failure(Cause::Transport(error))),
        Err(_) => Err(failure(Cause::TimedOut(attempt))),
    }
}

/// Whether the same request may be answered otherwise in a moment.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502..=504)
}

/// An address without its path, query and user, which may hold what is secret.
fn address_of(uri: &http::Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("https");
    let port = uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{}{port}", uri.host().unwrap_or_default())
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::TimedOut(attempt) => {
                write!(f, "{} did not answer within {} seconds", self.address, attempt.as_secs())
            }
            Cause::Transport(error) => {
                write!(f, "{} gave no answer: {error}", self.address)?;
                let mut source = std::error::Error::source(error);
                while let Some(cause) = source {
                    write!(f, ": {cause}")?;
                    source = cause.source();
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;
    use std::time::SystemTime;

    use async_trait::async_trait;
    use http::header::RETRY_AFTER;
    use tokio::time::Instant;

    use super::*;

    struct FixedClock;

    impl Clock for FixedClock {
        fn now(&self) -> SystemTime {
            httpdate::parse_http_date("Thu, 08 Jun 2023 02:49:36 GMT").unwrap()
        }

        fn jitter(&self) -> f64 {
            1.0
        }
    }

    /// A transport that answers with these statuses, 0 for a broken connection; 503 asks to wait 7 seconds, 429 until a
    /// date that is 9 seconds away, and 504 for an hour, which is not granted.
    struct Statuses(Mutex<VecDeque<u16>>);

    #[async_trait]
    impl Transport for Statuses {
        async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
            match self.0.lock().unwrap().pop_front().expect("no more attempts than planned") {
                0 => Err(TransportError::Broken("reset by peer".into())),
                1 => Err(TransportError::Unreachable("refused".into())),
                status => {
                    let answer = http::Response::builder().status(status);
                    let answer = match status {
                        503 => answer.header(RETRY_AFTER, "7"),
                        429 => answer.header(RETRY_AFTER, "Thu, 08 Jun 2023 02:49:45 GMT"),
                        504 => answer.header(RETRY_AFTER, "3600"),
                        _ => answer,
                    };
                    Ok(answer.body(Bytes::new()).unwrap())
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn passing_failures_are_tried_again_and_others_are_not() {
        for (statuses, expected, milliseconds) in [
            (vec![200], "200", 0),
            (vec![503, 200], "200", 7000),
            (vec![0, 502, 400], "400", 1500),
            (vec![429, 200], "200", 9000),
            (vec![504, 200], "200", 30_000),
            (vec![500, 502, 500, 408], "408", 3500),
            (vec![401], "401", 0),
            (
                vec![0, 0, 0, 0],
                "https://h.example:1 gave no answer: the connection broke: reset by peer",
                3500,
            ),
            (vec![1], "https://h.example:1 gave no answer: no connection: refused", 0),
        ] {
            let transport = Statuses(Mutex::new(statuses.iter().copied().collect()));
            let request =
                http::Request::get("https://user:pass@h.example:1/path?secret=1").body(Bytes::new());
            let started = Instant::now();
            let answer = send(&transport, &FixedClock, &request.unwrap(), Duration::from_secs(9)).await;
            let shown =
                answer.map_or_else(|failure| failure.to_string(), |it| it.status().as_str().to_owned());
            assert_eq!(shown, expected, "{statuses:?}");
            assert_eq!(started.elapsed().as_millis(), milliseconds, "{statuses:?}");
            assert!(transport.0.lock().unwrap().is_empty(), "{statuses:?}");
        }
    }
}
