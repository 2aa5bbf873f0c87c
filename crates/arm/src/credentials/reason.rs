//! Why a login gave no token: what happened, and what to do. Both hold no secret.

/// What happened and what to do, in sentences.
#[derive(Debug)]
pub(super) struct Reason {
    pub(super) what: String,
    pub(super) remedy: String,
}

impl Reason {
    pub(super) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

/// How many characters of a foreign text are shown.
const EXCERPT: usize = 500;

/// A foreign text in one line, short, and without these secrets.
pub(super) fn excerpt(text: &str, secrets: &[&str]) -> String {
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(*secret, "[secret]");
    }
    text.chars().take(EXCERPT).collect()
}
