//! Whoever is logged in with the Azure CLI, through `azure_identity`.
//!
//! The process is ours: it gets the configured `PATH`, no standard input, and ends when nobody waits for it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::error::ErrorKind;
use azure_identity::{AzureCliCredential, AzureCliCredentialOptions, Executor};
use tokio::process::Command;
use tokio::time::timeout;

use super::chain::{SET_UP, Scene};
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
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        command.output().await
    }
}

/// A token of whoever is logged in: for the tenant that is given, or else for that of the subscription.
pub(super) async fn token(scene: &Scene<'_>) -> Result<AccessToken, Reason> {
    let login = scene.login;
    let path = login.azure_cli.as_ref().and_then(|cli| cli.path.clone());
    let options = AzureCliCredentialOptions {
        tenant_id: login.tenant_id.clone(),
        subscription: login.subscription_id.clone().filter(|_| login.tenant_id.is_none()),
        executor: Some(Arc::new(Process { path })),
    };
    let credential = AzureCliCredential::new(Some(options)).map_err(|error| reason(&error))?;
    match timeout(LIMIT, credential.get_token(&[scene.scope], None)).await {
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
