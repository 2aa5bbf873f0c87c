//! Objects are patched: merge patches, JSON patches and strategic ones.

use serde_json::{Value, json};

use crate::script::Patch::{Json, Merge, Strategic};
use crate::script::{CONFIG_MAPS, PROFILES, Scenario, Step, create, get, patch, step};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("merge", merge()),
        Scenario::new("json-patch", json_patch()),
        Scenario::new("strategic", strategic()),
    ]
}

fn profile() -> Value {
    PROFILES.object(
        "p",
        &json!({ "spec": {
        "resourceGroup": "rg",
        "monitorConfig": { "port": 81, "customHeaders": [{ "name": "a", "value": "1" }] },
    } }),
    )
}

fn merge() -> Vec<Step> {
    let one = || PROFILES.one("p");
    let merge = |name, body: Value| patch(name, PROFILES.one("p"), Merge, &body);
    let monitor = |config: Value| json!({ "spec": { "monitorConfig": config } });
    let text = |name, text: &str| step(name, "PATCH", one()).text("application/merge-patch+json", text);
    vec![
        create("created", PROFILES, &profile()),
        merge("set", monitor(json!({ "port": 82 }))),
        merge("nothing", json!({})),
        merge("the same", monitor(json!({ "port": 82 }))),
        merge("to the default", monitor(json!({ "port": null }))),
        merge("remove", monitor(json!({ "customHeaders": null }))),
        merge("a list", monitor(json!({ "customHeaders": [{ "name": "b", "value": "2" }] }))),
        merge("a null in a list", monitor(json!({ "customHeaders": [null] }))),
        merge("interval", monitor(json!({ "intervalInSeconds": 10 }))),
        merge("refused", monitor(json!({ "timeoutInSeconds": 10 }))),
        merge("immutable", json!({ "spec": { "resourceGroup": "other" } })),
        merge("required", json!({ "spec": { "resourceGroup": null } })),
        merge("labels", json!({ "metadata": { "labels": { "app": "shop", "tier": "web" } } })),
        merge("without a label", json!({ "metadata": { "labels": { "app": null } } })),
        merge("wrong label", json!({ "metadata": { "labels": { "app": 1 } } })),
        merge("name", json!({ "metadata": { "name": "q" } })),
        merge("namespace", json!({ "metadata": { "namespace": "default" } })),
        merge("uid", json!({ "metadata": { "uid": "00000000-0000-4000-8000-000000000000" } })),
        merge(
            "of an old revision",
            json!({
                "metadata": { "resourceVersion": "{resourceVersion of created}" }, "spec": { "monitorConfig": { "port": 90 } },
            }),
        ),
        merge("kind", json!({ "kind": "Other" })),
        merge("version", json!({ "apiVersion": "networking.fleet.azure.com/v1alpha1" })),
        merge("status is left out", json!({ "status": { "dnsName": "x" } })),
        merge("unknown field", json!({ "spec": { "strange": 1 } })),
        merge("unknown field, strictly", json!({ "spec": { "strange": 1 } })).query("fieldValidation=Strict"),
        merge("unknown field, ignored", json!({ "spec": { "strange": 1 } })).query("fieldValidation=Ignore"),
        merge("dry run", monitor(json!({ "port": 99 }))).query("dryRun=All"),
        merge("by a manager", monitor(json!({ "path": "/x" }))).query("fieldManager=another"),
        merge("forced", monitor(json!({ "path": "/y" }))).query("force=true"),
        text("no object", "[]"),
        text("null", "null"),
        text("no JSON", "{"),
        text("empty", ""),
        patch("missing", PROFILES.one("missing"), Merge, &json!({})),
        patch(
            "status",
            format!("{}/status", one()),
            Merge,
            &json!({
                "status": { "dnsName": "x" }, "spec": { "resourceGroup": "ignored" }, "metadata": { "labels": { "i": "j" } },
            }),
        ),
        patch("status is gone", format!("{}/status", one()), Merge, &json!({ "status": null })),
        step("no media type", "PATCH", one()).text("", "{}"),
        step("plain JSON", "PATCH", one()).text("application/json", "{}"),
        step("another media type", "PATCH", one()).text("text/plain", "{}"),
        get("at the end", one()),
    ]
}

#[expect(clippy::too_many_lines, reason = "it is a list")]
fn json_patch() -> Vec<Step> {
    let one = || PROFILES.one("p");
    let change = |name, body: Value| patch(name, PROFILES.one("p"), Json, &body);
    let text = |name, text: &str| step(name, "PATCH", one()).text("application/json-patch+json", text);
    let port = "/spec/monitorConfig/port";
    vec![
        create("created", PROFILES, &profile()),
        change("replace", json!([{ "op": "replace", "path": port, "value": 82 }])),
        change("add", json!([{ "op": "add", "path": "/metadata/labels", "value": { "a/b": "c" } }])),
        change("escaped", json!([{ "op": "remove", "path": "/metadata/labels/a~1b" }])),
        change(
            "in a list",
            json!([
                { "op": "add", "path": "/spec/monitorConfig/customHeaders/-", "value": { "name": "b", "value": "2" } },
                { "op": "add", "path": "/spec/monitorConfig/customHeaders/0", "value": { "name": "c", "value": "3" } },
            ]),
        ),
        change(
            "beyond a list",
            json!([
                { "op": "add", "path": "/spec/monitorConfig/customHeaders/9", "value": { "name": "z", "value": "2" } },
            ]),
        ),
        change(
            "remove from a list",
            json!([{ "op": "remove", "path": "/spec/monitorConfig/customHeaders/1" }]),
        ),
        change(
            "move and copy",
            json!([
                { "op": "copy", "from": "/spec/monitorConfig/customHeaders/0/value", "path": "/spec/monitorConfig/path" },
                { "op": "move", "from": "/spec/monitorConfig/customHeaders/0", "path": "/spec/monitorConfig/customHeaders/1" },
            ]),
        ),
        change(
            "test holds",
            json!([
                { "op": "test", "path": port, "value": 82 }, { "op": "replace", "path": port, "value": 83 },
            ]),
        ),
        change(
            "test fails",
            json!([
                { "op": "test", "path": port, "value": 1 }, { "op": "replace", "path": port, "value": 84 },
            ]),
        ),
        change("test of nothing", json!([{ "op": "test", "path": "/spec/nothing", "value": 1 }])),
        change("replace nothing", json!([{ "op": "replace", "path": "/spec/nothing", "value": 1 }])),
        change("remove nothing", json!([{ "op": "remove", "path": "/spec/nothing" }])),
        change("add below nothing", json!([{ "op": "add", "path": "/spec/nothing/at/all", "value": 1 }])),
        change("no such operation", json!([{ "op": "change", "path": port, "value": 1 }])),
        change("no path", json!([{ "op": "add", "value": 1 }])),
        change("no value", json!([{ "op": "add", "path": port }])),
        change("refused", json!([{ "op": "replace", "path": port, "value": "x" }])),
        change(
            "revision",
            json!([
                { "op": "test", "path": "/metadata/resourceVersion", "value": "{resourceVersion of created}" },
            ]),
        ),
        change("the whole", json!([{ "op": "replace", "path": "", "value": {} }])),
        change("nothing", json!([])),
        text("no list", "{}"),
        text("no JSON", "["),
        text("text", "\"a\""),
        patch("missing", PROFILES.one("missing"), Json, &json!([])),
        change("unknown field, strictly", json!([{ "op": "add", "path": "/spec/strange", "value": 1 }]))
            .query("fieldValidation=Strict"),
        get("at the end", one()),
    ]
}

fn strategic() -> Vec<Step> {
    let one = || CONFIG_MAPS.one("c");
    let change = |name, body: Value| patch(name, CONFIG_MAPS.one("c"), Strategic, &body);
    let map = json!({ "data": { "a": "1", "b": "2" } });
    vec![
        create("profile", PROFILES, &profile()),
        patch("of a profile", PROFILES.one("p"), Strategic, &json!({})),
        create("created", CONFIG_MAPS, &CONFIG_MAPS.object("c", &map)),
        change("set and remove", json!({ "data": { "a": null, "c": "3" } })),
        change("labels", json!({ "metadata": { "labels": { "x": "y" } } })),
        change("finalizers", json!({ "metadata": { "finalizers": ["example.com/a"] } })),
        change("more finalizers", json!({ "metadata": { "finalizers": ["example.com/b"] } })),
        change(
            "a finalizer less",
            json!({ "metadata": { "$deleteFromPrimitiveList/finalizers": ["example.com/a"] } }),
        ),
        change(
            "owners",
            json!({ "metadata": { "ownerReferences": [
            { "apiVersion": "v1", "kind": "ConfigMap", "name": "d", "uid": "u" },
        ] } }),
        ),
        change(
            "more owners",
            json!({ "metadata": { "ownerReferences": [
            { "apiVersion": "v1", "kind": "ConfigMap", "name": "e", "uid": "v" },
        ] } }),
        ),
        change(
            "an owner less",
            json!({ "metadata": { "ownerReferences": [{ "$patch": "delete", "uid": "u" }] } }),
        ),
        change("replaced", json!({ "data": { "$patch": "replace", "z": "26" } })),
        change("wrong type", json!({ "data": { "z": 26 } })),
        change("nothing", json!({})),
        patch("JSON", one(), Json, &json!([{ "op": "add", "path": "/data/y", "value": "25" }])),
        patch("merge", one(), Merge, &json!({ "data": { "y": null } })),
        patch("unknown field", one(), Merge, &json!({ "strange": 1 })),
        patch("unknown field, strictly", one(), Merge, &json!({ "strange": 1 }))
            .query("fieldValidation=Strict"),
        get("at the end", one()),
    ]
}
