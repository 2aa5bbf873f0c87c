//! What is kept of an answer that is an error: status, Azure's words and ids, and the start of the body.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use foreign_text::Secrets;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// How many characters of a body are kept.
const EXCERPT: usize = 500;

/// How many characters of Azure's message are kept.
const MESSAGE: usize = 2000;

/// How many characters of a code or an id are kept.
const WORD: usize = 128;

/// An answer of Azure, as far as it is worth keeping.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Azure's code, such as `ResourceNotFound`.
    pub code: Option<String>,
    /// Azure's message, at most 2,000 characters, without values of custom headers.
    pub message: Option<String>,
    /// The id of the request, for Azure's support.
    pub request_id: Option<String>,
    /// The id that Azure's activity log shows.
    pub correlation_id: Option<String>,
    /// The start of the body, at most 500 characters. The JSON of a success is not quoted: it may hold secrets.
    pub excerpt: String,
    /// How long Azure asks to wait, if it says.
    pub retry_after: Option<Duration>,
    /// Whether it says that what was asked for is not there: a 404 with a code that Azure has been seen to use for an
    /// absent profile, endpoint or resource group.
    ///
    /// Any other 404 proves nothing. A proxy, or another program at the address, knows nothing of profiles; and where
    /// the subscription is not found, the login may be a wrong one.
    pub proves_absence: bool,
}

impl Answer {
    /// Keeps what is worth it of an answer, without the secrets that the request carried. `absent` is a code beside those
    /// of Resource Manager with which a 404 says that the thing is not there.
    pub(crate) fn new(
        response: &http::Response<Bytes>,
        retry_after: Option<Duration>,
        secrets: &Secrets<'_>,
        absent: Option<&str>,
    ) -> Self {
        let text = String::from_utf8_lossy(response.body());
        let (code, message) = words(&text);
        let word = |text: String| secrets.shown(&text, WORD);
        let is_json = text.trim_start().starts_with(['{', '[']);
        let excerpt = if response.status().is_success() && is_json {
            format!("({} bytes of JSON)", text.len())
        } else {
            secrets.shown(&text, EXCERPT)
        };
        let is = |known: &&str| code.as_deref().is_some_and(|code| known.eq_ignore_ascii_case(code));
        let is_absent = ABSENT.iter().chain(&absent).any(is);
        Self {
            status: response.status(),
            retry_after,
            proves_absence: response.status() == StatusCode::NOT_FOUND && is_absent,
            code: code.map(word),
            message: message.map(|message| secrets.shown(&message, MESSAGE)),
            request_id: header(response.headers(), "x-ms-request-id").map(word),
            correlation_id: header(response.headers(), "x-ms-correlation-request-id").map(word),
            excerpt,
        }
    }
}

/// The codes of a 404 with which Resource Manager says that a thing, or what it is in, is not there.
const ABSENT: [&str; 3] = ["ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"];

impl Answer {
    /// The namespace that the subscription is not registered for, when that is why a request for this path was refused.
    pub(super) fn unregistered_namespace<'a>(&'a self, path: &'a str) -> Option<&'a str> {
        let code = self.code.as_deref()?;
        let codes =
            ["MissingSubscriptionRegistration", "SubscriptionNotRegistered", "NoRegisteredProviderFound"];
        codes.iter().find(|known| known.eq_ignore_ascii_case(code))?;
        // The message quotes the namespace; where it does not, the path has it.
        let quoted = self.message.as_deref().unwrap_or_default().split(['\'', '"']);
        let in_path = path.split('/').skip_while(|part| !part.eq_ignore_ascii_case("providers")).skip(1);
        quoted.map(str::trim).chain(in_path).find(|word| is_namespace(word))
    }
}

/// Whether a word is two names with a dot between them.
fn is_namespace(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_name =
        |part: &&str| part.starts_with(char::is_alphabetic) && part.chars().all(char::is_alphanumeric);
    parts.len() == 2 && parts.iter().all(is_name)
}

/// Azure's code and message, from every shape of error that is known: wrapped in `error` (the gateway, and
/// newer answers of Traffic Manager), bare (older ones), or none at all (an empty body, HTML of a proxy).
fn words(body: &str) -> (Option<String>, Option<String>) {
    let Ok(body) = serde_json::from_str::<Value>(body) else { return (None, None) };
    let error = body.get("error").filter(|error| error.is_object()).unwrap_or(&body);
    let text = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
    };
    // Seen empty so far, and documented to say more.
    let details = || {
        let details = error.get("details")?.as_array()?;
        let messages: Vec<String> = details.iter().filter_map(|detail| text(detail, "message")).collect();
        (!messages.is_empty()).then(|| messages.join(" "))
    };
    (text(error, "code"), text(error, "message").or_else(details))
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status.as_u16())?;
        if let Some(code) = &self.code {
            write!(f, ", {code}")?;
        }
        if let Some(message) = &self.message {
            write!(f, ", {}", message.split_whitespace().collect::<Vec<_>>().join(" "))?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request id {id})")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use foreign_text::Sensitive;

    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        let response = http::Response::builder()
            .status(status)
            .header("x-ms-request-id", "r-1")
            .header("x-ms-correlation-request-id", "c-1")
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        Answer::new(
            &response,
            None,
            &Secrets::new(vec!["sesame"], None, Sensitive::default()),
            Some("NotFound"),
        )
    }

    #[test]
    fn every_shape_of_error_gives_its_code_and_message() {
        for (body, code, message) in [
            (r#"{"error":{"code":"A","message":"b \/ c"}}"#, Some("A"), Some("b / c")),
            (r#"{"code":"A","message":"b"}"#, Some("A"), Some("b")),
            (r#"{"error":{"code":"BadRequest","message":"x. \ny."}}"#, Some("BadRequest"), Some("x. \ny.")),
            (
                r#"{"error":{"code":"A","message":"","details":[{"message":"b"},{"message":"c"}]}}"#,
                Some("A"),
                Some("b c"),
            ),
            (r#"{"error":"word","code":"A"}"#, Some("A"), None),
            (r#"{"error":{"code":null}}"#, None, None),
            ("", None, None),
            ("<html>Bad Gateway</html>", None, None),
            ("[1]", None, None),
            ("\u{feff}{}", None, None),
        ] {
            let found = answer(400, body);
            assert_eq!((found.code.as_deref(), found.message.as_deref()), (code, message), "{body}");
        }
    }

    #[test]
    fn a_namespace_that_is_not_registered_is_named() {
        let missing = "The subscription is not registered to use namespace 'Microsoft.Network'. See \
                       https://aka.ms/rps-not-found for how to register subscriptions.";
        for (code, message, expected) in [
            ("MissingSubscriptionRegistration", missing, Some("Microsoft.Network")),
            ("SubscriptionNotRegistered", "Not registered.", Some("Microsoft.Other")),
            (
                "NoRegisteredProviderFound",
                "None for location 'global' and API version '2.0'.",
                Some("Microsoft.Other"),
            ),
            ("Conflict", missing, None),
        ] {
            let body = serde_json::json!({ "error": { "code": code, "message": message } });
            let found = answer(409, &body.to_string());
            let path = "/subscriptions/s/providers/Microsoft.Other/x";
            assert_eq!(found.unregistered_namespace(path), expected, "{code}");
        }
    }

    #[test]
    fn an_answer_reads_as_one_line_with_its_id() {
        let text = answer(404, r#"{"code":"NotFound","message":"The endpoint\n is gone."}"#).to_string();
        assert_eq!(text, "status 404, NotFound, The endpoint is gone. (request id r-1)");
        assert_eq!(answer(504, "").to_string(), "status 504 (request id r-1)");
        assert_eq!(answer(504, "").correlation_id.as_deref(), Some("c-1"));
    }

    #[test]
    fn the_excerpt_is_short_and_never_holds_the_token() {
        let long = answer(500, &"é".repeat(2000));
        assert_eq!(long.excerpt.chars().count(), 500);
        let echo = answer(401, r#"{"code":"InvalidToken","message":"the token sesame is old"}"#);
        assert!(!format!("{echo:?}{echo}").contains("sesame"), "{echo:?}");
        assert_eq!(echo.message.as_deref(), Some("the token [token] is old"));
    }

    #[test]
    fn only_the_codes_of_an_absent_thing_prove_that_it_is_absent() {
        for (status, code, is_absent) in [
            (404, "ResourceNotFound", true),
            (404, "ResourceGroupNotFound", true),
            (404, "ParentResourceNotFound", true),
            (404, "resourcenotfound", true),
            (404, "NotFound", true),
            (404, "SubscriptionNotFound", false),
            (404, "InvalidResourceType", false),
            (404, "NOPE", false),
            (404, "", false),
            (410, "ResourceNotFound", false),
            (400, "ResourceNotFound", false),
        ] {
            let body = serde_json::json!({ "error": { "code": code, "message": "x" } });
            assert_eq!(answer(status, &body.to_string()).proves_absence, is_absent, "{status} {code}");
        }
        assert!(!answer(404, "").proves_absence);
    }

    #[test]
    fn what_is_kept_of_an_answer_is_bounded() {
        let long = "x".repeat(5_000_000);
        let found = answer(400, &serde_json::json!({ "code": long, "message": long }).to_string());
        assert!(found.to_string().len() < 3000, "{}", found.to_string().len());
        assert_eq!(found.excerpt.len(), 500);
        assert_eq!(answer(200, r#"{"customHeaders":[{"value":"x"}]}"#).excerpt, "(33 bytes of JSON)");
        assert_eq!(answer(200, "<html>").excerpt, "<html>");
    }

    /// The recordings lie beside the repository; without them there is nothing to check.
    #[test]
    fn every_recorded_error_gives_its_code_and_message() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/recordings");
        let Ok(files) = std::fs::read_dir(folder) else {
            println!("skipped: no recordings beside the repository");
            return;
        };
        let (mut decoded, mut all) = (0, 0);
        for file in files.flatten() {
            let recording: Value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
            for exchange in recording["exchanges"].as_array().unwrap() {
                let status = exchange["status"].as_u64().and_then(|status| u16::try_from(status).ok());
                let Some(status) = status.filter(|status| *status >= 400) else { continue };
                if !exchange["response_body"].is_object() {
                    continue;
                }
                all += 1;
                let found = answer(status, &exchange["response_body"].to_string());
                decoded += usize::from(found.code.is_some() && found.message.is_some());
            }
        }
        println!("decoded {decoded} of {all} errors");
        assert!(all > 0 && decoded == all);
    }
}
