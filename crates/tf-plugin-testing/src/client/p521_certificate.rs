//! A self-signed certificate on P-521 like that of go-plugin's client, a CA that shows itself as a leaf; ring
//! can neither make nor use one. Holds as much of DER and X.509 (RFC 5280) as this needs.

use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{Signature, SigningKey, VerifyingKey};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, alg_id};
use rustls::sign::Signer;
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// `commonName`, and `localhost` as text.
const NAME: &[u8] = b"\x31\x12\x30\x10\x06\x03\x55\x04\x03\x0c\x09localhost";
/// From the year 2000 to 2049, both as `UTCTime`.
const VALIDITY: &[u8] = b"\x17\x0d000101000000Z\x17\x0d491231235959Z";
/// `[3]` with `basicConstraints`, critical, `cA` true.
const EXTENSIONS: &[u8] =
    b"\xa3\x13\x30\x11\x30\x0f\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x05\x30\x03\x01\x01\xff";
/// `[0]` with version 3.
const VERSION: &[u8] = &[0xa0, 3, INTEGER, 1, 2];

/// A fresh key and a certificate for it.
pub(super) fn generate() -> (CertificateDer<'static>, P521Key) {
    let mut serial = [0_u8; 16];
    fill(&mut serial);
    let key = random_key();
    let point = VerifyingKey::from(&key).to_sec1_point(false);
    let name = der(SEQUENCE, &[NAME]);
    let signature_algorithm = der(SEQUENCE, &[alg_id::ECDSA_SHA512.as_ref()]);
    let key_algorithm = der(SEQUENCE, &[alg_id::ECDSA_P521.as_ref()]);
    // Leading bytes that keep the number positive and its form the shortest.
    let serial = der(INTEGER, &[&[1], &serial]);
    let body = der(
        SEQUENCE,
        &[
            VERSION,
            &serial,
            &signature_algorithm,
            &name,
            &der(SEQUENCE, &[VALIDITY]),
            &name,
            &der(SEQUENCE, &[&key_algorithm, &der(BIT_STRING, &[&[0], point.as_bytes()])]),
            EXTENSIONS,
        ],
    );
    let signature: Signature = key.sign(&body);
    let signature = der(BIT_STRING, &[&[0], signature.to_der().as_bytes()]);
    (der(SEQUENCE, &[&body, &signature_algorithm, &signature]).into(), P521Key(key))
}

/// A value of DER: tag, length, content.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u16::try_from(content.len()).expect("a certificate is shorter than 64 KiB").to_be_bytes();
    let header = match length {
        [0, short @ ..0x80] => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [header, content].concat()
}

fn random_key() -> SigningKey {
    loop {
        let mut scalar = [0; 66];
        fill(&mut scalar);
        // 521 bits. A number above the order of the curve is drawn again; that is all but impossible.
        scalar[0] &= 1;
        if let Ok(key) = SigningKey::from_slice(&scalar) {
            return key;
        }
    }
}

fn fill(bytes: &mut [u8]) {
    ring::default_provider().secure_random.fill(bytes).expect("the system has randomness");
}

/// The key in the form in which rustls takes keys.
#[derive(Clone)]
pub(super) struct P521Key(SigningKey);

impl std::fmt::Debug for P521Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("P521Key")
    }
}

impl rustls::sign::SigningKey for P521Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let fits = offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512);
        fits.then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for P521Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: Signature = self.0.sign(message);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
