//! Logins with a certificate: every file that people have, and what is said of those that do not do.

use std::path::{Path, PathBuf};
use std::sync::Once;

use arm::credentials::Written;
use arm::{Login, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

use super::{application, refusal, succeeds};

/// The thumbprint of the certificate in the files, as OpenSSL prints it.
const THUMBPRINT: &str = "3nWvpME5oPd5aVTO4XwRXFIbY60";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/credentials/testdata").join(name)
}

/// A PFX file. They are kept as base64 text and written once for each run.
fn pfx(name: &str) -> PathBuf {
    static WRITTEN: Once = Once::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    WRITTEN.call_once(|| {
        for name in ["new.pfx", "old.pfx", "without-password.pfx"] {
            let text = std::fs::read_to_string(file(&format!("{name}.b64"))).unwrap();
            let text: String = text.split_whitespace().collect();
            std::fs::write(folder.join(name), STANDARD.decode(text).unwrap()).unwrap();
        }
    });
    folder.join(name)
}

/// A certificate file of any kind.
fn certificate(name: &str) -> PathBuf {
    if Path::new(name).extension().is_some_and(|it| it == "pfx") { pfx(name) } else { file(name) }
}

/// The public key of the certificate, from the certificate: the last field before its extensions is found by
/// the header of an RSA key of 2048 bits.
fn public_key() -> Vec<u8> {
    let pem = std::fs::read_to_string(file("certificate-alone.pem")).unwrap();
    let content: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(content).unwrap();
    let header = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01];
    let start = der.windows(header.len()).position(|window| window == header).unwrap();
    der[start..start + 270].to_vec()
}

/// What the login service checks of an assertion.
pub(crate) fn is_signed(assertion: &str) -> bool {
    let Some((signed, signature)) = assertion.rsplit_once('.') else { return false };
    let Some((header, claims)) = signed.split_once('.') else { return false };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let json = |part: &str| serde_json::from_slice::<Value>(&decode(part)).unwrap();
    let (header, claims) = (json(header), json(claims));
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    header["alg"] == "RS256"
        && header["x5t"] == THUMBPRINT
        && claims["aud"] == "https://login.microsoftonline.com/t.example/oauth2/v2.0/token"
        && claims["iss"] == "00000000-0000-0000-0000-00000000000c"
        && claims["sub"] == claims["iss"]
        && claims["nbf"].as_u64().unwrap() <= now
        && claims["exp"].as_u64().unwrap() > now
        && key.verify(signed.as_bytes(), &decode(signature)).is_ok()
}

fn with(certificate: Written, password: Option<&str>) -> Login {
    let password = password.map(|password| Secret::from(password.to_owned()));
    Login { client_certificate: Some(certificate), client_certificate_password: password, ..application() }
}

fn from_file(name: &str, password: Option<&str>) -> Login {
    with(Written::File(certificate(name)), password)
}

#[tokio::test]
async fn every_kind_of_certificate_file_logs_in() {
    for (name, password) in [
        ("plain.pem", None),
        ("key-first.pem", None),
        ("protected.pem", Some("open-sesame")),
        ("new.pfx", Some("open-sesame")),
        ("old.pfx", Some("open-sesame")),
        ("without-password.pfx", None),
    ] {
        succeeds(from_file(name, password)).await;
        let bytes = std::fs::read(certificate(name)).unwrap();
        let text = STANDARD.encode(&bytes);
        succeeds(with(Written::Here(Secret::from(text)), password)).await;
        if let Ok(pem) = String::from_utf8(bytes) {
            succeeds(with(Written::Here(Secret::from(pem)), password)).await;
        }
    }
}

#[tokio::test]
async fn a_certificate_that_does_not_do_is_told_apart() {
    let here = |text: &str| with(Written::Here(Secret::from(text.to_owned())), None);
    for (login, expected) in [
        (from_file("new.pfx", Some("guess")), "the password of the certificate is not the right one"),
        (from_file("new.pfx", None), "is protected by a password, and none is given"),
        (from_file("old.pfx", Some("guess")), "the password of the certificate is not the right one"),
        (from_file("protected.pem", Some("guess")), "the password of the certificate is not the right one"),
        (from_file("protected.pem", None), "is protected by a password, and none is given"),
        (from_file("certificate-alone.pem", None), "there is no private key with the certificate"),
        (from_file("foreign-certificate.pem", None), "there is no certificate for the private key"),
        (from_file("elliptic.pem", None), "takes RSA keys"),
        (from_file("absent.pfx", None), "absent.pfx with the certificate cannot be read"),
        (from_file("README.md", None), "is not a PFX file that can be read"),
        (here("%%%"), "neither PEM nor a PFX file in base64"),
        (here("AAAA"), "is not a PFX file that can be read"),
    ] {
        let text = refusal(login).await;
        assert!(text.starts_with("client certificate: ") && text.contains(expected), "{expected}: {text}");
    }
}
