//! Creating, replacing and patching.

use serde_json::Value;

use super::Call;
use super::body::{go_name, json_error};
use crate::answer;
use crate::media::{self, Form};
use crate::patch::{self, JsonPatch, JsonPatchError};
use crate::registry::{Change, Written};
use crate::request::Response;
use crate::status::Status;
use crate::strategy::Strategy;
use crate::writing::{UnknownFields, Writing};
use crate::yaml;

const MERGE: &str = "application/merge-patch+json";
const JSON: &str = "application/json-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

impl Call<'_> {
    pub(super) fn create(&self) -> Result<Response, Status> {
        let form = self.form()?;
        let object = self.object()?;
        let writing = self.query.writing("CreateOptions", &self.request.user_agent, false)?;
        let written = self.registry.create(self.view, self.place().namespace, object, &writing)?;
        Ok(self.written(form, written))
    }

    pub(super) fn replace(&self) -> Result<Response, Status> {
        let form = self.form()?;
        let writing = self.query.writing("UpdateOptions", &self.request.user_agent, false)?;
        let replacement = Change::replacement(self.place(), self.object()?, &writing)?;
        let written = self.registry.update(self.place(), &writing, replacement)?;
        Ok(self.written(form, written))
    }

    pub(super) fn patch(&self) -> Result<Response, Status> {
        let content_type = media::essence(&self.request.content_type);
        let is_custom = self.view.kind.strategy == Strategy::Custom;
        let accepted: &[&str] =
            if is_custom { &[JSON, MERGE, APPLY] } else { &[JSON, MERGE, STRATEGIC, APPLY] };
        if !accepted.contains(&content_type) {
            return Err(media::unsupported(accepted));
        }
        let form = self.form()?;
        let is_apply = content_type == APPLY;
        let writing = self.query.writing("PatchOptions", &self.request.user_agent, is_apply)?;
        let written = if is_apply {
            let config = yaml::parsed(&self.request.body)
                .map_err(|error| Status::bad_request(format!("error decoding YAML: {error}")))?;
            if !config.is_object() {
                let message = format!(
                    "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} into Go \
                     value of type map[string]interface {{}}",
                    go_name(&config)
                );
                return Err(Status::bad_request(message));
            }
            self.registry.update(self.place(), &writing, Change::Apply(config))?
        } else {
            self.patched(content_type, &writing)?
        };
        Ok(self.written(form, written))
    }

    fn patched(&self, content_type: &str, writing: &Writing) -> Result<Written, Status> {
        let body = &self.request.body;
        let patch: Value = serde_json::from_slice(body).map_err(|error| {
            Status::bad_request(format!("error decoding patch: {}", json_error(&error, body)))
        })?;
        if content_type == JSON {
            let patch = JsonPatch::parse(&patch).map_err(|error| refused(error, &patch))?;
            let change =
                |present: &Value| patch.applied(present).map_err(|error| refused(error, &Value::Null));
            let change = Change::Patch(&change);
            let mut written = self.registry.update(self.place(), writing, change)?;
            if writing.unknown_fields == UnknownFields::Warn {
                written.warnings.extend(patch.unknown_fields());
            }
            return Ok(written);
        }
        if patch.is_null() {
            return Err(Status::bad_request("Invalid JSON Patch"));
        }
        if !patch.is_object() {
            let message = format!(
                "error decoding patch: json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
                go_name(&patch)
            );
            return Err(Status::bad_request(message));
        }
        let whole = self.view.whole;
        let change = |present: &Value| {
            Ok(match content_type {
                STRATEGIC => patch::strategic(whole, present, &patch),
                _ => patch::merged(present, &patch),
            })
        };
        self.registry.update(self.place(), writing, Change::Patch(&change))
    }

    fn written(&self, form: Form, written: Written) -> Response {
        let status = if written.is_new { 201 } else { 200 };
        let now = self.registry.clock.timestamp();
        Response::json(status, &answer::object(self.view, form, written.object, &now))
            .with_warnings(&written.warnings)
    }
}

/// The failure of a JSON patch. A patch that does not fit is refused without a word about what of it.
fn refused(error: JsonPatchError, patch: &Value) -> Status {
    match error {
        JsonPatchError::Shape => Status::bad_request(format!(
            "error decoding patch: json: cannot unmarshal {} into Go value of type []handlers.jsonPatchOp",
            go_name(patch)
        )),
        JsonPatchError::TooMany(_) => {
            let message = format!("Request entity too large: {}", error.message());
            Status::new(413, "RequestEntityTooLarge", message)
        }
        JsonPatchError::DoesNotApply => Status::new(422, "Invalid", error.message()).with_empty_details(),
    }
}
