//! What can go wrong, with the facts that a user and Azure's support need, and never a token or a header.

mod answer;

use std::fmt;
use std::time::Duration;

use http::{Method, StatusCode};

use crate::metadata::MetadataError;
use crate::token::TokenError;

pub use answer::Answer;

/// A call that failed: what was asked, how often, and for how long.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    /// The method of the last attempt.
    pub method: Method,
    /// The path, encoded and without its query.
    pub path: String,
    /// How many attempts were begun, those that read back a write included.
    pub attempts: u32,
    /// How long it took in all.
    pub elapsed: Duration,
    /// Whether a write may have taken effect, because its answer was lost and could not be settled.
    pub in_doubt: bool,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a request has no result.
#[derive(Debug, thiserror::Error)]
pub enum ArmError {
    /// No connection could be made, for example because an emulator is not running.
    #[error("{call}: cannot reach {address}")]
    Unreachable {
        /// The call.
        call: Call,
        /// The address of the service, as configured.
        address: String,
        /// What the system said.
        source: Source,
    },
    /// The other side could not prove who it is.
    #[error("{call}: no trusted connection to {address}")]
    Tls {
        /// The call.
        call: Call,
        /// The address of the service, as configured.
        address: String,
        /// What TLS said.
        source: Source,
    },
    /// The connection broke each time.
    #[error("{call}: the connection to {address} broke")]
    Broken {
        /// The call.
        call: Call,
        /// The address of the service, as configured.
        address: String,
        /// What the transport said.
        source: Source,
    },
    /// There was no answer to one attempt in the time that it is given, or before the deadline.
    #[error("{call}: no answer in {} s", waited.as_secs())]
    TimedOut {
        /// The call.
        call: Call,
        /// How long the last attempt was waited for.
        waited: Duration,
        /// Whether the deadline ended it, so that more time for the whole could help.
        by_deadline: bool,
    },
    /// A success whose body is not the JSON that was expected, as from a proxy's login page.
    #[error("{answer}: not the JSON expected")]
    NotJson {
        /// The answer.
        answer: Box<Answer>,
        /// What decoding said.
        source: serde_json::Error,
    },
    /// 401: the token was not accepted.
    #[error("{0}")]
    Unauthorized(Box<Answer>),
    /// 403: a permission is missing. Azure says so of groups that do not exist, too.
    #[error("{0}")]
    Forbidden(Box<Answer>),
    /// 404: it, its profile, its group or its subscription does not exist; the code tells which.
    #[error("{0}")]
    NotFound(Box<Answer>),
    /// 409: for a profile, its relative name is taken.
    #[error("{0}")]
    Conflict(Box<Answer>),
    /// 429: too many requests, for longer than the time allowed.
    #[error("{answer}")]
    Throttled {
        /// The last answer.
        answer: Box<Answer>,
        /// How long Azure asked to wait after it, if it said.
        retry_after: Option<Duration>,
    },
    /// 400: the service refuses the content.
    #[error("{0}")]
    Invalid(Box<Answer>),
    /// 500 to 599: the service failed, each time.
    #[error("{0}")]
    Server(Box<Answer>),
    /// Any other status.
    #[error("{0}")]
    Unexpected(Box<Answer>),
    /// A create lost its answer, and something else than what was sent is there now.
    #[error("{call}: the answer was lost, and what is there now is not what was sent")]
    Unsettled {
        /// The call.
        call: Call,
    },
    /// A page's link leads elsewhere than to the service, where the token must not go, or in a circle.
    #[error("{call}: the next page would be {link:?}, which is not followed")]
    Link {
        /// The call.
        call: Call,
        /// The link, without its query.
        link: String,
    },
    /// A name in the path is `.` or `..`, so that something else would be addressed.
    #[error("{call}: a name in the path is \".\" or \"..\", which no address can hold")]
    Name {
        /// The call.
        call: Call,
    },
    /// The user asked to stop.
    #[error("{call}: cancelled")]
    Cancelled {
        /// The call.
        call: Call,
    },
    /// The cloud's metadata host does not say where Resource Manager is.
    #[error("{call}: no address of Resource Manager")]
    Metadata {
        /// The call.
        call: Call,
        /// What the metadata host said.
        source: MetadataError,
    },
    /// There is no token to ask with.
    #[error("{call}: no access token")]
    Token {
        /// The call.
        call: Call,
        /// What the token source said.
        source: TokenError,
    },
}

impl ArmError {
    /// The error for an answer whose status is no success.
    pub(crate) fn of_answer(answer: Answer, retry_after: Option<Duration>) -> Self {
        let answer = Box::new(answer);
        match answer.status {
            StatusCode::BAD_REQUEST => Self::Invalid(answer),
            StatusCode::UNAUTHORIZED => Self::Unauthorized(answer),
            StatusCode::FORBIDDEN => Self::Forbidden(answer),
            StatusCode::NOT_FOUND => Self::NotFound(answer),
            StatusCode::CONFLICT => Self::Conflict(answer),
            StatusCode::TOO_MANY_REQUESTS => Self::Throttled { answer, retry_after },
            status if status.is_server_error() => Self::Server(answer),
            _ => Self::Unexpected(answer),
        }
    }

    /// What Azure answered, if it did.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::NotJson { answer, .. }
            | Self::Unauthorized(answer)
            | Self::Forbidden(answer)
            | Self::NotFound(answer)
            | Self::Conflict(answer)
            | Self::Throttled { answer, .. }
            | Self::Invalid(answer)
            | Self::Server(answer)
            | Self::Unexpected(answer) => Some(answer),
            Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::Broken { .. }
            | Self::TimedOut { .. }
            | Self::Unsettled { .. }
            | Self::Link { .. }
            | Self::Name { .. }
            | Self::Cancelled { .. }
            | Self::Metadata { .. }
            | Self::Token { .. } => None,
        }
    }

    /// The call that failed.
    pub fn call(&self) -> &Call {
        match self {
            Self::Unreachable { call, .. }
            | Self::Tls { call, .. }
            | Self::Broken { call, .. }
            | Self::TimedOut { call, .. }
            | Self::Unsettled { call }
            | Self::Link { call, .. }
            | Self::Name { call }
            | Self::Cancelled { call }
            | Self::Metadata { call, .. }
            | Self::Token { call, .. } => call,
            Self::NotJson { answer, .. }
            | Self::Unauthorized(answer)
            | Self::Forbidden(answer)
            | Self::NotFound(answer)
            | Self::Conflict(answer)
            | Self::Throttled { answer, .. }
            | Self::Invalid(answer)
            | Self::Server(answer)
            | Self::Unexpected(answer) => &answer.call,
        }
    }

    /// Notes that an earlier attempt may have taken effect.
    pub(crate) fn in_doubt(mut self, in_doubt: bool) -> Self {
        let call = match &mut self {
            Self::Unreachable { call, .. }
            | Self::Tls { call, .. }
            | Self::Broken { call, .. }
            | Self::TimedOut { call, .. }
            | Self::Unsettled { call }
            | Self::Link { call, .. }
            | Self::Name { call }
            | Self::Cancelled { call }
            | Self::Metadata { call, .. }
            | Self::Token { call, .. } => call,
            Self::NotJson { answer, .. }
            | Self::Unauthorized(answer)
            | Self::Forbidden(answer)
            | Self::NotFound(answer)
            | Self::Conflict(answer)
            | Self::Throttled { answer, .. }
            | Self::Invalid(answer)
            | Self::Server(answer)
            | Self::Unexpected(answer) => &mut answer.call,
        };
        call.in_doubt |= in_doubt;
        self
    }

    /// Whether a token is refused that a new login may mend. One for another tenant is not: the same login
    /// brings the same again.
    pub(crate) fn refuses_the_token(&self) -> bool {
        let Self::Unauthorized(answer) = self else { return false };
        answer.code.as_deref() != Some("InvalidAuthenticationTokenTenant")
    }

    /// Whether the answer was a 404.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound(_))
    }
}
