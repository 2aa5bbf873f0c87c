//! The emulated Microsoft Entra ID: who may log in, the tokens they get, and the documents that clients look up
//! first.
//!
//! A directory into which nothing was put takes every client of every tenant with every credential. From the
//! first client on that is put into it, only its clients and tenants are there, each with its own credentials.
//! It knows no users; what a client may do is decided by Azure Resource Manager.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::service::{Answer, Origin, Request};

mod assertion;
mod bearer;
mod clients;
mod documents;
mod failure;
mod form;
mod jwt;
mod token;

pub use clients::{ClientSeed, FederatedSeed, ListedClient};

use clients::Client;
use failure::LoginFailure;
use jwt::SigningKey;

/// How long a token is good for, in seconds, unless the control API says otherwise. Azure gives an hour.
const LIFETIME: u32 = 3599;

/// The directory: what is kept, and the key that signs its tokens.
#[derive(Debug)]
pub(crate) struct Directory {
    key: SigningKey,
    kept: Kept,
    /// Grows with every change of what is kept.
    revision: u64,
}

/// What survives a restart. Tokens do not: each process signs with a key of its own.
#[derive(Debug, Deserialize, Serialize)]
#[serde(default)]
struct Kept {
    /// By tenant and client id, both in lower case, with a slash in between.
    clients: BTreeMap<String, Client>,
    /// Seconds.
    lifetime: u32,
    /// Grows when all tokens so far are made to expire.
    epoch: u64,
    /// Refresh tokens that were given out, and the client that each is for.
    refresh_tokens: BTreeMap<String, String>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { clients: BTreeMap::new(), lifetime: LIFETIME, epoch: 0, refresh_tokens: BTreeMap::new() }
    }
}

/// What a request to the directory comes with besides itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit<'a> {
    /// Where the emulator was reached, such as `https://127.0.0.1:4653`.
    pub(crate) base: &'a str,
    pub(crate) now: OffsetDateTime,
    /// The client's id of its request, if it gave one.
    pub(crate) correlation: Option<Uuid>,
}

impl Directory {
    /// A directory into which nothing was put, with a new key.
    pub(crate) fn new() -> Self {
        Self { key: SigningKey::generate(), kept: Kept::default(), revision: 0 }
    }

    /// Goes on with what another one kept; see [`Directory::kept`].
    pub(crate) fn restore(&mut self, kept: serde_json::Value) -> Result<(), serde_json::Error> {
        self.kept = serde_json::from_value(kept)?;
        Ok(())
    }

    /// What survives a restart, to be written as JSON.
    pub(crate) fn kept(&self) -> &impl Serialize {
        &self.kept
    }

    /// Grows with every change of what is kept.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Forgets all clients. Tokens stay good.
    pub(crate) fn reset(&mut self) {
        self.kept = Kept { epoch: self.kept.epoch, ..Kept::default() };
        self.revision = self.revision.wrapping_add(1);
    }

    /// Answers a request that is for the directory; `None` for all others.
    pub(crate) fn answer(&mut self, request: &Request, visit: Visit<'_>) -> Option<Answer> {
        let segments: Vec<&str> = request.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let answered = match segments.as_slice() {
            ["metadata", "endpoints"] => return Some(documents::endpoints(&request.query, visit.base)),
            [tenant, "oauth2", "v2.0", "token"] => self.token(tenant, request, token::Version::V2, visit),
            [tenant, "oauth2", "token"] => self.token(tenant, request, token::Version::V1, visit),
            ["common", "discovery", "instance"] => Ok(documents::instance(&request.query, visit.base)),
            [_, "discovery", "v2.0", "keys"] | [_, "discovery", "keys"] => Ok(self.keys()),
            [tenant, rest @ .., ".well-known", "openid-configuration"]
                if rest.is_empty() || *rest == ["v2.0"] =>
            {
                self.known_tenant(tenant, "invalid_tenant")
                    .map(|id| documents::openid(tenant, &id, !rest.is_empty(), visit.base))
            }
            _ => return None,
        };
        Some(answered.unwrap_or_else(|failure| failure.answer(visit)))
    }

    fn keys(&self) -> Answer {
        directory_answer(StatusCode::OK, &json!({ "keys": [self.key.as_jwk()] }))
    }

    fn token(
        &mut self,
        tenant: &str,
        request: &Request,
        version: token::Version,
        visit: Visit<'_>,
    ) -> Result<Answer, LoginFailure> {
        if request.method != Method::POST {
            return Err(LoginFailure::wrong_method());
        }
        let tenant = self.known_tenant(tenant, "invalid_request")?;
        token::grant(self, &tenant, &request.body, version, visit)
    }

    /// The id of a tenant that a path names.
    fn known_tenant(&self, named: &str, error: &'static str) -> Result<String, LoginFailure> {
        let id = match named.to_lowercase().as_str() {
            "common" | "organizations" => crate::service::DEFAULT_TENANT.to_owned(),
            lower if Uuid::try_parse(lower).is_ok() && lower.len() == 36 => lower.to_owned(),
            lower if lower.contains('.') => derived_id(lower),
            _ => return Err(LoginFailure::invalid_tenant(named)),
        };
        let known =
            self.kept.clients.is_empty() || self.kept.clients.values().any(|client| client.tenant == id);
        if known { Ok(id) } else { Err(LoginFailure::unknown_tenant(named, error)) }
    }

    /// Sets how long new tokens are good for, in seconds.
    pub(crate) fn set_lifetime(&mut self, seconds: u32) {
        self.kept.lifetime = seconds;
        self.revision = self.revision.wrapping_add(1);
    }

    /// Makes all tokens so far expire.
    pub(crate) fn expire_tokens(&mut self) {
        self.kept.epoch = self.kept.epoch.saturating_add(1);
        self.revision = self.revision.wrapping_add(1);
    }
}

fn directory_answer(status: StatusCode, body: &serde_json::Value) -> Answer {
    Answer { status, body: body.to_string(), origin: Origin::Directory, headers: Vec::new() }
}

/// A UUID that follows from a text: the same one each time, and another one for every other text.
fn derived_id(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests;
