//! Which changes of objects wake which controllers. Everything else, such as labels or a look at Azure, wakes none.

use kube_emulator::{Change, ResourceType};
use serde_json::Value;

use super::object::{Key, condition, generation};
use super::profile::PROGRAMMED;

/// What of an export matters to a backend.
const OF_EXPORT: [&str; 5] =
    ["type", "isDNSLabelConfigured", "isInternalLoadBalancer", "publicIPResourceID", "weight"];

/// Whether a change is one of an object of this type.
pub(super) fn is_of(change: &Change, resource: ResourceType) -> bool {
    change.group == resource.group && change.plural == resource.plural
}

pub(super) fn key(change: &Change) -> Key {
    Key::new(change.namespace.clone(), change.name.clone())
}

/// An object wakes its own controller when it comes, goes, or has another generation.
pub(super) fn of_itself(change: &Change) -> Option<Key> {
    let wakes = match (&change.old, &change.new) {
        (Some(old), Some(new)) => generation(old) != generation(new),
        _ => true,
    };
    wakes.then(|| key(change))
}

/// Whether a change of a profile wakes its backends: it goes, or what it says of itself is another thing.
pub(super) fn profile_wakes_backends(old: Option<&Value>, new: Option<&Value>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return new.is_none() };
    let observed = |condition: &Value| condition["observedGeneration"].as_i64().unwrap_or_default();
    match (condition(old, PROGRAMMED), condition(new, PROGRAMMED)) {
        (None, Some(_)) => true,
        (Some(old), Some(new)) => old["status"] != new["status"] || observed(new) > observed(old),
        (_, None) => false,
    }
}

/// Whether a change of an import wakes the backends that name it: it goes, or has other clusters.
pub(super) fn import_wakes_backends(old: Option<&Value>, new: Option<&Value>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old["status"]["clusters"] != new["status"]["clusters"],
        (_, new) => new.is_none(),
    }
}

/// Whether a change of an export wakes the backends of its import. Its coming and going reach them through the import.
pub(super) fn export_wakes_backends(old: Option<&Value>, new: Option<&Value>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    OF_EXPORT.iter().any(|field| old["spec"][*field] != new["spec"][*field])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn profile(status: &str, observed: i64, reason: &str) -> Value {
        json!({"status": {"conditions": [
            {"type": "Programmed", "status": status, "observedGeneration": observed, "reason": reason}]}})
    }

    #[test]
    fn a_profile_wakes_its_backends_when_it_says_something_else_of_itself() {
        let wakes = |old: &Value, new: &Value| profile_wakes_backends(Some(old), Some(new));
        let old = profile("True", 1, "Programmed");
        assert!(wakes(&json!({}), &old), "it appears");
        assert!(wakes(&old, &profile("False", 1, "Invalid")), "another status");
        assert!(wakes(&old, &profile("True", 2, "Programmed")), "a later generation");
        assert!(
            !wakes(&profile("False", 1, "Invalid"), &profile("False", 1, "DNSNameNotAvailable")),
            "only the reason"
        );
        assert!(!wakes(&old, &old) && !wakes(&json!({}), &json!({})));
        assert!(profile_wakes_backends(Some(&old), None) && !profile_wakes_backends(None, Some(&old)));
    }

    #[test]
    fn an_import_wakes_backends_by_its_clusters_only() {
        let with = |ports: i64, cluster: &str| json!({"status": {"ports": [ports], "clusters": [{"cluster": cluster}]}});
        let wakes = |old: &Value, new: &Value| import_wakes_backends(Some(old), Some(new));
        assert!(wakes(&json!({}), &with(1, "a")) && wakes(&with(1, "a"), &with(1, "b")));
        assert!(!wakes(&with(1, "a"), &with(2, "a")));
        assert!(
            import_wakes_backends(Some(&json!({})), None) && !import_wakes_backends(None, Some(&json!({})))
        );
    }

    #[test]
    fn an_export_wakes_backends_by_what_matters_to_them() {
        let spec = |field: &str, value: Value| json!({"spec": {field: value}});
        for (field, value) in [
            ("type", json!("ClusterIP")),
            ("isDNSLabelConfigured", json!(true)),
            ("isInternalLoadBalancer", json!(true)),
            ("publicIPResourceID", json!("/x")),
            ("weight", json!(7)),
        ] {
            let new = spec(field, value);
            assert!(export_wakes_backends(Some(&json!({"spec": {}})), Some(&new)), "{field}");
            assert!(!export_wakes_backends(None, Some(&new)) && !export_wakes_backends(Some(&new), None));
        }
        assert!(!export_wakes_backends(Some(&json!({})), Some(&spec("ports", json!([1])))));
    }
}
