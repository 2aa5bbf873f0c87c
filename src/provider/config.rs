//! The provider's configuration: what HCL says, or else the environment variables.
//!
//! What a login is made of is put together in `login`; here is where and for whom requests go.

mod check;
mod environment;
mod hidden;
mod login;

use std::collections::BTreeSet;

use arm::{Login, Proxy};
use tf_plugin::{Diagnostics, Path, Set, Value, object};

use crate::cloud::{Cloud, EMULATOR_URL, ENVIRONMENTS};
use crate::uuid::is_uuid;
pub use environment::Environment;
use hidden::Hidden;

object! {
    /// The azuretm provider manages Azure Traffic Manager. It authenticates in the same way as the `azurerm` provider,
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
        /// The client ID of the application or of the user-assigned identity, a UUID. Can also be set with
        /// `ARM_CLIENT_ID`.
        pub client_id: Value<String>,
        /// The path of a file that contains the client ID. Can also be set with `ARM_CLIENT_ID_FILE_PATH`.
        pub client_id_file_path: Value<String>,
        /// The client secret of the application. Can also be set with `ARM_CLIENT_SECRET`.
        pub client_secret: Value<Hidden> => [sensitive],
        /// The path of a file that contains the client secret. Can also be set with `ARM_CLIENT_SECRET_FILE_PATH`.
        pub client_secret_file_path: Value<String>,
        /// A certificate of the application with its RSA key, as a Base64-encoded PFX file or as PEM. Can also be set
        /// with `ARM_CLIENT_CERTIFICATE`.
        pub client_certificate: Value<Hidden> => [sensitive],
        /// The path of a PFX or PEM file with a certificate of the application and its RSA key. Can also be set with
        /// `ARM_CLIENT_CERTIFICATE_PATH`.
        pub client_certificate_path: Value<String>,
        /// The password of the client certificate. Can also be set with `ARM_CLIENT_CERTIFICATE_PASSWORD`.
        pub client_certificate_password: Value<Hidden> => [sensitive],
        /// Whether to authenticate with an OIDC token from an issuer that the application trusts. Can also be set with
        /// `ARM_USE_OIDC`. Defaults to `false`.
        pub use_oidc: Value<bool>,
        /// The OIDC token. Can also be set with `ARM_OIDC_TOKEN`.
        pub oidc_token: Value<Hidden> => [sensitive],
        /// The path of a file that contains the OIDC token. It is read again for each login. Can also be set with
        /// `ARM_OIDC_TOKEN_FILE_PATH`.
        pub oidc_token_file_path: Value<String>,
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
    }
}

/// A configuration that can be used.
pub(super) struct Settings {
    pub(super) cloud: Cloud,
    /// The host that says where the cloud is, where one does.
    pub(super) metadata_host: Option<String>,
    pub(super) subscription_id: Value<String>,
    /// The codes of the checks whose warnings are not shown.
    pub(super) ignored_warnings: BTreeSet<String>,
    pub(super) login: Login,
    /// What a user wants to be said of requests to Azure, after the name of the provider.
    pub(super) user_agent: Vec<String>,
    /// A PEM file with certificate authorities of the user's own.
    pub(super) authorities: Option<String>,
    /// The proxy on the way to Azure.
    pub(super) proxy: Option<Proxy>,
}

impl Config {
    /// Fills in the environment variables and the defaults. A subscription that is not known yet is left so.
    pub(super) fn settle(self, variables: &Environment, diagnostics: &mut Diagnostics) -> Option<Settings> {
        // What was checked before may have been unknown then.
        self.check(diagnostics);
        if diagnostics.has_errors() {
            return None;
        }
        let text = |value: &Value<String>, names: &[&str], name: &str, diagnostics: &mut Diagnostics| {
            or_else(value.clone(), variables.first(names), name, diagnostics)
        };
        let environment = text(&self.environment, &["ARM_ENVIRONMENT"], "environment", diagnostics)
            .unwrap_or_else(|| "public".to_owned());
        let url = text(&self.emulator_url, &["AZURETM_EMULATOR_URL"], "emulator_url", diagnostics)
            .unwrap_or_else(|| EMULATOR_URL.to_owned());
        let metadata_host =
            text(&self.metadata_host, &["ARM_METADATA_HOSTNAME"], "metadata_host", diagnostics)
                .filter(|host| !host.is_empty() && environment != "emulator");
        if let Some(host) = metadata_host.as_deref().filter(|host| !check::is_host(host)) {
            let said =
                format!("ARM_METADATA_HOSTNAME is {host:?}. Set it to a host, without a scheme and a path.");
            diagnostics.error(Path::of("metadata_host"), "Invalid metadata_host", said);
        }
        let cloud = cloud(&environment, &url, diagnostics);
        let subscription_id = match &self.subscription_id {
            Value::Null => variables.first(&["ARM_SUBSCRIPTION_ID"]).map(str::to_owned).into(),
            given => given.clone(),
        };
        settle_subscription(&subscription_id, diagnostics);
        let login = login::login(&self, subscription_id.known().cloned(), variables, diagnostics);
        self.check_login(&login, diagnostics);
        let user_agent = self.user_agent(variables);
        let cloud = cloud.filter(|_| !diagnostics.has_errors())?;
        let authorities = variables.first(&["SSL_CERT_FILE"]).map(str::to_owned);
        let proxy = proxy(variables);
        let ignored_warnings = self.ignored_warnings().map(str::to_owned).collect();
        Some(Settings {
            cloud,
            metadata_host,
            subscription_id,
            ignored_warnings,
            login,
            user_agent,
            authorities,
            proxy,
        })
    }

    /// The codes in `ignored_warnings` that are known.
    fn ignored_warnings(&self) -> impl Iterator<Item = &str> {
        self.ignored_warnings.known().into_iter().flat_map(|codes| codes.0.iter()).filter_map(Value::as_deref)
    }

    /// Says which attributes of the provider block are set and can have no effect.
    fn check_login(&self, login: &Login, diagnostics: &mut Diagnostics) {
        let ids = [
            ("tenant_id", login.tenant_id.is_none()),
            ("client_id", login.client_id.is_none() && login.client_id_file.is_none()),
        ];
        let missing: Vec<_> = ids
            .into_iter()
            .filter(|(name, is_missing)| {
                *is_missing && !login.unknown.iter().any(|unknown| unknown.starts_with(name))
            })
            .map(|(name, _)| format!("{name} (ARM_{})", name.to_uppercase()))
            .collect();
        for (name, is_given) in [
            ("client_secret", !self.client_secret.is_null()),
            ("client_secret_file_path", !self.client_secret_file_path.is_null()),
            ("client_certificate", !self.client_certificate.is_null()),
            ("client_certificate_path", !self.client_certificate_path.is_null()),
        ] {
            if is_given && !missing.is_empty() {
                let said = format!("{name} requires {} as well.", missing.join(" and "));
                diagnostics.error(Path::of(name), "Incomplete credentials", said);
            }
        }
        let without_certificate = login.client_certificate.is_none()
            && !login.unknown.iter().any(|name| name.starts_with("client_certificate"));
        if !self.client_certificate_password.is_null() && without_certificate {
            diagnostics.error(
                Path::of("client_certificate_password"),
                "Incomplete credentials",
                "A certificate password is set, but no certificate. Set client_certificate_path or client_certificate \
                 as well.",
            );
        }
        for (name, is_given) in [
            ("oidc_token", !self.oidc_token.is_null()),
            ("oidc_token_file_path", !self.oidc_token_file_path.is_null()),
            ("oidc_request_url", !self.oidc_request_url.is_null()),
            ("oidc_request_token", !self.oidc_request_token.is_null()),
        ] {
            if is_given && login.oidc.is_none() && !login.unknown.contains(&"use_oidc") {
                let said =
                    format!("{name} is used only if use_oidc (ARM_USE_OIDC) is true, which it is not.");
                diagnostics.warning(Path::of(name), "Attribute has no effect", said);
            }
        }
    }

    fn user_agent(&self, variables: &Environment) -> Vec<String> {
        let added = variables.first(&["AZURE_HTTP_USER_AGENT"]).map(str::to_owned);
        let partner_id = self.partner_id.as_deref().filter(|id| !id.is_empty());
        let partner_id = partner_id.or_else(|| variables.first(&["ARM_PARTNER_ID"]));
        added.into_iter().chain(partner_id.map(|id| format!("pid-{id}"))).collect()
    }
}

/// The proxy that the usual variables name, and what they except. Azure is asked by https only, so that `HTTP_PROXY`
/// has no say.
fn proxy(variables: &Environment) -> Option<Proxy> {
    let (name, address) = variables.named(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])?;
    let exceptions = variables.first(&["NO_PROXY", "no_proxy"]).unwrap_or_default();
    Some(Proxy::new(name, Hidden::from(address).into_secret(), exceptions))
}

fn settle_subscription(subscription_id: &Value<String>, diagnostics: &mut Diagnostics) {
    match subscription_id {
        Value::Known(subscription_id) => check_subscription(subscription_id, diagnostics),
        Value::Null => diagnostics.error(
            Path::of("subscription_id"),
            "Subscription missing",
            "The provider needs to know the subscription of the profiles. Write subscription_id = \"…\" into the \
             provider block, or set ARM_SUBSCRIPTION_ID. `az account show --query id` prints the one you are logged \
             in to; the emulator takes any UUID.",
        ),
        Value::Unknown(_) => {}
    }
}

/// The value of the configuration or of the variable. One that is not known yet would send requests to the
/// wrong place.
fn or_else(
    given: Value<String>,
    variable: Option<&str>,
    name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    match given {
        Value::Known(text) => Some(text),
        Value::Null => variable.map(str::to_owned),
        Value::Unknown(_) => {
            diagnostics.error(
                Path::of(name),
                "Value not known at plan",
                format!(
                    "{name} determines where requests are sent, so it has to be known at plan. Use a literal or a \
                     variable, not an attribute of a resource that does not exist yet."
                ),
            );
            None
        }
    }
}

fn check_environment(environment: &str, diagnostics: &mut Diagnostics) -> bool {
    let known = ENVIRONMENTS.contains(&environment);
    if !known {
        let lower = environment.to_ascii_lowercase();
        let hint = ENVIRONMENTS.iter().find(|name| **name == lower).map_or_else(
            || "Write \"public\", \"usgovernment\", \"china\" or \"emulator\".".to_owned(),
            |name| format!("Write \"{name}\"."),
        );
        diagnostics.error(
            Path::of("environment"),
            "Unknown environment",
            format!("{environment:?} is not an Azure environment. {hint}"),
        );
    }
    known
}

fn cloud(environment: &str, emulator_url: &str, diagnostics: &mut Diagnostics) -> Option<Cloud> {
    if !check_environment(environment, diagnostics) {
        return None;
    }
    match Cloud::named(environment, emulator_url)? {
        Ok(cloud) => Some(cloud),
        Err(error) => {
            diagnostics.error(
                Path::of("emulator_url"),
                "Invalid emulator URL",
                format!(
                    "The emulator cannot be used at this URL: {error}. Use, for example, \"{EMULATOR_URL}\"."
                ),
            );
            None
        }
    }
}

fn check_subscription(subscription_id: &str, diagnostics: &mut Diagnostics) {
    if !is_uuid(subscription_id) {
        diagnostics.error(
            Path::of("subscription_id"),
            "Invalid subscription",
            format!(
                "{subscription_id:?} is not the ID of a subscription, which is a UUID such as \
                 00000000-0000-0000-0000-000000000001. Its name does not do: \
                 `az account show --query id --name NAME` prints the id."
            ),
        );
    }
}

#[cfg(test)]
mod tests;
