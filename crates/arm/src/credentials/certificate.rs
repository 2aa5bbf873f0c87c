//! A certificate with its key, and the assertion that it signs.
//!
//! `azure_identity` does this with OpenSSL only; here the signature is ring's. Microsoft's description of the
//! assertion: <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2::Kdf;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;
use uuid::Uuid;

use super::context::{Application, Context};
use super::login::Written;
use super::reason::Reason;
use crate::secret::Secret;

/// How long the assertion is valid.
const LIFE: Duration = Duration::from_secs(600);

/// How far the clock of this machine may be ahead.
const SKEW: Duration = Duration::from_secs(60);

/// How many rounds of PBKDF2 are done for a password: some seconds. OpenSSL does 2,048, careful people some 100,000. The
/// reader of PFX files has the same limit.
const ROUNDS: u32 = 1_000_000;

/// How much scrypt may use for a password, in bytes of memory times passes.
const SCRYPT: u64 = 64 * 1024 * 1024;

/// A certificate and its key.
struct Signer {
    key: RsaKeyPair,
    /// SHA-1 of the certificate, by which Entra ID finds it.
    thumbprint: Vec<u8>,
}

/// Certificates and one private key, as DER.
struct Found {
    certificates: Vec<Vec<u8>>,
    key: Key,
}

enum Key {
    Pkcs8(Vec<u8>),
    Pkcs1(Vec<u8>),
}

/// The assertion for a login of this application.
pub(super) async fn assertion(
    context: &Context<'_>,
    application: &Application<'_>,
) -> Result<Secret, Reason> {
    let login = context.login;
    let password = login.client_certificate_password.as_ref().map_or("", Secret::reveal).to_owned();
    let bytes = bytes(login.client_certificate.as_ref()).await?;
    // Old files ask for many rounds of hashing.
    let signer = tokio::task::spawn_blocking(move || Signer::read(&bytes, &password)).await;
    let signer = signer.map_err(|_| Reason::new("reading the certificate failed", "Please report it."))??;
    let audience = format!(
        "{}/{}/oauth2/v2.0/token",
        context.authority.as_str().trim_end_matches('/'),
        application.tenant_id
    );
    signer.sign(&audience, application.client_id, context.clock.now())
}

async fn bytes(written: Option<&Written>) -> Result<Vec<u8>, Reason> {
    match written {
        Some(Written::File(path)) => tokio::fs::read(path).await.map_err(|error| {
            Reason::new(
                format!("the file {} with the certificate cannot be read: {error}", path.display()),
                "Check client_certificate_path (ARM_CLIENT_CERTIFICATE_PATH), and who may read the file.",
            )
        }),
        Some(Written::Here(text)) if is_pem(text.reveal().as_bytes()) => {
            Ok(text.reveal().as_bytes().to_vec())
        }
        Some(Written::Here(text)) => {
            let text: String = text.reveal().split_whitespace().collect();
            STANDARD.decode(text).map_err(|_| {
                Reason::new(
                    "client_certificate is neither PEM nor a PFX file in base64",
                    "Encode the file with `base64 -w0 certificate.pfx`, or set client_certificate_path.",
                )
            })
        }
        None => Err(Reason::new("there is no certificate", "Set client_certificate_path.")),
    }
}

impl Signer {
    fn read(bytes: &[u8], password: &str) -> Result<Self, Reason> {
        let found = if is_pem(bytes) { from_pem(bytes, password)? } else { from_pfx(bytes, password)? };
        let key = match &found.key {
            Key::Pkcs8(der) => RsaKeyPair::from_pkcs8(der),
            Key::Pkcs1(der) => RsaKeyPair::from_der(der),
        };
        let key = key.map_err(|error| {
            Reason::new(
                format!("the private key of the certificate cannot be used: {error}"),
                "Microsoft Entra ID takes RSA keys; make one of 2048 to 4096 bits.",
            )
        })?;
        // The certificate of the key holds its public half, as it stands there.
        let public = key.public().as_ref();
        let of_key = |der: &&Vec<u8>| der.windows(public.len()).any(|window| window == public);
        let certificate = found.certificates.iter().find(of_key).ok_or_else(|| {
            Reason::new(
                "there is no certificate for the private key beside it",
                "Put the certificate and its key into one file: `cat certificate.pem key.pem`, or a PFX file.",
            )
        })?;
        let thumbprint = digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref().to_vec();
        Ok(Self { key, thumbprint })
    }

    fn sign(&self, audience: &str, client_id: &str, now: SystemTime) -> Result<Secret, Reason> {
        let seconds =
            |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let header = json!({ "alg": "RS256", "typ": "JWT", "x5t": URL_SAFE_NO_PAD.encode(&self.thumbprint) });
        let claims = json!({
            "aud": audience,
            "iss": client_id,
            "sub": client_id,
            "jti": Uuid::new_v4().to_string(),
            "nbf": seconds(now.checked_sub(SKEW).unwrap_or(now)),
            "exp": seconds(now.checked_add(LIFE).unwrap_or(now)),
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        let made = self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature);
        made.map_err(|_| Reason::new("signing with the private key failed", "Check that the key is sound."))?;
        Ok(Secret::from(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

fn from_pfx(bytes: &[u8], password: &str) -> Result<Found, Reason> {
    let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Relaxed).map_err(|error| match error {
        p12_keystore::error::Error::MacError(_) => wrong_password(password),
        other => Reason::new(
            format!("the certificate is not a PFX file that can be read: {other}"),
            "Check the file and client_certificate_password (ARM_CLIENT_CERTIFICATE_PASSWORD). PEM files with \
             certificate and key are taken, too.",
        ),
    })?;
    let (_, chain) = store.private_key_chain().ok_or_else(no_key)?;
    Ok(Found {
        certificates: chain.certs().iter().map(|certificate| certificate.as_der().to_vec()).collect(),
        key: Key::Pkcs8(chain.key().as_der().to_vec()),
    })
}

/// Whether a file or a text is PEM, whatever stands before it.
fn is_pem(bytes: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    bytes.windows(BEGIN.len()).any(|window| window == BEGIN)
}

fn from_pem(bytes: &[u8], password: &str) -> Result<Found, Reason> {
    // What the reader says of a section could quote it.
    let sections = pem::parse_many(bytes).map_err(|_| {
        Reason::new(
            "the certificate is not a PEM file that can be read",
            "Check the file: each section begins with a line -----BEGIN ...----- and ends with the same line with END, \
             and has base64 in between.",
        )
    })?;
    let mut certificates = Vec::new();
    let mut key = None;
    for section in sections {
        // How OpenSSL has protected keys before PKCS#8.
        let is_old = section.headers().get("DEK-Info").is_some();
        match section.tag() {
            "CERTIFICATE" => certificates.push(section.into_contents()),
            "PRIVATE KEY" => key = Some(Key::Pkcs8(section.into_contents())),
            "RSA PRIVATE KEY" if is_old => {
                return Err(Reason::new(
                    "the private key is protected in an old way that is not safe",
                    "Convert it with `openssl pkcs8 -topk8 -in key.pem`.",
                ));
            }
            "RSA PRIVATE KEY" => key = Some(Key::Pkcs1(section.into_contents())),
            "ENCRYPTED PRIVATE KEY" => key = Some(Key::Pkcs8(opened(section.contents(), password)?)),
            _ => {}
        }
    }
    Ok(Found { certificates, key: key.ok_or_else(no_key)? })
}

/// A key that a password protects.
fn opened(der: &[u8], password: &str) -> Result<Vec<u8>, Reason> {
    let wrong = || wrong_password(password);
    let encrypted = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| wrong())?;
    let is_bounded = encrypted.encryption_algorithm.pbes2().is_none_or(|parameters| match &parameters.kdf {
        Kdf::Pbkdf2(pbkdf2) => pbkdf2.iteration_count <= ROUNDS,
        Kdf::Scrypt(scrypt) => {
            let memory = scrypt.cost_parameter.saturating_mul(128).saturating_mul(scrypt.block_size.into());
            memory.saturating_mul(scrypt.parallelization.into()) <= SCRYPT
        }
        // One of a later version, which cannot be done anyway.
        _ => true,
    });
    if !is_bounded {
        return Err(Reason::new(
            "the password of the private key is stretched by more rounds than are done here",
            "At most 1,000,000 rounds of PBKDF2, or 64 MiB of scrypt, are. Convert it with `openssl pkcs8 -topk8 -iter \
             100000`.",
        ));
    }
    Ok(encrypted.decrypt(password).map_err(|_| wrong())?.as_bytes().to_vec())
}

fn no_key() -> Reason {
    Reason::new(
        "there is no private key with the certificate",
        "A PFX file, or a PEM file with certificate and key, is needed: the certificate alone proves nothing.",
    )
}

fn wrong_password(password: &str) -> Reason {
    let what = if password.is_empty() {
        "the certificate is protected by a password, and none is given"
    } else {
        "the password of the certificate is not the right one"
    };
    Reason::new(what, "Set client_certificate_password (ARM_CLIENT_CERTIFICATE_PASSWORD).")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PBES2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
    const PBKDF2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
    const HMAC_SHA256: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02\x09";
    const SCRYPT_OID: &[u8] = b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
    const AES256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a";

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).unwrap();
        let head = if length < 128 { vec![tag, length] } else { vec![tag, 0x81, length] };
        [&head, content].concat()
    }

    fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        der(0x30, &parts.concat())
    }

    fn number(number: u32) -> Vec<u8> {
        let bytes = [&[0], number.to_be_bytes().as_slice()].concat();
        let first = bytes.windows(2).position(|pair| pair[0] != 0 || pair[1] >= 0x80).unwrap_or(4);
        der(2, &bytes[first..])
    }

    /// A key that is encrypted by what this function makes of a password.
    fn key(oid: &[u8], parameters: &[Vec<u8>]) -> Vec<u8> {
        let derived = sequence(&[der(6, oid), sequence(parameters)]);
        let cipher = sequence(&[der(6, AES256), der(4, &[0; 16])]);
        sequence(&[sequence(&[der(6, PBES2), sequence(&[derived, cipher])]), der(4, &[7; 32])])
    }

    fn why(der: &[u8]) -> String {
        opened(der, "open-sesame").unwrap_err().what
    }

    fn pem(text: &str) -> Result<Found, String> {
        from_pem(text.as_bytes(), "").map_err(|reason| reason.what)
    }

    #[test]
    fn sections_are_found_between_other_text() {
        let text = "Bag Attributes\n    localKeyID: 01\n-----BEGIN CERTIFICATE-----\r\nAQI\n  D\n-----END CERTIFICATE-----\n\
                    x\n-----BEGIN X509 CRL-----\nAA==\n-----END X509 CRL-----\n\
                      -----BEGIN RSA PRIVATE KEY-----\nBAUG\n-----END RSA PRIVATE KEY-----\n-----BEGIN D-----\nAA==";
        let found = pem(text).unwrap();
        assert_eq!(found.certificates, [[1, 2, 3]]);
        assert!(matches!(&found.key, Key::Pkcs1(der) if der == &[4, 5, 6]));
    }

    #[test]
    fn a_pem_file_that_does_not_do_is_told_and_not_quoted() {
        let key = |content: &str| {
            format!("-----BEGIN RSA PRIVATE KEY-----\n{content}\n-----END RSA PRIVATE KEY-----\n")
        };
        let old = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nBAUG";
        for (text, expected) in [
            (key(old), "the private key is protected in an old way that is not safe"),
            (key(&old.replace('\n', "\r\n")), "the private key is protected in an old way that is not safe"),
            (key("s3cret%"), "the certificate is not a PEM file that can be read"),
            (key("s3cret\n\nAAAA"), "the certificate is not a PEM file that can be read"),
            (
                "-----BEGIN PRIVATE KEY-----\ns3cret".to_owned(),
                "there is no private key with the certificate",
            ),
        ] {
            let what = pem(&text).err().unwrap();
            assert_eq!(what, expected, "{text}");
        }
    }

    #[test]
    fn a_password_is_not_stretched_without_limit() {
        let wrong = "the password of the certificate is not the right one";
        let too_much = "the password of the private key is stretched by more rounds than are done here";
        let hash = || sequence(&[der(6, HMAC_SHA256), der(5, &[])]);
        for (rounds, expected) in
            [(2048, wrong), (1_000_001, too_much), (8_000_000, too_much), (u32::MAX, too_much)]
        {
            let key = key(PBKDF2, &[der(4, &[1; 8]), number(rounds), hash()]);
            assert_eq!(why(&key), expected, "{rounds}");
        }
        for (cost, block, passes, expected) in
            [(16384, 8, 1, wrong), (1 << 20, 8, 1, too_much), (1 << 14, 8, 60_000, too_much)]
        {
            let key = key(SCRYPT_OID, &[der(4, &[1; 8]), number(cost), number(block), number(passes)]);
            assert_eq!(why(&key), expected, "{cost} {block} {passes}");
        }
    }
}
