//! Which clusters are behind an import: what the hub makes of exports with the same and with other ports. Nothing is
//! written here.

use serde_json::{Value, json};

use super::names::EXPORT_CLEANUP;
use super::object::{Condition, Key, has_finalizer, is_terminating};

pub(super) mod export_controller;
pub(super) mod import_controller;

/// The type of the condition of an export.
const CONFLICT: &str = "Conflict";

/// What an import without clusters becomes.
#[derive(Debug, PartialEq)]
enum Resolution {
    /// There is nothing left to import.
    Delete,
    /// It gets the ports of the first export, and the clusters that have the same.
    Resolve { ports: Value, agreeing: Vec<Value>, conflicting: Vec<Value> },
}

/// What becomes of an import for which there are these exports.
fn resolve(exports: &[Value]) -> Resolution {
    let usable = |export: &&Value| !is_terminating(export) && has_finalizer(export, EXPORT_CLEANUP);
    let usable: Vec<&Value> = exports.iter().filter(usable).collect();
    let Some(first) = usable.first() else { return Resolution::Delete };
    let ports = first["spec"]["ports"].clone();
    let (agreeing, conflicting): (Vec<&Value>, Vec<&Value>) =
        usable.iter().partition(|export| export["spec"]["ports"] == ports);
    let owned = |exports: Vec<&Value>| exports.into_iter().cloned().collect();
    Resolution::Resolve { ports, agreeing: owned(agreeing), conflicting: owned(conflicting) }
}

/// The cluster of an export.
fn cluster(export: &Value) -> &str {
    export["spec"]["serviceReference"]["clusterId"].as_str().unwrap_or_default()
}

/// The service of an export, under whose name it is imported.
fn service(export: &Value) -> Key {
    let reference = &export["spec"]["serviceReference"];
    let text = |key: &str| reference[key].as_str().unwrap_or_default();
    Key::new(text("namespace"), text("name"))
}

/// An import with one more cluster.
fn with_cluster(import: &Value, cluster: &str) -> Value {
    let mut import = import.clone();
    let clusters = import["status"]["clusters"].as_array_mut();
    match clusters {
        Some(clusters) if clusters.iter().any(|known| known["cluster"] == cluster) => {}
        Some(clusters) => clusters.push(json!({ "cluster": cluster })),
        None => import["status"]["clusters"] = json!([{ "cluster": cluster }]),
    }
    import
}

/// An import without a cluster. Without the last one it forgets its ports, too.
fn without_cluster(import: &Value, cluster: &str) -> Value {
    let mut import = import.clone();
    if let Some(clusters) = import["status"]["clusters"].as_array_mut() {
        clusters.retain(|known| known["cluster"] != cluster);
        if clusters.is_empty() {
            import["status"] = json!({});
        }
    }
    import
}

/// What an export says of itself.
fn conflict(export: &Value, is_conflicting: bool) -> Condition {
    let Key { namespace, name } = service(export);
    if is_conflicting {
        let message = format!("service {namespace}/{name} is in conflict with other exported services");
        return Condition { kind: CONFLICT, status: "True", reason: "ConflictFound", message };
    }
    let message = format!("service {namespace}/{name} is exported without conflict");
    Condition { kind: CONFLICT, status: "False", reason: "NoConflictFound", message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(cluster: &str, port: i64) -> Value {
        json!({
            "metadata": {"finalizers": [EXPORT_CLEANUP]},
            "spec": {"ports": [{"port": port}],
                "serviceReference": {"clusterId": cluster, "namespace": "shop", "name": "web"}},
        })
    }

    #[test]
    fn the_first_export_decides_on_the_ports() {
        let exports = [export("a", 80), export("b", 81), export("c", 80)];
        let Resolution::Resolve { ports, agreeing, conflicting } = resolve(&exports) else { panic!() };
        assert_eq!(ports, json!([{"port": 80}]));
        assert_eq!(agreeing.iter().map(cluster).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(conflicting.iter().map(cluster).collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn without_an_export_that_stays_there_is_no_import() {
        let mut going = export("a", 80);
        going["metadata"]["deletionTimestamp"] = json!("now");
        let mut new = export("b", 80);
        new["metadata"]["finalizers"] = json!([]);
        assert_eq!(resolve(&[]), Resolution::Delete);
        assert_eq!(resolve(&[going, new]), Resolution::Delete);
    }

    #[test]
    fn an_import_without_clusters_forgets_its_ports() {
        let import = json!({"status": {"ports": [{"port": 80}], "clusters": [{"cluster": "a"}]}});
        let two = with_cluster(&with_cluster(&import, "b"), "b");
        assert_eq!(two["status"]["clusters"], json!([{"cluster": "a"}, {"cluster": "b"}]));
        let one = without_cluster(&two, "a");
        assert_eq!(one["status"], json!({"ports": [{"port": 80}], "clusters": [{"cluster": "b"}]}));
        assert_eq!(without_cluster(&one, "b")["status"], json!({}));
    }

    #[test]
    fn an_export_says_whether_it_is_in_conflict() {
        let of = |is_conflicting| {
            let condition = conflict(&export("a", 80), is_conflicting);
            (condition.status, condition.reason, condition.message)
        };
        let words = "service shop/web is in conflict with other exported services";
        assert_eq!(of(true), ("True", "ConflictFound", words.to_owned()));
        let words = "service shop/web is exported without conflict";
        assert_eq!(of(false), ("False", "NoConflictFound", words.to_owned()));
    }
}
