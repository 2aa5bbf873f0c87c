//! The transport of production: one pooled reqwest client, built with the first request.
//!
//! Building it reads the certificates that the system trusts, which a process that sends nothing should
//! not pay for.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::{Transport, TransportError};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(15);

/// A pooled HTTP client: HTTP/2 where it is offered, the proxies of the usual environment variables, and
/// the certificates that the system trusts. Cheap to make; the first request builds it.
#[derive(Default)]
pub struct Reqwest {
    clients: [OnceLock<reqwest::Client>; 3],
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

    fn client(&self, kind: Kind) -> Result<&reqwest::Client, TransportError> {
        let cell = &self.clients[kind as usize];
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        // Two first requests may both build one; the first one stays.
        let built = build(kind)?;
        Ok(cell.get_or_init(|| built))
    }
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
        let client = self.client(kind_of(request.uri()))?;
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::Unreachable(error.without_url().into()))?;
        let answer = client.execute(request).await.map_err(classify)?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let body =
            answer.bytes().await.map_err(|error| TransportError::Broken(error.without_url().into()))?;
        response.body(body).map_err(|error| TransportError::Broken(error.into()))
    }
}

fn build(kind: Kind) -> Result<reqwest::Client, TransportError> {
    let tls = match kind {
        Kind::Plain => tls_without_roots(),
        Kind::Loopback | Kind::Remote => tls_of_the_system(),
    };
    let tls = tls.map_err(|error| TransportError::Tls(error.into()))?;
    let builder = reqwest::Client::builder()
        // A redirect would carry a token elsewhere, and the service has none.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .tls_backend_preconfigured(tls);
    let builder = match kind {
        Kind::Plain | Kind::Loopback => builder.no_proxy(),
        Kind::Remote => builder,
    };
    builder.build().map_err(|error| TransportError::Unreachable(error.into()))
}

/// Trusts nobody: reqwest wants a TLS configuration even where none is used, and reading the certificates
/// of the system takes long.
fn tls_without_roots() -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn tls_of_the_system() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(Arc::clone(&provider))?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut tls = builder.with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// Tells whether a request that got no answer can have been sent.
fn classify(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if !error.is_connect() {
        return TransportError::Broken(error.into());
    }
    if is_tls(&error) { TransportError::Tls(error.into()) } else { TransportError::Unreachable(error.into()) }
}

/// Whether TLS is what failed, anywhere in the chain of causes.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    // The source of an I/O error is the source of what it wraps, which itself has to be looked at apart.
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || wrapped.is_some_and(|error| is_tls(error))
        || error.source().is_some_and(is_tls)
}
