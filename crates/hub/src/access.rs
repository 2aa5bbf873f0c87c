//! Where a hub is and who asks. Nothing is sent before a [`Hub`](crate::Hub) is used.

use std::fs::File;
use std::io::Read as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::Uri;
use kube::Config;
use kube::config::{
    AuthInfo, ExecConfig, ExecInteractiveMode, KubeConfigOptions, Kubeconfig, KubeconfigError,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::authorization::Tokens;

/// The largest kubeconfig file that is read, in bytes.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Where a hub is and who asks.
#[derive(Clone)]
pub struct Access {
    pub(crate) config: Config,
    pub(crate) tokens: Option<Arc<dyn Tokens>>,
}

/// Why a hub cannot be reached with what is given.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The address of the hub is none.
    #[error("the address of the hub is not a URL such as https://demo-1234.hcp.westeurope.azmk8s.io:443")]
    Server,
    /// The address of the proxy is none.
    #[error("the address of the proxy is not a URL, such as http://proxy.example.com:3128")]
    Proxy,
    /// The certificate authority is not PEM.
    #[error("the certificate authority is not a PEM file with certificates")]
    Authority,
    /// A kubeconfig file cannot be used.
    #[error("the kubeconfig cannot be used")]
    Kubeconfig(#[source] Box<KubeconfigError>),
    /// A kubeconfig file is something else. It may hold secrets, so the text quotes nothing of it.
    #[error("the kubeconfig cannot be read as one, at line {line}, column {column}")]
    NotAKubeconfig {
        /// The line, counted from 1; 0 if it is not known.
        line: u64,
        /// The column, counted from 1; 0 if it is not known.
        column: u64,
    },
    /// A kubeconfig file lacks the end of its last character.
    #[error("the kubeconfig is UTF-16, and ends within a character")]
    CutText,
    /// A kubeconfig file is larger than any is.
    #[error("the kubeconfig has more than 8 MiB")]
    TooLarge,
}

/// A program that gives credentials, as in a kubeconfig.
#[derive(Clone)]
pub struct Exec {
    /// Such as `client.authentication.k8s.io/v1`.
    pub api_version: String,
    /// The program.
    pub command: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its environment, besides that of this process.
    pub environment: Vec<(String, String)>,
}

impl Access {
    /// The hub at this address, to whom nobody logs in yet.
    ///
    /// # Errors
    /// If it is no address.
    pub fn new(server: &str) -> Result<Self, AccessError> {
        let mut config = Config::new(parse_server(server)?);
        config.default_retry = false;
        Ok(Self { config, tokens: None })
    }

    /// The cluster and the user of a context in these files; the current context unless one is named.
    ///
    /// # Errors
    /// If they cannot be read, or do not have the context.
    pub async fn from_kubeconfig_files(
        paths: &[PathBuf],
        context: Option<&str>,
    ) -> Result<Self, AccessError> {
        let mut merged = Kubeconfig::default();
        for path in paths {
            let length = std::fs::metadata(path).map_or(0, |file| file.len());
            if length > LARGEST {
                return Err(AccessError::TooLarge);
            }
            if length % 2 == 1 && is_utf16(path) {
                return Err(AccessError::CutText);
            }
            merged = merged.merge(Kubeconfig::read_from(path).map_err(unusable)?).map_err(unusable)?;
        }
        let options = KubeConfigOptions { context: context.map(str::to_owned), ..Default::default() };
        let mut config = Config::from_custom_kubeconfig(merged, &options).await.map_err(unusable)?;
        config.default_retry = false;
        config.cluster_url = parse_server(&config.cluster_url.to_string())?;
        Ok(Self { config, tokens: None })
    }

    /// The same at another address, such as the near end of a tunnel.
    ///
    /// # Errors
    /// If it is no address.
    pub fn at(mut self, server: &str) -> Result<Self, AccessError> {
        self.config.cluster_url = parse_server(server)?;
        Ok(self)
    }

    /// Trusts these authorities, PEM, and no others.
    ///
    /// # Errors
    /// If it has no certificate.
    pub fn trusting(mut self, authorities: &str) -> Result<Self, AccessError> {
        let certificates = pem::parse_many(authorities).map_err(|_| AccessError::Authority)?;
        let certificates: Vec<Vec<u8>> = certificates
            .into_iter()
            .filter(|each| each.tag() == "CERTIFICATE")
            .map(pem::Pem::into_contents)
            .collect();
        if certificates.is_empty() {
            return Err(AccessError::Authority);
        }
        self.config.root_cert = Some(certificates);
        Ok(self)
    }

    /// The name that the certificate of the hub has, where it is not that of the address.
    #[must_use]
    pub fn named(mut self, tls_server_name: &str) -> Self {
        self.config.tls_server_name = Some(tls_server_name.to_owned());
        self
    }

    /// Goes through this proxy.
    ///
    /// # Errors
    /// If it is no URL.
    pub fn through(mut self, proxy: &str) -> Result<Self, AccessError> {
        let proxy: Uri = proxy.parse().map_err(|_| AccessError::Proxy)?;
        proxy.scheme().zip(proxy.authority()).ok_or(AccessError::Proxy)?;
        self.config.proxy_url = Some(proxy);
        Ok(self)
    }

    /// Logs in with tokens of this source.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Arc<dyn Tokens>) -> Self {
        self.config.auth_info = AuthInfo::default();
        self.tokens = Some(tokens);
        self
    }

    /// Logs in with this token.
    #[must_use]
    pub fn with_token(self, token: String) -> Self {
        self.logging_in(AuthInfo { token: Some(SecretString::from(token)), ..AuthInfo::default() })
    }

    /// Logs in with a certificate and its key, both PEM.
    #[must_use]
    pub fn with_certificate(self, certificate: &str, key: &str) -> Self {
        use base64::Engine as _;
        let encoded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        self.logging_in(AuthInfo {
            client_certificate_data: Some(encoded(certificate)),
            client_key_data: Some(SecretString::from(encoded(key))),
            ..AuthInfo::default()
        })
    }

    /// Logs in with what this program gives.
    #[must_use]
    pub fn with_exec(self, exec: Exec) -> Self {
        let pair = |(name, value)| [("name".to_owned(), name), ("value".to_owned(), value)].into();
        let exec = ExecConfig {
            api_version: Some(exec.api_version),
            command: Some(exec.command),
            args: Some(exec.arguments),
            env: Some(exec.environment.into_iter().map(pair).collect()),
            drop_env: None,
            install_hint: None,
            // Nobody sits before a provider.
            interactive_mode: Some(ExecInteractiveMode::Never),
            provide_cluster_info: false,
            cluster: None,
            other: std::collections::BTreeMap::new(),
        };
        self.logging_in(AuthInfo { exec: Some(exec), ..AuthInfo::default() })
    }

    fn logging_in(mut self, auth_info: AuthInfo) -> Self {
        self.config.auth_info = auth_info;
        self.tokens = None;
        self
    }

    /// Whether what is sent to the hub is encrypted, or does not leave this machine.
    pub fn is_encrypted_or_local(&self) -> bool {
        let host = self.config.cluster_url.host().unwrap_or_default();
        let is_local = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        is_local || self.config.cluster_url.scheme_str() == Some("https")
    }

    /// Whether requests carry something that must not be seen on the way.
    pub fn has_credentials(&self) -> bool {
        let AuthInfo { token, token_file, password, exec, auth_provider, .. } = &self.config.auth_info;
        self.tokens.is_some()
            || token.is_some()
            || token_file.is_some()
            || password.is_some()
            || exec.is_some()
            || auth_provider.is_some()
    }

    /// The secrets that all requests carry alike.
    pub(crate) fn fixed_tokens(&self) -> Vec<String> {
        let AuthInfo { token, password, .. } = &self.config.auth_info;
        let secrets = [token, password].into_iter().flatten();
        secrets.map(|secret| secret.expose_secret().to_owned()).collect()
    }

    /// The address of the hub.
    pub fn server(&self) -> String {
        self.config.cluster_url.to_string().trim_end_matches('/').to_owned()
    }
}

/// Whether the file says that it is UTF-16. The library that reads it relies on whole characters then.
fn is_utf16(path: &Path) -> bool {
    let mut mark = [0; 2];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut mark));
    read.is_ok() && matches!(mark, [0xff, 0xfe] | [0xfe, 0xff])
}

/// Why a kubeconfig cannot be used. A parser would quote the lines around a mistake.
fn unusable(error: KubeconfigError) -> AccessError {
    match error {
        KubeconfigError::Parse(error) => {
            let place = error.location();
            let (line, column) = place.map_or((0, 0), |place| (place.line(), place.column()));
            AccessError::NotAKubeconfig { line, column }
        }
        error => AccessError::Kubeconfig(Box::new(error)),
    }
}

fn parse_server(text: &str) -> Result<Uri, AccessError> {
    let uri: Uri = text.trim().trim_end_matches('/').parse().map_err(|_| AccessError::Server)?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_user = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    (is_http && uri.query().is_none() && !has_user).then_some(uri).ok_or(AccessError::Server)
}

/// Shows neither arguments nor environment: they may hold secrets.
impl std::fmt::Debug for Exec {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Exec").field("command", &self.command).finish_non_exhaustive()
    }
}

/// Shows no credentials.
impl std::fmt::Debug for Access {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Access").field("server", &self.server()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_url_of_http_without_a_query_and_a_user() {
        for server in ["https://hub.example.com", "http://127.0.0.1:4653/hubs/a/b/c/"] {
            assert_eq!(Access::new(server).unwrap().server(), server.trim_end_matches('/'));
        }
        for server in
            ["", "hub.example.com", "ftp://hub", "https://hub?x=y", "https://user:secret@hub", "https://"]
        {
            assert!(Access::new(server).is_err(), "{server}");
        }
    }

    #[test]
    fn only_loopback_is_spoken_to_without_encryption() {
        let is_right = |server| Access::new(server).unwrap().is_encrypted_or_local();
        for server in
            ["https://hub.example.com", "http://127.0.0.1:4653/hubs", "http://localhost:1", "http://[::1]:2"]
        {
            assert!(is_right(server), "{server}");
        }
        for server in ["http://hub.example.com", "http://192.0.2.1", "http://127.0.0.1.example.com"] {
            assert!(!is_right(server), "{server}");
        }
    }

    #[test]
    fn no_credential_is_shown() {
        let access = Access::new("https://hub").unwrap().with_token("SECRET".to_owned());
        let shown = format!("{access:?}");
        assert!(shown.contains("https://hub") && !shown.contains("SECRET"), "{shown}");
    }

    #[test]
    fn authorities_are_certificates_in_pem() {
        let access = || Access::new("https://hub").unwrap();
        assert!(access().trusting("").is_err());
        assert!(access().trusting("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n").is_err());
        assert!(access().trusting("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n").is_ok());
    }

    /// What becomes of a kubeconfig file with this text.
    async fn of_file(name: &str, text: &str) -> Result<Access, AccessError> {
        let path = std::env::temp_dir().join(format!("hub-{name}-{}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let access = Access::from_kubeconfig_files(std::slice::from_ref(&path), None).await;
        std::fs::remove_file(&path).unwrap();
        access
    }

    fn chain(error: &dyn std::error::Error) -> String {
        let sources = std::iter::successors(Some(error), |error| error.source());
        sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    const FILE: &str = "
apiVersion: v1
kind: Config
current-context: hub
clusters: [{name: hub, cluster: {server: 'https://hub.example.com'}}]
contexts: [{name: hub, context: {cluster: hub, user: me}}]
users:
- name: me
  user: {token: SECRET}
";

    #[tokio::test]
    async fn a_kubeconfig_that_cannot_be_read_is_not_quoted() {
        assert!(of_file("right", FILE).await.unwrap().has_credentials());
        for (number, wrong) in [
            FILE.replace("token: SECRET", "token: SECRET, token: [SECRET"),
            FILE.replace("token: SECRET", "token: [SECRET]"),
            FILE.replace("{token: SECRET}", "SECRET"),
            FILE.replace("'https://hub.example.com'", "'https://me:SECRET@hub.example.com'"),
            FILE.replace("'https://hub.example.com'", "'SECRET not an address'"),
            FILE.replace("{server:", "{certificate-authority-data: SECRET, server:"),
            format!("SECRET: [{FILE}"),
        ]
        .into_iter()
        .enumerate()
        {
            let error = of_file(&format!("wrong-{number}"), &wrong).await.unwrap_err();
            let said = format!("{} {error:?}", chain(&error));
            assert!(!said.contains("SECRET"), "{wrong}: {said}");
        }
    }

    #[tokio::test]
    async fn a_file_that_ends_within_a_character_is_no_kubeconfig() {
        let path = std::env::temp_dir().join(format!("hub-utf16-{}", std::process::id()));
        for bytes in [&b"\xff\xfea\0b"[..], b"\xfe\xff\0a\0"] {
            std::fs::write(&path, bytes).unwrap();
            let access = Access::from_kubeconfig_files(std::slice::from_ref(&path), None).await;
            assert!(matches!(access, Err(AccessError::CutText)), "{bytes:?}");
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[tokio::test]
    async fn a_file_that_is_larger_than_any_kubeconfig_is_not_read() {
        let large = " ".repeat(usize::try_from(LARGEST).unwrap() + 1);
        assert!(matches!(of_file("large", &large).await, Err(AccessError::TooLarge)));
    }
}
