//! Logins with a certificate: every file that people have, and what is said of those that do not do.

use arm::credentials::Written;
use arm::{Login, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::files::*;
use crate::logins::{application, refusal, succeeds};

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
