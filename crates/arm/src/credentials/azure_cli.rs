//! Whoever is logged in with the Azure CLI, through `azure_identity`.
//!
//! The process is ours: it gets the configured `PATH`, no standard input and none of our secrets, and it ends with all that
//! it has started when nobody waits for it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::pin::pin;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_identity::{AzureCliCredential, AzureCliCredentialOptions, Executor};
use tokio::process::Command;
use tokio::time::timeout;
use tracing::debug;

use super::context::{Context, SET_UP};
use super::reason::{Reason, excerpt};
use crate::token::AccessToken;

/// How long `az` may take. It starts slowly, and logs in over the network itself.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs a command until it ends.
#[derive(Debug)]
struct Process {
    path: Option<OsString>,
}

#[async_trait]
impl Executor for Process {
    async fn run(&self, program: &OsStr, arguments: &[&OsStr]) -> io::Result<Output> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_none_or(is_not_for_it) {
                command.env_remove(name);
            }
        }
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        // The shell that runs `az` has children. Ended alone, it would leave them.
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        let id = child.id();
        let mut output = pin!(child.wait_with_output());
        // Made last, so that it is dropped first: as long as the shell is not collected, nobody else has its number.
        let mut family = Family(id);
        let output = output.as_mut().await;
        family.0 = None;
        output
    }
}

/// Whether a variable is none of the business of `az`: what Terraform and this provider are given, secrets above all.
fn is_not_for_it(name: &str) -> bool {
    const FOR_IT: &str = "ARM_CLOUD_METADATA_URL";
    let prefixes = ["TF_", "ARM_", "AZURETM_", "PLUGIN_", "ACTIONS_ID_TOKEN_", "SYSTEM_ACCESSTOKEN"];
    let name = name.to_ascii_uppercase();
    name != FOR_IT && prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// A process that leads a group, and all that it has started. Dropped before it has ended, it is ended with them.
struct Family(Option<u32>);

impl Drop for Family {
    fn drop(&mut self) {
        let Some(id) = self.0 else { return };
        if let Err(error) = end(id) {
            debug!(%error, "cannot end what the Azure CLI has started");
        }
    }
}

#[cfg(unix)]
fn end(id: u32) -> io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process_group};

    let group = i32::try_from(id).ok().and_then(Pid::from_raw);
    Ok(group.map_or(Ok(()), |group| kill_process_group(group, Signal::KILL))?)
}

#[cfg(not(unix))]
fn end(id: u32) -> io::Result<()> {
    let id = id.to_string();
    let mut command = std::process::Command::new("taskkill");
    command.args(["/T", "/F", "/PID", &id]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}

/// A token of whoever is logged in: for the tenant that is given, or else for that of the subscription.
pub(super) async fn token(context: &Context<'_>) -> Result<AccessToken, Reason> {
    let login = context.login;
    let path = login.azure_cli.as_ref().and_then(|cli| cli.path.clone());
    let options = AzureCliCredentialOptions {
        tenant_id: login.tenant_id.clone(),
        subscription: login.subscription_id.clone().filter(|_| login.tenant_id.is_none()),
        executor: Some(Arc::new(Process { path })),
    };
    let credential = AzureCliCredential::new(Some(options)).map_err(|error| reason(&error))?;
    match timeout(LIMIT, credential.get_token(&[context.scope], None)).await {
        Ok(Ok(token)) => Ok(AccessToken::new(token.token.secret(), Some(SystemTime::from(token.expires_on)))),
        Ok(Err(error)) => Err(reason(&error)),
        Err(_) => Err(Reason::new(
            format!("`az account get-access-token` did not end within {} seconds", LIMIT.as_secs()),
            "Run it yourself to see what it waits for.",
        )),
    }
}

/// `az` says what is wrong on its standard error, and `azure_identity` repeats it after words of its own. What
/// is on standard output may hold a token, so that an error in reading it is not repeated.
fn reason(error: &azure_core::Error) -> Reason {
    let inner = error.downcast_ref::<azure_core::Error>().unwrap_or(error);
    if !matches!(inner.kind(), ErrorKind::Credential) {
        return Reason::new(
            "`az account get-access-token` prints something else than a token and its end",
            "Update the Azure CLI: 2.54.0 is the oldest that does.",
        );
    }
    let said = inner.to_string();
    let lower = said.to_ascii_lowercase();
    if lower.contains("not found on path") || lower.contains("wasn't found") {
        return Reason::new(
            "the Azure CLI is not installed: there is no `az` on PATH",
            format!("Install it and run `az login`; or {SET_UP}"),
        );
    }
    let remedy = if lower.contains("az login") {
        "Run `az login`, with --tenant where you have several."
    } else {
        "Run `az account get-access-token` yourself; check tenant_id, subscription_id, and `az cloud show`."
    };
    Reason::new(format!("`az` says: {}", excerpt(said.trim_start_matches("ERROR:"), &[])), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn az_gets_its_own_variables_and_none_of_ours() {
        for name in [
            "TF_VAR_client_secret",
            "tf_var_client_secret",
            "TF_TOKEN_app_terraform_io",
            "ARM_CLIENT_SECRET",
            "ARM_CLIENT_CERTIFICATE_PASSWORD",
            "ARM_OIDC_TOKEN",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "SYSTEM_ACCESSTOKEN",
            "AZURETM_EMULATOR_URL",
            "PLUGIN_CLIENT_CERT",
        ] {
            assert!(is_not_for_it(name), "{name}");
        }
        for name in
            ["HOME", "PATH", "AZURE_CONFIG_DIR", "HTTPS_PROXY", "ARM_CLOUD_METADATA_URL", "IDENTITY_HEADER"]
        {
            assert!(!is_not_for_it(name), "{name}");
        }
    }
}
