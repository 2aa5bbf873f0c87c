//! Logging in to Azure: which credentials are used, and the tokens that they give.
//!
//! [`Login`] is what a configuration offers; [`Credentials`] is the token source made of it. The credentials
//! that come first in a fixed order decide, and nothing falls back on others when they fail: another identity
//! than the configured one must never be used by surprise. Secrets, assertions and the Azure CLI are the
//! business of `azure_identity`; what it lacks stands beside it here: the order, certificates without
//! OpenSSL, the token services of GitHub and Azure DevOps at a configured address, managed identities whose
//! address is configured, and a cache that shares failures and outlives a failed renewal.

mod assertion;
mod azure_cli;
mod cache;
mod certificate;
mod chain;
mod entra;
mod login;
mod managed_identity;
mod pem;
mod reason;

use std::sync::Arc;

use async_trait::async_trait;

use crate::client::{Clock, SystemClock};
use crate::metadata::Cloud;
use crate::token::{AccessToken, TokenError, TokenSource};
use crate::transport::Transport;

use cache::Cache;
use chain::Chain;
pub use login::{
    AppService, AzureCli, Login, ManagedIdentity, Oidc, TokenRequest, WorkloadIdentity, Written,
};

/// The tokens of one identity, kept for as long as they last. Cheap to make: nothing is read, and nobody
/// asked, before the first token is wanted.
///
/// Tokens are renewed before they end; many callers who want one at the same time share one login.
pub struct Credentials {
    cache: Cache,
}

impl Credentials {
    /// The credentials of this login in this cloud.
    pub fn new(login: Login, cloud: impl Into<Cloud>, transport: Arc<dyn Transport>) -> Self {
        Self::with_clock(login, cloud, transport, Arc::new(SystemClock))
    }

    /// The same with another clock.
    pub fn with_clock(
        login: Login,
        cloud: impl Into<Cloud>,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let chain = Chain { login, cloud: cloud.into(), transport, clock: Arc::clone(&clock) };
        Self { cache: Cache::new(Arc::new(chain), clock) }
    }
}

#[async_trait]
impl TokenSource for Credentials {
    async fn token(&self, scope: &str) -> Result<AccessToken, TokenError> {
        self.cache.token(scope).await
    }

    fn refused(&self, scope: &str, token: &AccessToken) {
        self.cache.refused(scope, token);
    }
}
