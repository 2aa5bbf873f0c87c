//! What can be said of a provider block without the environment: values of a wrong form, and what does not go together.

use tf_plugin::{Diagnostics, Path, Value};
use traffic_manager::rules::{self, Rule, Severity};

use super::block::Config;
use super::values::{check_environment, check_subscription, cloud};
use crate::uuid::is_uuid;

impl Config {
    /// Checks what is known of it by itself.
    pub(in crate::provider) fn check(&self, diagnostics: &mut Diagnostics) {
        if let Some(environment) = self.environment.as_deref() {
            check_environment(environment, diagnostics);
        }
        if let Some(subscription_id) = self.subscription_id.as_deref() {
            check_subscription(subscription_id, diagnostics);
        }
        if let Some(url) = self.emulator_url.as_deref() {
            cloud("emulator", url, diagnostics);
        }
        self.check_forms(diagnostics);
        if let Some(tenants) = self.auxiliary_tenant_ids.known() {
            let known = tenants.iter().filter_map(Value::as_deref);
            check_auxiliary("auxiliary_tenant_ids", tenants.len(), known, diagnostics);
        }
        self.check_metadata_host(diagnostics);
        self.check_ignored_warnings(diagnostics);
        if let Some(hub) = self.fleet_hub.known() {
            hub.check(diagnostics);
        }
    }

    fn check_ignored_warnings(&self, diagnostics: &mut Diagnostics) {
        for code in self.ignored_warnings() {
            let said = match codes().find(|rule| rule.code == code).map(|rule| rule.severity) {
                Some(Severity::Warning) => continue,
                Some(Severity::Error) => {
                    "is the code of an error, and only warnings can be ignored. Remove it".to_owned()
                }
                None => {
                    let warnings = codes().filter(|rule| rule.severity == Severity::Warning);
                    let codes = warnings.map(|rule| rule.code).collect::<Vec<_>>().join(", ");
                    format!("is not the code of a check. Use one of these: {codes}")
                }
            };
            diagnostics.error(
                Path::new("ignored_warnings"),
                "Invalid ignored_warnings",
                format!("{code:?} {said}."),
            );
        }
    }

    fn check_forms(&self, diagnostics: &mut Diagnostics) {
        let client_id = "is not a client ID, which is a UUID. `az ad app list --query \"[].[appId,displayName]\"` \
                         lists those of your applications.";
        let tenant_id = "is not a tenant, which is a UUID or a domain such as contoso.onmicrosoft.com. `az account \
                         show --query tenantId` prints the one you are logged in to.";
        let partner_id = "is not a partner ID, which is a UUID. Remove it if you have none.";
        let host = "is not a host name. Use a name without scheme and path, such as \"localhost:4654\".";
        let url =
            "is not a URL. Use one that starts with https:// (or http:// for a service on this machine).";
        for (name, value, is_right, what) in [
            ("client_id", &self.client_id, is_uuid as fn(&str) -> bool, client_id),
            ("tenant_id", &self.tenant_id, is_tenant, tenant_id),
            ("partner_id", &self.partner_id, is_uuid, partner_id),
            ("metadata_host", &self.metadata_host, is_host, host),
            ("oidc_request_url", &self.oidc_request_url, is_url, url),
            ("msi_endpoint", &self.msi_endpoint, is_url, url),
        ] {
            let Some(value) = value.as_deref().filter(|value| !value.is_empty() && !is_right(value)) else {
                continue;
            };
            diagnostics.error(Path::new(name), format!("Invalid {name}"), format!("{value:?} {what}"));
        }
    }

    /// A host of metadata would be asked for another cloud than the emulator.
    fn check_metadata_host(&self, diagnostics: &mut Diagnostics) {
        if self.environment.as_deref() == Some("emulator") && !self.metadata_host.is_null() {
            diagnostics.error(
                Path::new("metadata_host"),
                "Conflicting attributes",
                "metadata_host cannot be used with the environment \"emulator\". Remove it, or set emulator_url \
                 instead.",
            );
        }
    }
}

/// All checks that there are.
fn codes() -> impl Iterator<Item = &'static Rule> {
    rules::all().chain(rules::FLEET_AREA.rules)
}

/// Checks the further tenants, which come from the attribute or the variable of this name.
pub(super) fn check_auxiliary<'a>(
    name: &str,
    count: usize,
    known: impl IntoIterator<Item = &'a str>,
    diagnostics: &mut Diagnostics,
) {
    let mut tell = |said: String| {
        diagnostics.error(Path::new("auxiliary_tenant_ids"), "Invalid auxiliary_tenant_ids", said);
    };
    if count > 3 {
        tell(format!(
            "{name} contains {count} tenants, and Azure accepts at most three in addition to tenant_id."
        ));
    }
    for tenant in known.into_iter().filter(|tenant| tenant.is_empty() || !is_tenant(tenant)) {
        tell(format!(
            "{name} contains {tenant:?}, which is not a tenant. Use a UUID or a domain such as \
             contoso.onmicrosoft.com."
        ));
    }
}

/// Whether it can be a tenant: a UUID or a domain.
fn is_tenant(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-'))
}

/// Whether it can be a host with or without a port, and is nothing else.
pub(super) fn is_host(text: &str) -> bool {
    let is_foreign = |letter: char| letter.is_whitespace() || matches!(letter, '/' | '@' | '?' | '#' | '\\');
    !text.is_empty() && !text.starts_with(':') && !text.contains(is_foreign)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| is_host(rest.split(['/', '?']).next().unwrap_or_default()))
}
