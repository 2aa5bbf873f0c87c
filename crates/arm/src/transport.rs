//! How requests reach Azure, as a trait. Retries, tokens and decoding are the client's.

use async_trait::async_trait;
use bytes::Bytes;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// How large an answer may be, in bytes. The largest that Azure is known to give, a list of many profiles, has a fraction.
pub(crate) const LARGEST: usize = 16 * 1024 * 1024;

/// How much of an answer that is no success is read, in bytes: its status counts, and an error is short.
pub(crate) const LARGEST_ERROR: usize = 256 * 1024;

/// Sends one request and brings its whole answer, if it is not too large.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request, to the address in it. Any status is an answer; an error means that there is none.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No connection could be made, so that the request was not sent.
    #[error("no connection")]
    Unreachable(#[source] Source),
    /// The other side could not prove who it is, or speaks no TLS; the request was not sent.
    #[error("no trusted connection")]
    Tls(#[source] Source),
    /// The connection broke after it was made. The request may have taken effect.
    #[error("the connection broke")]
    Broken(#[source] Source),
    /// The answer is larger than any that is expected, and was not read to its end. The request may have taken effect.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// How much would have been read.
        limit: usize,
    },
}
