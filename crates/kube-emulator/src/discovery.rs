//! Discovery: which groups, versions and resources a server has.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::catalog::{Catalog, Kind};
use crate::names::api_version;
use crate::strategy::Strategy;

/// The version of Kubernetes that this server behaves as.
pub(crate) fn version() -> Value {
    json!({
        "major": "1", "minor": "36", "emulationMajor": "1", "emulationMinor": "36",
        "minCompatibilityMajor": "1", "minCompatibilityMinor": "35",
        "gitVersion": "v1.36.3", "gitCommit": "", "gitTreeState": "", "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "", "compiler": "", "platform": "emulator",
    })
}

/// The versions of the core group.
pub(crate) fn core_versions() -> Value {
    json!({ "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [] })
}

/// All named groups.
pub(crate) fn groups(catalog: &Catalog) -> Value {
    let groups: Vec<Value> =
        group_names(catalog).into_iter().filter_map(|name| group(catalog, name)).collect();
    let groups = groups.into_iter().map(|mut group| {
        if let Some(members) = group.as_object_mut() {
            members.shift_remove("kind");
            members.shift_remove("apiVersion");
        }
        group
    });
    json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": groups.collect::<Vec<Value>>() })
}

/// One named group.
pub(crate) fn group(catalog: &Catalog, name: &str) -> Option<Value> {
    let versions = versions(catalog, name);
    let described =
        |version: &&str| json!({ "groupVersion": api_version(name, version), "version": version });
    Some(json!({
        "kind": "APIGroup", "apiVersion": "v1", "name": name,
        "versions": versions.iter().map(described).collect::<Vec<Value>>(),
        "preferredVersion": described(versions.first().filter(|_| !name.is_empty())?),
    }))
}

/// The resources of a version of a group.
pub(crate) fn resources(catalog: &Catalog, group: &str, version: &str) -> Option<Value> {
    let mut resources = Vec::new();
    for kind in kinds(catalog, group, version) {
        let definition = &kind.definition;
        let mut resource = json!({
            "name": definition.plural, "singularName": definition.singular, "namespaced": kind.is_namespaced(),
            "kind": definition.kind, "verbs": verbs(kind),
        });
        put_names(kind, &mut resource);
        resource["storageVersionHash"] = json!(storage_version_hash(kind));
        resources.push(resource);
        if definition.has_status {
            resources.push(json!({
                "name": format!("{}/status", definition.plural), "singularName": "",
                "namespaced": kind.is_namespaced(), "kind": definition.kind, "verbs": STATUS_VERBS,
            }));
        }
    }
    (!resources.is_empty()).then(|| {
        let mut list = json!({ "kind": "APIResourceList" });
        if !group.is_empty() {
            list["apiVersion"] = json!("v1");
        }
        list["groupVersion"] = json!(api_version(group, version));
        list["resources"] = Value::Array(resources);
        list
    })
}

/// All groups with all their resources in one document: the core group, or all the others.
pub(crate) fn aggregated(catalog: &Catalog, is_core: bool) -> Value {
    let names = if is_core { vec![""] } else { group_names(catalog) };
    let groups = names.into_iter().map(|name| {
        let versions = versions(catalog, name).into_iter().map(|version| {
            let resources: Vec<Value> =
                kinds(catalog, name, version).map(|kind| aggregated_resource(kind, version)).collect();
            json!({ "version": version, "resources": resources, "freshness": "Current" })
        });
        let metadata = if name.is_empty() { json!({}) } else { json!({ "name": name }) };
        json!({ "metadata": metadata, "versions": versions.collect::<Vec<Value>>() })
    });
    json!({
        "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {},
        "items": groups.collect::<Vec<Value>>(),
    })
}

fn aggregated_resource(kind: &Kind, version: &str) -> Value {
    let definition = &kind.definition;
    let response = match kind.strategy {
        Strategy::Custom => json!({ "group": definition.group, "version": version, "kind": definition.kind }),
        _ => json!({ "group": "", "version": "", "kind": definition.kind }),
    };
    let mut resource = json!({
        "resource": definition.plural, "responseKind": response,
        "scope": if kind.is_namespaced() { "Namespaced" } else { "Cluster" },
        "singularResource": definition.singular, "verbs": verbs(kind),
    });
    put_names(kind, &mut resource);
    if definition.has_status {
        resource["subresources"] =
            json!([{ "subresource": "status", "responseKind": response, "verbs": STATUS_VERBS }]);
    }
    resource
}

const STATUS_VERBS: [&str; 3] = ["get", "patch", "update"];

fn put_names(kind: &Kind, resource: &mut Value) {
    let names = [("shortNames", &kind.definition.short_names), ("categories", &kind.definition.categories)];
    for (key, names) in names {
        if !names.is_empty() {
            resource[key] = json!(names);
        }
    }
}

fn verbs(kind: &Kind) -> Value {
    match kind.strategy {
        Strategy::Custom => {
            json!(["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"])
        }
        Strategy::Namespace => json!(["create", "delete", "get", "list", "patch", "update", "watch"]),
        Strategy::Definition => json!(["get", "list", "watch"]),
        _ => json!(["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]),
    }
}

/// What clients tell by whether objects are kept in another form than before.
fn storage_version_hash(kind: &Kind) -> String {
    let definition = &kind.definition;
    let version = definition.storage_version().map_or("", |version| version.name);
    let digest = Sha256::digest(format!("{}/{version}/{}", definition.group, definition.kind));
    STANDARD.encode(&digest[..8])
}

/// The kinds of a version of a group, in the order of their names.
fn kinds<'a>(catalog: &'a Catalog, group: &str, version: &str) -> impl Iterator<Item = &'a Kind> {
    let is_there = |kind: &&Kind| kind.definition.group == group && kind.view(version).is_some();
    let mut kinds: Vec<&Kind> = catalog.kinds().iter().filter(is_there).collect();
    kinds.sort_by_key(|kind| kind.definition.plural);
    kinds.into_iter()
}

/// The groups that have a name, in the order of their names.
fn group_names(catalog: &Catalog) -> Vec<&'static str> {
    let mut names: Vec<&str> = catalog.kinds().iter().map(|kind| kind.definition.group).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| !name.is_empty());
    names
}

/// The versions of a group, the most stable and newest first.
pub(crate) fn versions(catalog: &Catalog, group: &str) -> Vec<&'static str> {
    let kinds = catalog.kinds().iter().filter(|kind| kind.definition.group == group);
    let mut versions: Vec<&str> =
        kinds.flat_map(|kind| kind.definition.versions.iter().map(|version| version.name)).collect();
    versions.sort_by_key(|version| std::cmp::Reverse(rank(version)));
    versions.dedup();
    versions
}

/// What versions are put in order by: `v2` after `v1` after `v1beta1` after `v1alpha2`.
fn rank(version: &str) -> (u8, u64, u64) {
    let number = |text: &str| text.parse().unwrap_or(0);
    let rest = version.trim_start_matches('v');
    if let Some((major, minor)) = rest.split_once("alpha") {
        return (1, number(major), number(minor));
    }
    if let Some((major, minor)) = rest.split_once("beta") {
        return (2, number(major), number(minor));
    }
    (3, number(rest), 0)
}

/// All groups with their versions, the core group under an empty name.
pub(crate) fn group_versions(catalog: &Catalog) -> Map<String, Value> {
    let names = std::iter::once("").chain(group_names(catalog));
    names.map(|name| (name.to_owned(), json!(versions(catalog, name)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stable_versions_come_before_others_and_new_before_old() {
        let mut versions = vec!["v1alpha1", "v2", "v1beta1", "v10", "v1", "v1beta2"];
        versions.sort_by_key(|version| std::cmp::Reverse(rank(version)));
        assert_eq!(versions, ["v10", "v2", "v1", "v1beta2", "v1beta1", "v1alpha1"]);
    }
}
