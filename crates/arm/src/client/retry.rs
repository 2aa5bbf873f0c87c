//! Which failures are worth another attempt, and after how long.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, StatusCode};
use tokio::time::Instant;

use super::{Clock, Step};
use crate::error::{ArmError, Call};
use crate::request::{Recovery, Request};
use crate::service::Service;

/// The first wait, doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The longest wait, unless Azure asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How often a connection that cannot be made is tried again, where there is a network in between.
const TOLERATED_UNREACHABLE: u32 = 3;

/// How often a 404 of a thing that was just made is asked again.
const TOLERATED_404: u32 = 5;

/// How often a success that cannot be believed is tolerated of a write.
const TOLERATED_UNBELIEVABLE: u32 = 2;

/// The shortest wait, even when Azure asks for none.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);

/// Failures that are tolerated a few times only, counted one by one.
#[derive(Clone, Copy)]
enum Seldom {
    Unreachable,
    NotFound,
    Unbelievable,
    Unauthorized,
}

/// What to do after a failure.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    GiveUp,
    After { wait: Duration, step: Step },
}

/// How far a request has come.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the request")]
pub(super) struct Progress {
    method: Method,
    path: String,
    started: Instant,
    attempts: u32,
    failures: u32,
    seldom: [u32; 4],
    asked: Option<Duration>,
    /// Whether there was nothing where this writes.
    creating: bool,
    just_created: bool,
    /// Whether an answer to the write was lost and what became of it is not known yet.
    in_doubt: bool,
    /// Whether a write is on the wire.
    writing: bool,
}

impl Progress {
    pub(super) fn begin<T>(request: &Request<T>) -> Self {
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            started: Instant::now(),
            attempts: 0,
            failures: 0,
            seldom: [0; 4],
            asked: None,
            creating: matches!(request.recovery, Recovery::ReadBack { creating: true, .. }),
            just_created: request.just_created,
            in_doubt: false,
            writing: false,
        }
    }

    /// Notes that a request goes out. Reading back is no attempt of what was asked for.
    pub(super) fn sending(&mut self, method: Method, step: Step) {
        self.writing = method != Method::GET && method != Method::POST;
        self.method = method;
        self.attempts = self.attempts.saturating_add(u32::from(step == Step::Ask));
    }

    /// Notes that the write is known not to have taken effect.
    pub(super) fn settled(&mut self) {
        self.in_doubt = false;
    }

    /// The call as it stands when its request is out and has no answer.
    pub(super) fn unanswered(&self) -> Call {
        Call { in_doubt: self.in_doubt || self.writing, ..self.call() }
    }

    /// The call as it stands when its request is answered, or did not go out.
    pub(super) fn call(&self) -> Call {
        Call {
            attempts: self.attempts,
            elapsed: self.started.elapsed(),
            in_doubt: self.in_doubt,
            creates: self.creating,
            ..Call::new(self.method.clone(), &self.path)
        }
    }

    /// Notes how long Azure asked to wait.
    pub(super) fn asked_to_wait(&mut self, wait: Option<Duration>) {
        self.asked = wait;
    }

    /// Whether the write may have taken effect.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Whether an answer ended a creation that was sent.
    pub(super) fn is_refused_creation(&self, error: &ArmError) -> bool {
        self.creating
            && self.writing
            && error.answer().is_some()
            && !matches!(error, ArmError::Unauthorized(_))
    }

    /// Decides what to do after a failure.
    pub(super) fn judge(
        &mut self,
        error: &ArmError,
        step: Step,
        service: &Service,
        clock: &dyn Clock,
    ) -> Next {
        let asked = self.asked.take();
        self.failures = self.failures.saturating_add(1);
        self.in_doubt |= self.writing && may_have_taken_effect(error);
        if !self.is_worth_another(error, service) {
            return Next::GiveUp;
        }
        let wait = match asked {
            Some(asked) => asked.max(SHORTEST_WAIT),
            None => backoff(self.failures, clock.jitter()),
        };
        // Once in doubt, the next thing is to know; and somebody else may create the same during a wait.
        let step = if self.in_doubt || (self.creating && self.writing) { Step::ReadBack } else { step };
        Next::After { wait, step }
    }

    /// Whether asking again can help.
    fn is_worth_another(&mut self, error: &ArmError, service: &Service) -> bool {
        let mut within = |what: Seldom, limit: u32| {
            let count = &mut self.seldom[what as usize];
            *count += 1;
            *count <= limit
        };
        match error {
            ArmError::Broken { .. } | ArmError::TimedOut { .. } | ArmError::Throttled { .. } => true,
            // A read would only get the same again.
            ArmError::NotJson { .. } | ArmError::NotTheObject { .. } | ArmError::TooLarge { .. } => {
                self.writing && within(Seldom::Unbelievable, TOLERATED_UNBELIEVABLE)
            }
            // An emulator that is not running is not about to run.
            ArmError::Unreachable { .. } => {
                service.scope().is_some() && within(Seldom::Unreachable, TOLERATED_UNREACHABLE)
            }
            // Once, with a new token. An emulator that takes none has none to renew.
            ArmError::Unauthorized(_) => {
                service.scope().is_some() && error.refuses_the_token() && within(Seldom::Unauthorized, 1)
            }
            ArmError::NotFound(_) => self.just_created && within(Seldom::NotFound, TOLERATED_404),
            ArmError::Server(answer) => match answer.status {
                // A heat map without Traffic View is answered so.
                StatusCode::BAD_GATEWAY => answer.code.as_deref() != Some("NotAuthorized"),
                status => matches!(
                    status,
                    StatusCode::INTERNAL_SERVER_ERROR
                        | StatusCode::SERVICE_UNAVAILABLE
                        | StatusCode::GATEWAY_TIMEOUT
                ),
            },
            ArmError::Unexpected(answer) => answer.status == StatusCode::REQUEST_TIMEOUT,
            _ => false,
        }
    }
}

/// Whether a write that failed so may have taken effect all the same.
fn may_have_taken_effect(error: &ArmError) -> bool {
    match error {
        // Something answered, and not what was expected: most likely after the fact.
        ArmError::Broken { .. }
        | ArmError::TimedOut { .. }
        | ArmError::NotJson { .. }
        | ArmError::NotTheObject { .. }
        | ArmError::TooLarge { .. }
        | ArmError::Server(_) => true,
        ArmError::Unexpected(answer) => answer.status == StatusCode::REQUEST_TIMEOUT,
        _ => false,
    }
}

/// The wait before the n-th retry, counted from one: half of it is left to chance.
fn backoff(failures: u32, jitter: f64) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    doubled.min(LONGEST_WAIT).mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// How long to wait according to `Retry-After`, which is a number of seconds or a date: RFC 9110, section
/// 10.2.3. A date in the past means not at all.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_half_is_chance() {
        for (failures, jitter, milliseconds) in [
            (1, 1.0, 500),
            (1, 0.0, 250),
            (2, 1.0, 1000),
            (5, 0.5, 6000),
            (7, 1.0, 30_000),
            (1000, 1.0, 30_000),
        ] {
            assert_eq!(backoff(failures, jitter), Duration::from_millis(milliseconds), "{failures} {jitter}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Thu, 08 Jun 2023 02:49:36 GMT").unwrap();
        for (text, seconds) in [
            ("17", Some(17)),
            (" 0 ", Some(0)),
            ("Thu, 08 Jun 2023 02:50:06 GMT", Some(30)),
            ("Thu, 08 Jun 2023 02:00:00 GMT", Some(0)),
            ("9223372036854775807", Some(i64::MAX as u64)),
            ("18446744073709551615", Some(u64::MAX)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(251_716_108_223)),
            ("soon", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            assert_eq!(retry_after(&headers, now), seconds.map(Duration::from_secs), "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
