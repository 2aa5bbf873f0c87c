//! The clients of the directory and their credentials.

use std::fmt;

use ring::digest;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::service::SeedError;

/// The audience of federated credentials for which none was given.
pub(super) const EXCHANGE_AUDIENCE: &str = "api://AzureADTokenExchange";

/// A client that is put into the directory, with at least one credential.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSeed {
    /// The tenant, a UUID.
    pub tenant: String,
    /// The client's id.
    pub client_id: String,
    /// The object id that tokens carry; left out, it follows from tenant and client.
    #[serde(default)]
    pub object_id: Option<String>,
    /// A secret.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// When the secret expires, RFC 3339; never if left out.
    #[serde(default)]
    pub secret_expires: Option<String>,
    /// A certificate, PEM. Assertions have to be signed by its key.
    #[serde(default)]
    pub certificate: Option<String>,
    /// Whose assertions are taken. Their signatures are not checked.
    #[serde(default)]
    pub federated: Option<FederatedSeed>,
    /// A refresh token.
    #[serde(default)]
    pub refresh_token: Option<String>,
}

/// Whose assertions a client may log in with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FederatedSeed {
    /// The claim `iss`.
    pub issuer: String,
    /// The claim `sub`.
    pub subject: String,
    /// The claim `aud`; `api://AzureADTokenExchange` if left out.
    #[serde(default)]
    pub audience: Option<String>,
}

/// A client in the list; its secrets are not told.
#[derive(Clone, Debug, Serialize)]
pub struct ListedClient {
    /// The tenant.
    pub tenant: String,
    /// The client's id.
    pub client_id: String,
    /// The object id in its tokens.
    pub object_id: String,
    /// Which credentials it has: `client_secret`, `certificate`, `federated`, `refresh_token`.
    pub credentials: Vec<&'static str>,
}

/// Something that must not be seen.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for ClientSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSeed")
            .field("tenant", &self.tenant)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// A client as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[expect(clippy::struct_field_names, reason = "the id of a client is called so in the protocol")]
pub(super) struct Client {
    pub(super) tenant: String,
    pub(super) client_id: String,
    pub(super) object_id: String,
    pub(super) secret: Option<Secret>,
    /// Seconds since 1970.
    pub(super) secret_expires: Option<i64>,
    pub(super) certificate: Option<Certificate>,
    pub(super) federated: Option<Federated>,
    pub(super) refresh_token: Option<Secret>,
}

/// A certificate and what names it in assertions.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Certificate {
    pub(super) der: Vec<u8>,
    pub(super) sha1: Vec<u8>,
    pub(super) sha256: Vec<u8>,
}

/// Whose assertions are taken.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Federated {
    pub(super) issuer: String,
    pub(super) subject: String,
    pub(super) audience: String,
}

impl Client {
    /// The client that is asked for.
    pub(super) fn new(seed: ClientSeed) -> Result<Self, SeedError> {
        let tenant = uuid("tenant", &seed.tenant)?;
        if seed.client_id.trim().is_empty() {
            return Err(field("client_id", &seed.client_id, "use the id of a client"));
        }
        let object_id = match &seed.object_id {
            Some(id) => uuid("object_id", id)?,
            None => object_id(&tenant, &seed.client_id),
        };
        if seed.client_secret.is_none()
            && seed.certificate.is_none()
            && seed.federated.is_none()
            && seed.refresh_token.is_none()
        {
            let expected = "give it a client_secret, a certificate, a federated issuer or a refresh_token";
            return Err(field("client_id", &seed.client_id, expected));
        }
        Ok(Self {
            tenant,
            client_id: seed.client_id.to_lowercase(),
            object_id,
            secret: seed.client_secret.map(Secret),
            secret_expires: seed.secret_expires.as_deref().map(seconds).transpose()?,
            certificate: seed.certificate.as_deref().map(certificate).transpose()?,
            federated: seed.federated.map(|seed| Federated {
                issuer: seed.issuer,
                subject: seed.subject,
                audience: seed.audience.unwrap_or_else(|| EXCHANGE_AUDIENCE.to_owned()),
            }),
            refresh_token: seed.refresh_token.map(Secret),
        })
    }

    /// The client without its secrets.
    pub(super) fn listed(&self) -> ListedClient {
        let has = [
            ("client_secret", self.secret.is_some()),
            ("certificate", self.certificate.is_some()),
            ("federated", self.federated.is_some()),
            ("refresh_token", self.refresh_token.is_some()),
        ];
        ListedClient {
            tenant: self.tenant.clone(),
            client_id: self.client_id.clone(),
            object_id: self.object_id.clone(),
            credentials: has.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect(),
        }
    }
}

/// The key under which a client is kept.
pub(super) fn key(tenant: &str, client_id: &str) -> String {
    format!("{tenant}/{client_id}").to_lowercase()
}

/// The object id of a client's service principal where none was given.
pub(super) fn object_id(tenant: &str, client_id: &str) -> String {
    derived_id(&key(tenant, client_id))
}

/// A UUID that follows from a text: the same one each time, and another one for every other text.
pub(super) fn derived_id(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

fn field(field: &'static str, value: &str, expected: &'static str) -> SeedError {
    SeedError::Field { field, value: value.to_owned(), expected }
}

fn uuid(name: &'static str, value: &str) -> Result<String, SeedError> {
    let parsed = Uuid::try_parse(value).ok().filter(|_| value.len() == 36);
    let expected = "use a UUID such as 00000000-0000-0000-0000-000000000001";
    parsed.map(|id| id.to_string()).ok_or_else(|| field(name, value, expected))
}

fn seconds(text: &str) -> Result<i64, SeedError> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map(OffsetDateTime::unix_timestamp)
        .map_err(|_| field("secret_expires", text, "use a date such as 2026-11-21T00:00:00Z"))
}

fn certificate(pem: &str) -> Result<Certificate, SeedError> {
    // What was given is not repeated: it may be a private key.
    let refused = || field("certificate", "…", "use a certificate in PEM, without its key");
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| refused())?;
    webpki::EndEntityCert::try_from(&der).map_err(|_| refused())?;
    let thumbprint = |algorithm| digest::digest(algorithm, &der).as_ref().to_vec();
    Ok(Certificate {
        sha1: thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        sha256: thumbprint(&digest::SHA256),
        der: der.to_vec(),
    })
}
