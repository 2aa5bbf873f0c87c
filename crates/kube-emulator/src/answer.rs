//! Answers: documents in the form that was asked for.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::catalog::View;
use crate::media::Form;
use crate::metadata_only::partial;
use crate::request::{Body, Response};
use crate::status::Status;
use crate::strategy::Strategy;
use crate::table::{self, Columns};

impl Response {
    pub(crate) fn json(status: u16, document: &Value) -> Self {
        let body = Body::Full(Bytes::from(document.to_string()));
        Self { status, content_type: "application/json", headers: Vec::new(), body }
    }

    pub(crate) fn text(status: u16, text: &'static str) -> Self {
        let body = Body::Full(Bytes::from_static(text.as_bytes()));
        Self { status, content_type: "text/plain; charset=utf-8", headers: Vec::new(), body }
    }

    /// The same answer with a header for each warning.
    #[must_use]
    pub(crate) fn with_warnings(mut self, warnings: &[String]) -> Self {
        for warning in warnings {
            let text: String = warning.chars().filter(|character| !character.is_control()).collect();
            let text = text.replace('\\', "\\\\").replace('"', "\\\"");
            self.headers.push(("Warning", format!("299 - \"{text}\"")));
        }
        self
    }
}

impl From<&Status> for Response {
    fn from(status: &Status) -> Self {
        let mut response = Self::json(status.code(), &status.document()).with_warnings(status.warnings());
        if let Some(seconds) = status.retry_after_seconds() {
            response.headers.push(("Retry-After", seconds.to_string()));
        }
        response
    }
}

/// What a list says about itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct ListMetadata {
    pub(crate) revision: u64,
    /// Where the next part begins.
    pub(crate) next: Option<String>,
    pub(crate) remaining: Option<usize>,
}

impl ListMetadata {
    fn document(&self, always_says_next: bool) -> Value {
        let mut document = json!({ "resourceVersion": self.revision.to_string() });
        match &self.next {
            Some(next) => document["continue"] = json!(next),
            None if always_says_next => document["continue"] = json!(""),
            None => {}
        }
        if let Some(remaining) = self.remaining {
            document["remainingItemCount"] = json!(remaining);
        }
        document
    }
}

/// One object in a form.
pub(crate) fn object(view: View<'_>, form: Form, object: Value, now: &str) -> Value {
    match form {
        Form::Objects => object,
        Form::Metadata => partial(&object),
        Form::Table(included) => {
            let metadata = json!({ "resourceVersion": object["metadata"]["resourceVersion"] });
            table::table(view, &metadata, &[object], now, (Columns::Shown, included))
        }
    }
}

/// A list of objects in a form.
pub(crate) fn list(
    view: View<'_>,
    form: Form,
    items: Vec<Value>,
    metadata: &ListMetadata,
    now: &str,
) -> Value {
    let is_custom = view.kind.strategy == Strategy::Custom;
    match form {
        Form::Objects => {
            let items = items.into_iter().map(|item| if is_custom { item } else { untyped(item) });
            json!({
                "kind": view.kind.definition.list_kind, "apiVersion": view.api_version(),
                "metadata": metadata.document(is_custom), "items": items.collect::<Vec<Value>>(),
            })
        }
        Form::Metadata => json!({
            "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata.document(false), "items": items.iter().map(partial).collect::<Vec<Value>>(),
        }),
        Form::Table(included) => {
            table::table(view, &metadata.document(false), &items, now, (Columns::Shown, included))
        }
    }
}

/// Items of built-in lists do not say what they are, because the list does.
fn untyped(mut item: Value) -> Value {
    if let Some(members) = item.as_object_mut() {
        members.shift_remove("kind");
        members.shift_remove("apiVersion");
    }
    item
}
