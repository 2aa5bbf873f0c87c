//! Objects are replaced as a whole, and their status is by itself.

use serde_json::{Value, json};

use crate::script::{BACKENDS, PROFILES, Scenario, Step, create, get, put};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("replace", replace()),
        Scenario::new("status", status()),
        Scenario::new("immutable", immutable()),
    ]
}

fn profile(name: &str) -> Value {
    PROFILES.object(name, &json!({ "spec": { "resourceGroup": "rg", "monitorConfig": { "port": 81 } } }))
}

#[expect(clippy::too_many_lines, reason = "it is a list")]
fn replace() -> Vec<Step> {
    let one = || PROFILES.one("p");
    vec![
        create("created", PROFILES, &profile("p")),
        put("nothing changed", one(), "created", |_| ()),
        put("changed", one(), "nothing changed", |object| {
            object["spec"]["monitorConfig"]["port"] = json!(82);
        }),
        put("of an old revision", one(), "created", |object| {
            object["spec"]["monitorConfig"]["port"] = json!(83);
        }),
        put("of no revision", one(), "changed", |object| remove(object, "resourceVersion")),
        put("of a revision that is none", one(), "changed", |object| {
            object["metadata"]["resourceVersion"] = json!("x");
        }),
        put("of revision 0", one(), "changed", |object| object["metadata"]["resourceVersion"] = json!("0")),
        put("of another uid", one(), "changed", |object| {
            object["metadata"]["uid"] = json!("00000000-0000-4000-8000-000000000000");
        }),
        put("without a uid", one(), "changed", |object| {
            remove(object, "uid");
            object["spec"]["monitorConfig"]["port"] = json!(84);
        }),
        put("of another name", one(), "without a uid", |object| object["metadata"]["name"] = json!("q")),
        put("without a name", one(), "without a uid", |object| remove(object, "name")),
        put("of another namespace", one(), "without a uid", |object| {
            object["metadata"]["namespace"] = json!("default");
        }),
        put("of another kind", one(), "without a uid", |object| object["kind"] = json!("Other")),
        put("with an error", one(), "without a uid", |object| {
            object["spec"]["monitorConfig"]["port"] = json!("x");
        }),
        put("of something missing", PROFILES.one("missing"), "without a uid", |object| {
            object["metadata"]["name"] = json!("missing");
        }),
        put("what servers set", one(), "without a uid", |object| {
            object["metadata"]["generation"] = json!(77);
            object["metadata"]["creationTimestamp"] = json!("2001-01-01T00:00:00Z");
            object["metadata"]["selfLink"] = json!("x");
        }),
        put("without time", one(), "without a uid", |object| {
            remove(object, "creationTimestamp");
            remove(object, "generation");
            object["metadata"]["labels"] = json!({ "app": "shop" });
        }),
        get("only labels changed", one()),
        put("its status is left out", one(), "only labels changed", |object| {
            object["status"] = json!({ "dnsName": "x" });
        }),
        put("without fields", one(), "its status is left out", |object| {
            object["metadata"]["managedFields"] = json!([]);
        }),
        put("with an unknown field", one(), "without fields", |object| object["spec"]["strange"] = json!(1)),
        put("strictly", one(), "with an unknown field", |object| object["spec"]["strange"] = json!(1))
            .query("fieldValidation=Strict"),
        put("dry run", one(), "with an unknown field", |object| {
            object["spec"]["monitorConfig"]["port"] = json!(99);
        })
        .query("dryRun=All"),
        put("by another manager", one(), "with an unknown field", |object| {
            object["spec"]["monitorConfig"]["path"] = json!("/x");
        })
        .query("fieldManager=another"),
        put("without the monitor", one(), "by another manager", |object| {
            object["spec"] = json!({ "resourceGroup": "rg" });
        }),
        get("at the end", one()),
    ]
}

fn remove(object: &mut Value, key: &str) {
    object["metadata"].as_object_mut().expect("an object has metadata").remove(key);
}

fn status() -> Vec<Step> {
    let one = || PROFILES.one("p");
    let part = || format!("{}/status", PROFILES.one("p"));
    vec![
        create("created", PROFILES, &profile("p")),
        get("none", part()),
        put("written", part(), "created", |object| {
            object["spec"]["resourceGroup"] = json!("ignored");
            object["metadata"]["labels"] = json!({ "ignored": "yes" });
            object["status"] = json!({ "dnsName": "shop.example", "conditions": [{
                "type": "Programmed", "status": "True", "reason": "Programmed", "message": "m",
                "lastTransitionTime": "2024-01-02T03:04:05Z", "observedGeneration": 1,
            }] });
        }),
        put("written again", part(), "written", |_| ()),
        put("of an old revision", part(), "created", |object| object["status"] = json!({})),
        put("with an error", part(), "written", |object| object["status"] = json!({ "dnsName": 1 })),
        put("with an unknown field", part(), "written", |object| object["status"]["strange"] = json!(1)),
        put("of something missing", format!("{}/status", PROFILES.one("missing")), "written", |object| {
            object["metadata"]["name"] = json!("missing");
        }),
        get("read", one()),
        put("by the object", one(), "read", |object| object["status"] = json!({ "dnsName": "ignored" })),
        put("with finalizers", part(), "by the object", |object| {
            object["metadata"]["finalizers"] = json!(["example.com/x"]);
            object["status"]["resourceID"] = json!("r");
        }),
        put("emptied", part(), "with finalizers", |object| object["status"] = json!({})),
        put("without it", part(), "emptied", |object| {
            object.as_object_mut().expect("it is an object").remove("status");
        }),
        get("at the end", part()),
    ]
}

fn immutable() -> Vec<Step> {
    let backend = BACKENDS.object(
        "b",
        &json!({
            "spec": { "profile": { "name": "p" }, "backend": { "name": "b" } },
        }),
    );
    vec![
        create("profile", PROFILES, &profile("p")),
        put("its group", PROFILES.one("p"), "profile", |object| {
            object["spec"]["resourceGroup"] = json!("other");
        }),
        put("its group and more", PROFILES.one("p"), "profile", |object| {
            object["spec"] = json!({ "resourceGroup": "", "monitorConfig": { "timeoutInSeconds": 1 } });
        }),
        put("its spec is gone", PROFILES.one("p"), "profile", |object| object["spec"] = json!(null)),
        create("backend", BACKENDS, &backend),
        put("its profile", BACKENDS.one("b"), "backend", |object| {
            object["spec"]["profile"]["name"] = json!("q");
        }),
        put("its backend", BACKENDS.one("b"), "backend", |object| {
            object["spec"]["backend"]["name"] = json!("c");
        }),
        put("both", BACKENDS.one("b"), "backend", |object| {
            object["spec"]["profile"]["name"] = json!("q");
            object["spec"]["backend"]["name"] = json!("c");
        }),
        put("its weight", BACKENDS.one("b"), "backend", |object| object["spec"]["weight"] = json!(5)),
    ]
}
