//! Where access tokens come from, as a trait. No credential is read here.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;

use crate::secret::Secret;

/// A bearer token. It shows itself to nobody but a request.
#[derive(Clone)]
pub struct AccessToken {
    secret: String,
    expires: Option<SystemTime>,
}

/// Gives tokens for a scope such as `https://management.azure.com/.default`.
///
/// It is asked before every attempt, so that it can renew a token during a long wait; it keeps tokens
/// itself and logs in only when it has to.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token that is valid now.
    async fn token(&self, scope: &str) -> Result<AccessToken, TokenError>;

    /// Tokens of further tenants for the same scope, which requests carry beside the first: Resource Manager looks
    /// at them where a request names a thing of another tenant.
    async fn auxiliary(&self, _scope: &str) -> Result<Vec<AccessToken>, TokenError> {
        Ok(Vec::new())
    }

    /// Says that this token of the scope was not accepted, though it should still last: a source that keeps
    /// tokens does not give it again.
    fn refused(&self, _scope: &str, _token: &AccessToken) {}
}

/// No token could be had. The text says which credentials were tried and what to do, and holds no secret.
///
/// It can be cloned, because all who wait for one login share its failure.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct TokenError {
    message: String,
    #[source]
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl AccessToken {
    /// A token, and until when it is valid, where that is known.
    pub fn new(secret: impl Into<String>, expires: Option<SystemTime>) -> Self {
        Self { secret: secret.into(), expires }
    }

    /// Until when the token is valid, where that is known.
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// The value of the header `Authorization`, marked as sensitive; `None` if the token has characters that no header has.
    pub fn authorization(&self) -> Option<http::HeaderValue> {
        let mut value = http::HeaderValue::try_from(format!("Bearer {}", self.secret)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The token itself, for a client of something else.
    pub fn to_secret(&self) -> Secret {
        Secret::from(self.secret.clone())
    }

    /// The token itself, for a header.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("expires", &self.expires).finish_non_exhaustive()
    }
}

impl TokenError {
    /// An error of this text, which must hold no secret.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), source: None }
    }

    /// The same with what caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(Arc::from(source.into()));
        self
    }
}
