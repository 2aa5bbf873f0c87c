//! The transport of production: pooled reqwest clients, built with the first request.
//!
//! Building one reads the certificates that the system trusts, which a process that sends nothing should
//! not pay for.

mod first_contact;
mod proxy;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use crate::transport::{LARGEST, LARGEST_ERROR, Transport, TransportError};
use first_contact::FirstContact;
pub use proxy::Proxy;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(15);

/// A pooled HTTP client: HTTP/2 where it is offered, and the certificates that the system trusts. It reads no
/// environment variables. Cheap to make; the first request builds it.
#[derive(Default)]
pub struct Reqwest {
    clients: [OnceCell<reqwest::Client>; 3],
    /// Whom all clients with TLS trust: read once.
    tls: OnceCell<ClientConfig>,
    first_contact: FirstContact,
    /// A PEM file with certificates that are trusted beside those of the system.
    authorities: Option<PathBuf>,
    proxy: Option<Proxy>,
}

/// What a client has to be able to do. Building less takes less time.
#[derive(Clone, Copy)]
enum Kind {
    /// An emulator on this machine: no TLS, and never through a proxy.
    Plain,
    /// The same with TLS.
    Loopback,
    /// Azure.
    Remote,
}

impl Reqwest {
    /// A client that is not built yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the certificate authorities in this PEM file, too; it is read with the first request. Linux
    /// trusts what `SSL_CERT_FILE` names by itself, macOS and Windows do not.
    #[must_use]
    pub fn trusting(self, file: impl Into<PathBuf>) -> Self {
        Self { authorities: Some(file.into()), ..self }
    }

    /// Asks what is not on this machine through a proxy.
    #[must_use]
    pub fn through(self, proxy: Proxy) -> Self {
        Self { proxy: Some(proxy), ..self }
    }

    async fn client(&self, kind: Kind) -> Result<&reqwest::Client, TransportError> {
        self.clients[kind as usize].get_or_try_init(|| self.build(kind)).await
    }

    async fn build(&self, kind: Kind) -> Result<reqwest::Client, TransportError> {
        let tls = match kind {
            Kind::Plain => tls_without_roots().map_err(|error| TransportError::Tls(error.into()))?,
            Kind::Loopback | Kind::Remote => self.tls.get_or_try_init(|| self.read_tls()).await?.clone(),
        };
        let builder = reqwest::Client::builder()
            // A redirect would carry a token elsewhere, and the service has none.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .tls_backend_preconfigured(tls);
        let builder = match (&self.proxy, kind) {
            (Some(proxy), Kind::Remote) => {
                builder.proxy(proxy.rule().map_err(|text| TransportError::Unreachable(text.into()))?)
            }
            _ => builder.no_proxy(),
        };
        builder.build().map_err(|error| TransportError::Unreachable(error.into()))
    }

    /// Reads the certificates that are trusted. Files may be slow, and other requests must not wait for them.
    async fn read_tls(&self) -> Result<ClientConfig, TransportError> {
        let file = self.authorities.clone();
        let read = spawn_blocking(move || {
            let authorities = file.as_deref().map_or(Ok(Vec::new()), authorities)?;
            tls_of_the_system(authorities).map_err(|error| TransportError::Tls(error.into()))
        });
        read.await.map_err(|error| TransportError::Tls(error.into()))?
    }
}

/// The certificates that are trusted beside those of the system.
fn authorities(file: &Path) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(no_authorities(file, "it holds no certificate")),
        Err(error) => Err(no_authorities(file, &error.to_string())),
    }
}

fn no_authorities(file: &Path, why: &str) -> TransportError {
    let text = format!("the certificate authorities in {} cannot be read: {why}", file.display());
    TransportError::Tls(text.into())
}

/// Which client an address needs.
fn kind_of(address: &http::Uri) -> Kind {
    let host = address.host().unwrap_or_default().trim_matches(['[', ']']);
    let here = host.parse::<IpAddr>().map_or(host == "localhost", |address| address.is_loopback());
    match (address.scheme_str() == Some("https"), here) {
        (false, _) => Kind::Plain,
        (true, true) => Kind::Loopback,
        (true, false) => Kind::Remote,
    }
}

#[async_trait]
impl Transport for Reqwest {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let kind = kind_of(request.uri());
        let client = self.client(kind).await?;
        let _alone = match kind {
            Kind::Plain => None,
            Kind::Loopback | Kind::Remote => self.first_contact.begin(request.uri()).await,
        };
        let address = request.uri().clone();
        let proxy = || match kind {
            Kind::Plain | Kind::Loopback => None,
            Kind::Remote => self.proxy.as_ref().filter(|proxy| proxy.leads_to(&address)),
        };
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::Unreachable(error.without_url().into()))?;
        let answer = client.execute(request).await.map_err(|error| classify(error, proxy()))?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        response.body(body(answer).await?).map_err(|error| TransportError::Broken(error.into()))
    }
}

/// Reads a body while it comes, up to a limit. Of an error the beginning is enough.
async fn body(mut answer: reqwest::Response) -> Result<Bytes, TransportError> {
    let is_success = answer.status().is_success();
    let limit = if is_success { LARGEST } else { LARGEST_ERROR };
    if is_success && answer.content_length().is_some_and(|length| length > limit as u64) {
        return Err(TransportError::TooLarge { limit });
    }
    let mut body = BytesMut::new();
    let broken = |error: reqwest::Error| TransportError::Broken(error.without_url().into());
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        let left = limit - body.len();
        if chunk.len() > left {
            if is_success {
                return Err(TransportError::TooLarge { limit });
            }
            body.extend_from_slice(&chunk[..left]);
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Trusts nobody: reqwest wants a TLS configuration even where none is used, and reading the certificates
/// of the system takes long.
fn tls_without_roots() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn tls_of_the_system(authorities: Vec<CertificateDer<'static>>) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(authorities, Arc::clone(&provider))?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut tls = builder.with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// Tells whether a request that got no answer can have been sent.
fn classify(error: reqwest::Error, proxy: Option<&Proxy>) -> TransportError {
    let error = error.without_url();
    match (error.is_connect(), is_tls(&error), proxy) {
        (false, ..) => TransportError::Broken(error.into()),
        (true, true, None) => TransportError::Tls(error.into()),
        (true, true, Some(proxy)) => TransportError::Tls(proxy.beyond(&root_cause(&error)).into()),
        (true, false, None) => TransportError::Unreachable(error.into()),
        (true, false, Some(proxy)) => TransportError::Unreachable(proxy.no_way(&root_cause(&error)).into()),
    }
}

fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), root_cause)
}

/// Whether TLS is what failed, anywhere in the chain of causes.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    // The source of an I/O error is the source of what it wraps, which itself has to be looked at apart.
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || wrapped.is_some_and(|error| is_tls(error))
        || error.source().is_some_and(is_tls)
}
