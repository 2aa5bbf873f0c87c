//! Client assertions: tokens by which a client proves itself without a secret.
//!
//! Checked is, of every assertion: three parts that can be read, `exp` and `nbf`. Of a client's own assertion
//! (`iss` is the client): `sub`, an `aud` that is this tenant's token endpoint, and, if the client has a
//! certificate in the directory, its thumbprint and the signature. Of somebody else's (workload identity): `aud`, and
//! if the client is in the directory, `iss` and `sub`. The signature of somebody else's assertion is never checked,
//! because the emulator asks no issuer for its keys.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls_pki_types::CertificateDer;
use time::OffsetDateTime;

use super::clients::{Certificate, Client, EXCHANGE_AUDIENCE};
use super::failure::LoginFailure;
use super::jwt::Jwt;

/// Clocks differ by that many seconds.
const SKEW: i64 = 300;

/// Whose assertion it has to be.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) client_id: &'a str,
    /// `None` where the directory takes everyone.
    pub(super) client: Option<&'a Client>,
}

/// Checks an assertion.
pub(super) fn check(given: &str, expected: Expected<'_>, now: OffsetDateTime) -> Result<(), LoginFailure> {
    let jwt = Jwt::parse(given)
        .ok_or_else(|| LoginFailure::malformed_assertion("it must have a header, claims and a signature"))?;
    let claim = |name: &str| {
        jwt.text(name)
            .ok_or_else(|| LoginFailure::malformed_assertion(&format!("the claim '{name}' is missing")))
    };
    let (issuer, subject) = (claim("iss")?, claim("sub")?);
    in_time(&jwt, now)?;
    if issuer.eq_ignore_ascii_case(expected.client_id) {
        own(&jwt, subject, expected)
    } else {
        federated(&jwt, (issuer, subject), expected)
    }
}

fn in_time(jwt: &Jwt<'_>, now: OffsetDateTime) -> Result<(), LoginFailure> {
    let until =
        jwt.seconds("exp").ok_or_else(|| LoginFailure::malformed_assertion("the claim 'exp' is missing"))?;
    let from = jwt.seconds("nbf").unwrap_or(0);
    let seconds = now.unix_timestamp();
    if until.saturating_add(SKEW) <= seconds || from.saturating_sub(SKEW) > seconds {
        return Err(LoginFailure::assertion_not_in_time(now, from, until));
    }
    Ok(())
}

fn own(jwt: &Jwt<'_>, subject: &str, expected: Expected<'_>) -> Result<(), LoginFailure> {
    if !subject.eq_ignore_ascii_case(expected.client_id) {
        return Err(LoginFailure::assertion_of_another_client());
    }
    if !audiences(jwt).any(is_token_endpoint) {
        return Err(LoginFailure::assertion_for_another_audience());
    }
    match expected.client {
        None => Ok(()),
        Some(client) => signed_by(jwt, client.certificate.as_ref(), expected.client_id),
    }
}

fn federated(
    jwt: &Jwt<'_>,
    (issuer, subject): (&str, &str),
    expected: Expected<'_>,
) -> Result<(), LoginFailure> {
    let Some(client) = expected.client else {
        // The other clouds' audiences begin like that of the public one.
        return match audiences(jwt).find(|audience| audience.starts_with(EXCHANGE_AUDIENCE)) {
            Some(_) => Ok(()),
            None => Err(wrong_audience(jwt)),
        };
    };
    match &client.federated {
        Some(record) if record.issuer != issuer => {
            Err(LoginFailure::no_federation(700_211, "issuer", issuer))
        }
        // Letter case counts.
        Some(record) if record.subject != subject => {
            Err(LoginFailure::no_federation(700_213, "subject", subject))
        }
        Some(record) if !audiences(jwt).any(|audience| audience == record.audience) => {
            Err(wrong_audience(jwt))
        }
        Some(_) => Ok(()),
        None => Err(LoginFailure::no_federation(700_211, "issuer", issuer)),
    }
}

fn wrong_audience(jwt: &Jwt<'_>) -> LoginFailure {
    let given = audiences(jwt).collect::<Vec<_>>().join(", ");
    LoginFailure::no_federation(700_212, "audience", &given)
}

/// The claim `aud`: a text, or a list of texts.
fn audiences<'a>(jwt: &'a Jwt<'_>) -> impl Iterator<Item = &'a str> {
    let audience = jwt.claims.get("aud");
    let list = audience.and_then(|value| value.as_array()).into_iter().flatten();
    audience.into_iter().chain(list).filter_map(|value| value.as_str())
}

/// Whether an audience is a token endpoint or the issuer behind it. Any host is good: the emulator is reached
/// under many names. Clients may name a tenant by its domain, so that the tenant is not compared.
fn is_token_endpoint(audience: &str) -> bool {
    let Some(rest) = audience.strip_prefix("https://").or_else(|| audience.strip_prefix("http://")) else {
        return false;
    };
    let path: Vec<&str> = rest.trim_end_matches('/').split('/').skip(1).collect();
    matches!(path.as_slice(), [_, "oauth2", "v2.0", "token"] | [_, "oauth2", "token"] | [_, "v2.0"])
}

fn signed_by(jwt: &Jwt<'_>, certificate: Option<&Certificate>, client_id: &str) -> Result<(), LoginFailure> {
    let header = |name: &str| jwt.header.get(name).and_then(|value| value.as_str());
    let named = |name: &str| header(name).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let (sha1, sha256) = (named("x5t"), named("x5t#S256"));
    let known = certificate.filter(|known| {
        sha256.as_ref().map_or(sha1.as_ref() == Some(&known.sha1), |given| *given == known.sha256)
    });
    let Some(certificate) = known else {
        let given = sha1.or(sha256).unwrap_or_default();
        let thumbprint = given.iter().fold(String::new(), |text, byte| format!("{text}{byte:02X}"));
        return Err(LoginFailure::unknown_certificate(&thumbprint, client_id));
    };
    let algorithm = match header("alg") {
        Some("RS256") => webpki::ring::RSA_PKCS1_2048_8192_SHA256,
        Some("PS256") => webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        _ => {
            let why = "the header 'alg' must be RS256 or PS256";
            return Err(LoginFailure::malformed_assertion(why));
        }
    };
    let der = CertificateDer::from_slice(&certificate.der);
    webpki::EndEntityCert::try_from(&der)
        .and_then(|parsed| parsed.verify_signature(algorithm, jwt.signed.as_bytes(), &jwt.signature))
        .map_err(|_| LoginFailure::invalid_signature(client_id))
}
