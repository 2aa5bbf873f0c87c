//! What can go wrong, with the facts that a user and Azure's support need, and never a token or a header.

mod answer;
mod shown;

use std::fmt;
use std::time::Duration;

use http::{Method, StatusCode};

use crate::metadata::MetadataError;
use crate::token::TokenError;

pub use answer::Answer;
pub(crate) use shown::{Secrets, beginning, printable};

/// A call that failed: what was asked, how often, and for how long.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    /// The method of the last attempt.
    pub method: Method,
    /// The path, encoded and without its query, at most 4,000 bytes.
    pub path: String,
    /// How many attempts were begun. Reading back what became of a write is none.
    pub attempts: u32,
    /// How long it took in all.
    pub elapsed: Duration,
    /// Whether a write may have taken effect, because its answer was lost and could not be settled.
    pub in_doubt: bool,
    /// Whether it would have been tried again, and the time allowed was over.
    pub out_of_time: bool,
    /// Whether it was to create what was not there.
    pub creates: bool,
}

/// How much of a path is kept, in bytes: many times the longest that Azure knows.
const PATH: usize = 4000;

impl Call {
    /// A call that has not been tried.
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: beginning(path, PATH).to_owned(),
            attempts: 0,
            elapsed: Duration::ZERO,
            in_doubt: false,
            out_of_time: false,
            creates: false,
        }
    }
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
    /// A success that is not the object asked for, but another, a half one, or something else altogether.
    #[error("{answer}: not the object asked for: {why}")]
    NotTheObject {
        /// The answer.
        answer: Box<Answer>,
        /// What it lacks.
        why: String,
    },
    /// An answer that is larger than any of Azure's. It was not read to its end.
    #[error("{call}: the answer is larger than {limit} bytes")]
    TooLarge {
        /// The call.
        call: Call,
        /// How much would have been read.
        limit: usize,
    },
    /// An address that is longer than any can be, because of the names in it.
    #[error("{call}: the address is too long to be sent")]
    AddressTooLong {
        /// The call.
        call: Call,
    },
    /// 401: the token was not accepted.
    #[error("{0}")]
    Unauthorized(Box<Answer>),
    /// 403: a permission is missing. Azure says so of groups that do not exist, too.
    #[error("{0}")]
    Forbidden(Box<Answer>),
    /// 404: it, its profile, its group or its subscription does not exist; the code tells which. Whether it proves that
    /// what was asked for is absent, says [`is_absent`](Self::is_absent).
    #[error("{0}")]
    NotFound(Box<Answer>),
    /// 409: for a profile that is created, its relative name is taken.
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
    /// 500 to 599: the service failed, as often as it was asked in the time allowed.
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
    /// A page's link leads elsewhere than to the next page of the same list, where the token must not go, or in a circle;
    /// or there are more pages than any list has.
    #[error("{call}: the next page would be {link:?}, which is not followed: {why}")]
    Link {
        /// The call.
        call: Call,
        /// The link, without its query, at most 200 bytes.
        link: String,
        /// Why not.
        why: &'static str,
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
            | Self::NotTheObject { answer, .. }
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
            | Self::TooLarge { .. }
            | Self::AddressTooLong { .. }
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
            | Self::TooLarge { call, .. }
            | Self::AddressTooLong { call }
            | Self::Link { call, .. }
            | Self::Name { call }
            | Self::Cancelled { call }
            | Self::Metadata { call, .. }
            | Self::Token { call, .. } => call,
            Self::NotJson { answer, .. }
            | Self::NotTheObject { answer, .. }
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

    /// Notes that an earlier attempt may have taken effect, and that there was no time left for another.
    pub(crate) fn ended(mut self, in_doubt: bool, out_of_time: bool) -> Self {
        let call = self.call_mut();
        call.in_doubt |= in_doubt;
        call.out_of_time |= out_of_time;
        self
    }

    fn call_mut(&mut self) -> &mut Call {
        match self {
            Self::Unreachable { call, .. }
            | Self::Tls { call, .. }
            | Self::Broken { call, .. }
            | Self::TimedOut { call, .. }
            | Self::Unsettled { call }
            | Self::TooLarge { call, .. }
            | Self::AddressTooLong { call }
            | Self::Link { call, .. }
            | Self::Name { call }
            | Self::Cancelled { call }
            | Self::Metadata { call, .. }
            | Self::Token { call, .. } => call,
            Self::NotJson { answer, .. }
            | Self::NotTheObject { answer, .. }
            | Self::Unauthorized(answer)
            | Self::Forbidden(answer)
            | Self::NotFound(answer)
            | Self::Conflict(answer)
            | Self::Throttled { answer, .. }
            | Self::Invalid(answer)
            | Self::Server(answer)
            | Self::Unexpected(answer) => &mut answer.call,
        }
    }

    /// Whether a token is refused that a new login may mend. One for another tenant is not: the same login
    /// brings the same again.
    pub(crate) fn refuses_the_token(&self) -> bool {
        let Self::Unauthorized(answer) = self else { return false };
        answer.code.as_deref() != Some("InvalidAuthenticationTokenTenant")
    }

    /// Whether Azure says that what was asked for does not exist: a 404 with a code that Azure uses for an absent
    /// profile, endpoint or resource group. No other 404 proves it.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::NotFound(answer) if answer.proves_absence())
    }

    /// Whether the answer was a 404, of whatever kind.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound(_))
    }
}
