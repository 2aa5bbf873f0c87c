//! Faults: which requests they meet, and what happens then. Nothing here is done, only decided.

use std::collections::BTreeMap;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// The longest delay of a fault.
const LONGEST_DELAY: Duration = Duration::from_secs(600);

/// The methods that Azure Resource Manager has.
const METHODS: [&str; 6] = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"];

/// Something that goes wrong with matching requests.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The method that matches, in any letter case; every one if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// A part of the path that matches, in any letter case and not a pattern; every path if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// A part of the query that matches, as it came; every query if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Whose requests match: those of clients, which is the default, or those of the fleets' controllers.
    #[serde(default, skip_serializing_if = "By::is_clients")]
    pub by: By,
    /// The first of the matching requests that is met, counted from 1, which is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// How many matching requests are met from there on; 1 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Answer like this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<FaultAnswer>,
    /// Wait that long before anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// Close the connection without an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drop: Option<Dropped>,
}

/// Who sends a request.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Whoever connects to the emulator.
    #[default]
    Clients,
    /// The controllers of the fleets' hubs, which act on Traffic Manager.
    Fleet,
}

impl By {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
    fn is_clients(&self) -> bool {
        *self == Self::Clients
    }
}

/// When a connection is closed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dropped {
    /// Before the request has an effect.
    Before,
    /// After it took effect.
    After,
}

/// An answer in place of the real one, or changes of the real one.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FaultAnswer {
    /// The status. Left out, the request takes effect and the real answer is changed by the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers, in addition to the usual ones or in their place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body: a string is sent as it is, anything else as JSON. Left out, it is empty, or the real one where
    /// there is no status. A hub answers a `Status` instead of an empty one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Close the connection after that many bytes of the body; `Content-Length` still tells the full length. It cuts the
    /// watch of a hub, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate_at: Option<usize>,
    /// Let the request take effect even though another status is answered.
    #[serde(default)]
    pub after_effect: bool,
}

/// A fault in the list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedFault {
    /// Counts from 1.
    pub id: u64,
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many requests matched.
    pub seen: u64,
    /// How many of them were met.
    pub hits: u64,
}

/// What is wrong with a fault.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum InvalidFault {
    /// It says nothing that happens.
    #[error("nothing happens: give one of 'answer', 'delay_ms' and 'drop'")]
    Nothing,
    /// It says two things that exclude each other.
    #[error("'answer' and 'drop' exclude each other: a dropped connection has no answer")]
    Contradiction,
    /// A field has a value that is out of its range.
    #[error("{field}: {value} is not possible; {expected}")]
    Field {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
}

/// All faults.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    faults: Vec<ListedFault>,
    next: u64,
}

impl Faults {
    /// Adds a fault and says its number.
    pub(crate) fn add(&mut self, fault: Fault) -> Result<u64, InvalidFault> {
        fault.check()?;
        self.next = self.next.saturating_add(1);
        self.faults.push(ListedFault { id: self.next, fault, seen: 0, hits: 0 });
        Ok(self.next)
    }

    /// The fault that a request meets. Every fault that matches counts the request, met or not.
    pub(crate) fn meet(&mut self, by: By, method: &Method, path: &str, query: &str) -> Option<Fault> {
        let mut met = None;
        for listed in &mut self.faults {
            if listed.fault.by != by || !listed.fault.matches(method, path, query) {
                continue;
            }
            listed.seen = listed.seen.saturating_add(1);
            let first = listed.fault.nth.unwrap_or(1);
            let active = listed.seen >= first && listed.hits < listed.fault.times.unwrap_or(1);
            if active && met.is_none() {
                listed.hits = listed.hits.saturating_add(1);
                met = Some(listed.fault.clone());
            }
        }
        met
    }

    pub(crate) fn list(&self) -> Vec<ListedFault> {
        self.faults.clone()
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }
}

impl Fault {
    /// The delay before anything else.
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.unwrap_or(0))
    }

    fn matches(&self, method: &Method, path: &str, query: &str) -> bool {
        let method_fits = self.method.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(method.as_str()));
        let path = path.to_lowercase();
        let query_fits = self.query.as_ref().is_none_or(|part| query.contains(part.as_str()));
        method_fits && query_fits && self.path.as_ref().is_none_or(|part| path.contains(&part.to_lowercase()))
    }

    fn check(&self) -> Result<(), InvalidFault> {
        let invalid = |field, value: String, expected| Err(InvalidFault::Field { field, value, expected });
        if self.answer.is_none() && self.delay_ms.is_none() && self.drop.is_none() {
            return Err(InvalidFault::Nothing);
        }
        if self.answer.is_some() && self.drop.is_some() {
            return Err(InvalidFault::Contradiction);
        }
        let is_method = |text: &str| METHODS.iter().any(|method| method.eq_ignore_ascii_case(text));
        if let Some(method) = self.method.as_deref().filter(|method| !is_method(method)) {
            return invalid("method", format!("'{method}'"), "use GET, HEAD, PUT, PATCH, POST or DELETE");
        }
        for (field, value) in [("nth", self.nth), ("times", self.times)] {
            if value == Some(0) {
                return invalid(field, "0".to_owned(), "use a number of at least 1");
            }
        }
        if self.delay() > LONGEST_DELAY {
            return invalid("delay_ms", self.delay().as_millis().to_string(), "use at most 600000");
        }
        self.answer.as_ref().map_or(Ok(()), FaultAnswer::check)
    }
}

impl FaultAnswer {
    /// The status, if it is not the real one.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        self.status.and_then(|status| StatusCode::from_u16(status).ok())
    }

    /// The body as it is sent, if it is not the real one.
    pub(crate) fn text(&self) -> Option<String> {
        match (&self.body, self.status) {
            (Some(Value::String(text)), _) => Some(text.clone()),
            (Some(body), _) => Some(body.to_string()),
            (None, Some(_)) => Some(String::new()),
            (None, None) => None,
        }
    }

    /// The headers as HTTP has them.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        self.headers.iter().filter_map(|(name, value)| {
            Some((HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value.as_str()).ok()?))
        })
    }

    fn check(&self) -> Result<(), InvalidFault> {
        let invalid = |field, value: String, expected| Err(InvalidFault::Field { field, value, expected });
        if let Some(status) = self.status.filter(|status| !(200..=599).contains(status)) {
            return invalid("answer.status", status.to_string(), "use a status between 200 and 599");
        }
        for (name, value) in &self.headers {
            if HeaderName::try_from(name.as_str()).is_err() {
                return invalid(
                    "answer.headers",
                    format!("the name '{name}'"),
                    "use the name of an HTTP header",
                );
            }
            if HeaderValue::try_from(value.as_str()).is_err() {
                return invalid(
                    "answer.headers",
                    format!("the value of '{name}'"),
                    "use text without line ends",
                );
            }
            if ["content-length", "transfer-encoding", "connection"].contains(&name.to_lowercase().as_str()) {
                return invalid("answer.headers", format!("'{name}'"), "that header follows from the body");
            }
        }
        if self.status.is_none() && self.after_effect {
            return invalid(
                "answer.after_effect",
                "true".to_owned(),
                "without a status there always is an effect",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(status: u16) -> Fault {
        let answer = FaultAnswer { status: Some(status), ..FaultAnswer::default() };
        Fault { answer: Some(answer), ..Fault::default() }
    }

    fn met(faults: &mut Faults, method: &Method, path: &str) -> Option<u16> {
        faults.meet(By::Clients, method, path, "").and_then(|fault| fault.answer?.status)
    }

    #[test]
    fn a_fault_meets_the_nth_matching_request_and_so_many_after_it() {
        let mut faults = Faults::default();
        let fault = Fault {
            method: Some("put".to_owned()),
            path: Some("/ExternalEndpoints/".to_owned()),
            nth: Some(2),
            times: Some(2),
            ..with(500)
        };
        faults.add(fault).unwrap();
        let endpoint = "/x/externalendpoints/a";
        let answers: Vec<_> = (0..5).map(|_| met(&mut faults, &Method::PUT, endpoint)).collect();
        assert_eq!(answers, [None, Some(500), Some(500), None, None]);
        assert_eq!(met(&mut faults, &Method::GET, endpoint), None);
        assert_eq!(met(&mut faults, &Method::PUT, "/x/azureEndpoints/a"), None);
        let listed = &faults.list()[0];
        assert_eq!((listed.seen, listed.hits), (5, 2));
    }

    #[test]
    fn the_first_fault_that_is_not_used_up_applies() {
        let mut faults = Faults::default();
        for number in [500, 503] {
            faults.add(with(number)).unwrap();
        }
        let answers: Vec<_> = (0..3).map(|_| met(&mut faults, &Method::GET, "/")).collect();
        assert_eq!(answers, [Some(500), Some(503), None]);
    }

    #[test]
    fn a_fault_meets_only_whom_it_is_for_and_only_its_query() {
        let mut faults = Faults::default();
        let watch = Fault { query: Some("watch=true".to_owned()), ..with(500) };
        faults.add(watch).unwrap();
        faults.add(Fault { by: By::Fleet, ..with(403) }).unwrap();
        assert!(faults.meet(By::Clients, &Method::GET, "/", "limit=1").is_none());
        assert!(faults.meet(By::Clients, &Method::GET, "/", "limit=1&watch=true").is_some());
        let met = faults.meet(By::Fleet, &Method::GET, "/", "watch=true");
        assert_eq!(met.and_then(|fault| fault.answer?.status), Some(403));
    }

    #[test]
    fn faults_that_cannot_happen_are_refused() {
        let refused = |fault: Fault| Faults::default().add(fault).unwrap_err().to_string();
        assert_eq!(refused(Fault::default()), "nothing happens: give one of 'answer', 'delay_ms' and 'drop'");
        let both = Fault { drop: Some(Dropped::After), ..with(500) };
        assert!(refused(both).contains("exclude each other"));
        assert!(refused(with(99)).starts_with("answer.status: 99"));
        let never = Fault { nth: Some(0), ..with(500) };
        assert_eq!(refused(never), "nth: 0 is not possible; use a number of at least 1");
        let brew = Fault { method: Some("BREW".to_owned()), ..with(500) };
        assert!(refused(brew).starts_with("method: 'BREW'"));
    }
}
