//! Objects are deleted, at once or when their finalizers are gone.

use serde_json::{Value, json};

use crate::script::Patch::Merge;
use crate::script::{CONFIG_MAPS, PROFILES, Scenario, Step, create, delete, get, patch, put};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("delete", plainly()),
        Scenario::new("finalizers", finalizers()),
        Scenario::new("delete-options", options()),
        Scenario::new("delete-many", many()),
    ]
}

fn profile(name: &str, finalizers: &[&str]) -> Value {
    let mut object = PROFILES.object(name, &json!({ "spec": { "resourceGroup": "rg" } }));
    if !finalizers.is_empty() {
        object["metadata"]["finalizers"] = json!(finalizers);
    }
    object
}

fn plainly() -> Vec<Step> {
    vec![
        create("created", PROFILES, &profile("p", &[])),
        delete("deleted", PROFILES.one("p")),
        get("gone", PROFILES.one("p")),
        delete("twice", PROFILES.one("p")),
        create("again", PROFILES, &profile("p", &[])),
        put("the first is written", PROFILES.one("p"), "created", |object| {
            object["spec"]["monitorConfig"] = json!({});
        }),
        create("map", CONFIG_MAPS, &CONFIG_MAPS.object("c", &Value::Null)),
        delete("the map is deleted", CONFIG_MAPS.one("c")),
    ]
}

fn finalizers() -> Vec<Step> {
    let one = || PROFILES.one("p");
    let finalizers = |name, finalizers: Value| {
        patch(name, PROFILES.one("p"), Merge, &json!({ "metadata": { "finalizers": finalizers } }))
    };
    vec![
        create("created", PROFILES, &profile("p", &["example.com/a", "example.com/b"])),
        delete("deleted", one()),
        get("waits", one()),
        delete("deleted again", one()),
        create("made again", PROFILES, &profile("p", &[])),
        patch(
            "changed while it waits",
            one(),
            Merge,
            &json!({ "spec": { "monitorConfig": { "port": 99 } } }),
        ),
        patch("label while it waits", one(), Merge, &json!({ "metadata": { "labels": { "a": "b" } } })),
        finalizers("one less", json!(["example.com/b"])),
        finalizers("a new one", json!(["example.com/b", "example.com/c"])),
        put("not deleted", one(), "one less", |object| {
            object["metadata"].as_object_mut().expect("an object has metadata").remove("deletionTimestamp");
        }),
        finalizers("none", json!(null)),
        get("gone", one()),
        create("orphan", PROFILES, &profile("o", &[])),
        delete("orphaned", PROFILES.one("o")).query("propagationPolicy=Orphan"),
        get("orphan waits", PROFILES.one("o")),
        create("foreground", PROFILES, &profile("f", &[])),
        delete("in the foreground", PROFILES.one("f")).query("propagationPolicy=Foreground"),
        get("foreground waits", PROFILES.one("f")),
        create("by an update", PROFILES, &profile("u", &["example.com/a"])),
        delete("update waits", PROFILES.one("u")),
        get("before the update", PROFILES.one("u")),
        put("finalizer gone by an update", PROFILES.one("u"), "before the update", |object| {
            object["metadata"]["finalizers"] = json!([]);
        }),
    ]
}

fn options() -> Vec<Step> {
    let with = |name, options: Value| {
        let options = {
            let mut all = json!({ "kind": "DeleteOptions", "apiVersion": "v1" });
            for (key, value) in options.as_object().into_iter().flatten() {
                all[key] = value.clone();
            }
            all
        };
        delete(name, PROFILES.one("p")).json(&options)
    };
    vec![
        create("created", PROFILES, &profile("p", &[])),
        with("another uid", json!({ "preconditions": { "uid": "00000000-0000-4000-8000-000000000000" } })),
        with("another revision", json!({ "preconditions": { "resourceVersion": "1" } })),
        with("wrong propagation", json!({ "propagationPolicy": "Sideways" })),
        with("orphans and propagation", json!({ "propagationPolicy": "Orphan", "orphanDependents": true })),
        with("unknown option", json!({ "strange": 1 })),
        with("wrong type", json!({ "gracePeriodSeconds": "x" })),
        delete("wrong query", PROFILES.one("p")).query("gracePeriodSeconds=x"),
        delete("another kind", PROFILES.one("p")).json(&json!({ "kind": "Other", "apiVersion": "v1" })),
        delete("no JSON", PROFILES.one("p")).text("application/json", "{"),
        with("dry run", json!({ "dryRun": ["All"] })),
        get("after the dry run", PROFILES.one("p")),
        with(
            "its own uid",
            json!({
                "gracePeriodSeconds": 0, "propagationPolicy": "Background",
                "preconditions": { "uid": "{uid of created}", "resourceVersion": "{resourceVersion of created}" },
            }),
        ),
        get("gone", PROFILES.one("p")),
    ]
}

fn many() -> Vec<Step> {
    let mut labelled = profile("c", &[]);
    labelled["metadata"]["labels"] = json!({ "app": "shop" });
    vec![
        create("a", PROFILES, &profile("a", &[])),
        create("b", PROFILES, &profile("b", &["example.com/a"])),
        create("c", PROFILES, &labelled),
        delete("by label", PROFILES.all()).query("labelSelector=app%3Dshop"),
        delete("dry run", PROFILES.all()).query("dryRun=All"),
        get("left", PROFILES.all()),
        delete("all", PROFILES.all()),
        get("what waits", PROFILES.all()),
        delete("none", CONFIG_MAPS.all()),
        delete("everywhere", PROFILES.everywhere()),
    ]
}
