//! The kinds that every server has.

use serde_json::{Value, json};

use crate::script::Patch::{Merge, Strategic};
use crate::script::{
    CONFIG_MAPS, CRDS, EVENTS, NAMESPACES, PROFILES, SECRETS, SERVICE_ACCOUNTS, Scenario, Step, create,
    delete, get, patch, put, step,
};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("namespaces", namespaces()),
        Scenario::new("config-maps", config_maps()),
        Scenario::new("secrets", secrets()),
        Scenario::new("service-accounts", service_accounts()),
        Scenario::new("events", events()),
        Scenario::new("definitions", definitions()),
    ]
}

fn namespaces() -> Vec<Step> {
    let namespace = |name: &str| NAMESPACES.object(name, &Value::Null);
    let inside = "/apis/networking.fleet.azure.com/v1beta1/namespaces/extra/trafficmanagerprofiles";
    vec![
        get("its own", NAMESPACES.one("{namespace}")),
        create("created", NAMESPACES, &namespace("extra")),
        create("twice", NAMESPACES, &namespace("extra")),
        create("dots", NAMESPACES, &namespace("a.b")),
        create("upper case", NAMESPACES, &namespace("Extra")),
        create("long", NAMESPACES, &namespace(&"n".repeat(64))),
        create("no name", NAMESPACES, &json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": {} })),
        create("with labels", NAMESPACES, &{
            let mut object = namespace("labelled");
            object["metadata"]["labels"] = json!({ "a": "b", "kubernetes.io/metadata.name": "other" });
            object
        }),
        get("missing", NAMESPACES.one("missing")),
        get("by name", NAMESPACES.all()).query("fieldSelector=metadata.name%3Dextra"),
        get("the first", NAMESPACES.one("default")),
        patch(
            "label",
            NAMESPACES.one("extra"),
            Strategic,
            &json!({ "metadata": { "labels": { "x": "y" } } }),
        ),
        put("replaced", NAMESPACES.one("extra"), "label", |object| {
            object["metadata"]["annotations"] = json!({ "a": "b" });
        }),
        step("an object in it", "POST", inside)
            .json(&PROFILES.object("p", &json!({ "spec": { "resourceGroup": "rg" } }))),
        delete("the first is deleted", NAMESPACES.one("default")),
        delete("missing is deleted", NAMESPACES.one("missing")),
        delete("all are deleted", NAMESPACES.all()),
        delete("deleted", NAMESPACES.one("labelled")),
    ]
}

fn config_maps() -> Vec<Step> {
    let map = |members: Value| CONFIG_MAPS.object("c", &members);
    let one = || CONFIG_MAPS.one("c");
    vec![
        create("created", CONFIG_MAPS, &map(json!({ "data": { "a": "1" }, "binaryData": { "b": "AAEC" } }))),
        get("read", one()),
        put("replaced", one(), "created", |object| object["data"]["a"] = json!("2")),
        put("of an old revision", one(), "created", |object| object["data"]["a"] = json!("3")),
        put("of no revision", one(), "replaced", |object| {
            object["metadata"].as_object_mut().expect("an object has metadata").remove("resourceVersion");
        }),
        create("empty", CONFIG_MAPS, &CONFIG_MAPS.object("empty", &Value::Null)),
        create("number", CONFIG_MAPS, &CONFIG_MAPS.object("n", &json!({ "data": { "a": 1 } }))),
        create("wrong key", CONFIG_MAPS, &CONFIG_MAPS.object("k", &json!({ "data": { "a b": "1" } }))),
        create(
            "both",
            CONFIG_MAPS,
            &CONFIG_MAPS.object("d", &json!({ "data": { "a": "1" }, "binaryData": { "a": "AAEC" } })),
        ),
        create("no base64", CONFIG_MAPS, &CONFIG_MAPS.object("e", &json!({ "binaryData": { "a": "?" } }))),
        create(
            "unknown field",
            CONFIG_MAPS,
            &CONFIG_MAPS.object("u", &json!({ "strange": 1, "data": { "a": "b" } })),
        ),
        create("unknown field, strictly", CONFIG_MAPS, &CONFIG_MAPS.object("v", &json!({ "strange": 1 })))
            .query("fieldValidation=Strict"),
        patch("immutable", one(), Merge, &json!({ "immutable": true })),
        patch("changed all the same", one(), Merge, &json!({ "data": { "a": "9" } })),
        patch("mutable again", one(), Merge, &json!({ "immutable": false })),
        create("upper case", CONFIG_MAPS, &CONFIG_MAPS.object("Map", &Value::Null)),
        create("no name", CONFIG_MAPS, &json!({ "apiVersion": "v1", "kind": "ConfigMap" })),
        get("all", CONFIG_MAPS.all()),
        get("missing", CONFIG_MAPS.one("missing")),
    ]
}

fn secrets() -> Vec<Step> {
    let secret = |name: &str, members: Value| SECRETS.object(name, &members);
    vec![
        create(
            "text",
            SECRETS,
            &secret("a", json!({ "stringData": { "x": "secret" }, "data": { "y": "AAEC" } })),
        ),
        get("read", SECRETS.one("a")),
        create(
            "of Helm",
            SECRETS,
            &secret("b", json!({ "type": "helm.sh/release.v1", "data": { "release": "AAEC" } })),
        ),
        get("by type", SECRETS.all()).query("fieldSelector=type%3Dhelm.sh/release.v1"),
        create("no base64", SECRETS, &secret("c", json!({ "data": { "x": "?" } }))),
        create("number", SECRETS, &secret("d", json!({ "stringData": { "x": 1 } }))),
        create("wrong key", SECRETS, &secret("e", json!({ "stringData": { "x y": "1" } }))),
        create("empty", SECRETS, &secret("f", Value::Null)),
        patch("text replaces data", SECRETS.one("a"), Merge, &json!({ "stringData": { "y": "text" } })),
        patch("another type", SECRETS.one("a"), Merge, &json!({ "type": "other" })),
        create("TLS without keys", SECRETS, &secret("g", json!({ "type": "kubernetes.io/tls" }))),
        get("all", SECRETS.all()),
    ]
}

fn service_accounts() -> Vec<Step> {
    vec![
        create("created", SERVICE_ACCOUNTS, &SERVICE_ACCOUNTS.object("a", &Value::Null)),
        create(
            "no token of itself",
            SERVICE_ACCOUNTS,
            &SERVICE_ACCOUNTS.object(
                "b",
                &json!({
                    "automountServiceAccountToken": false, "imagePullSecrets": [{ "name": "x" }],
                }),
            ),
        ),
        get("read", SERVICE_ACCOUNTS.one("a")),
        patch(
            "labels",
            SERVICE_ACCOUNTS.one("a"),
            Strategic,
            &json!({ "metadata": { "labels": { "a": "b" } } }),
        ),
        delete("deleted", SERVICE_ACCOUNTS.one("a")),
    ]
}

fn events() -> Vec<Step> {
    let event = |name: &str, about: Value| {
        EVENTS.object(
            name,
            &json!({
                "involvedObject": about, "reason": "Programmed", "message": "m", "type": "Normal",
                "source": { "component": "controller" }, "count": 1,
                "firstTimestamp": "2024-01-02T03:04:05Z", "lastTimestamp": "2024-01-02T03:04:05Z",
            }),
        )
    };
    let about = json!({
        "apiVersion": PROFILES.api_version, "kind": PROFILES.kind, "namespace": "{namespace}", "name": "p",
        "uid": "00000000-0000-4000-8000-000000000000",
    });
    let mut elsewhere = about.clone();
    elsewhere["namespace"] = json!("default");
    vec![
        create("created", EVENTS, &event("p.1", about.clone())),
        create("about something elsewhere", EVENTS, &event("p.2", elsewhere)),
        create(
            "least",
            EVENTS,
            &EVENTS.object("p.3", &json!({ "involvedObject": { "namespace": "{namespace}" } })),
        ),
        create("counted", EVENTS, &event("p.4", about)),
        patch(
            "counts",
            EVENTS.one("p.1"),
            Strategic,
            &json!({ "count": 2, "lastTimestamp": "2024-01-02T03:04:06Z" }),
        ),
        get("all", EVENTS.all()),
        get("by name", EVENTS.all()).query("fieldSelector=involvedObject.name%3Dp"),
        get("by kind", EVENTS.all())
            .query("fieldSelector=involvedObject.kind%3DTrafficManagerProfile,type%3DNormal"),
        get("by reason", EVENTS.all()).query("fieldSelector=reason%3DOther"),
        get("by a field that is none", EVENTS.all()).query("fieldSelector=message%3Dm"),
        get("in their own group", "/apis/events.k8s.io/v1/namespaces/{namespace}/events"),
        get("one in its own group", "/apis/events.k8s.io/v1/namespaces/{namespace}/events/p.1"),
    ]
}

fn definitions() -> Vec<Step> {
    let of = |plural: &str| CRDS.one(&format!("{plural}.networking.fleet.azure.com"));
    vec![
        get("profiles", of("trafficmanagerprofiles")),
        get("backends", of("trafficmanagerbackends")),
        get("service exports", of("serviceexports")),
        get("service imports", of("serviceimports")),
        get("services", of("multiclusterservices")),
        get("internal exports", of("internalserviceexports")),
        get("all", CRDS.all()),
        get("missing", of("nothings")),
        get("as a table", CRDS.all()).accept("application/json;as=Table;v=v1;g=meta.k8s.io,application/json"),
    ]
}
