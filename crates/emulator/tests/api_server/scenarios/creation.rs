//! Objects are created: defaults, unknown fields, names, and requests that are none.

use serde_json::{Value, json};

use crate::script::{
    ALPHA_PROFILES, BACKENDS, INTERNAL_SERVICE_EXPORTS, MULTI_CLUSTER_SERVICES, PROFILES, SERVICE_EXPORTS,
    SERVICE_IMPORTS, Scenario, Step, create, get, step,
};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("defaults", defaults()),
        Scenario::new("unknown-fields", unknown_fields()),
        Scenario::new("names", names()),
        Scenario::new("metadata", metadata()),
        Scenario::new("requests", requests()),
        Scenario::new("media-types", media_types()),
    ]
}

fn profile(name: &str, spec: &Value) -> Value {
    PROFILES.object(name, &json!({ "spec": spec }))
}

/// A profile with nothing but what it needs.
fn least(name: &str) -> Value {
    profile(name, &json!({ "resourceGroup": "rg" }))
}

#[expect(clippy::too_many_lines, reason = "it is a list")]
fn defaults() -> Vec<Step> {
    let full = json!({
        "resourceGroup": "rg",
        "monitorConfig": {
            "intervalInSeconds": 10, "path": "/health", "port": 8443, "protocol": "HTTPS", "timeoutInSeconds": 9,
            "toleratedNumberOfFailures": 0,
            "customHeaders": [{ "name": "a", "value": "1" }, { "name": "b", "value": "2" }],
        },
    });
    let backend = json!({ "spec": { "profile": { "name": "p" }, "backend": { "name": "b" } } });
    let service = json!({ "spec": { "serviceImport": { "name": "web" } } });
    let exported = json!({ "spec": {
        "ports": [{ "port": 80, "targetPort": 8080 }, { "name": "x", "port": 443, "targetPort": "https", "protocol": "TCP" }],
        "serviceReference": {
            "clusterId": "c", "apiVersion": "v1", "kind": "Service", "namespace": "n", "name": "s",
            "resourceVersion": "1", "generation": 1, "uid": "u", "namespacedName": "n/s",
            "exportedSince": "2024-01-02T03:04:05Z",
        },
    } });
    vec![
        create("least", PROFILES, &least("least")),
        create(
            "empty monitor",
            PROFILES,
            &profile("empty", &json!({ "resourceGroup": "rg", "monitorConfig": {} })),
        ),
        create(
            "null monitor",
            PROFILES,
            &profile("null", &json!({ "resourceGroup": "rg", "monitorConfig": null })),
        ),
        create(
            "null with default",
            PROFILES,
            &profile("null-port", &json!({ "resourceGroup": "rg", "monitorConfig": { "port": null } })),
        ),
        create(
            "null without default",
            PROFILES,
            &profile(
                "null-time",
                &json!({ "resourceGroup": "rg", "monitorConfig": { "timeoutInSeconds": null } }),
            ),
        ),
        create("everything", PROFILES, &profile("full", &full)),
        get("read", PROFILES.one("full")),
        get("read in the other version", ALPHA_PROFILES.one("full")),
        create(
            "create in the other version",
            ALPHA_PROFILES,
            &ALPHA_PROFILES
                .object("alpha", &json!({ "spec": { "resourceGroup": "rg", "monitorConfig": {} } })),
        ),
        create("twice", PROFILES, &least("least")),
        create("status is left out", PROFILES, &with(least("status"), "status", json!({ "dnsName": "x" }))),
        get("missing", PROFILES.one("missing")),
        create("backend", BACKENDS, &BACKENDS.object("b", &backend)),
        create("service export", SERVICE_EXPORTS, &SERVICE_EXPORTS.object("e", &Value::Null)),
        create("service import", SERVICE_IMPORTS, &SERVICE_IMPORTS.object("i", &Value::Null)),
        create("service", MULTI_CLUSTER_SERVICES, &MULTI_CLUSTER_SERVICES.object("s", &service)),
        create("internal export", INTERNAL_SERVICE_EXPORTS, &INTERNAL_SERVICE_EXPORTS.object("x", &exported)),
        create(
            "whole float",
            PROFILES,
            &profile("float", &json!({ "resourceGroup": "rg", "monitorConfig": { "port": 80.0 } })),
        ),
        create("dry run", PROFILES, &least("dry")).query("dryRun=All"),
        get("after the dry run", PROFILES.one("dry")),
        create("wrong dry run", PROFILES, &least("dry")).query("dryRun=Some"),
    ]
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

fn unknown_fields() -> Vec<Step> {
    let strange = |name: &str| {
        json!({
            "apiVersion": PROFILES.api_version, "kind": PROFILES.kind, "metadata": { "name": name, "strange": 1 },
            "strange": true,
            "spec": {
                "resourceGroup": "rg", "strange": {},
                "monitorConfig": { "strange": [], "customHeaders": [{ "name": "a", "value": "b", "strange": 0 }] },
            },
        })
    };
    let twice = |name: &str| {
        format!(
            r#"{{"apiVersion":"{}","kind":"{}","metadata":{{"name":"{name}"}},"spec":{{"resourceGroup":"a","resourceGroup":"rg"}}}}"#,
            PROFILES.api_version, PROFILES.kind
        )
    };
    let post = |name| step(name, "POST", PROFILES.all());
    vec![
        create("by themselves", PROFILES, &strange("a")),
        create("warned of", PROFILES, &strange("b")).query("fieldValidation=Warn"),
        create("ignored", PROFILES, &strange("c")).query("fieldValidation=Ignore"),
        create("refused", PROFILES, &strange("d")).query("fieldValidation=Strict"),
        create("another word", PROFILES, &strange("e")).query("fieldValidation=Perhaps"),
        post("twice, by themselves").text("application/json", twice("f")),
        post("twice, ignored").text("application/json", twice("g")).query("fieldValidation=Ignore"),
        post("twice, refused").text("application/json", twice("h")).query("fieldValidation=Strict"),
        create("beside an error", PROFILES, &with(strange("i"), "spec", json!({ "strange": 1 }))),
    ]
}

fn names() -> Vec<Step> {
    let named = |metadata: Value| with(least(""), "metadata", metadata);
    let long = "a".repeat(254);
    let limit = "a".repeat(64);
    let short = "a".repeat(63);
    vec![
        create("none", PROFILES, &named(json!({}))),
        create("empty", PROFILES, &least("")),
        create("upper case", PROFILES, &least("Shop")),
        create("dots", PROFILES, &least("shop.west")),
        create("a dot at the end", PROFILES, &least("shop.")),
        create("underscore", PROFILES, &least("a_b")),
        create("slash", PROFILES, &least("a/b")),
        create("63 characters", PROFILES, &least(&short)),
        create("64 characters", PROFILES, &least(&limit)),
        create("254 characters", PROFILES, &least(&long)),
        create("generated", PROFILES, &named(json!({ "generateName": "shop-" }))),
        create("no text", PROFILES, &named(json!({ "name": 7 }))),
        create(
            "internal export of any length",
            INTERNAL_SERVICE_EXPORTS,
            &INTERNAL_SERVICE_EXPORTS.object(&limit, &Value::Null),
        ),
        create("service export", SERVICE_EXPORTS, &SERVICE_EXPORTS.object(&limit, &Value::Null)),
    ]
}

fn metadata() -> Vec<Step> {
    let of = |name: &str, more: Value| {
        let mut object = least(name);
        for (key, value) in more.as_object().into_iter().flatten() {
            object["metadata"][key] = value.clone();
        }
        object
    };
    let owner = json!([{ "apiVersion": "v1", "kind": "ConfigMap", "name": "c", "uid": "u" }]);
    let owners = json!([
        { "apiVersion": "v1", "kind": "ConfigMap", "name": "c", "uid": "u", "controller": true },
        { "apiVersion": "v1", "kind": "ConfigMap", "name": "d", "uid": "v", "controller": true },
    ]);
    vec![
        create(
            "labels",
            PROFILES,
            &of("a", json!({ "labels": { "app": "shop" }, "annotations": { "a": "b" } })),
        ),
        create("null label", PROFILES, &of("a2", json!({ "labels": { "app": null } }))),
        create("wrong label", PROFILES, &of("b", json!({ "labels": { "a b": "c d" } }))),
        create("number as label", PROFILES, &of("c", json!({ "labels": { "a": 1 } }))),
        create("labels that are none", PROFILES, &of("d", json!({ "labels": "a" }))),
        create("wrong annotation", PROFILES, &of("e", json!({ "annotations": { "a b": "" } }))),
        create("number as annotation", PROFILES, &of("e2", json!({ "annotations": { "a": 1 } }))),
        create("finalizers", PROFILES, &of("f", json!({ "finalizers": ["example.com/a", "example.com/b"] }))),
        create("wrong finalizer", PROFILES, &of("g", json!({ "finalizers": ["a b"] }))),
        create("short finalizer", PROFILES, &of("g2", json!({ "finalizers": ["short"] }))),
        create("owner", PROFILES, &of("h", json!({ "ownerReferences": owner }))),
        create("two controllers", PROFILES, &of("i", json!({ "ownerReferences": owners }))),
        create("owner without uid", PROFILES, &of("j", json!({ "ownerReferences": [{ "kind": "a" }] }))),
        create("namespace", PROFILES, &of("k", json!({ "namespace": "{namespace}" }))),
        create("another namespace", PROFILES, &of("l", json!({ "namespace": "default" }))),
        create(
            "what servers set",
            PROFILES,
            &of(
                "m",
                json!({
                    "uid": "u", "generation": 7, "creationTimestamp": "2001-01-01T00:00:00Z", "selfLink": "x",
                    "deletionTimestamp": "2001-01-01T00:00:00Z", "deletionGracePeriodSeconds": 3,
                }),
            ),
        ),
        create("revision", PROFILES, &of("n", json!({ "resourceVersion": "1" }))),
        create("wrong time", PROFILES, &of("o", json!({ "creationTimestamp": "yesterday" }))),
        create("managed fields", PROFILES, &of("p", json!({ "managedFields": [{ "manager": "x" }] }))),
        create("manager", PROFILES, &least("q")).query("fieldManager=somebody"),
        create("long manager", PROFILES, &least("r")).query(&format!("fieldManager={}", "m".repeat(129))),
        create("unprintable manager", PROFILES, &least("s")).query("fieldManager=a%07"),
    ]
}

fn requests() -> Vec<Step> {
    let post = |name| step(name, "POST", PROFILES.all());
    let kind = |kind: &str| with(least("k"), "kind", json!(kind));
    let version = |version: &str| with(least("v"), "apiVersion", json!(version));
    let without = |key: &str| {
        let mut object = least("w");
        object.as_object_mut().expect("it is an object").remove(key);
        object
    };
    let elsewhere = format!("/apis/{}/namespaces/missing/{}", PROFILES.api_version, "trafficmanagerprofiles");
    vec![
        post("empty").text("application/json", ""),
        post("no JSON").text("application/json", "{"),
        post("no object").text("application/json", "[]"),
        post("text").text("application/json", "\"a\""),
        post("null").text("application/json", "null"),
        create("no kind", PROFILES, &without("kind")),
        create("no version", PROFILES, &without("apiVersion")),
        create("no metadata", PROFILES, &without("metadata")),
        create("another kind", PROFILES, &kind("TrafficManagerBackend")),
        create("a kind that is none", PROFILES, &kind("Nothing")),
        create("another version", PROFILES, &version("networking.fleet.azure.com/v1alpha1")),
        create("another group", PROFILES, &version("v1")),
        create("a version that is none", PROFILES, &version("a/b/c")),
        step("in a namespace that is missing", "POST", elsewhere).json(&least("a")),
        step("all are replaced", "PUT", PROFILES.all()).json(&least("a")),
        step("all are patched", "PATCH", PROFILES.all()).text("application/merge-patch+json", "{}"),
        step("one is posted", "POST", PROFILES.one("a")).json(&least("a")),
        step("another method", "TRACE", PROFILES.one("a")),
        step("a method of somebody", "PROPFIND", PROFILES.all()),
        get("no such resource", format!("/apis/{}/namespaces/{{namespace}}/nothings", PROFILES.api_version)),
        get("no such version", "/apis/networking.fleet.azure.com/v9/trafficmanagerprofiles"),
        get("no such group", "/apis/example.com/v1/things"),
        get("no such address", "/nowhere"),
        get("no such part", format!("{}/scale", PROFILES.one("a"))),
        get("part of nothing", format!("{}/status", PROFILES.one("missing"))),
        step("post everywhere", "POST", PROFILES.everywhere()).json(&least("a")),
        get("a slash at the end", format!("{}/", PROFILES.all())),
    ]
}

fn media_types() -> Vec<Step> {
    let yaml = format!(
        "apiVersion: {}\nkind: {}\nmetadata:\n  name: yaml\nspec:\n  resourceGroup: rg\n",
        PROFILES.api_version, PROFILES.kind
    );
    let post = |name| step(name, "POST", PROFILES.all());
    let get_all = |name| get(name, PROFILES.all());
    vec![
        post("YAML").text("application/yaml", yaml),
        post("text").text("text/plain", least("a").to_string()),
        post("none").text("", least("none").to_string()),
        post("with a charset").text("application/json; charset=utf-8", least("charset").to_string()),
        get_all("XML is wanted").accept("application/xml"),
        get_all("anything is wanted").accept("*/*"),
        get_all("any application is wanted").accept("application/*"),
        get_all("what browsers want").accept("text/html,application/xhtml+xml,*/*;q=0.8"),
        get_all("protobuf or JSON").accept("application/vnd.kubernetes.protobuf,application/json"),
        get_all("protobuf").accept("application/vnd.kubernetes.protobuf"),
        get("of one, XML is wanted", PROFILES.one("missing")).accept("application/xml"),
    ]
}
