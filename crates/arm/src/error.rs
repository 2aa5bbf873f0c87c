//! What can go wrong: a call and a kind, with the facts that a user and Azure's support need, and never a token or a header.

mod answer;
mod call;

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::metadata::MetadataError;
use crate::token::TokenError;

pub use answer::Answer;
pub use call::Call;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a request has no result.
#[derive(Debug)]
pub struct ArmError {
    call: Box<Call>,
    kind: ErrorKind,
}

/// What went wrong with a call.
#[derive(Debug, thiserror::Error)]
pub enum ErrorKind {
    /// No connection could be made, for example because an emulator is not running.
    #[error("cannot reach {address}")]
    Unreachable {
        /// The address of the service, as configured.
        address: String,
        /// What the system said.
        source: Source,
    },
    /// The other side could not prove who it is.
    #[error("no trusted connection to {address}")]
    Tls {
        /// The address of the service, as configured.
        address: String,
        /// What TLS said.
        source: Source,
    },
    /// The connection broke each time.
    #[error("the connection to {address} broke")]
    Broken {
        /// The address of the service, as configured.
        address: String,
        /// What the transport said.
        source: Source,
    },
    /// There was no answer to one attempt in the time that it is given, or before the deadline.
    #[error("no answer in {} s", waited.as_secs())]
    TimedOut {
        /// How long the last attempt was waited for.
        waited: Duration,
        /// Whether the deadline ended it, so that more time for the whole could help.
        by_deadline: bool,
    },
    /// An answer whose status is no success. The status tells what it is about:
    ///
    /// | status | what |
    /// |---|---|
    /// | 400 | the service refuses the content |
    /// | 401 | the token was not accepted |
    /// | 403 | a permission is missing; Azure says so of groups that do not exist, too |
    /// | 404 | it, its profile, its group or its subscription does not exist, and the code tells which; whether it proves that what was asked for is absent, says [`ArmError::is_absent`] |
    /// | 409 | for a profile that is created: its relative name is taken |
    /// | 429 | too many requests, for longer than the time allowed |
    /// | 500 to 599 | the service failed, as often as it was asked in the time allowed |
    #[error("{0}")]
    Refused(Box<Answer>),
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
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// How much would have been read.
        limit: usize,
    },
    /// An address that is longer than any can be, because of the names in it.
    #[error("the address is too long to be sent")]
    AddressTooLong,
    /// A create lost its answer, and something else than what was sent is there now.
    #[error("the answer was lost, and what is there now is not what was sent")]
    Unsettled,
    /// A page's link leads elsewhere than to the next page of the same list, where the token must not go, or in a circle;
    /// or there are more pages than any list has.
    #[error("the next page would be {link:?}, which is not followed: {why}")]
    Link {
        /// The link, without its query, at most 200 bytes.
        link: String,
        /// Why not.
        why: &'static str,
    },
    /// A name in the path is `.` or `..`, so that something else would be addressed.
    #[error("a name in the path is \".\" or \"..\", which no address can hold")]
    Name,
    /// The user asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The cloud's metadata host does not say where Resource Manager is.
    #[error("no address of Resource Manager")]
    Metadata(#[source] Box<MetadataError>),
    /// There is no token to ask with.
    #[error("no access token")]
    Token(#[source] TokenError),
}

impl ErrorKind {
    /// What Azure answered, if it did.
    fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Refused(answer) | Self::NotJson { answer, .. } | Self::NotTheObject { answer, .. } => {
                Some(answer)
            }
            _ => None,
        }
    }
}

impl ArmError {
    /// The error of this call.
    pub fn new(call: Call, kind: ErrorKind) -> Self {
        Self { call: Box::new(call), kind }
    }

    /// The call that failed.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// What Azure answered, if it did.
    pub fn answer(&self) -> Option<&Answer> {
        self.kind.answer()
    }

    /// The status of what Azure answered, if that was no success.
    pub fn refusal(&self) -> Option<StatusCode> {
        match &self.kind {
            ErrorKind::Refused(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// Notes that an earlier attempt may have taken effect, and that there was no time left for another.
    pub(crate) fn ended(mut self, in_doubt: bool, out_of_time: bool) -> Self {
        self.call.in_doubt |= in_doubt;
        self.call.out_of_time |= out_of_time;
        self
    }

    /// Whether a token is refused that a new login may mend. One for another tenant is not: the same login
    /// brings the same again.
    pub(crate) fn refuses_the_token(&self) -> bool {
        let code = self.answer().and_then(|answer| answer.code.as_deref());
        self.refusal() == Some(StatusCode::UNAUTHORIZED) && code != Some("InvalidAuthenticationTokenTenant")
    }

    /// Whether Azure says that what was asked for does not exist: a 404 with a code that Azure uses for an absent
    /// profile, endpoint or resource group. No other 404 proves it.
    pub fn is_absent(&self) -> bool {
        matches!(&self.kind, ErrorKind::Refused(answer) if answer.proves_absence)
    }

    /// Whether Azure refuses the version of the API rather than the request.
    pub fn is_unknown_version(&self) -> bool {
        let code = self.answer().and_then(|answer| answer.code.as_deref());
        matches!(
            code,
            Some("NoRegisteredProviderFound" | "InvalidResourceType" | "InvalidApiVersionParameter")
        )
    }

    /// Whether the answer was a 404, of whatever kind.
    pub fn is_not_found(&self) -> bool {
        self.refusal() == Some(StatusCode::NOT_FOUND)
    }

    /// The namespace that the subscription is not registered for, such as `Microsoft.Network`, when that is
    /// why the request was refused. Registering it mends that:
    /// <https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider>.
    pub fn unregistered_namespace(&self) -> Option<&str> {
        self.answer()?.unregistered_namespace(&self.call.path)
    }
}

impl fmt::Display for ArmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.kind)
    }
}

impl std::error::Error for ArmError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.kind)
    }
}
