//! Changing an object: by a whole new one, by a patch of the present one, or by an apply.

use serde_json::Value;

use super::{
    Registry, Written, check_kind, check_writable, finalizer_warnings, metadata_rules, refused,
    settle_namespace, shown, stored,
};
use crate::catalog::View;
use crate::decode;
use crate::json::Given;
use crate::object;
use crate::problem;
use crate::status::Status;
use crate::store::{Key, Store};
use crate::strategy::Strategy;
use crate::validation;
use crate::writing::{UnknownFields, Writing};

/// The part of an object that an address stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subresource {
    /// Everything but the status.
    #[default]
    Whole,
    /// Only the status.
    Status,
}

/// Which object in which version, and which part of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) view: View<'a>,
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) subresource: Subresource,
}

/// How an object is changed.
pub(crate) enum Change<'a> {
    /// By a new one, which was read already.
    Replace(decode::Decoded),
    /// By whatever a function makes of the present one.
    Patch(&'a dyn Fn(&Value) -> Result<Value, Status>),
    /// By a configuration that is merged into it. It is created if it is not there.
    Apply(Value),
}

impl Change<'_> {
    /// Reads an object that replaces one, and checks that it is that one.
    pub(crate) fn replacement(place: Place<'_>, given: Given, writing: &Writing) -> Result<Self, Status> {
        let mut decoded = decode::decoded(place.view, given, writing.unknown_fields)?;
        settle(place, &mut decoded.object)?;
        Ok(Self::Replace(decoded))
    }
}

impl Registry {
    /// Changes an object.
    pub(crate) fn update(
        &self,
        place: Place<'_>,
        writing: &Writing,
        change: Change<'_>,
    ) -> Result<Written, Status> {
        let view = place.view;
        check_writable(view)?;
        let mut store = self.store();
        let key = Key::new(view.kind.id, place.namespace, place.name);
        let Some(present) = store.get(&key) else {
            return match change {
                Change::Apply(config) if place.subresource == Subresource::Whole => {
                    self.create_applied(&mut store, place, writing, &config)
                }
                _ => Err(Status::not_found(&view.kind.resource(), place.name)),
            };
        };
        let old = shown(present, view);
        let (mut object, mut warnings) = self.changed(place, writing, &old, change)?;
        check_versions(view, &old, &mut object).map_err(|status| status.with_warnings(&warnings))?;
        keep_what_cannot_change(view, place.subresource, &old, &mut object);
        let said = check(view, place.subresource, &old, &object)
            .map_err(|status| status.with_warnings(&warnings))?;
        warnings.extend(said);
        keep_times_of_no_change(&old, &mut object);
        if writing.is_dry_run || object == old {
            return Ok(Written { object, warnings, is_new: false });
        }
        let is_done = object::is_deleting(&object) && object::finalizers(&object).is_empty();
        let object = if is_done && view.kind.strategy != Strategy::Namespace {
            self.remove(&mut store, view, &key, stored(object.clone(), view));
            object
        } else {
            shown(&store.put(key, stored(object, view)), view)
        };
        self.announce(&store);
        Ok(Written { object, warnings, is_new: false })
    }

    /// The new object with its account, before anything is put right in it.
    fn changed(
        &self,
        place: Place<'_>,
        writing: &Writing,
        old: &Value,
        change: Change<'_>,
    ) -> Result<(Value, Vec<String>), Status> {
        let view = place.view;
        let (decoded, is_accounted) = match change {
            Change::Replace(decoded) => {
                check_uid(view, old, &decoded.object)?;
                (decoded, false)
            }
            Change::Patch(patch) => (patched(view, patch(old)?, writing.unknown_fields)?, false),
            Change::Apply(config) => {
                let applied = self.applied(place, writing, Some(old), &config)?;
                (decode::shaped(view, applied.into(), writing.unknown_fields)?, true)
            }
        };
        let mut object = decoded.object;
        if !is_accounted {
            self.account_for(place, writing, Some(old), &mut object);
        }
        settle(place, &mut object)?;
        Ok((object, decoded.warnings))
    }

    fn create_applied(
        &self,
        store: &mut Store,
        place: Place<'_>,
        writing: &Writing,
        config: &Value,
    ) -> Result<Written, Status> {
        let applied = self.applied(place, writing, None, config)?;
        let decoded = decode::shaped(place.view, applied.into(), writing.unknown_fields)?;
        let mut object = decoded.object;
        if object::meta(&object, "name").is_empty() {
            object::set_meta(&mut object, "name", place.name);
        }
        settle(place, &mut object)?;
        let uid = object::meta(&object, "uid");
        if !uid.is_empty() {
            let explanation = format!(
                "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            );
            return Err(Status::conflict(&place.view.kind.resource(), place.name, &explanation));
        }
        let object = self.insert(store, place, object, writing)?;
        Ok(Written { object, warnings: decoded.warnings, is_new: true })
    }
}

fn keep_what_cannot_change(view: View<'_>, subresource: Subresource, old: &Value, new: &mut Value) {
    match subresource {
        Subresource::Whole if !view.kind.definition.has_status => {}
        Subresource::Whole => set_or_remove(new, "status", old.get("status").cloned()),
        Subresource::Status => {
            let status = new.get("status").cloned();
            let managed = object::remove_meta(new, "managedFields");
            let mut kept = old.clone();
            object::remove_meta(&mut kept, "managedFields");
            if let Some(managed) = managed {
                object::set_meta(&mut kept, "managedFields", managed);
            }
            set_or_remove(&mut kept, "status", status);
            *new = kept;
        }
    }
    let keep = |new: &mut Value, key: &str| {
        if let Some(value) = object::at(old, &["metadata", key]) {
            object::set_meta(new, key, value.clone());
        }
    };
    keep(new, "creationTimestamp");
    if object::is_deleting(old) {
        keep(new, "deletionTimestamp");
    }
    for key in ["uid", "deletionGracePeriodSeconds"] {
        if object::at(new, &["metadata", key]).is_none() {
            keep(new, key);
        }
    }
    object::remove_meta(new, "generation");
    keep(new, "generation");
    let counts = view.kind.strategy.has_generation() && subresource == Subresource::Whole;
    if counts && without_metadata(old) != without_metadata(new) {
        object::set_meta(new, "generation", object::generation(old) + 1);
    }
}

/// What a patch made, in the shape of its schema. Where that is nothing that can be read, or has unknown fields and those
/// are refused, what it made is shown.
fn patched(view: View<'_>, object: Value, unknown: UnknownFields) -> Result<decode::Decoded, Status> {
    let refused = |made: &str, detail: &str| {
        Status::invalid("", "", "", vec![problem::invalid("patch", &made.into(), detail)])
    };
    let is_strict = unknown == UnknownFields::Strict;
    let made = crate::text::json(&object);
    if view.kind.strategy == Strategy::Custom && object::text(&object, &["kind"]).is_empty() {
        return Err(refused(&made, &format!("Object 'Kind' is missing in '{made}'")));
    }
    let decoded = decode::shaped(view, object.into(), if is_strict { UnknownFields::Warn } else { unknown })
        .map_err(|status| refused(&made, status.message().split_once(": ").map_or("", |(_, what)| what)))?;
    if !is_strict || decoded.warnings.is_empty() {
        return Ok(decoded);
    }
    Err(refused(&made, &format!("strict decoding error: {}", decoded.warnings.join(", "))))
}

/// The name and the namespace of an object are those of its address.
fn settle(place: Place<'_>, object: &mut Value) -> Result<(), Status> {
    settle_namespace(place.view, place.namespace, object)?;
    let name = object::meta(object, "name");
    if name == place.name {
        return Ok(());
    }
    if name.is_empty() {
        let place = place.name;
        let message = format!(
            "the name of the object ({place} based on URL) was undeterminable: name must be provided"
        );
        return Err(Status::bad_request(message));
    }
    let message =
        format!("the name of the object ({name}) does not match the name on the URL ({})", place.name);
    Err(Status::bad_request(message))
}

fn check_uid(view: View<'_>, old: &Value, new: &Value) -> Result<(), Status> {
    let (uid, actual) = (object::meta(new, "uid"), object::meta(old, "uid"));
    if uid.is_empty() || uid == actual {
        return Ok(());
    }
    let definition = &view.kind.definition;
    let group = if definition.group.is_empty() { String::new() } else { format!("{}/", definition.group) };
    let key = match object::meta(old, "namespace") {
        "" => format!("/registry/{group}{}/{}", definition.plural, object::meta(old, "name")),
        namespace => {
            format!("/registry/{group}{}/{namespace}/{}", definition.plural, object::meta(old, "name"))
        }
    };
    let explanation = format!(
        "StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition \
         failed: UID in precondition: {uid}, UID in object meta: {actual}"
    );
    Err(Status::conflict(&view.kind.resource(), object::meta(old, "name"), &explanation))
}

/// The version that a client has seen must be the present one.
fn check_versions(view: View<'_>, old: &Value, new: &mut Value) -> Result<(), Status> {
    let present = object::meta(old, "resourceVersion");
    match object::meta(new, "resourceVersion") {
        "" | "0" if view.kind.strategy.allows_unconditional_update() => {
            object::set_meta(new, "resourceVersion", present);
            Ok(())
        }
        "" | "0" => {
            let field = "metadata.resourceVersion";
            let cause = problem::invalid(field, &0.into(), "must be specified for an update");
            let definition = &view.kind.definition;
            let name = object::meta(old, "name");
            Err(Status::invalid(definition.group, definition.plural, name, vec![cause]))
        }
        given if given == present => Ok(()),
        given if given.parse::<u64>().is_err() => {
            let message =
                format!("strconv.ParseUint: parsing {}: invalid syntax", crate::text::quoted(given));
            Err(Status::new(500, "", message))
        }
        _ => {
            let explanation =
                "the object has been modified; please apply your changes to the latest version and try again";
            Err(Status::conflict(&view.kind.resource(), object::meta(old, "name"), explanation))
        }
    }
}

/// Refuses a changed object that may not be kept. Answers what is said about one that may.
fn check(
    view: View<'_>,
    subresource: Subresource,
    old: &Value,
    object: &Value,
) -> Result<Vec<String>, Status> {
    check_kind(view, object)?;
    let rules = metadata_rules(view);
    let mut findings = match (view.kind.strategy, subresource) {
        (Strategy::Custom, Subresource::Whole) => {
            validation::updated(&view.version.schema, rules, old, object)
        }
        (Strategy::Custom, Subresource::Status) => {
            validation::status_updated(&view.version.schema, rules, old, object)
        }
        _ => validation::updated_builtin(rules, old, object),
    };
    findings.causes.extend(view.kind.strategy.problems(Some(old), object));
    refused(view, object, findings.causes)?;
    findings.warnings.extend(finalizer_warnings(view, Some(old), object));
    Ok(findings.warnings)
}

/// If nothing but times in the account would change, nothing does.
fn keep_times_of_no_change(old: &Value, new: &mut Value) {
    let without_times = |object: &Value| {
        let mut object = object.clone();
        let managed = object.pointer_mut("/metadata/managedFields").and_then(Value::as_array_mut);
        for entry in managed.into_iter().flatten().filter_map(Value::as_object_mut) {
            entry.shift_remove("time");
        }
        object
    };
    if without_times(old) == without_times(new) {
        new.clone_from(old);
    }
}

fn set_or_remove(object: &mut Value, key: &str, value: Option<Value>) {
    let Some(members) = object.as_object_mut() else { return };
    match value {
        Some(value) => _ = members.insert(key.to_owned(), value),
        None => _ = members.shift_remove(key),
    }
}

fn without_metadata(object: &Value) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> =
        object.as_object().into_iter().flatten().filter(|(key, _)| *key != "metadata").collect();
    members.sort_by_key(|(key, _)| *key);
    members
}
