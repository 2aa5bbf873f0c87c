//! Certificates with their keys, PEM and PKCS#12, as users give them for a login.
//!
//! The first line of the input is the password, the rest is the file. Reading it ends with an assertion that is sent and
//! has the form that Microsoft Entra ID wants, or with an error that says so and holds neither key nor password.

use std::sync::Arc;

use arm::credentials::Written;
use arm::{Credentials, Login, Secret, Service, TokenSource, Transport};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value as Json;

use crate::scripted::{FixedClock, Script, run, shown};

/// The answer of the login service.
const GRANTED: &str = "200\ncontent-type: application/json\n\n\
    {\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":\"a\"}";

/// Logs in with the certificate.
pub fn check(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let password = String::from_utf8_lossy(&input[..end]).into_owned();
    let file = input.get(end + 1..).unwrap_or_default();
    let text = match std::str::from_utf8(file) {
        Ok(text) if text.contains("-----BEGIN ") => text.to_owned(),
        _ => STANDARD.encode(file),
    };
    let login = Login {
        tenant_id: Some("t.example".to_owned()),
        client_id: Some("00000000-0000-0000-0000-00000000000c".to_owned()),
        client_certificate: Some(Written::Here(Secret::from(text))),
        client_certificate_password: Some(Secret::from(password.clone())),
        ..Login::default()
    };
    let script = Script::from_parts(std::iter::once(GRANTED));
    let transport = Arc::clone(&script) as Arc<dyn Transport>;
    let credentials = Credentials::with_clock(login, Service::public(), transport, Arc::new(FixedClock));
    match run(credentials.token("https://management.azure.com/.default")) {
        Ok(_) => is_signed(&script),
        Err(error) => {
            let text = shown(&error);
            assert!(text.starts_with("client certificate: "), "{text}");
            // Shorter ones are in any text by chance.
            assert!(password.len() < 12 || !text.contains(&password), "{text}");
            assert!(script.asked().is_empty(), "nothing is sent without an assertion");
        }
    }
}

/// The assertion has three parts: what it is, what it says, and the signature.
fn is_signed(script: &Script) {
    let asked = script.asked();
    assert_eq!((asked.len(), script.left()), (1, 0));
    let form = String::from_utf8_lossy(asked[0].body());
    let assertion = form.split('&').find_map(|pair| pair.strip_prefix("client_assertion="));
    let parts: Vec<Vec<u8>> = assertion
        .expect("the form has an assertion")
        .split('.')
        .map(|part| URL_SAFE_NO_PAD.decode(part).expect("each part is base64"))
        .collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    let header: Json = serde_json::from_slice(header).expect("the header is JSON");
    let claims: Json = serde_json::from_slice(claims).expect("the claims are JSON");
    assert_eq!(header["alg"], "RS256");
    // A SHA-1 in base64 without padding.
    assert_eq!(header["x5t"].as_str().map(str::len), Some(27));
    assert_eq!(claims["iss"], claims["sub"]);
    assert!(claims["exp"].as_u64() > claims["nbf"].as_u64());
    assert!((256..=1024).contains(&signature.len()), "{} bytes", signature.len());
}
