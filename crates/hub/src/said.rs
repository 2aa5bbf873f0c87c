//! What a hub says, made fit to be shown: without the tokens of requests and the values of headers, printable, and not too
//! long.

use std::sync::{Mutex, MutexGuard, PoisonError};

use foreign_text::{Secrets, Sensitive};
use http::HeaderValue;
use serde_json::Value;

/// The longest message that is kept, in characters.
pub(crate) const MESSAGE: usize = 2000;

/// The longest of several messages, in characters.
const SENTENCE: usize = 500;

/// The longest word, such as a reason or the name of a field, in characters.
pub(crate) const WORD: usize = 256;

/// How many of the last tokens are remembered. A request may be under way with an older one than the last.
const TOKENS: usize = 4;

/// The values of headers of probes may be secret. JSON with these keys is an object, and no text about one.
const SENSITIVE: Sensitive = Sensitive {
    list: "customHeaders",
    keys: &["metadata", "managedFields", "spec", "monitorConfig", "customHeaders"],
};

/// The tokens that requests have carried.
#[derive(Default)]
pub(crate) struct Carried {
    fixed: Vec<String>,
    last: Mutex<Vec<HeaderValue>>,
}

impl Carried {
    /// These are carried by all requests.
    pub(crate) fn new(fixed: Vec<String>) -> Self {
        Self { fixed, last: Mutex::default() }
    }

    /// Remembers the value of a header `Authorization`.
    pub(crate) fn remember(&self, authorization: &HeaderValue) {
        let mut last = self.last();
        if !last.contains(authorization) {
            last.push(authorization.clone());
        }
        if last.len() > TOKENS {
            last.remove(0);
        }
    }

    /// What makes texts about this JSON fit to be shown: the body of a request, or what an object is wanted to be.
    pub(crate) fn said(&self, body: Option<Value>) -> Said {
        let token = |value: &HeaderValue| {
            let text = value.to_str().unwrap_or_default();
            text.strip_prefix("Bearer ").unwrap_or(text).to_owned()
        };
        let last: Vec<String> = self.last().iter().map(token).collect();
        Said { tokens: self.fixed.iter().cloned().chain(last).collect(), body }
    }

    fn last(&self) -> MutexGuard<'_, Vec<HeaderValue>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes texts of a hub fit to be shown.
pub(crate) struct Said {
    tokens: Vec<String>,
    body: Option<Value>,
}

impl Said {
    /// A message.
    pub(crate) fn message(&self, text: &str) -> String {
        self.shown(text, MESSAGE)
    }

    /// One of several messages.
    pub(crate) fn sentence(&self, text: &str) -> String {
        self.shown(text, SENTENCE)
    }

    /// A word.
    pub(crate) fn word(&self, text: &str) -> String {
        self.shown(text, WORD)
    }

    fn shown(&self, text: &str, longest: usize) -> String {
        let tokens = self.tokens.iter().map(String::as_str).collect();
        let secrets = Secrets::new(tokens, self.body.as_ref(), SENSITIVE);
        let shown = secrets.shown(text, longest + 1);
        match shown.char_indices().nth(longest) {
            Some((end, _)) => format!("{}…", &shown[..end]),
            None => shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_and_values_of_headers_are_not_shown() {
        let carried = Carried::new(vec!["fixed-1".to_owned()]);
        for number in 0..6 {
            carried.remember(&HeaderValue::from_str(&format!("Bearer renewed-{number}")).unwrap());
        }
        let body =
            json!({ "spec": { "monitorConfig": { "customHeaders": [{ "name": "X", "value": "p@ss" }] } } });
        let said = carried.said(Some(body));
        assert_eq!(
            said.message("fixed-1 and renewed-5 and renewed-2 with p@ss"),
            "[token] and [token] and [token] with [hidden]"
        );
        assert_eq!(said.message(r#"no: {"metadata":{},"spec":{}}"#), "no: {...}");
        assert_eq!(
            said.message(r#"{"error": {"code": "AuthorizationFailed"}}"#),
            r#"{"error": {"code": "AuthorizationFailed"}}"#
        );
        assert_eq!(said.word(&"x".repeat(300)).chars().count(), WORD + 1);
        assert_eq!(said.message("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
    }
}
