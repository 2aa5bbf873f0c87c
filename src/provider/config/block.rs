//! The provider block, with what a reader has to know of each attribute.

use tf_plugin::{Set, Value, object};

use super::fleet_hub::FleetHub;
use crate::hidden::Hidden;

object! {
    /// The azuretm provider manages Azure Traffic Manager and the DNS load balancing of Azure Kubernetes Fleet Manager. It authenticates in the same way as the `azurerm` provider,
    /// with the same attributes and environment variables. It uses the first of these credentials that is configured:
    /// client certificate, client secret, OIDC token, AKS workload identity, managed identity, Azure CLI. It logs in
    /// only when a request needs it. Requests use the proxy in `HTTPS_PROXY`, except for hosts in `NO_PROXY` and for
    /// this machine. Certificate authorities in `SSL_CERT_FILE` are trusted in addition.
    pub struct Config {
        /// The Azure cloud: `public`, `usgovernment`, `china`, or `emulator` for a local `azuretm-emulator`. Can also
        /// be set with `ARM_ENVIRONMENT`. Defaults to `public`.
        pub environment: Value<String>,
        /// The host with the metadata of another Azure cloud, such as `management.local.azurestack.external` or
        /// `localhost:4654`. The provider reads `/metadata/endpoints` from it over HTTPS. Can also be set with
        /// `ARM_METADATA_HOSTNAME`. If set, `environment` determines only the suffix of DNS names.
        pub metadata_host: Value<String>,
        /// The ID of the subscription, a UUID. Required here or in `ARM_SUBSCRIPTION_ID`.
        pub subscription_id: Value<String>,
        /// The ID of the tenant, a UUID or a domain. Can also be set with `ARM_TENANT_ID`.
        pub tenant_id: Value<String>,
        /// Up to three additional tenants, for endpoints that point to resources in another tenant. Can also be set
        /// with `ARM_AUXILIARY_TENANT_IDS`, separated by semicolons. Not available with a managed identity, which
        /// belongs to a single tenant.
        pub auxiliary_tenant_ids: Value<Vec<Value<String>>>,
        /// The URL of the emulator, which has to be on this machine. Can also be set with `AZURETM_EMULATOR_URL`.
        /// Defaults to `http://127.0.0.1:4653`. Credentials are never sent to it.
        pub emulator_url: Value<String>,
        /// A UUID that is registered with Microsoft to attribute usage to a partner. Can also be set with
        /// `ARM_PARTNER_ID`.
        pub partner_id: Value<String>,
        /// The codes of the checks whose warnings are not shown, such as `single-endpoint`. The guide [Checks at
        /// Plan](guides/checks) lists them. Errors cannot be ignored.
        pub ignored_warnings: Value<Set<Value<String>>>,
        /// Whether to send changes to endpoints of one profile that are applied at the same time in a single request for
        /// the whole profile. This saves requests where Azure limits them. Changes that another client makes to the
        /// profile at that moment can be lost. Defaults to `false`.
        pub batch_endpoint_writes: Value<bool>,
        /// The client ID of the application or of the user-assigned identity, a UUID. Can also be set with
        /// `ARM_CLIENT_ID`.
        pub client_id: Value<String>,
        /// The path of a file that contains the client ID. Can also be set with `ARM_CLIENT_ID_FILE_PATH`.
        pub client_id_file_path: Value<String> => [conflicts_with("client_id")],
        /// The client secret of the application. Can also be set with `ARM_CLIENT_SECRET`.
        pub client_secret: Value<Hidden> => [sensitive],
        /// The path of a file that contains the client secret. Can also be set with `ARM_CLIENT_SECRET_FILE_PATH`.
        pub client_secret_file_path: Value<String> => [conflicts_with("client_secret")],
        /// A certificate of the application with its RSA key, as a Base64-encoded PFX file or as PEM. Can also be set
        /// with `ARM_CLIENT_CERTIFICATE`.
        pub client_certificate: Value<Hidden> => [sensitive],
        /// The path of a PFX or PEM file with a certificate of the application and its RSA key. Can also be set with
        /// `ARM_CLIENT_CERTIFICATE_PATH`.
        pub client_certificate_path: Value<String> => [conflicts_with("client_certificate")],
        /// The password of the client certificate. Can also be set with `ARM_CLIENT_CERTIFICATE_PASSWORD`.
        pub client_certificate_password: Value<Hidden> => [sensitive],
        /// Whether to authenticate with an OIDC token from an issuer that the application trusts. Can also be set with
        /// `ARM_USE_OIDC`. Defaults to `false`.
        pub use_oidc: Value<bool>,
        /// The OIDC token. Can also be set with `ARM_OIDC_TOKEN`.
        pub oidc_token: Value<Hidden> => [sensitive],
        /// The path of a file that contains the OIDC token. It is read again for each login. Can also be set with
        /// `ARM_OIDC_TOKEN_FILE_PATH`.
        pub oidc_token_file_path: Value<String> => [conflicts_with("oidc_token")],
        /// The URL at which a pipeline requests an OIDC token. Can also be set with `ARM_OIDC_REQUEST_URL`,
        /// `ACTIONS_ID_TOKEN_REQUEST_URL` (GitHub Actions) or `SYSTEM_OIDCREQUESTURI` (Azure Pipelines).
        pub oidc_request_url: Value<String>,
        /// The bearer token for requests to `oidc_request_url`. Can also be set with `ARM_OIDC_REQUEST_TOKEN`,
        /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN` (GitHub Actions) or `SYSTEM_ACCESSTOKEN` (Azure Pipelines).
        pub oidc_request_token: Value<Hidden> => [sensitive],
        /// The ID of the service connection in Azure Pipelines. Can also be set with
        /// `ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID` or `ARM_OIDC_AZURE_SERVICE_CONNECTION_ID`.
        pub ado_pipeline_service_connection_id: Value<String>,
        /// Whether to authenticate with the AKS workload identity of the pod. Can also be set with
        /// `ARM_USE_AKS_WORKLOAD_IDENTITY`. Defaults to `false`.
        pub use_aks_workload_identity: Value<bool>,
        /// Whether to authenticate with the managed identity of this machine or app. Can also be set with
        /// `ARM_USE_MSI`. Defaults to `false`.
        pub use_msi: Value<bool>,
        /// A custom URL of the managed identity service. Can also be set with `ARM_MSI_ENDPOINT`.
        pub msi_endpoint: Value<String>,
        /// Whether to authenticate with the Azure CLI if no other credentials are configured. Can also be set with
        /// `ARM_USE_CLI`. Defaults to `true`.
        pub use_cli: Value<bool>,
        /// The hub of a fleet of Azure Kubernetes Fleet Manager, for the resources whose names begin with
        /// `azuretm_fleet_`. The provider connects to it only when one of them is read or changed.
        pub fleet_hub: Value<FleetHub> => [block],
    }
}

impl Config {
    /// The codes in `ignored_warnings` that are known.
    pub(super) fn ignored_warnings(&self) -> impl Iterator<Item = &str> {
        self.ignored_warnings.known().into_iter().flat_map(|codes| codes.0.iter()).filter_map(Value::as_deref)
    }
}
