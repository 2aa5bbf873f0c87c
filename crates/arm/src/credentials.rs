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
mod context;
mod entra;
mod login;
mod managed_identity;
mod reason;
mod unencrypted;

use std::sync::Arc;

use async_trait::async_trait;

use crate::clock::{Clock, SystemClock};
use crate::metadata::Cloud;
use crate::token::{AccessToken, TokenError, TokenSource};
use crate::transport::Transport;

use cache::Cache;
use chain::Chain;
pub use login::{
    AppService, AzureCli, Login, ManagedIdentity, Oidc, TokenRequest, WorkloadIdentity, Written,
};
pub use unencrypted::is_identity_endpoint;

/// The tokens of one identity, kept for as long as they last. Cheap to make: nothing is read, and nobody
/// asked, before the first token is wanted.
///
/// Tokens are renewed before they end; many callers who want one at the same time share one login.
pub struct Credentials {
    cache: Cache,
    /// Those of each further tenant.
    auxiliary: Vec<(String, Cache)>,
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
        let cloud = cloud.into();
        let cache = move |login| {
            let (cloud, transport) = (cloud.clone(), Arc::clone(&transport));
            let chain = Chain { login, cloud, transport, clock: Arc::clone(&clock) };
            Cache::new(Arc::new(chain), Arc::clone(&clock))
        };
        let auxiliary = login.auxiliary_tenant_ids.iter().map(|tenant_id| {
            let in_tenant = Login { tenant_id: Some(tenant_id.clone()), ..login.clone() };
            (tenant_id.clone(), cache(in_tenant))
        });
        Self { auxiliary: auxiliary.collect(), cache: cache(login) }
    }
}

#[async_trait]
impl TokenSource for Credentials {
    async fn token(&self, scope: &str) -> Result<AccessToken, TokenError> {
        self.cache.token(scope).await
    }

    async fn auxiliary(&self, scope: &str) -> Result<Vec<AccessToken>, TokenError> {
        let mut tokens = Vec::new();
        for (tenant_id, cache) in &self.auxiliary {
            let token = cache.token(scope).await;
            tokens.push(token.map_err(|error| {
                TokenError::new(format!("for the tenant {tenant_id} of auxiliary_tenant_ids: {error}"))
            })?);
        }
        Ok(tokens)
    }

    fn refused(&self, scope: &str, token: &AccessToken) {
        let auxiliary = self.auxiliary.iter().map(|(_, cache)| cache);
        for cache in std::iter::once(&self.cache).chain(auxiliary) {
            cache.refused(scope, token);
        }
    }
}
