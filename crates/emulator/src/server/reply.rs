//! An answer on its way out: what faults can still change of it, and bodies that end in the middle.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio_stream::Stream;

use super::faults::FaultAnswer;

/// An answer that is not sent yet.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) content: Content,
    /// The content type of a body.
    pub(super) content_type: HeaderValue,
}

/// What an answer has behind its headers.
pub(super) enum Content {
    /// A body that is known as a whole, perhaps an empty one.
    Whole(Bytes),
    /// One that goes on.
    Stream(Pin<Box<dyn Stream<Item = Bytes> + Send>>),
}

/// The body of a fault in place of the real one.
pub(super) type Replacement = Option<String>;

impl Reply {
    /// The answer with what a fault changes of it. `body`: the fault's body.
    pub(super) fn changed_by(self, changed: &FaultAnswer, body: Replacement) -> Response {
        let Self { status, mut headers, content, content_type } = self;
        let content = body.map_or(content, |text| Content::Whole(Bytes::from(text)));
        if !matches!(&content, Content::Whole(bytes) if bytes.is_empty()) {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        // In the place of the usual ones: `extend` would add a second value to them.
        for (name, value) in changed.headers() {
            headers.insert(name, value);
        }
        let body = match (content, changed.truncate_at) {
            (Content::Whole(bytes), Some(at)) if at < bytes.len() => {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
                let sent = Box::pin(tokio_stream::once(bytes));
                Body::from_stream(BrokenOff { stream: sent, left: at, waited: false })
            }
            (Content::Whole(bytes), _) => Body::from(bytes),
            (Content::Stream(stream), Some(at)) => {
                Body::from_stream(BrokenOff { stream, left: at, waited: false })
            }
            (Content::Stream(stream), None) => Body::from_stream(Unbroken(stream)),
        };
        let mut response = Response::new(body);
        *response.status_mut() = changed.status().unwrap_or(status);
        *response.headers_mut() = headers;
        response
    }
}

/// A body that goes on as long as it has something to say.
struct Unbroken(Pin<Box<dyn Stream<Item = Bytes> + Send>>);

impl Stream for Unbroken {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map(|next| next.map(Ok))
    }
}

/// A body that fails after so many bytes. What came before is sent first.
struct BrokenOff {
    stream: Pin<Box<dyn Stream<Item = Bytes> + Send>>,
    left: usize,
    waited: bool,
}

impl Stream for BrokenOff {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left > 0 {
            let next = std::task::ready!(self.stream.as_mut().poll_next(context));
            if let Some(mut bytes) = next {
                bytes.truncate(self.left);
                self.left -= bytes.len();
                return Poll::Ready(Some(Ok(bytes)));
            }
            return Poll::Ready(None);
        }
        if !self.waited {
            // A connection whose body is not ready writes out what it has; after an error it would not.
            self.waited = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("broken off by a fault"))))
    }
}
