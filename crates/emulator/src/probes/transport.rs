//! Sends a probe. It bounds time and memory, whatever the other side does.

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::request::{Exchange, ProbeRequest, Unsendable};
use super::response::{BadHead, HeadReader, is_expected};

/// How much is read at once.
const PIECE: usize = 4096;

/// A future of a transport.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send + 'a>>;

/// What sends probes.
pub(crate) trait Transport: Debug + Send + Sync {
    /// Sends one, and says whether it succeeded. It ends within the timeout of the probe.
    fn send<'a>(&'a self, request: &'a ProbeRequest) -> Sending<'a>;
}

/// Why a probe failed.
#[derive(Debug, Error)]
pub(crate) enum Failed {
    #[error("it cannot be sent: {0}")]
    Unsendable(#[from] Unsendable),
    #[error("no answer in time")]
    Timeout,
    #[error("cannot connect: {0}")]
    Connect(#[source] io::Error),
    #[error("the TLS handshake failed: {0}")]
    Tls(#[source] io::Error),
    #[error("the connection ended before the answer: {0}")]
    Broken(#[source] io::Error),
    #[error("the connection was closed before the answer")]
    Closed,
    #[error(transparent)]
    Head(#[from] BadHead),
    #[error("the status {0} is not expected")]
    Status(u16),
}

/// Sends probes over the network.
pub(crate) struct Network {
    tls: TlsConnector,
}

/// Takes every certificate, as Azure's probes do.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

impl Network {
    pub(crate) fn new() -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Arc::new(AnyCertificate(Arc::clone(&provider)));
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has what the default versions of TLS need")
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        // Each probe tells whether a new client would be served.
        config.resumption = Resumption::disabled();
        Self { tls: TlsConnector::from(Arc::new(config)) }
    }

    async fn send_unlimited(&self, request: &ProbeRequest) -> Result<(), Failed> {
        let stream = TcpStream::connect(request.address).await.map_err(Failed::Connect)?;
        let Exchange::Http { tls, head, expected } = &request.exchange else {
            // Azure ends these with a reset, too. Without it they end as usual.
            let _ = stream.set_zero_linger();
            return Ok(());
        };
        let status = match tls {
            None => ask(stream, head).await?,
            Some(name) => {
                let stream = self.tls.connect(name.clone(), stream).await.map_err(Failed::Tls)?;
                ask(stream, head).await?
            }
        };
        if is_expected(status, expected) { Ok(()) } else { Err(Failed::Status(status)) }
    }
}

impl Transport for Network {
    fn send<'a>(&'a self, request: &'a ProbeRequest) -> Sending<'a> {
        Box::pin(async move {
            let sent = tokio::time::timeout(request.timeout, self.send_unlimited(request)).await;
            sent.unwrap_or(Err(Failed::Timeout))
        })
    }
}

/// Sends a request and reads the status of its answer. What comes after the head is left unread.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, head: &[u8]) -> Result<u16, Failed> {
    // A server may answer without having read the request.
    let sent = async {
        stream.write_all(head).await?;
        stream.flush().await
    }
    .await;
    let mut reader = HeadReader::default();
    let mut piece = [0; PIECE];
    loop {
        let count = match (stream.read(&mut piece).await, &sent) {
            (Ok(0) | Err(_), Err(error)) => return Err(Failed::Broken(error.kind().into())),
            (Err(error), Ok(())) => return Err(Failed::Broken(error)),
            (Ok(0), Ok(())) => return Err(Failed::Closed),
            (Ok(count), _) => count,
        };
        if let Some(status) = reader.read(&piece[..count])? {
            return Ok(status);
        }
    }
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
