//! The transport of production against a TLS server on loopback: HTTP/2, one connection, own authorities.
#![expect(clippy::unwrap_used, reason = "what fails in the server fails the test that uses it")]

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

/// A server that answers each request with the version of HTTP it came in.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    authorities: tempfile::NamedTempFile,
}

impl Server {
    async fn start(protocols: &[&str]) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
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

    async fn ask(&self, transport: &Reqwest) -> Result<String, TransportError> {
        let request =
            http::Request::get(format!("https://localhost:{}/", self.port)).body(Bytes::new()).unwrap();
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

#[tokio::test]
async fn requests_that_begin_together_share_one_connection_of_http_2() {
    let server = Arc::new(Server::start(&["h2", "http/1.1"]).await);
    let transport = Arc::new(Reqwest::new().trusting(server.authorities.path()));
    let requests: Vec<_> = (0..50)
        .map(|_| {
            let (server, transport) = (Arc::clone(&server), Arc::clone(&transport));
            tokio::spawn(async move { server.ask(&transport).await.unwrap() })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), "HTTP/2.0");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn http_1_is_spoken_where_nothing_else_is_offered() {
    let server = Server::start(&["http/1.1"]).await;
    let transport = Reqwest::new().trusting(server.authorities.path());
    assert_eq!(server.ask(&transport).await.unwrap(), "HTTP/1.1");
}

#[tokio::test]
async fn an_authority_that_nobody_named_is_not_trusted() {
    let server = Server::start(&["h2"]).await;
    let error = server.ask(&Reqwest::new()).await.unwrap_err();
    assert!(matches!(error, TransportError::Tls(_)), "{error:?}");
}

#[tokio::test]
async fn a_file_without_authorities_is_told() {
    let server = Server::start(&["h2"]).await;
    let empty = tempfile::NamedTempFile::new().unwrap();
    for file in [empty.path(), std::path::Path::new("/does/not/exist.pem")] {
        let error = server.ask(&Reqwest::new().trusting(file)).await.unwrap_err();
        let TransportError::Tls(source) = error else { panic!("{error:?}") };
        assert!(source.to_string().contains(&*file.display().to_string()), "{source}");
    }
}
