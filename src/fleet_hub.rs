//! The hub of a fleet: connected with the first request that needs it, and never before.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arm::fleets::{self, FleetId};
use arm::{AccessToken, ArmError, Client, Secret, TokenError, TokenSource};
use async_trait::async_trait;
use hub::{
    Access, AccessError, Exec, FleetKubeconfig, HUB_APPLICATION, Hub, HubError, InvalidKubeconfig, Tokens,
    TokensError,
};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

/// What the provider block says of a hub.
#[derive(Clone, Debug, Default)]
pub(crate) struct HubSettings {
    /// What tells where it is; `None` if only `host` does.
    pub(crate) place: Option<HubPlace>,
    /// Its address, where that is given.
    pub(crate) host: Option<String>,
    /// Who asks, where that is given.
    pub(crate) login: Option<HubLogin>,
    /// The certificate authority, PEM.
    pub(crate) authority: Option<String>,
    /// The name in its certificate.
    pub(crate) tls_server_name: Option<String>,
    /// The proxy on the way to it.
    pub(crate) proxy_url: Option<String>,
    /// Attributes that are not known yet.
    pub(crate) unknown: Vec<&'static str>,
}

/// What tells where a hub is.
#[derive(Clone, Debug)]
pub(crate) enum HubPlace {
    Fleet(FleetId),
    Kubeconfig { path: PathBuf, context: Option<String> },
}

/// Who asks a hub.
#[derive(Clone, Debug)]
pub(crate) enum HubLogin {
    Token(Secret),
    Certificate { certificate: String, key: Secret },
    Exec(Exec),
}

/// Why there is no connection with a hub.
#[derive(Debug)]
pub(crate) enum NoHub {
    /// The provider block has no `fleet_hub`.
    NotConfigured,
    /// Attributes of the block are not known yet.
    NotKnown(Vec<&'static str>),
    /// Azure does not say how the hub of this fleet is reached.
    Fleet(FleetId, Box<ArmError>),
    /// The fleet has no hub.
    Hubless(FleetId),
    /// There is no token for the hub.
    Login(TokenError),
    /// What Azure says of the hub cannot be used.
    Kubeconfig(InvalidKubeconfig),
    /// The address of a hub that takes tokens is not encrypted.
    NotEncrypted(String),
    /// What the block says cannot be used.
    Access(AccessError),
    /// The connection cannot be set up.
    Hub(Box<HubError>),
}

/// The hub of a provider.
pub(crate) struct FleetHub {
    settings: Option<HubSettings>,
    client: Client,
    tokens: Option<Arc<dyn TokenSource>>,
    hub: OnceCell<Hub>,
}

impl FleetHub {
    /// The hub of this block. Nothing is asked yet.
    pub(crate) fn new(
        settings: Option<HubSettings>,
        client: Client,
        tokens: Option<Arc<dyn TokenSource>>,
    ) -> Self {
        Self { settings, client, tokens, hub: OnceCell::new() }
    }

    /// The fleet, where the block names one.
    pub(crate) fn fleet_id(&self) -> Option<&FleetId> {
        match &self.settings.as_ref()?.place {
            Some(HubPlace::Fleet(id)) => Some(id),
            _ => None,
        }
    }

    /// The hub. Whoever comes first connects it for all.
    pub(crate) async fn connected(
        &self,
        time: Duration,
        cancelled: &CancellationToken,
    ) -> Result<Hub, NoHub> {
        self.hub.get_or_try_init(|| self.connect(time, cancelled)).await.cloned()
    }

    async fn connect(&self, time: Duration, cancelled: &CancellationToken) -> Result<Hub, NoHub> {
        let settings = self.settings.as_ref().ok_or(NoHub::NotConfigured)?;
        if !settings.unknown.is_empty() {
            return Err(NoHub::NotKnown(settings.unknown.clone()));
        }
        let access = match &settings.place {
            Some(HubPlace::Fleet(id)) => self.of_fleet(id, settings, time, cancelled).await?,
            Some(HubPlace::Kubeconfig { path, context }) => {
                let paths = std::slice::from_ref(path);
                let access = Access::from_kubeconfig_files(paths, context.as_deref()).await;
                let access = at(access.map_err(NoHub::Access)?, settings.host.as_deref())?;
                if access.has_credentials() && !access.is_encrypted_or_local() {
                    return Err(NoHub::NotEncrypted(access.server()));
                }
                access
            }
            None => Access::new(settings.host.as_deref().unwrap_or_default()).map_err(NoHub::Access)?,
        };
        Hub::new(completed(access, settings)?).map_err(|error| NoHub::Hub(Box::new(error)))
    }

    /// The hub of a fleet, with tokens of the provider's own credentials.
    async fn of_fleet(
        &self,
        id: &FleetId,
        settings: &HubSettings,
        time: Duration,
        cancelled: &CancellationToken,
    ) -> Result<Access, NoHub> {
        let kubeconfig = self.kubeconfig(id, time, cancelled).await?;
        let access = Access::new(&kubeconfig.server).map_err(NoHub::Access)?;
        let access = match &kubeconfig.certificate_authority {
            Some(authority) => access.trusting(authority).map_err(NoHub::Access)?,
            None => access,
        };
        let access = at(access, settings.host.as_deref())?;
        let Some(source) = self.tokens.clone() else { return Ok(access) };
        if !access.server().starts_with("https://") {
            return Err(NoHub::NotEncrypted(access.server()));
        }
        let tokens = AzureTokens { source, scope: scope(), last: std::sync::Mutex::default() };
        Ok(access.with_tokens(Arc::new(tokens)))
    }

    /// What Azure says of how the hub of a fleet is reached.
    async fn kubeconfig(
        &self,
        id: &FleetId,
        time: Duration,
        cancelled: &CancellationToken,
    ) -> Result<FleetKubeconfig, NoHub> {
        let deadline = arm::Deadline::after(time).or_cancelled(cancelled.clone());
        let credentials = match self.client.send(fleets::list_credentials(id), &deadline).await {
            Ok(credentials) => credentials,
            Err(error) => {
                let fleet = self.client.send(fleets::get(id), &deadline).await;
                let properties = fleet.ok().and_then(|fleet| fleet.properties);
                return Err(match properties {
                    Some(properties) if properties.hub_profile.is_none() => NoHub::Hubless(id.clone()),
                    _ => NoHub::Fleet(id.clone(), Box::new(error)),
                });
            }
        };
        let kubeconfig = credentials.kubeconfigs.into_iter().next().and_then(|named| named.value);
        FleetKubeconfig::parse(&kubeconfig.unwrap_or_default()).map_err(NoHub::Kubeconfig)
    }

    /// How the hub of any fleet is reached, and a token for it; without one where the cloud takes none.
    pub(crate) async fn credentials(
        &self,
        id: &FleetId,
        time: Duration,
        cancelled: &CancellationToken,
    ) -> Result<(FleetKubeconfig, Option<AccessToken>), NoHub> {
        let kubeconfig = self.kubeconfig(id, time, cancelled).await?;
        let server = Access::new(&kubeconfig.server).map_err(NoHub::Access)?.server();
        let Some(source) = &self.tokens else { return Ok((kubeconfig, None)) };
        // Another provider will send it there.
        if !server.starts_with("https://") {
            return Err(NoHub::NotEncrypted(server));
        }
        let token = source.token(&scope()).await.map_err(NoHub::Login)?;
        Ok((kubeconfig, Some(token)))
    }
}

/// What a token for a hub is asked for.
fn scope() -> String {
    format!("{HUB_APPLICATION}/.default")
}

/// The hub at another address than its own.
fn at(access: Access, host: Option<&str>) -> Result<Access, NoHub> {
    match host {
        Some(host) => access.at(host).map_err(NoHub::Access),
        None => Ok(access),
    }
}

/// What the block says beside where the hub is.
fn completed(access: Access, settings: &HubSettings) -> Result<Access, NoHub> {
    let mut access = match &settings.login {
        Some(HubLogin::Token(_)) if !access.is_encrypted_or_local() => {
            return Err(NoHub::NotEncrypted(access.server()));
        }
        Some(HubLogin::Token(token)) => access.with_token(token.clone().into_text()),
        Some(HubLogin::Certificate { certificate, key }) => {
            access.with_certificate(certificate, &key.clone().into_text())
        }
        Some(HubLogin::Exec(exec)) => access.with_exec(exec.clone()),
        None => access,
    };
    if let Some(authority) = &settings.authority {
        access = access.trusting(authority).map_err(NoHub::Access)?;
    }
    if let Some(name) = &settings.tls_server_name {
        access = access.named(name);
    }
    match &settings.proxy_url {
        Some(proxy) => access.through(proxy).map_err(NoHub::Access),
        None => Ok(access),
    }
}

/// Tokens of the provider's credentials, for the application of hubs.
struct AzureTokens {
    source: Arc<dyn TokenSource>,
    scope: String,
    last: std::sync::Mutex<Option<AccessToken>>,
}

impl AzureTokens {
    fn last(&self) -> std::sync::MutexGuard<'_, Option<AccessToken>> {
        self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[async_trait]
impl Tokens for AzureTokens {
    async fn authorization(&self) -> Result<http::HeaderValue, TokensError> {
        let token = self.source.token(&self.scope).await.map_err(|error| TokensError(error.into()))?;
        let value = token.authorization().ok_or_else(|| {
            TokensError("the token of the login service has characters that no header has".into())
        })?;
        *self.last() = Some(token);
        Ok(value)
    }

    fn refused(&self) {
        if let Some(token) = self.last().take() {
            self.source.refused(&self.scope, &token);
        }
    }
}

impl std::fmt::Debug for FleetHub {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("FleetHub").field("settings", &self.settings).finish_non_exhaustive()
    }
}
