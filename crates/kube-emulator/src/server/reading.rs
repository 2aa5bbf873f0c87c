//! Getting, listing and watching.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::Call;
use crate::answer::{self, ListMetadata};
use crate::object;
use crate::problem;
use crate::request::{Body, Response};
use crate::selector::Selector;
use crate::status::{Cause, Status};
use crate::text;
use crate::watch::{self, Start, WatchOptions};

impl Call<'_> {
    pub(super) fn get(&self) -> Result<Response, Status> {
        let form = self.form()?;
        let version = self.query.text("resourceVersion");
        if !version.is_empty() && version.parse::<u64>().is_err() {
            return Err(Status::new(500, "", unreadable(version)));
        }
        let place = self.place();
        let found = self.registry.get(self.view, place.namespace, place.name)?;
        let now = self.registry.clock.timestamp();
        Ok(Response::json(200, &answer::object(self.view, form, found, &now)))
    }

    pub(super) fn list(&self) -> Result<Response, Status> {
        let form = self.form()?;
        let selector = self.selector()?;
        self.check_match()?;
        // At any revision a real server answers from memory, and all at once.
        let is_at_any =
            self.query.text("resourceVersion") == "0" && self.query.text("resourceVersionMatch").is_empty();
        let limit = self.query.number("limit")?.and_then(|limit| usize::try_from(limit).ok());
        let limit = limit.filter(|_| !is_at_any).unwrap_or(0);
        let (revision, mut items) = self.registry.list(self.view, self.namespace());
        let revision = self.check_revision(revision)?;
        let mut metadata = ListMetadata { revision, ..ListMetadata::default() };
        if let Some((at, start)) = Position::parse(self.query.text("continue"))? {
            metadata.revision = at;
            items.retain(|item| path(item) >= start);
        }
        let is_narrowed =
            !self.query.text("labelSelector").is_empty() || !self.query.text("fieldSelector").is_empty();
        items.retain(|item| selector.matches(item));
        if limit > 0 && items.len() > limit {
            // A real server does not count what a selector leaves out.
            metadata.remaining = (!is_narrowed).then_some(items.len() - limit);
            items.truncate(limit);
            metadata.next = items.last().map(|last| Position::after(metadata.revision, &path(last)));
        }
        let now = self.registry.clock.timestamp();
        Ok(Response::json(200, &answer::list(self.view, form, items, &metadata, &now)))
    }

    /// The objects that a request is about, where it is about several.
    pub(super) fn selected(&self) -> Result<Vec<Value>, Status> {
        let selector = self.selector()?;
        let (_, mut items) = self.registry.list(self.view, self.namespace());
        items.retain(|item| selector.matches(item));
        Ok(items)
    }

    pub(super) fn watch(&self) -> Result<Response, Status> {
        let form = self.form()?;
        let seconds = self.query.number("timeoutSeconds")?.and_then(|seconds| u64::try_from(seconds).ok());
        let options = WatchOptions {
            namespace: self.namespace().map(str::to_owned),
            selector: self.selector()?,
            form,
            start: self.start()?,
            wants_bookmarks: self.query.flag("allowWatchBookmarks"),
            duration: seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs),
        };
        let lines = watch::watched(self.registry, self.view, options);
        let body = Body::Stream(Box::pin(lines));
        Ok(Response { status: 200, content_type: "application/json", headers: Vec::new(), body })
    }

    fn start(&self) -> Result<Start, Status> {
        let query = &self.query;
        let match_rule = query.text("resourceVersionMatch");
        let sends_initial = query.text("sendInitialEvents");
        let mut causes: Vec<Cause> = Vec::new();
        let field = "resourceVersionMatch";
        match (sends_initial, match_rule) {
            ("", "") | (_, "NotOlderThan") if sends_initial.is_empty() == match_rule.is_empty() => {}
            ("", _) => causes.push(problem::forbidden(
                field,
                "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
            )),
            _ => causes.push(problem::forbidden(
                field,
                "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
            )),
        }
        if !causes.is_empty() {
            return Err(Status::invalid("meta.k8s.io", "ListOptions", "", causes));
        }
        let marks_end = !sends_initial.is_empty() && query.flag("sendInitialEvents");
        if marks_end {
            return Ok(Start::WithObjects { marks_end: query.flag("allowWatchBookmarks") });
        }
        Ok(match query.text("resourceVersion") {
            "" | "0" if !sends_initial.is_empty() => Start::Now,
            "" | "0" => Start::WithObjects { marks_end: false },
            given => Start::After(given.parse().map_err(|_| Status::new(500, "", unreadable(given)))?),
        })
    }

    fn selector(&self) -> Result<Selector, Status> {
        let query = &self.query;
        Selector::parse(self.view.kind.strategy, query.text("labelSelector"), query.text("fieldSelector"))
    }

    fn namespace(&self) -> Option<&str> {
        let namespace = self.attributes.namespace.as_str();
        (self.view.kind.is_namespaced() && !namespace.is_empty()).then_some(namespace)
    }

    /// The rule for the revision of a list is one of three, and is about a revision.
    fn check_match(&self) -> Result<(), Status> {
        const FIELD: &str = "resourceVersionMatch";
        let cause = match (self.query.text(FIELD), self.query.text("resourceVersion")) {
            ("Exact" | "NotOlderThan", "") => problem::forbidden(
                FIELD,
                "resourceVersionMatch is forbidden unless resourceVersion is provided",
            ),
            ("" | "Exact" | "NotOlderThan", _) => return Ok(()),
            (other, _) => {
                let supported = ["Exact", "NotOlderThan", ""].map(str::to_owned);
                problem::not_supported(FIELD, &other.into(), &supported)
            }
        };
        Err(Status::invalid("meta.k8s.io", "ListOptions", "", vec![cause]))
    }

    /// The revision that a list is of. Nothing is known of the future, and of the past only that nothing has changed since.
    fn check_revision(&self, current: u64) -> Result<u64, Status> {
        let given = self.query.text("resourceVersion");
        if given.is_empty() {
            return Ok(current);
        }
        let asked = revision(given)?;
        if asked > current {
            let message = format!("Timeout: Too large resource version: {asked}, current: {current}");
            let cause = Cause::new("ResourceVersionTooLarge", "Too large resource version", "");
            return Err(Status::new(504, "Timeout", message).with_cause(cause).retry_after(1));
        }
        if self.query.text("resourceVersionMatch") != "Exact" {
            return Ok(current);
        }
        let changes = self.registry.store().changes_after(asked, usize::MAX);
        let is_same = changes.is_ok_and(|changes| changes.iter().all(|it| it.key.kind != self.view.kind.id));
        if is_same {
            return Ok(asked);
        }
        Err(Status::expired("The resourceVersion for the provided list is too old."))
    }
}

/// A revision in a query.
fn revision(given: &str) -> Result<u64, Status> {
    let refuse = |_| Status::bad_request(format!("invalid resource version: {}", unreadable(given)));
    given.parse().map_err(refuse)
}

fn unreadable(given: &str) -> String {
    let quoted = text::quoted(given);
    format!("resourceVersion: Invalid value: {quoted}: strconv.ParseUint: parsing {quoted}: invalid syntax")
}

/// What a list is put in order by.
fn path(object: &Value) -> String {
    format!("{}/{}", object::meta(object, "namespace"), object::meta(object, "name"))
}

/// Where a list goes on.
struct Position;

impl Position {
    fn after(revision: u64, path: &str) -> String {
        let token = json!({ "v": "meta.k8s.io/v1", "rv": revision, "start": format!("{path}\u{0}") });
        URL_SAFE_NO_PAD.encode(token.to_string())
    }

    /// The revision of the first part of the list, and the first path of the next one.
    fn parse(token: &str) -> Result<Option<(u64, String)>, Status> {
        if token.is_empty() {
            return Ok(None);
        }
        let refuse = || {
            Status::bad_request(
                "invalid continue token: continue key is not valid: it is none that this server gave",
            )
        };
        let token = URL_SAFE_NO_PAD.decode(token).map_err(|_| refuse())?;
        let token: Value = serde_json::from_slice(&token).map_err(|_| refuse())?;
        let revision = token["rv"].as_u64().ok_or_else(refuse)?;
        let start = token["start"].as_str().ok_or_else(refuse)?;
        Ok(Some((revision, start.to_owned())))
    }
}
