//! The check of the client: it has to show the pinned certificate, byte for byte, and to prove that it has
//! its key. Names, dates and usages do not matter: nobody but the host of this process has that key.

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use super::error::TlsError;
use super::p521_sha512::P521;

/// Accepts one client certificate. Client authentication is mandatory: that is the trait's default.
///
/// rustls' own verifier cannot be used: go-plugin's certificate is a CA and shows itself as a leaf, which
/// webpki refuses by rule.
#[derive(Debug)]
pub(super) struct PinnedClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
    schemes: Vec<SignatureScheme>,
}

impl PinnedClient {
    /// Pins `certificate`; an error if it cannot be read or its key cannot be checked.
    pub(super) fn new(certificate: CertificateDer<'static>) -> Result<Self, TlsError> {
        let parsed = ParsedCertificate::try_from(&certificate)
            .map_err(|error| TlsError::ClientCertificate(error.to_string()))?;
        let public_key = parsed.subject_public_key_info();
        let key_kind = algorithm_of(&public_key).ok_or(TlsError::ClientKey)?;

        // Only schemes of this kind of key are offered: in TLS 1.2 a scheme does not fix the curve, and Go
        // would sign with its P-521 key under the first ECDSA scheme of the list.
        [ring::default_provider().signature_verification_algorithms, P521]
            .into_iter()
            .map(|algorithms| (algorithms, schemes_for(key_kind, &algorithms)))
            .find(|(_, schemes)| !schemes.is_empty())
            .map(|(algorithms, schemes)| Self { certificate, algorithms, schemes })
            .ok_or(TlsError::ClientKey)
    }
}

/// The schemes with which a key of this kind can sign.
fn schemes_for(key_kind: &[u8], algorithms: &WebPkiSupportedAlgorithms) -> Vec<SignatureScheme> {
    let suits = |(_, verifiers): &&(_, &[&dyn rustls::pki_types::SignatureVerificationAlgorithm])| {
        verifiers.iter().any(|verifier| verifier.public_key_alg_id().as_ref() == key_kind)
    };
    algorithms.mapping.iter().filter(suits).map(|(scheme, _)| *scheme).collect()
}

/// The content of the `AlgorithmIdentifier` with which a `SubjectPublicKeyInfo` begins (RFC 5280, 4.1.2.7).
fn algorithm_of(public_key: &[u8]) -> Option<&[u8]> {
    sequence(sequence(public_key)?)
}

/// The content of the DER sequence at the beginning of `der`.
fn sequence(der: &[u8]) -> Option<&[u8]> {
    let (&[0x30, first], rest) = der.split_first_chunk()? else { return None };
    if first < 0x80 {
        return rest.get(..first.into());
    }
    let (length, content) = rest.split_at_checked(usize::from(first & 0x7f))?;
    if length.len() > size_of::<u32>() {
        return None;
    }
    let length = length.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
    content.get(..length)
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if end_entity.as_ref() == self.certificate.as_ref() {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};

    use super::*;

    fn pinned(algorithm: &'static rcgen::SignatureAlgorithm) -> PinnedClient {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let certificate =
            CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
        PinnedClient::new(certificate.der().clone()).unwrap()
    }

    #[test]
    fn only_schemes_of_the_pinned_key_are_offered() {
        // P-256 may sign SHA-384 too in TLS 1.2; no scheme of RSA, Ed25519 or P-521 is there.
        let mut schemes = pinned(&PKCS_ECDSA_P256_SHA256).supported_verify_schemes();
        schemes.sort_by_key(|scheme| u16::from(*scheme));
        let ecdsa = [SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::ECDSA_NISTP384_SHA384];
        assert_eq!(schemes, ecdsa);
        assert_eq!(pinned(&PKCS_ECDSA_P384_SHA384).schemes.len(), 2);
        assert_eq!(pinned(&PKCS_ED25519).schemes, [SignatureScheme::ED25519]);
    }

    #[test]
    fn another_certificate_is_refused() {
        let pinned_one = pinned(&PKCS_ECDSA_P256_SHA256);
        let own = pinned_one.certificate.clone();
        let other = pinned(&PKCS_ECDSA_P256_SHA256).certificate;
        assert!(pinned_one.verify_client_cert(&own, &[], UnixTime::now()).is_ok());
        assert!(pinned_one.verify_client_cert(&other, &[own], UnixTime::now()).is_err());
        assert!(pinned_one.client_auth_mandatory());
    }

    #[test]
    fn a_torn_key_has_no_kind() {
        for der in [&[][..], &[0x30], &[0x30, 5, 0x30], &[0x30, 0x85, 1, 1, 1, 1, 1], &[0x31, 0]] {
            assert_eq!(algorithm_of(der), None, "{der:?}");
        }
        assert_eq!(algorithm_of(&[0x30, 0x81, 3, 0x30, 1, 7]), Some(&[7][..]));
    }
}
