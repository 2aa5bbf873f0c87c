//! Why a login gave no token: what happened, and what to do. Both hold no secret.

use foreign_text::{beginning, printable};
use serde_json::Value;

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

/// How much of a foreign text is looked at, in bytes.
const LOOKED_AT: usize = 16 * 1024;

/// From how many characters on a word without blanks counts as a token: more than a UUID or the name of a host has.
const TOKEN: usize = 64;

/// What a token of Microsoft Entra ID begins with: the Base64 of `{"`. Behind a broken quote it is not the beginning of a word.
const JWT: &str = "eyJ";

/// A foreign text in one line, short, printable, and without these secrets or what looks like a token.
pub(super) fn excerpt(text: &str, secrets: &[&str]) -> String {
    let mut text = printable(beginning(text, LOOKED_AT));
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(*secret, "[secret]");
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    without_tokens(&text).chars().take(EXCERPT).collect()
}

fn without_tokens(text: &str) -> String {
    let is_of_token = |letter: char| letter.is_ascii_alphanumeric() || "-_.~+=".contains(letter);
    let mut kept = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.find(|letter| !is_of_token(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        let is_token = length >= TOKEN || (length >= 16 && word.contains(JWT));
        kept.push_str(if is_token { "[secret]" } else { word });
        let between = after.find(is_of_token).unwrap_or(after.len());
        kept.push_str(&after[..between]);
        rest = &after[between..];
    }
    kept
}

/// What a service that gives tokens says with a refusal: behind a colon, or nothing. Of JSON only what is meant to be
/// read, because it may hold a token all the same.
pub(super) fn said(body: &[u8], secrets: &[&str]) -> String {
    let text = String::from_utf8_lossy(body);
    let said = match serde_json::from_slice::<Value>(body) {
        Ok(json) => {
            let mut hidden = Vec::new();
            secret_values(&json, &mut hidden);
            let hidden: Vec<&str> = secrets.iter().copied().chain(hidden).collect();
            let keys = ["error_description", "message", "error"];
            let own = keys.iter().find_map(|key| json.get(key)?.as_str());
            let said = own.or_else(|| json.get("error")?.get("message")?.as_str());
            said.map(|said| excerpt(said, &hidden)).unwrap_or_default()
        }
        // A part of some JSON, which could hold a part of a token.
        Err(_) if text.trim_start().starts_with(['{', '[', '"']) || text.contains("\":") => String::new(),
        Err(_) => excerpt(&text, secrets),
    };
    if said.is_empty() { said } else { format!(": {said}") }
}

/// The values of keys that are named like secrets.
fn secret_values<'a>(json: &'a Value, found: &mut Vec<&'a str>) {
    match json {
        Value::Object(members) => {
            for (key, value) in members {
                let key = key.to_ascii_lowercase();
                let is_secret = ["token", "secret", "assertion", "password", "value"];
                match value.as_str() {
                    Some(text) if is_secret.iter().any(|part| key.contains(part)) => found.push(text),
                    _ => secret_values(value, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| secret_values(element, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_never_shows_a_token() {
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
        let long = "a1".repeat(40);
        for (body, expected) in [
            (format!(r#"{{"access_token":"{jwt}","expires_on":"1"}}"#), ""),
            (r#"{"access_token":"short","message":"have short"}"#.to_owned(), ": have [secret]"),
            (format!(r#"{{"error":{{"message":"no {jwt} here"}}}}"#), ": no [secret] here"),
            (format!(r#"{{"access_token":"{jwt}"#), ""),
            (r#"no JSON {"access_token":"short"}"#.to_owned(), ""),
            (format!("denied, e{jwt}"), ": denied, [secret]"),
            (format!("access_token={long}&x=1"), ": [secret]&x=1"),
            (format!("denied for\t{jwt}\u{1b}[2J"), ": denied for [secret]\u{fffd}[2J"),
            (
                r#"{"error":"invalid_request","error_description":"Identity not found"}"#.to_owned(),
                ": Identity not found",
            ),
            ("no permission".to_owned(), ": no permission"),
            (String::new(), ""),
        ] {
            let said = said(body.as_bytes(), &["sesame"]);
            assert_eq!(said, expected, "{body}");
        }
    }
}
