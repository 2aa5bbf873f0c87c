//! Management locks: the operations on them, and what they forbid.

use http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

use super::access::is_at_or_below;
use super::decode;
use super::error::Failure;
use super::model::gateway::{Lock, LockLevel};
use super::route::LockAddress;
use super::{Answer, Request, Service};

/// What a request does to what it names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Change {
    Write,
    Delete,
}

#[derive(Serialize)]
struct LockJson<'a> {
    properties: PropertiesJson<'a>,
    id: String,
    #[serde(rename = "type")]
    resource_type: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct PropertiesJson<'a> {
    level: LockLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'a str>,
}

#[derive(Serialize)]
struct ListJson<'a> {
    value: Vec<LockJson<'a>>,
}

#[derive(Deserialize)]
struct Body {
    properties: BodyProperties,
}

#[derive(Deserialize)]
struct BodyProperties {
    level: LockLevel,
    notes: Option<String>,
}

impl Service {
    pub(super) fn list_locks(
        &self,
        subscription: &str,
        scope: &str,
        method: &Method,
    ) -> Result<Answer, Failure> {
        if method != Method::GET {
            return Err(Failure::method_not_allowed(method.as_str()));
        }
        let whole = format!("/subscriptions/{subscription}").to_lowercase();
        let scope = scope.to_lowercase();
        // A list has the locks that act at the scope and, asked of a subscription or a group, those below it.
        let listed = self.state.locks.values().filter(|lock| {
            let at = lock.scope.to_lowercase();
            is_at_or_below(&at, &whole) && (is_at_or_below(&at, &scope) || is_at_or_below(&scope, &at))
        });
        Ok(Answer::gateway(StatusCode::OK, &ListJson { value: listed.map(json).collect() }))
    }

    pub(super) fn lock(&mut self, address: &LockAddress, request: &Request) -> Result<Answer, Failure> {
        let key = path(&address.scope, &address.name).to_lowercase();
        match request.method.as_str() {
            "GET" => match self.state.locks.get(&key) {
                Some(lock) => Ok(Answer::gateway(StatusCode::OK, &json(lock))),
                None => Err(Failure::lock_not_found(&address.name)),
            },
            "PUT" => {
                decode::object(&request.body)?;
                let body: Body = serde_json::from_slice(&request.body)
                    .map_err(|error| Failure::invalid_content(&error.to_string()))?;
                let old = self.state.locks.get(&key);
                let status = if old.is_some() { StatusCode::OK } else { StatusCode::CREATED };
                let lock = Lock {
                    name: old.map_or(&address.name, |old| &old.name).clone(),
                    scope: old.map_or(&address.scope, |old| &old.scope).clone(),
                    level: body.properties.level,
                    notes: body.properties.notes,
                };
                let answer = Answer::gateway(status, &json(&lock));
                self.state.locks.insert(key, lock);
                Ok(answer)
            }
            "DELETE" => {
                let found = self.state.locks.remove(&key).is_some();
                Ok(Answer::empty(if found { StatusCode::OK } else { StatusCode::NO_CONTENT }))
            }
            method => Err(Failure::method_not_allowed(method)),
        }
    }

    /// Refuses a change that a lock forbids: one of what is changed or of something above it, and with a
    /// deletion also one of something below.
    pub(super) fn require_unlocked(&self, path: &str, change: Change) -> Result<(), Failure> {
        if self.state.locks.is_empty() {
            return Ok(());
        }
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
        let scope = path.trim_end_matches('/').to_lowercase();
        let forbids = |lock: &&Lock| {
            let at = lock.scope.to_lowercase();
            match change {
                Change::Write => lock.level == LockLevel::ReadOnly && is_at_or_below(&scope, &at),
                Change::Delete => is_at_or_below(&scope, &at) || is_at_or_below(&at, &scope),
            }
        };
        let locked: Vec<&str> =
            self.state.locks.values().filter(forbids).map(|lock| lock.scope.as_str()).collect();
        if locked.is_empty() {
            return Ok(());
        }
        let verb = match change {
            Change::Write => "write",
            Change::Delete => "delete",
        };
        Err(Failure::scope_locked(path.trim_end_matches('/'), verb, &locked))
    }
}

fn path(scope: &str, name: &str) -> String {
    format!("{}/providers/Microsoft.Authorization/locks/{name}", scope.trim_end_matches('/'))
}

fn json(lock: &Lock) -> LockJson<'_> {
    LockJson {
        properties: PropertiesJson { level: lock.level, notes: lock.notes.as_deref() },
        id: path(&lock.scope, &lock.name),
        resource_type: "Microsoft.Authorization/locks",
        name: &lock.name,
    }
}
