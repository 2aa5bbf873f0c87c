//! The account of who owns which fields, on each way to write.

use serde_json::Value;

use super::Registry;
use super::update::{Place, Subresource};
use crate::catalog::View;
use crate::object;
use crate::ownership::{self, Entry, Identity};
use crate::status::Status;
use crate::strategy::Strategy;
use crate::writing::Writing;

/// What an address that writes the status cannot write.
const ALL_BUT_STATUS: &[&[&str]] = &[&["metadata"], &["spec"]];
/// What an address of an object with a status of its own cannot write.
const ONLY_STATUS: &[&[&str]] = &[&["status"]];
/// Under which name the fields are kept that were written before anybody applied.
const BEFORE_APPLY: &str = "before-first-apply";
/// The annotation in which `kubectl apply` keeps what it applied last.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Fields that an address cannot write.
pub(super) fn ignored(view: View<'_>, subresource: Subresource) -> &'static [&'static [&'static str]] {
    match subresource {
        Subresource::Status => ALL_BUT_STATUS,
        Subresource::Whole if view.kind.definition.has_status => ONLY_STATUS,
        Subresource::Whole => &[],
    }
}

/// Who writes through an address.
pub(super) fn identity(view: View<'_>, subresource: Subresource, manager: &str, is_apply: bool) -> Identity {
    let manager = if manager.is_empty() { "unknown" } else { manager };
    let subresource = if subresource == Subresource::Status { "status" } else { "" };
    Identity { manager: manager.to_owned(), is_apply, api_version: view.api_version(), subresource }
}

/// An object with nothing in it but what every object has.
pub(super) fn empty_object(view: View<'_>) -> Value {
    let mut object =
        serde_json::json!({ "apiVersion": view.api_version(), "kind": view.kind.definition.kind });
    if view.kind.strategy != Strategy::Custom {
        crate::defaulting::fill(&mut object, view.whole);
    }
    object
}

impl Registry {
    /// Puts the account of a write that is no apply into the new object.
    pub(super) fn account_for(
        &self,
        place: Place<'_>,
        writing: &Writing,
        old: Option<&Value>,
        new: &mut Value,
    ) {
        let Place { view, subresource, .. } = place;
        let given = object::remove_meta(new, "managedFields");
        let mut live = old.cloned().unwrap_or_else(|| empty_object(view));
        let kept = object::remove_meta(&mut live, "managedFields");
        let entries = if subresource == Subresource::Status {
            ownership::decoded(kept.as_ref())
        } else if is_reset(given.as_ref()) {
            Some(Vec::new())
        } else {
            // A client that does not know the account leaves it out, and cannot delete it by that.
            let given = ownership::decoded(given.as_ref()).filter(|entries| !entries.is_empty());
            given.or_else(|| ownership::decoded(kept.as_ref()))
        };
        let entries = entries.unwrap_or_default();
        if old.is_some() && entries.is_empty() {
            return;
        }
        let writer = identity(view, subresource, &writing.manager, false);
        let entries = served(view, entries);
        let now = self.clock.timestamp();
        let ignored = ignored(view, subresource);
        let entries = ownership::updated(view.whole, (&live, new), entries, (&writer, ignored), &now);
        if let Some(entries) = ownership::encoded(entries) {
            object::set_meta(new, "managedFields", entries);
        }
    }

    /// The object after an apply, with its account. There is no live object if the apply creates it.
    pub(super) fn applied(
        &self,
        place: Place<'_>,
        writing: &Writing,
        live: Option<&Value>,
        config: &Value,
    ) -> Result<Value, Status> {
        let Place { view, subresource, .. } = place;
        check_config(view, config)?;
        let mut live = live.cloned().unwrap_or_else(|| empty_object(view));
        let kept = object::remove_meta(&mut live, "managedFields");
        let mut entries = served(view, ownership::decoded(kept.as_ref()).unwrap_or_default());
        let ignored = ignored(view, subresource);
        let now = self.clock.timestamp();
        if entries.is_empty() {
            let before = identity(view, subresource, BEFORE_APPLY, false);
            let empty = empty_object(view);
            entries = ownership::updated(view.whole, (&empty, &live), entries, (&before, ignored), &now);
        }
        let writer = identity(view, subresource, &writing.manager, true);
        let last_applied = last_applied(view, &writing.manager, &live);
        let applying = ownership::Applying {
            schema: view.whole,
            writer,
            is_forced: writing.is_forced,
            ignored,
            last_applied: last_applied.as_ref(),
            now,
        };
        let (mut object, entries) = ownership::applied(&applying, &live, &entries, config)?;
        if last_applied.is_some() {
            remember_applied(&mut object, config);
        }
        if let Some(entries) = ownership::encoded(entries) {
            object::set_meta(&mut object, "managedFields", entries);
        }
        Ok(object)
    }
}

/// What `kubectl apply` left in an annotation before it applied on the server: those fields are its own, whatever the account
/// says.
fn last_applied(view: View<'_>, manager: &str, live: &Value) -> Option<Value> {
    let text = object::at(live, &["metadata", "annotations", LAST_APPLIED])?.as_str()?;
    let last: Value = serde_json::from_str(text).ok()?;
    let is_its_own = manager == "kubectl" && object::text(&last, &["apiVersion"]) == view.api_version();
    is_its_own.then_some(last)
}

/// Keeps that annotation up to date, for those who go on to read it.
fn remember_applied(new: &mut Value, config: &Value) {
    let mut config = config.clone();
    if let Some(annotations) = config.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.shift_remove(LAST_APPLIED);
    }
    if let Some(annotations) = new.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.insert(LAST_APPLIED.to_owned(), format!("{}\n", crate::text::json(&config)).into());
    }
}

/// Entries of versions that are no longer served say nothing any more.
fn served(view: View<'_>, mut entries: Vec<Entry>) -> Vec<Entry> {
    let versions: Vec<String> = view
        .kind
        .definition
        .versions
        .iter()
        .map(|version| crate::names::api_version(view.kind.definition.group, version.name))
        .collect();
    entries.retain(|entry| versions.iter().any(|version| version == entry.api_version()));
    entries
}

/// Whether a client asks to forget the account: by an empty list, or by a list of an empty entry.
fn is_reset(given: Option<&Value>) -> bool {
    match given.and_then(Value::as_array).map(Vec::as_slice) {
        Some([]) => true,
        Some([one]) => one.as_object().is_some_and(serde_json::Map::is_empty),
        _ => false,
    }
}

fn check_config(view: View<'_>, config: &Value) -> Result<(), Status> {
    let (version, kind) = (object::text(config, &["apiVersion"]), object::text(config, &["kind"]));
    if version != view.api_version() || kind != view.kind.definition.kind {
        let shown = if version.contains('/') { version.to_owned() } else { format!("/{version}") };
        return Err(Status::bad_request(format!("invalid object type: {shown}, Kind={kind}")));
    }
    if object::at(config, &["metadata", "managedFields"]).is_some_and(|fields| !fields.is_null()) {
        return Err(Status::bad_request("metadata.managedFields must be nil"));
    }
    let problems = ownership::config_problems(view.whole, config);
    if problems.is_empty() {
        return Ok(());
    }
    let problems = match problems.as_slice() {
        [problem] => problem.clone(),
        problems => {
            let lines: Vec<String> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
            format!("errors:{}", lines.concat())
        }
    };
    let place = format!("{}/{}", object::meta(config, "namespace"), object::meta(config, "name"));
    let version = if version.contains('/') { version.to_owned() } else { format!("/{version}") };
    let message =
        format!("failed to create typed patch object ({place}; {version}, Kind={kind}): {problems}");
    Err(Status::new(500, "", message))
}
