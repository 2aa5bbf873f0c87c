//! Azure as the controllers see it: requests with the identity of the fleet, and failures in the words of the SDK
//! that the controllers are built with.

use std::fmt;
use std::fmt::Write as _;
use std::pin::Pin;

use bytes::Bytes;
use http::Method;
use serde_json::Value;

use crate::service::{Answer, Request};

/// The version of the API of Traffic Manager that Fleet speaks.
const VERSION: &str = "2022-04-01";

/// The line between the parts of a failure.
const SEPARATOR: &str = "--------------------------------------------------------------------------------";

/// A future in a box, as traits that are called through a pointer need it.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Azure, with the identity of one fleet.
pub(crate) trait Azure: Send + Sync {
    /// Sends a request. Without an answer there is a reason for that.
    fn send(&self, request: Request) -> Boxed<'_, Result<Answer, String>>;

    /// Keeps what was changed so far, in Azure and on the hub, if it is to survive.
    fn keep(&self) -> Boxed<'_, ()>;
}

/// A request that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    /// The status; `None` if there was no answer.
    pub(super) status: Option<u16>,
    text: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Refusal {
    /// Whether there is nothing of that name.
    pub(super) fn is_not_found(&self) -> bool {
        self.status == Some(404)
    }

    /// Success if there is nothing of that name, which is what a deletion wants.
    pub(super) fn or_gone(self) -> Result<Value, Self> {
        if self.is_not_found() { Ok(Value::Null) } else { Err(self) }
    }

    /// Whether the request is wrong, and not only too early.
    pub(super) fn is_client_error(&self) -> bool {
        self.status.is_some_and(|status| (400..500).contains(&status) && status != 429)
    }

    /// The text is that of the SDK of Azure for Go: address, status, code and body, on many lines.
    fn from_answer(request: &Request, answer: &Answer) -> Self {
        let status = answer.status.as_u16();
        let path = percent_encoding::percent_decode_str(&request.path).decode_utf8_lossy();
        let body: Option<Value> = serde_json::from_str(&answer.body).ok();
        let code = body.as_ref().and_then(|body| {
            let error = if body["error"].is_object() { &body["error"] } else { body };
            error["code"].as_str()
        });
        let mut text = format!("{} https://management.azure.com{path}\n{SEPARATOR}\n", request.method);
        let reason = answer.status.canonical_reason().unwrap_or_default();
        let _ = writeln!(text, "RESPONSE {status}: {status} {reason}");
        let _ = match code {
            Some(code) => writeln!(text, "ERROR CODE: {code}"),
            None => writeln!(text, "ERROR CODE UNAVAILABLE"),
        };
        text.push_str(SEPARATOR);
        text.push('\n');
        match body.map(|body| serde_json::to_string_pretty(&body)) {
            Some(Ok(pretty)) => text.push_str(&pretty),
            _ if answer.body.is_empty() => text.push_str("Response contained no body"),
            _ => text.push_str(&answer.body),
        }
        let _ = writeln!(text, "\n{SEPARATOR}");
        Self { status: Some(status), text }
    }
}

/// Sends a request, and reads the answer.
pub(super) async fn call(
    azure: &dyn Azure,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Result<Value, Refusal> {
    let request = Request {
        method,
        path: path.to_owned(),
        query: format!("api-version={VERSION}"),
        body: Bytes::from(body.map(Value::to_string).unwrap_or_default()),
    };
    match azure.send(request.clone()).await {
        Ok(answer) if answer.status.is_success() => {
            Ok(serde_json::from_str(&answer.body).unwrap_or_default())
        }
        Ok(answer) => Err(Refusal::from_answer(&request, &answer)),
        Err(why) => {
            let method = request.method.as_str();
            let verb = format!("{}{}", &method[..1], method[1..].to_lowercase());
            let text = format!("{verb} \"https://management.azure.com{path}?{}\": {why}", request.query);
            Err(Refusal { status: None, text })
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::service::Origin;

    #[test]
    fn a_failure_has_the_words_of_the_sdk() {
        let request = Request {
            method: Method::PUT,
            path: "/subscriptions/s/x%23y".to_owned(),
            query: "api-version=2022-04-01".to_owned(),
            body: Bytes::new(),
        };
        let answer = |body: &str| Answer {
            status: StatusCode::FORBIDDEN,
            body: body.to_owned(),
            origin: Origin::Gateway,
            headers: Vec::new(),
        };
        let refusal = Refusal::from_answer(
            &request,
            &answer(r#"{"error":{"code":"AuthorizationFailed","message":"no"}}"#),
        );
        let line = "-".repeat(80);
        assert_eq!(
            refusal.to_string(),
            format!(
                "PUT https://management.azure.com/subscriptions/s/x#y\n{line}\nRESPONSE 403: 403 Forbidden\nERROR CODE: \
                 AuthorizationFailed\n{line}\n{{\n  \"error\": {{\n    \"code\": \"AuthorizationFailed\",\n    \"message\": \
                 \"no\"\n  }}\n}}\n{line}\n"
            )
        );
        let bare = Refusal::from_answer(&request, &answer("")).to_string();
        assert!(
            bare.contains("ERROR CODE UNAVAILABLE") && bare.contains("Response contained no body"),
            "{bare}"
        );
        assert!(refusal.is_client_error() && !refusal.is_not_found());
    }
}
