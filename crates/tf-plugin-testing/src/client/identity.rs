//! One-time client certificates with keys of several kinds. Makes them and signs with them; what they are good
//! for is the server's to decide.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_RSA_SHA256};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SigningKey};

use super::p521_certificate;

/// A kind of key that can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521, which go-plugin takes.
    P521,
}

/// A certificate and its key. `Debug` shows the certificate only.
#[derive(Clone)]
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: Arc<dyn SigningKey>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl Identity {
    /// A fresh identity.
    ///
    /// Panics if the system gives no randomness.
    pub fn generate(kind: KeyKind) -> Self {
        let algorithm = match kind {
            KeyKind::P521 => {
                let (certificate, key) = p521_certificate::generate();
                return Self { certificate, key: Arc::new(key) };
            }
            KeyKind::P256 => &PKCS_ECDSA_P256_SHA256,
            KeyKind::P384 => &PKCS_ECDSA_P384_SHA384,
        };
        Self::from_pair(&KeyPair::generate_for(algorithm).expect("the system has randomness"))
    }

    /// An identity with a given RSA key of 2048 bits or more, as PKCS #8.
    ///
    /// Panics if the bytes are none: ring cannot generate RSA keys, so tests bring one.
    pub fn from_rsa_pkcs8(der: &[u8]) -> Self {
        let key = PrivatePkcs8KeyDer::from(der);
        Self::from_pair(
            &KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_RSA_SHA256).expect("an RSA key as PKCS #8"),
        )
    }

    fn from_pair(pair: &KeyPair) -> Self {
        let parameters = CertificateParams::new(["localhost".to_owned()]).expect("localhost is a DNS name");
        let certificate = parameters.self_signed(pair).expect("the key can sign").der().clone();
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(pair.serialize_der()));
        Self { certificate, key: any_supported_type(&der).expect("ring made this key or has read it") }
    }

    /// The certificate as the text of `PLUGIN_CLIENT_CERT`.
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(&self.certificate);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        pem + "-----END CERTIFICATE-----\n"
    }

    /// The same certificate with the key of another: an impostor who has seen the certificate.
    #[must_use]
    pub fn with_key_of(&self, other: &Self) -> Self {
        Self { certificate: self.certificate.clone(), key: Arc::clone(&other.key) }
    }

    /// Certificate and key for rustls.
    pub(super) fn certified_key(&self) -> CertifiedKey {
        CertifiedKey::new(vec![self.certificate.clone()], Arc::clone(&self.key))
    }
}
