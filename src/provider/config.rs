//! The provider's configuration: what HCL says, or else the environment variables.
//!
//! What a login is made of is put together in `login`; here is where and for whom requests go.

mod block;
mod check;
mod environment;
mod fleet_hub;
mod login;
mod values;

use std::collections::BTreeSet;

use arm::{Login, Proxy};
use tf_plugin::{Diagnostics, Path, Value};

use crate::cloud::{Cloud, EMULATOR_URL};
use crate::fleet_hub::HubSettings;
use crate::hidden::Hidden;
pub(super) use block::Config;
pub use environment::Environment;
use fleet_hub::FleetHub;
use values::{check_subscription, cloud};

/// A configuration that can be used.
pub(super) struct Settings {
    pub(super) cloud: Cloud,
    /// The host that says where the cloud is, where one does.
    pub(super) metadata_host: Option<String>,
    pub(super) subscription_id: Value<String>,
    /// The codes of the checks whose warnings are not shown.
    pub(super) ignored_warnings: BTreeSet<String>,
    /// Whether writes of endpoints of one profile are sent together.
    pub(super) batches_endpoints: bool,
    pub(super) login: Login,
    /// The block `fleet_hub`, if there is one.
    pub(super) fleet_hub: Option<HubSettings>,
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
            diagnostics.error(Path::new("metadata_host"), "Invalid metadata_host", said);
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
        let fleet_hub = self.fleet_hub.known().cloned().map(FleetHub::settle);
        let batches_endpoints = self.batch_endpoint_writes.known() == Some(&true);
        Some(Settings {
            cloud,
            metadata_host,
            subscription_id,
            ignored_warnings,
            batches_endpoints,
            login,
            fleet_hub,
            user_agent,
            authorities,
            proxy,
        })
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
                diagnostics.error(Path::new(name), "Incomplete credentials", said);
            }
        }
        let without_certificate = login.client_certificate.is_none()
            && !login.unknown.iter().any(|name| name.starts_with("client_certificate"));
        if !self.client_certificate_password.is_null() && without_certificate {
            diagnostics.error(
                Path::new("client_certificate_password"),
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
                diagnostics.warning(Path::new(name), "Attribute has no effect", said);
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
            Path::new("subscription_id"),
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
                Path::new(name),
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

#[cfg(test)]
mod tests;
