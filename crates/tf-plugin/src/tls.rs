//! Mutual TLS with one-time certificates, which go-plugin calls AutoMTLS: a fresh server certificate, and a
//! client that has to be the one whose certificate the host put into the environment. Opens no connection.

mod error;
mod p521_sha512;
mod pinned_client;

use std::sync::Arc;
use std::time::Duration;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::NoServerSessionStorage;
use time::OffsetDateTime;

pub use self::error::TlsError;
use self::pinned_client::PinnedClient;

/// How far the clock of the host may be behind ours, as go-plugin allows for.
const BACK_DATED: Duration = Duration::from_secs(30);
/// Longer than any process runs. The certificate ends with the process that holds its key.
const VALIDITY: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// A TLS server for exactly one client, and the certificate that it shows.
pub(crate) struct ServerTls {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) certificate: CertificateDer<'static>,
}

/// Prepares TLS for the client whose certificate is `client_pem`.
pub(crate) fn server(client_pem: &str) -> Result<ServerTls, TlsError> {
    let client = CertificateDer::from_pem_slice(client_pem.as_bytes())
        .map_err(|error| TlsError::ClientCertificate(error.to_string()))?;
    let verifier = PinnedClient::new(client)?;
    let (certificate, key) = one_time_certificate().map_err(TlsError::ServerCertificate)?;

    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(TlsError::Configuration)?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(vec![certificate.clone()], key)
        .map_err(TlsError::Configuration)?;
    // grpc-go refuses a server that does not choose HTTP/2 by ALPN.
    config.alpn_protocols = vec![b"h2".to_vec()];
    // Each host connects once: nothing to resume.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(ServerTls { config: Arc::new(config), certificate })
}

/// A self-signed leaf for `localhost`, the name that go-plugin's client asks for.
///
/// It is no CA: the client puts the certificate itself into its roots.
fn one_time_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut parameters = CertificateParams::new(["localhost".to_owned()])?;
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, "localhost");
    let now = OffsetDateTime::now_utc();
    parameters.not_before = now - BACK_DATED;
    parameters.not_after = now + VALIDITY;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = parameters.self_signed(&key)?;
    Ok((certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_pem() -> String {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap().pem()
    }

    #[test]
    fn a_variable_that_is_no_certificate_is_named() {
        let error = server("-----BEGIN CERTIFICATE-----\n").err().unwrap();
        assert!(error.to_string().starts_with("PLUGIN_CLIENT_CERT holds no certificate"), "{error}");
        let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(matches!(server(garbage), Err(TlsError::ClientCertificate(_))));
    }

    #[test]
    fn each_start_has_a_certificate_of_its_own() {
        let pem = client_pem();
        assert_ne!(server(&pem).unwrap().certificate, server(&pem).unwrap().certificate);
    }
}
