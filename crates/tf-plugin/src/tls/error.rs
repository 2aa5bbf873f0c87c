//! What can go wrong while TLS is prepared.

/// Why TLS could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The variable of the host is not a certificate.
    #[error("PLUGIN_CLIENT_CERT holds no certificate in PEM form ({0})")]
    ClientCertificate(String),
    /// Its key cannot be checked.
    #[error(
        "the certificate in PLUGIN_CLIENT_CERT has a key that is neither RSA, ECDSA P-256, P-384, P-521 nor Ed25519"
    )]
    ClientKey,
    /// Making our own certificate failed.
    #[error("the server certificate could not be made")]
    ServerCertificate(#[source] rcgen::Error),
    /// rustls refused the parts.
    #[error("the TLS server could not be set up")]
    Configuration(#[source] rustls::Error),
}
