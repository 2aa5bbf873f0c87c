//! What a configuration offers for a login, as plain data. Nothing is read or decided here.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::secret::Secret;

/// What is offered. Secrets show in no `Debug`.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// The tenant, by id or by domain.
    pub tenant_id: Option<String>,
    /// Further tenants whose tokens requests carry, at most three.
    pub auxiliary_tenant_ids: Vec<String>,
    /// The application or the identity, by its client id.
    pub client_id: Option<String>,
    /// A file with that id, which counts where it is not given itself.
    pub client_id_file: Option<PathBuf>,
    /// The subscription, which tells the Azure CLI the tenant where none is given.
    pub subscription_id: Option<String>,
    /// A certificate with its private key: PKCS#12, in base64 where it is not in a file, or PEM.
    pub client_certificate: Option<Written>,
    /// The password of that.
    pub client_certificate_password: Option<Secret>,
    /// A client secret.
    pub client_secret: Option<Written>,
    /// A token of another issuer that the application trusts. `None` unless `use_oidc` is set.
    pub oidc: Option<Oidc>,
    /// The identity of a pod. `None` unless `use_aks_workload_identity` is set.
    pub workload_identity: Option<WorkloadIdentity>,
    /// The identity of the machine. `None` unless `use_msi` is set.
    pub managed_identity: Option<ManagedIdentity>,
    /// Whoever is logged in with the Azure CLI. `None` when `use_cli` is false.
    pub azure_cli: Option<AzureCli>,
    /// Attributes whose value is not known yet, so that it cannot be told how to log in.
    pub unknown: Vec<&'static str>,
}

/// A text that is given itself, or the file that holds it.
#[derive(Clone, Debug)]
pub enum Written {
    /// The text.
    Here(Secret),
    /// The file, read anew for each login: its content may have been renewed.
    File(PathBuf),
}

/// Where the token of another issuer comes from.
#[derive(Clone, Debug, Default)]
pub struct Oidc {
    /// The token.
    pub token: Option<Written>,
    /// The service that gives one.
    pub request: TokenRequest,
}

/// A token service of GitHub Actions, or of Azure Pipelines when there is a service connection.
#[derive(Clone, Debug, Default)]
pub struct TokenRequest {
    /// Its address.
    pub url: Option<String>,
    /// What it wants to be shown.
    pub token: Option<Secret>,
    /// The id of the service connection of Azure Pipelines.
    pub service_connection: Option<String>,
}

/// What Azure Workload Identity puts into the environment of a pod.
#[derive(Clone, Debug, Default)]
pub struct WorkloadIdentity {
    /// `AZURE_CLIENT_ID`.
    pub client_id: Option<String>,
    /// `AZURE_TENANT_ID`.
    pub tenant_id: Option<String>,
    /// `AZURE_FEDERATED_TOKEN_FILE`.
    pub token_file: Option<PathBuf>,
    /// `AZURE_AUTHORITY_HOST`.
    pub authority: Option<String>,
}

/// How the identity of the machine is asked for a token.
#[derive(Clone, Debug, Default)]
pub struct ManagedIdentity {
    /// Another address than that of the instance metadata service.
    pub endpoint: Option<String>,
    /// What App Service, Functions and Container Apps put into the environment.
    pub app_service: Option<AppService>,
}

/// The token service of App Service.
#[derive(Clone, Debug)]
pub struct AppService {
    /// `IDENTITY_ENDPOINT`.
    pub endpoint: String,
    /// `IDENTITY_HEADER`.
    pub header: Secret,
}

/// How the Azure CLI is found.
#[derive(Clone, Debug, Default)]
pub struct AzureCli {
    /// The `PATH` to look for `az` in; that of this process where not given.
    pub path: Option<OsString>,
}
