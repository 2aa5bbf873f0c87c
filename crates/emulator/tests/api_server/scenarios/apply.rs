//! Server-side apply: who owns which field, conflicts, and what is no longer applied.

use serde_json::{Value, json};

use crate::script::Patch::{Json, Merge};
use crate::script::{
    ALPHA_PROFILES, CONFIG_MAPS, PROFILES, Scenario, Step, apply, create, delete, get, patch, put, step,
};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("apply", owners()),
        Scenario::new("apply-lists", lists()),
        Scenario::new("apply-and-update", updates()),
        Scenario::new("apply-status", status()),
        Scenario::new("apply-requests", requests()),
        Scenario::new("apply-config-maps", config_maps()),
    ]
}

fn spec(monitor: &Value) -> Value {
    PROFILES.object("p", &json!({ "spec": { "resourceGroup": "rg", "monitorConfig": monitor } }))
}

/// Only this of the monitor's configuration, without the group.
fn only(monitor: &Value) -> Value {
    PROFILES.object("p", &json!({ "spec": { "monitorConfig": monitor } }))
}

fn owners() -> Vec<Step> {
    let one = || PROFILES.one("p");
    vec![
        apply("creates", one(), "first", &spec(&json!({ "port": 81, "path": "/a" }))),
        apply("again", one(), "first", &spec(&json!({ "port": 81, "path": "/a" }))),
        apply("changes", one(), "first", &spec(&json!({ "port": 82, "path": "/a" }))),
        apply("conflict", one(), "second", &only(&json!({ "port": 83 }))),
        apply("two conflicts", one(), "second", &only(&json!({ "port": 83, "path": "/b" }))),
        apply("the same value is shared", one(), "second", &only(&json!({ "port": 82 }))),
        apply("conflict with both", one(), "third", &only(&json!({ "port": 84 }))),
        apply("forced", one(), "third", &only(&json!({ "port": 84 }))).query("force=true"),
        apply("without a field", one(), "first", &spec(&json!({ "path": "/a" }))),
        apply("gives up the path", one(), "first", &spec(&json!({}))),
        apply(
            "without the monitor",
            one(),
            "first",
            &PROFILES.object("p", &json!({ "spec": { "resourceGroup": "rg" } })),
        ),
        apply("the last owner lets go", one(), "third", &PROFILES.object("p", &Value::Null)),
        apply("second lets go, too", one(), "second", &PROFILES.object("p", &Value::Null)),
        apply(
            "labels",
            one(),
            "first",
            &json!({
                "apiVersion": PROFILES.api_version, "kind": PROFILES.kind,
                "metadata": { "name": "p", "labels": { "a": "b" }, "annotations": { "c": "d" }, "finalizers": ["example.com/x"] },
                "spec": { "resourceGroup": "rg" },
            }),
        ),
        apply(
            "label conflict",
            one(),
            "second",
            &json!({
                "apiVersion": PROFILES.api_version, "kind": PROFILES.kind,
                "metadata": { "name": "p", "labels": { "a": "z", "own": "y" } },
            }),
        ),
        apply("required field let go", one(), "first", &PROFILES.object("p", &Value::Null)),
        get("at the end", one()),
    ]
}

fn lists() -> Vec<Step> {
    let one = || PROFILES.one("p");
    let headers = |headers: Value| only(&json!({ "customHeaders": headers }));
    let header = |name: &str, value: &str| json!({ "name": name, "value": value });
    vec![
        apply(
            "creates",
            one(),
            "first",
            &spec(&json!({ "customHeaders": [header("a", "1"), header("b", "2")] })),
        ),
        apply("another element", one(), "second", &headers(json!([header("c", "3")]))),
        apply(
            "an element in conflict",
            one(),
            "second",
            &headers(json!([header("a", "9"), header("c", "3")])),
        ),
        apply("an element forced", one(), "second", &headers(json!([header("a", "9"), header("c", "3")])))
            .query("force=true"),
        apply("an element less", one(), "first", &spec(&json!({ "customHeaders": [header("b", "2")] }))),
        apply("order", one(), "second", &headers(json!([header("c", "3"), header("a", "9")]))),
        apply("an element twice", one(), "second", &headers(json!([header("c", "3"), header("c", "4")]))),
        apply("an element without its key", one(), "second", &headers(json!([{ "value": "4" }]))),
        apply("none", one(), "second", &headers(json!([]))),
        apply("null", one(), "first", &spec(&json!({ "customHeaders": null }))),
        get("at the end", one()),
    ]
}

fn updates() -> Vec<Step> {
    let one = || PROFILES.one("p");
    let monitor = |config: Value| json!({ "spec": { "monitorConfig": config } });
    vec![
        create("created", PROFILES, &spec(&json!({ "port": 81 }))).query("fieldManager=creator"),
        apply("conflict with an update", one(), "first", &spec(&json!({ "port": 82 }))),
        apply("the same", one(), "first", &spec(&json!({ "port": 81 }))),
        patch("merge by somebody", one(), Merge, &monitor(json!({ "path": "/m" })))
            .query("fieldManager=merger"),
        patch(
            "JSON by somebody",
            one(),
            Json,
            &json!([{ "op": "replace", "path": "/spec/monitorConfig/port", "value": 83 }]),
        )
        .query("fieldManager=json"),
        apply("conflict with a patch", one(), "first", &spec(&json!({ "port": 81 }))),
        put("update by its own name", one(), "JSON by somebody", |object| {
            object["spec"]["monitorConfig"]["protocol"] = json!("TCP");
            object["spec"]["monitorConfig"]["port"] = json!(85);
        })
        .query("fieldManager=first"),
        apply("conflict with itself", one(), "first", &spec(&json!({ "port": 81 }))),
        apply("forced", one(), "first", &spec(&json!({ "port": 81, "timeoutInSeconds": 7 })))
            .query("force=true"),
        patch("removed by somebody", one(), Merge, &monitor(json!({ "timeoutInSeconds": null })))
            .query("fieldManager=merger"),
        apply("put back", one(), "first", &spec(&json!({ "port": 81, "timeoutInSeconds": 7 }))),
        apply("interval", one(), "second", &spec(&json!({ "intervalInSeconds": 10 }))),
        apply("interval forced", one(), "second", &spec(&json!({ "intervalInSeconds": 10 })))
            .query("force=true"),
        apply("refused by a rule", one(), "first", &spec(&json!({ "port": 81, "timeoutInSeconds": 10 }))),
        patch("owners forgotten", one(), Merge, &json!({ "metadata": { "managedFields": [{}] } })),
        apply("after that", one(), "third", &spec(&json!({ "port": 90 }))),
        get("at the end", one()),
    ]
}

fn status() -> Vec<Step> {
    let part = || format!("{}/status", PROFILES.one("p"));
    let status = |status: Value| PROFILES.object("p", &json!({ "status": status }));
    let condition = |reason: &str| {
        json!({ "conditions": [{
            "type": "Programmed", "status": "True", "reason": reason, "message": "m",
            "lastTransitionTime": "2024-01-02T03:04:05Z",
        }] })
    };
    vec![
        apply("of something missing", part(), "controller", &status(json!({ "dnsName": "a" }))),
        apply("creates", PROFILES.one("p"), "first", &spec(&json!({ "port": 81 }))),
        apply("written", part(), "controller", &status(json!({ "dnsName": "a" }))),
        apply("conflict", part(), "another", &status(json!({ "dnsName": "b" }))),
        apply("conditions", part(), "another", &status(condition("A"))),
        apply("condition in conflict", part(), "controller", &status(condition("B"))),
        apply("spec in it", part(), "another", &spec(&json!({ "port": 99 }))),
        apply(
            "status in the object",
            PROFILES.one("p"),
            "first",
            &PROFILES.object(
                "p",
                &json!({
                    "spec": { "resourceGroup": "rg" }, "status": { "dnsName": "c" },
                }),
            ),
        ),
        get("at the end", PROFILES.one("p")),
    ]
}

fn requests() -> Vec<Step> {
    let one = || PROFILES.one("p");
    let raw = |name, text: &str| {
        step(name, "PATCH", one()).text("application/apply-patch+yaml", text).query("fieldManager=first")
    };
    let yaml = format!(
        "apiVersion: {}\nkind: {}\nmetadata:\n  name: p\nspec:\n  resourceGroup: rg # a group\n  monitorConfig:\n    port: 81\n",
        PROFILES.api_version, PROFILES.kind
    );
    let elsewhere = format!("/apis/{}/namespaces/missing/trafficmanagerprofiles/p", PROFILES.api_version);
    let whole = || spec(&json!({ "port": 81 }));
    let mut renamed = whole();
    renamed["metadata"]["name"] = json!("q");
    let mut managed = whole();
    managed["metadata"]["managedFields"] =
        json!([{ "manager": "x", "operation": "Apply", "apiVersion": PROFILES.api_version }]);
    let mut alpha = whole();
    alpha["apiVersion"] = json!(ALPHA_PROFILES.api_version);
    let mut old = whole();
    old["metadata"]["resourceVersion"] = json!("1");
    let mut unnamed = whole();
    unnamed["metadata"] = json!({});
    let mut kindless = whole();
    kindless.as_object_mut().expect("it is an object").remove("kind");
    let mut strange = whole();
    strange["spec"]["strange"] = json!(1);
    vec![
        step("no manager", "PATCH", one()).text("application/apply-patch+yaml", whole().to_string()),
        apply("of a missing namespace", elsewhere, "first", &whole()),
        raw("YAML", &yaml),
        apply("another name", one(), "first", &renamed),
        apply("no name", one(), "first", &unnamed),
        apply("managed fields", one(), "first", &managed),
        apply("another version", one(), "first", &alpha),
        apply("in another version", ALPHA_PROFILES.one("p"), "first", &alpha),
        apply("an old revision", one(), "first", &old),
        apply("no kind", one(), "first", &kindless),
        apply("an error", one(), "first", &spec(&json!({ "port": "x" }))),
        apply("an unknown field", one(), "first", &strange),
        apply("an unknown field, strictly", one(), "first", &strange).query("fieldValidation=Strict"),
        apply("an unknown field, ignored", one(), "first", &strange).query("fieldValidation=Ignore"),
        apply("dry run", one(), "first", &spec(&json!({ "port": 99 }))).query("dryRun=All"),
        apply("force that is none", one(), "first", &whole()).query("force=perhaps"),
        raw("empty", ""),
        raw("no object", "[]"),
        raw("no YAML", "{"),
        raw("twice", "apiVersion: a\napiVersion: b\n"),
        apply(
            "invalid name",
            PROFILES.one("P_"),
            "first",
            &PROFILES.object("P_", &json!({ "spec": { "resourceGroup": "rg" } })),
        ),
        delete("deleted", one()),
        apply("made again", one(), "first", &whole()),
        apply("of another uid", one(), "first", &{
            let mut object = whole();
            object["metadata"]["uid"] = json!("00000000-0000-4000-8000-000000000000");
            object
        }),
    ]
}

fn config_maps() -> Vec<Step> {
    let one = || CONFIG_MAPS.one("c");
    let data = |data: Value| CONFIG_MAPS.object("c", &json!({ "data": data }));
    vec![
        apply("creates", one(), "first", &data(json!({ "a": "1", "b": "2" }))),
        apply("another key", one(), "second", &data(json!({ "c": "3" }))),
        apply("conflict", one(), "second", &data(json!({ "a": "9", "c": "3" }))),
        apply("a key less", one(), "first", &data(json!({ "a": "1" }))),
        apply(
            "unknown field",
            one(),
            "first",
            &CONFIG_MAPS.object("c", &json!({ "data": { "a": "1" }, "strange": 1 })),
        ),
        apply("wrong type", one(), "first", &data(json!({ "a": 1 }))),
        get("at the end", one()),
    ]
}
