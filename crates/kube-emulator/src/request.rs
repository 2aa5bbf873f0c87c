//! What a server is asked and what it answers, without HTTP around it.

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;

/// A request to an API server.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path below the point where the server is mounted, still percent-encoded. It begins with a slash.
    pub path: String,
    /// The query, without its question mark.
    pub query: String,
    /// The header `Content-Type`, empty if there is none.
    pub content_type: String,
    /// The header `Accept`, empty if there is none.
    pub accept: String,
    /// The header `User-Agent`, empty if there is none. It names the manager of fields where nothing else does.
    pub user_agent: String,
    /// The body.
    pub body: Bytes,
    /// Who asks.
    pub user: User,
}

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The name, as messages about missing rights have it.
    pub name: String,
    /// The groups.
    pub groups: Vec<String>,
}

/// An answer of an API server.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Body,
}

/// The body of an answer.
pub enum Body {
    /// All of it.
    Full(Bytes),
    /// A watch: one piece for each change. It ends when the watch does.
    Stream(Pin<Box<dyn Stream<Item = Bytes> + Send>>),
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(bytes) => write!(formatter, "Full({} bytes)", bytes.len()),
            Self::Stream(_) => formatter.write_str("Stream"),
        }
    }
}
