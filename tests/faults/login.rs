//! An application in the directory of the emulator, and the provider's configuration that logs it in over https.

use std::path::PathBuf;

use emulator::{ClientSeed, Running};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use test_support::SUBSCRIPTION;

pub(crate) const TENANT: &str = "00000000-0000-0000-0000-00000000000b";
const CLIENT: &str = "00000000-0000-0000-0000-0000000000c1";

/// An application with a secret.
pub(crate) struct Application {
    pub(crate) secret: String,
    host: String,
    authority: PathBuf,
    _folder: TempDir,
}

impl Application {
    /// Puts it into the directory; its secret may have expired.
    pub(crate) fn register(azure: &Running, secret: &str, expires: Option<&str>) -> Self {
        let seed = ClientSeed {
            tenant: TENANT.to_owned(),
            client_id: CLIENT.to_owned(),
            object_id: None,
            client_secret: Some(secret.to_owned()),
            secret_expires: expires.map(str::to_owned),
            certificate: None,
            federated: None,
            refresh_token: None,
        };
        azure.put_client(seed).unwrap();
        let folder = TempDir::with_prefix("azuretm-faults-ca-").unwrap();
        let authority = folder.path().join("ca.pem");
        std::fs::write(&authority, azure.ca_pem()).unwrap();
        let host = azure.https_url().trim_start_matches("https://").to_owned();
        Self { secret: secret.to_owned(), host, authority, _folder: folder }
    }

    /// The file with the authority that the emulator's certificate is from.
    pub(crate) fn authority(&self) -> &str {
        self.authority.to_str().unwrap()
    }

    /// The provider's block, as JSON.
    pub(crate) fn provider(&self) -> Json {
        json!({
            "metadata_host": self.host, "subscription_id": SUBSCRIPTION, "tenant_id": TENANT, "client_id": CLIENT,
            "client_secret": self.secret,
        })
    }

    /// What the provider's block has beside the subscription, in HCL. The secret is a variable of the same name.
    #[cfg(target_os = "linux")]
    pub(crate) fn hcl(&self) -> String {
        format!(
            "  metadata_host = \"{}\"\n  tenant_id = \"{TENANT}\"\n  client_id = \"{CLIENT}\"\n  client_secret = \
             var.client_secret\n",
            self.host
        )
    }

    /// The path of the endpoint that gives tokens.
    #[cfg(target_os = "linux")]
    pub(crate) fn token_path() -> String {
        format!("/{TENANT}/oauth2/v2.0/token")
    }

    /// What asks for a token.
    #[cfg(target_os = "linux")]
    pub(crate) fn token_form(&self) -> String {
        format!(
            "grant_type=client_credentials&client_id={CLIENT}&client_secret={}&scope=https%3A%2F%2F\
             management.azure.com%2F.default",
            self.secret
        )
    }
}
