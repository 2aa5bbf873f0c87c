//! What controllers read of objects and write into them, whatever their kind.

use serde_json::{Value, json};

/// An object by namespace and name.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct Key {
    pub(super) namespace: String,
    pub(super) name: String,
}

/// What a controller says of an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Condition {
    pub(super) kind: &'static str,
    /// `True`, `False` or `Unknown`.
    pub(super) status: &'static str,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl Key {
    pub(super) fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }

    /// Where an object is.
    pub(super) fn from_object(object: &Value) -> Self {
        Self::new(meta(object, "namespace"), meta(object, "name"))
    }
}

/// A text in the metadata, empty if there is none.
pub(super) fn meta<'a>(object: &'a Value, key: &str) -> &'a str {
    object["metadata"][key].as_str().unwrap_or_default()
}

pub(super) fn generation(object: &Value) -> i64 {
    object["metadata"]["generation"].as_i64().unwrap_or_default()
}

/// Whether somebody asked for the object to be deleted.
pub(super) fn is_terminating(object: &Value) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

pub(super) fn has_finalizer(object: &Value, finalizer: &str) -> bool {
    object["metadata"]["finalizers"].as_array().is_some_and(|all| all.iter().any(|one| one == finalizer))
}

pub(super) fn add_finalizer(object: &mut Value, finalizer: &str) {
    if has_finalizer(object, finalizer) {
        return;
    }
    match object["metadata"]["finalizers"].as_array_mut() {
        Some(all) => all.push(json!(finalizer)),
        None => object["metadata"]["finalizers"] = json!([finalizer]),
    }
}

pub(super) fn remove_finalizer(object: &mut Value, finalizer: &str) {
    if let Some(all) = object["metadata"]["finalizers"].as_array_mut() {
        all.retain(|one| one != finalizer);
    }
}

/// The condition of a type, if the status has one.
pub(super) fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)
}

/// Whether the condition of a type has this status, and was written for the present generation.
pub(super) fn is_current(object: &Value, kind: &str, status: &str) -> bool {
    condition(object, kind).is_some_and(|condition| {
        condition["status"] == status
            && condition["observedGeneration"].as_i64().unwrap_or_default() >= generation(object)
    })
}

/// Writes a condition for the present generation. The time of its transition moves only if its status changes.
pub(super) fn set_condition(object: &mut Value, new: &Condition, now: &str) {
    let old = condition(object, new.kind);
    let since = old
        .filter(|old| old["status"] == new.status)
        .and_then(|old| old["lastTransitionTime"].as_str())
        .unwrap_or(now)
        .to_owned();
    let new_value = json!({
        "type": new.kind,
        "status": new.status,
        "observedGeneration": generation(object),
        "lastTransitionTime": since,
        "reason": new.reason,
        "message": new.message,
    });
    if !object["status"].is_object() {
        object["status"] = json!({});
    }
    let status = &mut object["status"];
    match status["conditions"].as_array_mut() {
        Some(all) => match all.iter_mut().find(|condition| condition["type"] == new.kind) {
            Some(old) => *old = new_value,
            None => all.push(new_value),
        },
        None => status["conditions"] = json!([new_value]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: &'static str, reason: &'static str) -> Condition {
        Condition { kind: "Programmed", status, reason, message: String::new() }
    }

    #[test]
    fn the_time_of_a_transition_moves_only_with_the_status() {
        let mut object = json!({"metadata": {"generation": 2}});
        set_condition(&mut object, &told("False", "Invalid"), "first");
        set_condition(&mut object, &told("False", "DNSNameNotAvailable"), "second");
        let now = condition(&object, "Programmed").unwrap();
        assert_eq!(
            (&now["lastTransitionTime"], &now["reason"]),
            (&json!("first"), &json!("DNSNameNotAvailable"))
        );
        set_condition(&mut object, &told("True", "Programmed"), "third");
        assert_eq!(condition(&object, "Programmed").unwrap()["lastTransitionTime"], "third");
        assert_eq!(object["status"]["conditions"].as_array().unwrap().len(), 1);
        assert!(is_current(&object, "Programmed", "True"));
        object["metadata"]["generation"] = json!(3);
        assert!(!is_current(&object, "Programmed", "True"));
    }
}
