//! Which credentials are used, and what is said when they give no token.
//!
//! The order is that of the `azurerm` provider: certificate, secret, the tokens of other issuers, the
//! identity of the machine, and the Azure CLI. The first that are set up are used.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use url::Url;

use super::context::{Application, Context, SET_UP};
use super::login::{Login, Oidc, Written};
use super::reason::Reason;
use super::{assertion, azure_cli, certificate, entra, managed_identity};
use crate::clock::Clock;
use crate::metadata::Cloud;
use crate::secret::Secret;
use crate::service::Service;
use crate::token::{AccessToken, TokenError, TokenSource};
use crate::transport::Transport;

/// Logs in anew for each token.
pub(super) struct Chain {
    pub(super) login: Login,
    pub(super) cloud: Cloud,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
}

/// The kinds of credentials, in the order in which they are looked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Certificate,
    Secret,
    OidcToken,
    OidcRequest,
    WorkloadIdentity,
    ManagedIdentity,
    AzureCli,
}

const ORDER: [Kind; 7] = [
    Kind::Certificate,
    Kind::Secret,
    Kind::OidcToken,
    Kind::OidcRequest,
    Kind::WorkloadIdentity,
    Kind::ManagedIdentity,
    Kind::AzureCli,
];

#[async_trait]
impl TokenSource for Chain {
    async fn token(&self, scope: &str) -> Result<AccessToken, TokenError> {
        if !self.login.unknown.is_empty() {
            return Err(not_known(&self.login.unknown));
        }
        let login = &*self.login().await?;
        let used = ORDER.into_iter().find(|kind| kind.lacks(login).is_none());
        let Some(kind) = used else {
            let remedy = format!("The Azure CLI is switched off (use_cli, ARM_USE_CLI), so {SET_UP}");
            let reason = Reason::new("no credentials are set up", remedy);
            return Err(TokenError::new(explain(login, None, &reason)));
        };
        let service =
            self.cloud.service().await.map_err(|error| TokenError::new("no login service").because(error))?;
        let authority = authority(service, kind, login)?;
        let (transport, clock) = (&self.transport, &self.clock);
        let context = Context { login, transport, clock, authority, scope };
        let token = match kind {
            Kind::ManagedIdentity if !login.auxiliary_tenant_ids.is_empty() => Err(Reason::new(
                "it is of one tenant, and auxiliary_tenant_ids (ARM_AUXILIARY_TENANT_IDS) names others",
                "Leave auxiliary_tenant_ids out, or log in as an application that is known in all these tenants.",
            )),
            _ => kind.token(&context).await,
        };
        token.map_err(|reason| TokenError::new(explain(login, Some(kind), &reason)))
    }
}

impl Chain {
    /// The login, with the client id that is in a file.
    async fn login(&self) -> Result<Cow<'_, Login>, TokenError> {
        let login = &self.login;
        let (None, Some(file)) = (&login.client_id, &login.client_id_file) else {
            return Ok(Cow::Borrowed(login));
        };
        let failed = |reason: Reason| TokenError::new(format!("{}. {}", reason.what, reason.remedy));
        let read = assertion::read(&Written::File(file.clone()), "client id").await.map_err(failed)?;
        let client_id = read.reveal().to_owned();
        let of_pod = login.workload_identity.as_ref().and_then(|pod| pod.client_id.as_deref());
        if let Some(of_pod) = of_pod.filter(|of_pod| !client_id.eq_ignore_ascii_case(of_pod)) {
            return Err(TokenError::new(format!(
                "the file {} holds the client id {client_id:?}, and the workload identity of the pod has \
                 AZURE_CLIENT_ID {of_pod:?}. Leave client_id_file_path (ARM_CLIENT_ID_FILE_PATH) out, or set \
                 use_aks_workload_identity = false",
                file.display()
            )));
        }
        Ok(Cow::Owned(Login { client_id: Some(client_id), ..login.clone() }))
    }
}

/// The login service: that of the cloud, or of the pod's environment.
fn authority(service: &Service, kind: Kind, login: &Login) -> Result<Url, TokenError> {
    let given = login.workload_identity.as_ref().and_then(|pod| pod.authority.as_deref());
    match given.filter(|_| kind == Kind::WorkloadIdentity) {
        Some(given) => {
            let url = Url::parse(given).ok().filter(|url| url.scheme() == "https");
            url.ok_or_else(|| {
                TokenError::new(format!(
                    "AZURE_AUTHORITY_HOST is {given:?}, which is not an address that begins with https://"
                ))
            })
        }
        None => service
            .authority()
            .cloned()
            .ok_or_else(|| TokenError::new("an emulator has no login service, and gets no credentials")),
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Certificate => "client certificate",
            Self::Secret => "client secret",
            Self::OidcToken => "OIDC token",
            Self::OidcRequest => "OIDC token of GitHub Actions or Azure Pipelines",
            Self::WorkloadIdentity => "AKS workload identity",
            Self::ManagedIdentity => "managed identity",
            Self::AzureCli => "Azure CLI",
        }
    }

    /// What is missing for these credentials; `None` when they are set up.
    fn lacks(self, login: &Login) -> Option<String> {
        let missing = match self {
            Self::Certificate => login
                .client_certificate
                .is_none()
                .then_some("neither client_certificate nor client_certificate_path is set"),
            Self::Secret => login.client_secret.is_none().then_some("client_secret is not set"),
            Self::OidcToken => match &login.oidc {
                None => Some("use_oidc is not true"),
                Some(Oidc { token: None, .. }) => Some("neither oidc_token nor oidc_token_file_path is set"),
                Some(_) => None,
            },
            Self::OidcRequest => match &login.oidc {
                None => Some("use_oidc is not true"),
                Some(oidc) => lacks_request(oidc),
            },
            Self::WorkloadIdentity => match &login.workload_identity {
                None => Some("use_aks_workload_identity is not true"),
                Some(pod) => pod.token_file.is_none().then_some(
                    "AZURE_FEDERATED_TOKEN_FILE is not set; the pod needs the label \
                     azure.workload.identity/use: \"true\"",
                ),
            },
            Self::ManagedIdentity => login.managed_identity.is_none().then_some("use_msi is not true"),
            Self::AzureCli => login.azure_cli.is_none().then_some("use_cli is false"),
        };
        missing.or_else(|| self.lacks_ids(login)).map(str::to_owned)
    }

    /// Applications need to say which one they are, and in which tenant.
    fn lacks_ids(self, login: &Login) -> Option<&'static str> {
        if matches!(self, Self::ManagedIdentity | Self::AzureCli) {
            return None;
        }
        let (tenant_id, client_id) = self.ids(login);
        match (tenant_id, client_id) {
            (None, None) => Some("tenant_id and client_id are not set"),
            (None, _) => Some("tenant_id is not set"),
            (_, None) => Some("client_id is not set"),
            _ => None,
        }
    }

    /// Tenant and application; a pod's environment says its own.
    fn ids(self, login: &Login) -> (Option<&str>, Option<&str>) {
        let pod = login.workload_identity.as_ref().filter(|_| self == Self::WorkloadIdentity);
        let tenant_id = login.tenant_id.as_deref().or(pod.and_then(|pod| pod.tenant_id.as_deref()));
        let client_id = login.client_id.as_deref().or(pod.and_then(|pod| pod.client_id.as_deref()));
        (tenant_id, client_id)
    }

    async fn token(self, context: &Context<'_>) -> Result<AccessToken, Reason> {
        let login = context.login;
        let (tenant_id, client_id) = self.ids(login);
        let application = Application {
            tenant_id: tenant_id.unwrap_or_default(),
            client_id: client_id.unwrap_or_default(),
        };
        match self {
            Self::Certificate => {
                let assertion = certificate::assertion(context, &application).await?;
                entra::with_assertion(context, &application, &assertion).await
            }
            Self::Secret => {
                let secret = read(login.client_secret.as_ref(), "client secret").await?;
                entra::with_secret(context, &application, &secret).await
            }
            Self::OidcToken => {
                let token = login.oidc.as_ref().and_then(|oidc| oidc.token.as_ref());
                let token = read(token, "OIDC token").await?;
                entra::with_assertion(context, &application, &token).await
            }
            Self::OidcRequest => {
                let oidc = login.oidc.clone().unwrap_or_default();
                let token = assertion::request(context, &oidc.request).await?;
                entra::with_assertion(context, &application, &token).await
            }
            Self::WorkloadIdentity => {
                let file = login.workload_identity.as_ref().and_then(|pod| pod.token_file.clone());
                let token = read(file.map(Written::File).as_ref(), "token of the pod").await?;
                entra::with_assertion(context, &application, &token).await
            }
            Self::ManagedIdentity => managed_identity::token(context).await,
            Self::AzureCli => azure_cli::token(context).await,
        }
    }
}

async fn read(written: Option<&Written>, what: &str) -> Result<Secret, Reason> {
    match written {
        Some(written) => assertion::read(written, what).await,
        None => Err(Reason::new(format!("there is no {what}"), "Set it.")),
    }
}

fn lacks_request(oidc: &Oidc) -> Option<&'static str> {
    match (&oidc.request.url, &oidc.request.token) {
        (Some(_), Some(_)) => None,
        (None, _) => Some(
            "oidc_request_url is not set (in GitHub Actions, the job needs `permissions: id-token: write`; in \
             Azure Pipelines, a service connection and SYSTEM_OIDCREQUESTURI)",
        ),
        (_, None) => {
            Some("oidc_request_token is not set (in Azure Pipelines, map SYSTEM_ACCESSTOKEN into the step)")
        }
    }
}

fn not_known(unknown: &[&str]) -> TokenError {
    let verb = if unknown.len() == 1 { "is" } else { "are" };
    TokenError::new(format!(
        "{} {verb} known only after apply, so there is nothing to log in with at plan. Give the provider values \
         that do not depend on resources of the same configuration, or apply those resources first with -target",
        unknown.join(", ")
    ))
}

/// What went wrong, what to do, and what became of every kind of credentials.
fn explain(login: &Login, used: Option<Kind>, reason: &Reason) -> String {
    let mut text = match used {
        Some(kind) => format!("{}: {}", kind.name(), reason.what.trim_end_matches('.')),
        None => reason.what.clone(),
    };
    let _ = write!(text, ". {}\n\nCredentials are looked for in this order:", reason.remedy.trim());
    for (number, kind) in ORDER.into_iter().enumerate() {
        let outcome = match (kind.lacks(login), used) {
            (_, Some(used)) if used == kind => "used, and failed as said above".to_owned(),
            (Some(lacks), _) => format!("not used, because {lacks}"),
            (None, Some(used)) => format!("not used, because the {} comes first", used.name()),
            (None, None) => "not used".to_owned(),
        };
        let _ = write!(text, "\n{}. {}: {outcome}", number + 1, kind.name());
    }
    text.push_str("\nThe first that is set up is used, and no other when it fails");
    text
}
