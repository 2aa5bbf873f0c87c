//! The emulated Microsoft Entra ID: who may log in, the tokens they get, and the documents that clients look up
//! first.
//!
//! A directory into which nothing was put takes every client of every tenant with every credential. From the
//! first client on that is put into it, only its clients and tenants are there, each with its own credentials.
//! It knows no users; what a client may do is decided by Azure Resource Manager.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::service::{Answer, Origin, SeedError};

mod assertion;
mod bearer;
mod clients;
mod documents;
mod failure;
mod form;
mod jwt;
mod requests;
mod token;

pub use clients::{ClientSeed, FederatedSeed, ListedClient};

use clients::Client;
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

    /// Puts a client into the directory, in place of the one with this tenant and id.
    pub(crate) fn put_client(&mut self, seed: ClientSeed) -> Result<(), SeedError> {
        let client = Client::new(seed)?;
        self.kept.clients.insert(clients::key(&client.tenant, &client.client_id), client);
        self.revision = self.revision.wrapping_add(1);
        Ok(())
    }

    /// The clients, without their secrets.
    pub(crate) fn clients(&self) -> Vec<ListedClient> {
        self.kept.clients.values().map(Client::listed).collect()
    }

    /// The client that a request names, where the directory knows any.
    fn client(&self, tenant: &str, client_id: &str) -> Option<&Client> {
        self.kept.clients.get(&clients::key(tenant, client_id))
    }

    /// Whether every client may log in with anything.
    fn is_open(&self) -> bool {
        self.kept.clients.is_empty()
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

#[cfg(test)]
mod tests;
