//! Why a call failed: the call and the kind of failure.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http_body_util::LengthLimitError;
use serde::Deserialize;

use crate::authorization::TokensError;
use crate::bounded::{ELEMENTS, list};
use crate::login::LoginError;
use crate::said::Said;

/// The most causes that are kept of one refusal.
const CAUSE_LIMIT: usize = 32;

/// A call that failed.
#[derive(Debug, thiserror::Error)]
#[error("{call}: {kind}")]
pub struct HubError {
    pub(crate) call: Call,
    #[source]
    pub(crate) kind: ErrorKind,
}

/// A call, as an error tells it.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The server and the path, without a query.
    pub address: String,
    /// How often it was tried.
    pub attempts: u32,
    /// How long it took, with all attempts.
    pub elapsed: Duration,
    /// Whether it changes something, and nobody knows whether it did.
    pub in_doubt: bool,
    /// Whether the time of the operation was over, so that it was not tried again.
    pub out_of_time: bool,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ErrorKind {
    /// The hub refused.
    #[error("{} {}: {}", .0.code, .0.reason, .0.message)]
    Refused(Box<Refusal>),
    /// No token, or another way to log in did not work.
    #[error("login failed")]
    Login(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There is no connection, or it broke.
    #[error("no answer")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The answer is not the object that was asked for.
    #[error("not what was asked for: {0}")]
    NotTheObject(String),
    /// The operation's time was over while an answer was awaited.
    #[error("timed out")]
    TimedOut,
    /// The user stopped the operation.
    #[error("cancelled")]
    Cancelled,
    /// What the configuration says cannot be used.
    #[error(transparent)]
    Configuration(Box<dyn std::error::Error + Send + Sync>),
}

/// A `Status` of Kubernetes that refuses.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub code: u16,
    /// Such as `NotFound`; empty if the answer was not a `Status`.
    pub reason: String,
    /// In words.
    pub message: String,
    /// The plural name of the kind that it is about, if it says so.
    pub kind: String,
    /// The name that it is about, if it says so.
    pub name: String,
    /// What is wrong in detail.
    pub causes: Vec<Cause>,
    /// After how long it may be asked again, if the hub says so.
    pub retry_after: Option<Duration>,
}

/// One cause of a refusal.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub struct Cause {
    /// Such as `FieldValueInvalid` or `FieldManagerConflict`.
    pub reason: String,
    /// The field, such as `spec.monitorConfig`.
    pub field: String,
    /// In words.
    pub message: String,
}

impl HubError {
    /// The call.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// The kind of failure.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.kind {
            ErrorKind::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the hub says that the object which was asked for is not there. A 404 of anything else does not count.
    pub fn is_absent(&self, plural: &str, name: &str) -> bool {
        self.refusal().is_some_and(|refusal| {
            refusal.code == 404
                && refusal.reason == "NotFound"
                && refusal.kind == plural
                && refusal.name == name
        })
    }

    /// Whether fields are owned by other field managers.
    pub fn is_conflict_of_managers(&self) -> bool {
        self.refusal().is_some_and(|refusal| {
            refusal.code == 409 && refusal.causes.iter().any(|cause| cause.reason == "FieldManagerConflict")
        })
    }
}

/// A `Status`, as far as it is needed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    kind: String,
    reason: String,
    message: String,
    details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Details {
    kind: String,
    name: String,
    #[serde(deserialize_with = "list::<_, _, ELEMENTS>")]
    causes: Vec<Cause>,
    retry_after_seconds: Option<u32>,
}

impl Refusal {
    /// What an answer says. It refuses by the status of HTTP, whatever its body says of that.
    pub(crate) fn from_answer(status: StatusCode, wait: Option<Duration>, body: &[u8], said: &Said) -> Self {
        let code = status.as_u16();
        let read = serde_json::from_slice::<Status>(body).ok().filter(|read| read.kind == "Status");
        let Some(Status { reason, message, details, .. }) = read else {
            let message = said.message(&String::from_utf8_lossy(body));
            return Self { code, message, retry_after: wait, ..Self::default() };
        };
        let Details { kind, name, causes, retry_after_seconds } = details.unwrap_or_default();
        let cause = |cause: &Cause| Cause {
            reason: said.word(&cause.reason),
            field: said.word(&cause.field),
            message: said.sentence(&cause.message),
        };
        Self {
            code,
            reason: said.word(&reason),
            message: said.message(&message),
            kind: said.word(&kind),
            name: said.word(&name),
            causes: causes.iter().take(CAUSE_LIMIT).map(cause).collect(),
            retry_after: wait.or(retry_after_seconds.map(|seconds| Duration::from_secs(seconds.into()))),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.method, self.address)
    }
}

/// What kube tells as an error, by what can be done about it.
pub(crate) fn kind_of(error: kube::Error) -> ErrorKind {
    if has_source(&error, <dyn std::error::Error>::is::<LengthLimitError>) {
        return ErrorKind::NotTheObject("it is longer than 16 MiB".to_owned());
    }
    match error {
        kube::Error::Auth(error) => ErrorKind::Login(Box::new(LoginError::new(error))),
        kube::Error::Service(error) => match error.downcast::<TokensError>() {
            Ok(error) => ErrorKind::Login(error.0),
            Err(error) => ErrorKind::Transport(error),
        },
        error => ErrorKind::Transport(error.into()),
    }
}

/// Whether this holds of the error or of one of its sources.
pub(crate) fn has_source(
    error: &(dyn std::error::Error + 'static),
    holds: impl Fn(&(dyn std::error::Error + 'static)) -> bool,
) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(holds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said::Carried;

    fn refused(code: u16, reason: &str, kind: &str, name: &str) -> HubError {
        let (reason, kind, name) = (reason.to_owned(), kind.to_owned(), name.to_owned());
        let refusal = Refusal { code, reason, kind, name, ..Refusal::default() };
        HubError { call: Call::default(), kind: ErrorKind::Refused(Box::new(refusal)) }
    }

    #[test]
    fn only_kubernetes_own_not_found_says_that_an_object_is_absent() {
        let is_absent = |error: HubError| error.is_absent("serviceexports", "shop");
        assert!(is_absent(refused(404, "NotFound", "serviceexports", "shop")));
        assert!(!is_absent(refused(404, "", "", "")), "a proxy has no such page");
        assert!(!is_absent(refused(404, "NotFound", "namespaces", "shop")));
        assert!(!is_absent(refused(404, "NotFound", "serviceexports", "other")));
        assert!(!is_absent(refused(410, "NotFound", "serviceexports", "shop")));
    }

    fn from_answer(code: u16, body: &str) -> Refusal {
        let status = StatusCode::from_u16(code).unwrap();
        Refusal::from_answer(status, None, body.as_bytes(), &Carried::default().said(None))
    }

    #[test]
    fn what_is_no_status_has_no_reason() {
        for body in [
            "404 page not found",
            r#"{"error":{"code":"NotFound"}}"#,
            r#"{"kind":"x","reason":"NotFound"}"#,
            "[]",
        ] {
            let refusal = from_answer(404, body);
            assert_eq!((refusal.code, refusal.reason.as_str()), (404, ""), "{body}");
            assert!(!refusal.message.is_empty());
        }
        assert_eq!(from_answer(500, &"x".repeat(5000)).message.chars().count(), 2001);
        assert_eq!(from_answer(502, "").message, "");
    }

    #[test]
    fn the_status_of_http_is_the_one_that_counts() {
        let body = r#"{"kind":"Status","code":200,"status":"Success","reason":"NotFound",
            "details":{"kind":"serviceexports","name":"shop"}}"#;
        assert_eq!(from_answer(403, body).code, 403);
        assert_eq!(from_answer(404, body).code, 404);
    }

    #[test]
    fn causes_are_bounded() {
        let cause = |number: usize| {
            format!(r#"{{"reason":"FieldValueInvalid","field":"spec.{number}","message":"m"}}"#)
        };
        let body = |many: usize| {
            let causes: Vec<String> = (0..many).map(cause).collect();
            format!(r#"{{"kind":"Status","reason":"Invalid","details":{{"causes":[{}]}}}}"#, causes.join(","))
        };
        assert_eq!(from_answer(422, &body(100)).causes.len(), CAUSE_LIMIT);
        assert_eq!(from_answer(422, &body(ELEMENTS + 1)).reason, "", "that is no Status");
    }
}
