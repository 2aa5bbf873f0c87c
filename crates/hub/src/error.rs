//! Why a call failed: the call and the kind of failure.

use std::fmt;
use std::time::Duration;

use kube::core::Status;

/// The longest message of a server that is kept, in characters.
const MESSAGE_LIMIT: usize = 2000;

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
    /// After how many seconds it may be asked again.
    pub retry_after: u32,
}

/// One cause of a refusal.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
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

impl Refusal {
    pub(crate) fn from_status(status: &Status) -> Self {
        let details = status.details.as_ref();
        let cause = |cause: &kube::core::response::StatusCause| Cause {
            reason: shortened(&cause.reason),
            field: shortened(&cause.field),
            message: shortened(&cause.message),
        };
        Self {
            code: status.code,
            // What kube says of an answer that is no `Status`.
            reason: Some(&status.reason)
                .filter(|reason| !reason.contains(' '))
                .map(|reason| shortened(reason))
                .unwrap_or_default(),
            message: shortened(&status.message),
            kind: details.map(|details| shortened(&details.kind)).unwrap_or_default(),
            name: details.map(|details| shortened(&details.name)).unwrap_or_default(),
            causes: details
                .map(|details| details.causes.iter().take(CAUSE_LIMIT).map(cause).collect())
                .unwrap_or_default(),
            retry_after: details.map_or(0, |details| details.retry_after_seconds),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.method, self.address)
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MESSAGE_LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_is_no_status_has_no_reason() {
        let status = Status {
            code: 404,
            message: "x".repeat(5000),
            reason: "Failed to parse error data".to_owned(),
            ..Status::default()
        };
        let refusal = Refusal::from_status(&status);
        assert_eq!(refusal.reason, "");
        assert_eq!(refusal.message.chars().count(), MESSAGE_LIMIT + 1);
    }
}
