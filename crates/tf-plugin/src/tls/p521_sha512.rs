//! ECDSA on P-521 with SHA-512, for the signature of go-plugin's client key: ring cannot verify it, and
//! aws-lc-rs, which can, gathers entropy for tens of milliseconds at each start.

use p521::ecdsa::signature::Verifier as _;
use p521::ecdsa::{Signature, VerifyingKey};
use rustls::SignatureScheme;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};

/// The one algorithm of this module, in the form in which rustls takes algorithms.
pub(super) static P521: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&P521Sha512],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&P521Sha512])],
};

#[derive(Debug)]
struct P521Sha512;

impl SignatureVerificationAlgorithm for P521Sha512 {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
mod tests {
    use p521::ecdsa::SigningKey;
    use p521::ecdsa::signature::Signer as _;

    use super::*;

    fn key(last: u8) -> SigningKey {
        let mut scalar = [1; 66];
        scalar[65] = last;
        SigningKey::from_slice(&scalar).unwrap()
    }

    #[test]
    fn only_the_signature_of_this_key_over_this_message_passes() {
        let public = |key: &SigningKey| VerifyingKey::from(key).to_sec1_point(false).as_bytes().to_vec();
        let (own, other) = (public(&key(1)), public(&key(2)));
        let signature: Signature = key(1).sign(b"message");
        let der = signature.to_der();
        let verify = |public: &[u8], message: &[u8], signature: &[u8]| {
            P521Sha512.verify_signature(public, message, signature).is_ok()
        };
        assert!(verify(&own, b"message", der.as_bytes()));
        assert!(!verify(&own, b"massage", der.as_bytes()));
        assert!(!verify(&own, b"message", b"no DER"));
        assert!(!verify(&other, b"message", der.as_bytes()));
        assert!(!verify(b"no point", b"message", der.as_bytes()));
    }
}
