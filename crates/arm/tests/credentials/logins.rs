//! The logins that tests try, and what they come to.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use arm::credentials::{Oidc, TokenRequest, Written};
use arm::{Credentials, Login, Secret, Service, TokenSource};

use crate::services::{SECRETS, Services};

pub(crate) const SCOPE: &str = "https://management.azure.com/.default";

/// An application without a proof that it is one.
pub(crate) fn application() -> Login {
    Login {
        tenant_id: Some("t.example".to_owned()),
        client_id: Some("00000000-0000-0000-0000-00000000000c".to_owned()),
        ..Login::default()
    }
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::from(text.to_owned())
}

pub(crate) fn here(text: &str) -> Written {
    Written::Here(secret(text))
}

pub(crate) fn with_secret(text: &str) -> Login {
    Login { client_secret: Some(here(text)), ..application() }
}

pub(crate) fn with_oidc(oidc: Oidc) -> Login {
    Login { oidc: Some(oidc), ..application() }
}

pub(crate) fn request(url: &str, service_connection: Option<&str>) -> Login {
    let request = TokenRequest {
        url: Some(url.to_owned()),
        token: Some(secret("s3cret-bearer-of-the-pipeline")),
        service_connection: service_connection.map(str::to_owned),
    };
    with_oidc(Oidc { request, ..Oidc::default() })
}

/// Logs in, in the public cloud. Gives the services as they were asked, and the token's end.
pub(crate) async fn succeeds(login: Login) -> Services {
    let services = Services::start().await;
    let credentials = Credentials::new(login, Service::public(), services.transport());
    let token = credentials.token(SCOPE).await;
    let token = token.unwrap_or_else(|error| panic!("{error}"));
    assert!(token.expires().is_some_and(|end| end > std::time::SystemTime::now()));
    services
}

/// Fails to log in, in the public cloud. Gives the text, causes included, which holds no secret.
pub(crate) async fn refusal(login: Login) -> String {
    let services = Services::start().await;
    let credentials = Credentials::new(login, Service::public(), services.transport());
    shown(&credentials.token(SCOPE).await.unwrap_err())
}

pub(crate) fn shown(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut debug = format!("{error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        write!(text, ": {cause}").unwrap();
        write!(debug, "{cause:?}").unwrap();
        source = cause.source();
    }
    for secret in SECRETS {
        assert!(!text.contains(secret) && !debug.contains(secret), "{text} {debug}");
    }
    text
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// A folder with an `az` that runs this shell script, as the only one on its `PATH`.
#[cfg(unix)]
pub(crate) fn az(script: &str) -> (tempfile::TempDir, Login) {
    use std::ffi::OsString;
    use std::os::unix::fs::PermissionsExt as _;

    use arm::credentials::AzureCli;

    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "az", &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let cli = AzureCli { path: Some(OsString::from(folder.path())) };
    (folder, Login { azure_cli: Some(cli), ..Login::default() })
}

/// An `az` that notes its arguments and gives a token.
#[cfg(unix)]
pub(crate) const AZ_TOKEN: &str = r#"echo "$@" > "${0%/*}/arguments"
echo '{"accessToken":"s3cret-of-the-cli","expiresOn":"x","expires_on":4102444800,"tokenType":"Bearer"}'"#;
