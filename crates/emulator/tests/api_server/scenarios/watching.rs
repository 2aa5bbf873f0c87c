//! Watches. All that they tell has happened before; each ends by itself after a second.

use serde_json::json;

use crate::script::Patch::Merge;
use crate::script::{CONFIG_MAPS, PROFILES, Scenario, Step, create, delete, get, patch};

const SINCE: &str = "resourceVersion={resourceVersion of list}";
const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const METADATA: &str = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json";

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![Scenario::new("watch", watch()), Scenario::new("watch-requests", requests())]
}

fn watching(name: &'static str, query: &str) -> Step {
    get(name, PROFILES.all()).query("watch=true&timeoutSeconds=1").query(query)
}

fn watch() -> Vec<Step> {
    let profile = |name: &str, label: &str| {
        let mut object = PROFILES.object(name, &json!({ "spec": { "resourceGroup": "rg" } }));
        object["metadata"]["labels"] = json!({ "app": label });
        object
    };
    let label = |name, of: &str, label: &str| {
        patch(name, PROFILES.one(of), Merge, &json!({ "metadata": { "labels": { "app": label } } }))
    };
    vec![
        get("list", PROFILES.all()),
        create("a", PROFILES, &profile("a", "shop")),
        create("b", PROFILES, &profile("b", "blog")),
        create("map", CONFIG_MAPS, &CONFIG_MAPS.object("c", &json!({ "data": { "a": "1" } }))),
        label("a leaves", "a", "blog"),
        label("b comes", "b", "shop"),
        patch(
            "status",
            format!("{}/status", PROFILES.one("b")),
            Merge,
            &json!({ "status": { "dnsName": "x" } }),
        ),
        delete("a is deleted", PROFILES.one("a")),
        watching("everything since", SINCE),
        watching("since the first", "resourceVersion={resourceVersion of a}"),
        watching("by label", &format!("{SINCE}&labelSelector=app%3Dshop")),
        watching("by name", &format!("{SINCE}&fieldSelector=metadata.name%3Db")),
        watching("what is there", ""),
        watching("what is there, in any state", "resourceVersion=0"),
        watching("as a table", SINCE).accept(TABLE),
        watching("as metadata", SINCE).accept(METADATA),
        watching(
            "initial events",
            "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
        ),
        get("of one", PROFILES.one("b")).query("watch=true&timeoutSeconds=1"),
        get("everywhere", PROFILES.everywhere())
            .query("watch=true&timeoutSeconds=1&fieldSelector=metadata.namespace%3D{namespace}")
            .query(SINCE),
        get("maps", CONFIG_MAPS.all()).query("watch=true&timeoutSeconds=1"),
        get(
            "in the old form",
            "/apis/networking.fleet.azure.com/v1beta1/watch/namespaces/{namespace}/trafficmanagerprofiles",
        )
        .query("timeoutSeconds=1"),
    ]
}

fn requests() -> Vec<Step> {
    vec![
        watching("a revision that is none", "resourceVersion=abc"),
        watching("initial events without a match", "sendInitialEvents=true&allowWatchBookmarks=true"),
        watching(
            "initial events without bookmarks",
            "sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
        ),
        watching("a match without initial events", "resourceVersion=1&resourceVersionMatch=NotOlderThan"),
        watching("a wrong selector", "labelSelector=a%20b"),
        watching("a field that is none", "fieldSelector=spec.resourceGroup%3Drg"),
        get("a wrong time", PROFILES.all()).query("watch=true&timeoutSeconds=soon"),
        get("a wrong word", PROFILES.all()).query("watch=perhaps&timeoutSeconds=1"),
        get("a word for no", PROFILES.all()).query("watch=false"),
    ]
}
