//! The certificates of the tests, and whether an assertion was signed with one of them.

use std::path::{Path, PathBuf};
use std::sync::Once;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

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
pub(crate) fn certificate(name: &str) -> PathBuf {
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
