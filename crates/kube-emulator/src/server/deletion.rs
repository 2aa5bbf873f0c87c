//! Deleting one object, or all that are selected.

use serde_json::Value;

use super::Call;
use super::body::{go_name, json_error};
use crate::answer::{self, ListMetadata};
use crate::media;
use crate::object;
use crate::problem;
use crate::protobuf;
use crate::registry::{Deletion, DeletionOptions};
use crate::request::Response;
use crate::status::{self, Status};
use crate::yaml;

/// The ways to treat what depends on an object. Nothing depends on anything here, so that they all come to the same.
const POLICIES: [&str; 3] = ["Foreground", "Background", "Orphan"];

impl Call<'_> {
    pub(super) fn delete(&self) -> Result<Response, Status> {
        let form = self.form()?;
        let options = self.deletion_options()?;
        let place = self.place();
        let now = self.registry.clock.timestamp();
        let kind = self.view.kind;
        Ok(match self.registry.delete(self.view, place.namespace, place.name, &options)? {
            Deletion::Gone(gone) if !kind.strategy.answers_deleted_object() => {
                let uid = object::meta(&gone, "uid");
                Response::json(200, &status::deleted(&kind.resource(), place.name, uid))
            }
            Deletion::Gone(object) | Deletion::Waiting(object) => {
                Response::json(200, &answer::object(self.view, form, object, &now))
            }
        })
    }

    pub(super) fn delete_collection(&self) -> Result<Response, Status> {
        let form = self.form()?;
        let options = self.deletion_options()?;
        let items = self.selected()?;
        let metadata = ListMetadata { revision: self.registry.store().revision(), ..ListMetadata::default() };
        for item in &items {
            let (namespace, name) = (object::meta(item, "namespace"), object::meta(item, "name"));
            match self.registry.delete(self.view, namespace, name, &options) {
                Ok(_) => {}
                // Somebody else was faster.
                Err(status) if status.code() == 404 => {}
                Err(status) => return Err(status),
            }
        }
        let now = self.registry.clock.timestamp();
        Ok(Response::json(200, &answer::list(self.view, form, items, &metadata, &now)))
    }

    fn deletion_options(&self) -> Result<DeletionOptions, Status> {
        let given = self.given_options()?;
        self.query.number("gracePeriodSeconds")?;
        let mut causes = Vec::new();
        let mut options =
            DeletionOptions { is_dry_run: self.query.dry_run(&mut causes), ..DeletionOptions::default() };
        let policy = match given["propagationPolicy"].as_str() {
            Some(policy) => policy,
            None => self.query.text("propagationPolicy"),
        };
        if !policy.is_empty() && !POLICIES.contains(&policy) {
            let supported = [POLICIES.as_slice(), &["nil"]].concat().into_iter().map(str::to_owned);
            let supported: Vec<String> = supported.collect();
            causes.push(problem::not_supported("propagationPolicy", &policy.into(), &supported));
        }
        if !policy.is_empty() && !given["orphanDependents"].is_null() {
            let detail = "orphanDependents and deletionPropagation cannot be both set";
            causes.push(problem::invalid("propagationPolicy", &policy.into(), detail));
        }
        if let Some(given) = given["dryRun"].as_array().filter(|given| !given.is_empty()) {
            if given.iter().any(|value| value != "All") {
                let supported = ["All".to_owned()];
                causes.push(problem::not_supported("dryRun", &Value::Array(given.clone()), &supported));
            }
            options.is_dry_run = true;
        }
        if !causes.is_empty() {
            return Err(Status::invalid("meta.k8s.io", "DeleteOptions", "", causes));
        }
        let precondition = |key: &str| given["preconditions"][key].as_str().map(str::to_owned);
        options.uid = precondition("uid");
        options.resource_version = precondition("resourceVersion");
        Ok(options)
    }

    /// The options in the body, if there is one.
    fn given_options(&self) -> Result<Value, Status> {
        let body = &self.request.body;
        if body.is_empty() {
            return Ok(Value::Null);
        }
        let given = match media::essence(&self.request.content_type) {
            "" | "application/json" => {
                let refuse = |error: serde_json::Error| {
                    let error = json_error(&error, body);
                    Status::bad_request(format!("couldn't get version/kind; json parse error: {error}"))
                };
                serde_json::from_slice(body).map_err(refuse)?
            }
            "application/yaml" => yaml::parsed(body).map_err(Status::bad_request)?,
            "application/vnd.kubernetes.protobuf" => {
                protobuf::object(body).map_err(|error| Status::bad_request(error.to_string()))?
            }
            _ => {
                let accepted =
                    ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
                return Err(media::unsupported(&accepted));
            }
        };
        let kind = object::text(&given, &["kind"]);
        if !kind.is_empty() && kind != "DeleteOptions" {
            let version = object::text(&given, &["apiVersion"]);
            let version = if version.is_empty() { "meta.k8s.io/v1" } else { version };
            let message = format!(
                "no kind {kind:?} is registered for version {version:?} in scheme \"pkg/runtime/scheme.go:111\""
            );
            return Err(Status::bad_request(message));
        }
        let period = &given["gracePeriodSeconds"];
        if !period.is_null() && !period.is_i64() {
            let message = format!(
                "json: cannot unmarshal {} into Go struct field DeleteOptions.gracePeriodSeconds of type int64",
                go_name(period)
            );
            return Err(Status::bad_request(message));
        }
        Ok(given)
    }
}
