//! Puts a token on each request, and bounds what is read of each answer.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Limited;
use kube::client::Body;
use tokio::sync::Mutex;
use tower::{BoxError, Service, ServiceExt as _};

use crate::said::Carried;

/// The most that is read of an answer, in bytes. A watch begins anew where it ends.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Gives the value of the header `Authorization`.
///
/// It is asked before each request, so that it can renew a token during a long wait; it keeps tokens itself.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// A value that is valid now, marked as sensitive.
    async fn authorization(&self) -> Result<HeaderValue, TokensError>;

    /// Says that the last value was not accepted, though it should still last.
    fn refused(&self) {}
}

/// No token could be had. The text holds no secret.
#[derive(Debug, thiserror::Error)]
#[error("no token")]
pub struct TokensError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// A service whose requests carry a token.
pub(crate) struct Authorized<S> {
    /// Held while a request is handed over, not while it is under way.
    inner: Arc<Mutex<S>>,
    /// `None` where the inner service logs in by itself.
    tokens: Option<Arc<dyn Tokens>>,
    /// Is told each token.
    carried: Arc<Carried>,
}

impl<S> Authorized<S> {
    pub(crate) fn new(inner: S, tokens: Option<Arc<dyn Tokens>>, carried: Arc<Carried>) -> Self {
        Self { inner: Arc::new(Mutex::new(inner)), tokens, carried }
    }
}

impl<S, B> Service<Request<Body>> for Authorized<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<Limited<B>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let (inner, tokens, carried) =
            (Arc::clone(&self.inner), self.tokens.clone(), Arc::clone(&self.carried));
        Box::pin(async move {
            if let Some(tokens) = &tokens {
                let authorization = tokens.authorization().await?;
                carried.remember(&authorization);
                request.headers_mut().insert(AUTHORIZATION, authorization);
            }
            let answer = inner.lock().await.ready().await?.call(request);
            let response = answer.await?;
            if let Some(tokens) = tokens.filter(|_| response.status() == StatusCode::UNAUTHORIZED) {
                tokens.refused();
            }
            Ok(response.map(|body| Limited::new(body, BODY_LIMIT)))
        })
    }
}
