//! A TLS server on loopback, with a certificate of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arm::{Reqwest, Transport, TransportError};
use bytes::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A name of the server that leads nowhere, so that only a proxy finds it.
pub(crate) const REMOTE: &str = "management.example";

/// A server that answers each request with the version of HTTP it came in.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) authorities: tempfile::NamedTempFile,
}

impl Server {
    pub(crate) async fn start(protocols: &[&str]) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost", "127.0.0.1", REMOTE].map(str::to_owned)).unwrap();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .unwrap();
        tls.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(tls)), Arc::clone(&connections)));
        let authorities = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(authorities.path(), cert.pem()).unwrap();
        Self { port, connections, authorities }
    }

    pub(crate) async fn ask(&self, transport: &Reqwest) -> Result<String, TransportError> {
        self.ask_at("localhost", transport).await
    }

    /// Asks it by one of its names.
    pub(crate) async fn ask_at(&self, host: &str, transport: &Reqwest) -> Result<String, TransportError> {
        let request =
            http::Request::get(format!("https://{host}:{}/", self.port)).body(Bytes::new()).unwrap();
        let answer = transport.send(request).await?;
        Ok(String::from_utf8(answer.into_body().to_vec()).unwrap())
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, connections: Arc<AtomicUsize>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.fetch_add(1, Ordering::SeqCst);
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let router = axum::Router::new().fallback(async |version: http::Version| format!("{version:?}"));
            let builder = auto::Builder::new(TokioExecutor::new());
            let _ended =
                builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
        });
    }
}
