//! The environment variables that the provider knows: read once, and nowhere else.

use std::collections::BTreeMap;
use std::fmt;

/// The names of the variables, those of `azurerm` where it has the same thing.
const NAMES: [&str; 44] = [
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ALL_PROXY",
    "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
    "ARM_AUXILIARY_TENANT_IDS",
    "ARM_CLIENT_CERTIFICATE",
    "ARM_CLIENT_CERTIFICATE_PASSWORD",
    "ARM_CLIENT_CERTIFICATE_PATH",
    "ARM_CLIENT_ID",
    "ARM_CLIENT_ID_FILE_PATH",
    "ARM_CLIENT_SECRET",
    "ARM_CLIENT_SECRET_FILE_PATH",
    "ARM_ENVIRONMENT",
    "ARM_METADATA_HOSTNAME",
    "ARM_MSI_ENDPOINT",
    "ARM_OIDC_AZURE_SERVICE_CONNECTION_ID",
    "ARM_OIDC_REQUEST_TOKEN",
    "ARM_OIDC_REQUEST_URL",
    "ARM_OIDC_TOKEN",
    "ARM_OIDC_TOKEN_FILE_PATH",
    "ARM_PARTNER_ID",
    "ARM_SUBSCRIPTION_ID",
    "ARM_TENANT_ID",
    "ARM_USE_AKS_WORKLOAD_IDENTITY",
    "ARM_USE_CLI",
    "ARM_USE_MSI",
    "ARM_USE_OIDC",
    "AZURETM_EMULATOR_URL",
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLIENT_ID",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_HTTP_USER_AGENT",
    "AZURE_TENANT_ID",
    "HTTPS_PROXY",
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SYSTEM_ACCESSTOKEN",
    "SYSTEM_OIDCREQUESTURI",
    "PATH",
    "all_proxy",
    "https_proxy",
    "no_proxy",
];

/// The variables as they were when the provider started. Shows their names and never their values.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<&'static str, String>);

impl Environment {
    /// The variables of this process. One that is empty counts as not set.
    pub fn from_process() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// The variables as this function knows them.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name| {
            let value: String = lookup(name)?;
            (!value.trim().is_empty()).then_some((name, value))
        };
        Self(NAMES.into_iter().filter_map(read).collect())
    }

    /// The value of the first of these that is set.
    pub(super) fn first<'a>(&'a self, names: &[&str]) -> Option<&'a str> {
        self.named(names).map(|(_, value)| value)
    }

    /// The same with its name.
    pub(super) fn named<'a>(&'a self, names: &[&str]) -> Option<(&'static str, &'a str)> {
        debug_assert!(names.iter().all(|name| NAMES.contains(name)), "{names:?} are read from the process");
        names.iter().find_map(|name| self.0.get_key_value(*name)).map(|(name, value)| (*name, value.as_str()))
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
