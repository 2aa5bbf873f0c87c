//! `Status`: how an API server says that something failed, and that something was deleted.
//!
//! Texts and reasons are those of Kubernetes, because clients show the ones and decide by the others.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::names::GroupResource;

/// A failure as an API server answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    code: u16,
    reason: &'static str,
    message: String,
    // Boxed, as every answer that can fail carries the place for it.
    details: Option<Box<Details>>,
    /// What was said before it failed.
    warnings: Vec<String>,
}

/// What a failure is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Details {
    group: String,
    /// The plural name of the resource, or its kind where an object is invalid.
    kind: String,
    name: String,
    uid: String,
    causes: Vec<Cause>,
    retry_after_seconds: Option<u64>,
}

/// One problem among those of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What kind of problem, such as `FieldValueInvalid`.
    pub reason: &'static str,
    /// What is wrong.
    pub message: String,
    /// The path of the field, empty where it is none in particular.
    pub field: String,
}

impl std::error::Error for Status {}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Status {
    /// A failure without details.
    pub fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: None, warnings: Vec::new() }
    }

    /// 401: whoever asks is not known.
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// 403: whoever asks may not do this. The explanation follows the name of the object.
    pub fn forbidden(resource: &GroupResource, name: &str, explanation: &str) -> Self {
        let message = match name {
            "" => format!("{resource} is forbidden: {explanation}"),
            name => format!("{resource} {name:?} is forbidden: {explanation}"),
        };
        Self::new(403, "Forbidden", message).about(resource, name)
    }

    /// 404: there is no such object.
    pub fn not_found(resource: &GroupResource, name: &str) -> Self {
        Self::new(404, "NotFound", format!("{resource} {name:?} not found")).about(resource, name)
    }

    /// 404: there is no such address.
    pub fn no_such_address() -> Self {
        Self::new(404, "NotFound", "the server could not find the requested resource").with_empty_details()
    }

    /// 409: there is such an object already.
    pub fn already_exists(resource: &GroupResource, name: &str) -> Self {
        Self::new(409, "AlreadyExists", format!("{resource} {name:?} already exists")).about(resource, name)
    }

    /// 409: what was asked for contradicts what is there.
    pub fn conflict(resource: &GroupResource, name: &str, explanation: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {resource} {name:?}: {explanation}");
        Self::new(409, "Conflict", message).about(resource, name)
    }

    /// 409: fields that are applied belong to others.
    pub fn apply_conflict(message: String, causes: Vec<Cause>) -> Self {
        let mut status = Self::new(409, "Conflict", message);
        status.details = Some(Box::new(Details { causes, ..Details::default() }));
        status
    }

    /// 422: an object breaks rules, one cause for each.
    pub fn invalid(group: &str, kind: &str, name: &str, causes: Vec<Cause>) -> Self {
        let kind = GroupResource::new(group, kind);
        let mut texts: Vec<String> = Vec::new();
        for text in causes.iter().map(Cause::text) {
            // A problem that is found twice is said once, though it is two causes.
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let problems = match texts.as_slice() {
            [] => "<nil>".to_owned(),
            [text] => text.clone(),
            texts => format!("[{}]", texts.join(", ")),
        };
        let mut status =
            Self::new(422, "Invalid", format!("{kind} {name:?} is invalid: {problems}")).about(&kind, name);
        if let Some(details) = &mut status.details {
            details.causes = causes;
        }
        status
    }

    /// 400: the request cannot be understood.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// 405: this cannot be done with this resource.
    pub fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        Self::new(405, "MethodNotAllowed", message).with_empty_details()
    }

    /// 410: a version is asked for that is no longer remembered.
    pub fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    /// The same failure, about an object.
    #[must_use]
    pub(crate) fn about(mut self, resource: &GroupResource, name: &str) -> Self {
        let details = self.details.get_or_insert_default();
        details.group.clone_from(&resource.group);
        details.kind.clone_from(&resource.resource);
        name.clone_into(&mut details.name);
        self
    }

    /// The same failure, with one more cause.
    #[must_use]
    pub(crate) fn with_cause(mut self, cause: Cause) -> Self {
        self.details.get_or_insert_default().causes.push(cause);
        self
    }

    /// The same failure, with something said before.
    #[must_use]
    pub(crate) fn with_prefix(mut self, prefix: &str) -> Self {
        self.message.insert_str(0, prefix);
        self
    }

    /// The same failure, with details that say nothing.
    #[must_use]
    pub(crate) fn with_empty_details(mut self) -> Self {
        self.details.get_or_insert_default();
        self
    }

    /// The same failure, with the time after which to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.details.get_or_insert_default().retry_after_seconds = Some(seconds);
        self
    }

    /// The same failure, with what was said before.
    #[must_use]
    pub(crate) fn with_warnings(mut self, warnings: &[String]) -> Self {
        self.warnings.extend_from_slice(warnings);
        self
    }

    /// What was said before it failed.
    pub(crate) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The HTTP status.
    pub fn code(&self) -> u16 {
        self.code
    }

    /// The machine-readable reason, such as `NotFound`.
    pub fn reason(&self) -> &'static str {
        self.reason
    }

    /// What is said to people.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The seconds after which to try again, where that is said.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.details.as_ref()?.retry_after_seconds
    }

    /// The `Status` object.
    pub fn document(&self) -> Value {
        let mut document = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": self.message,
        });
        if !self.reason.is_empty() {
            document["reason"] = json!(self.reason);
        }
        if let Some(details) = &self.details {
            document["details"] = details.document();
        }
        document["code"] = json!(self.code);
        document
    }
}

/// The `Status` object that answers a deletion.
pub(crate) fn deleted(resource: &GroupResource, name: &str, uid: &str) -> Value {
    let details = Details {
        group: resource.group.clone(),
        kind: resource.resource.clone(),
        name: name.to_owned(),
        uid: uid.to_owned(),
        ..Details::default()
    };
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details.document(),
    })
}

impl Details {
    fn document(&self) -> Value {
        let mut document = Map::new();
        let pairs = [("name", &self.name), ("group", &self.group), ("kind", &self.kind), ("uid", &self.uid)];
        for (key, value) in pairs {
            if !value.is_empty() {
                document.insert(key.to_owned(), json!(value));
            }
        }
        if !self.causes.is_empty() {
            let causes = self.causes.iter().map(Cause::document).collect();
            document.insert("causes".to_owned(), Value::Array(causes));
        }
        if let Some(seconds) = self.retry_after_seconds {
            document.insert("retryAfterSeconds".to_owned(), json!(seconds));
        }
        Value::Object(document)
    }
}

impl Cause {
    /// A problem with a field.
    pub fn new(reason: &'static str, message: impl Into<String>, field: impl Into<String>) -> Self {
        Self { reason, message: message.into(), field: field.into() }
    }

    /// The problem with its field, as the message of the whole failure has it.
    pub(crate) fn text(&self) -> String {
        format!("{}: {}", self.field, self.message)
    }

    fn document(&self) -> Value {
        let mut document = Map::new();
        for (key, value) in [("reason", self.reason), ("message", &self.message), ("field", &self.field)] {
            if !value.is_empty() {
                document.insert(key.to_owned(), json!(value));
            }
        }
        Value::Object(document)
    }
}
