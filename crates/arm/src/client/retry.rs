//! Which failures are worth another attempt, and after how long.

use std::time::Duration;

use backoff::backoff;
use http::{Method, StatusCode};
use tokio::time::Instant;

use crate::clock::{Clock, LONGEST_WAIT};
use crate::error::{ArmError, Call, ErrorKind};
use crate::request::{Recovery, Request};
use crate::service::Service;

/// How often a connection that cannot be made is tried again, where there is a network in between.
const TOLERATED_UNREACHABLE: u32 = 3;

/// How often a 404 of a thing that was just made is asked again.
const TOLERATED_404: u32 = 5;

/// How often a success that cannot be believed is tolerated of a write.
const TOLERATED_UNBELIEVABLE: u32 = 2;

/// The shortest wait, even when Azure asks for none.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);

/// What is asked next for one request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    /// The request itself.
    Ask,
    /// A GET of what it writes, because its answer was lost.
    ReadBack,
}

/// Failures that are tolerated a few times only, each counted by itself.
#[derive(Clone, Copy)]
enum Tolerated {
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
    tolerated: [u32; 4],
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
    pub(super) fn new<T>(request: &Request<T>) -> Self {
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            started: Instant::now(),
            attempts: 0,
            failures: 0,
            tolerated: [0; 4],
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

    /// The error of a request that is out and has no answer.
    pub(super) fn unanswered(&self, kind: ErrorKind) -> ArmError {
        ArmError::new(Call { in_doubt: self.in_doubt || self.writing, ..self.call() }, kind)
    }

    /// The error of a request that is answered, or did not go out.
    pub(super) fn failed(&self, kind: ErrorKind) -> ArmError {
        ArmError::new(self.call(), kind)
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
            && error.refusal() != Some(StatusCode::UNAUTHORIZED)
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
            None => backoff(self.failures, LONGEST_WAIT, clock.jitter()),
        };
        // Once in doubt, the next thing is to know; and somebody else may create the same during a wait.
        let step = if self.in_doubt || (self.creating && self.writing) { Step::ReadBack } else { step };
        Next::After { wait, step }
    }

    /// Whether asking again can help.
    fn is_worth_another(&mut self, error: &ArmError, service: &Service) -> bool {
        let mut within = |what: Tolerated, limit: u32| {
            let count = &mut self.tolerated[what as usize];
            *count += 1;
            *count <= limit
        };
        match error.kind() {
            ErrorKind::Broken { .. } | ErrorKind::TimedOut { .. } => true,
            // A read would only get the same again.
            ErrorKind::NotJson { .. } | ErrorKind::NotTheObject { .. } | ErrorKind::TooLarge { .. } => {
                self.writing && within(Tolerated::Unbelievable, TOLERATED_UNBELIEVABLE)
            }
            // An emulator that is not running is not about to run.
            ErrorKind::Unreachable { .. } => {
                service.scope().is_some() && within(Tolerated::Unreachable, TOLERATED_UNREACHABLE)
            }
            ErrorKind::Refused(answer) => match answer.status {
                // Once, with a new token. An emulator that takes none has none to renew.
                StatusCode::UNAUTHORIZED => {
                    service.scope().is_some()
                        && error.refuses_the_token()
                        && within(Tolerated::Unauthorized, 1)
                }
                StatusCode::NOT_FOUND => self.just_created && within(Tolerated::NotFound, TOLERATED_404),
                // The service has been seen to refuse so for good, behind the gateway.
                StatusCode::BAD_GATEWAY => answer.code.as_deref() != Some("NotAuthorized"),
                StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT => true,
                _ => false,
            },
            _ => false,
        }
    }
}

/// Whether a write that failed so may have taken effect all the same.
fn may_have_taken_effect(error: &ArmError) -> bool {
    match error.kind() {
        // Something answered, and not what was expected: most likely after the fact.
        ErrorKind::Broken { .. }
        | ErrorKind::TimedOut { .. }
        | ErrorKind::NotJson { .. }
        | ErrorKind::NotTheObject { .. }
        | ErrorKind::TooLarge { .. } => true,
        ErrorKind::Refused(answer) => {
            answer.status.is_server_error() || answer.status == StatusCode::REQUEST_TIMEOUT
        }
        _ => false,
    }
}
