//! Objects that their schemas and rules refuse.

use serde_json::{Value, json};

use crate::script::Patch::Merge;
use crate::script::{
    ALPHA_PROFILES, BACKENDS, INTERNAL_SERVICE_EXPORTS, MULTI_CLUSTER_SERVICES, PROFILES, SERVICE_IMPORTS,
    Scenario, Step, create, patch,
};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("invalid-profiles", profiles()),
        Scenario::new("invalid-backends", backends()),
        Scenario::new("invalid-others", others()),
        Scenario::new("invalid-status", statuses()),
    ]
}

fn group(value: &Value) -> Value {
    PROFILES.object("p", &json!({ "spec": { "resourceGroup": value } }))
}

fn monitor(config: &Value) -> Value {
    PROFILES.object("p", &json!({ "spec": { "resourceGroup": "rg", "monitorConfig": config } }))
}

fn headers(headers: &Value) -> Value {
    monitor(&json!({ "customHeaders": headers }))
}

fn profiles() -> Vec<Step> {
    let header = |number: usize| json!({ "name": format!("h{number}"), "value": "v" });
    let many: Vec<Value> = (0..9).map(header).collect();
    let refuse = |name, object: &Value| create(name, PROFILES, object).query("dryRun=All");
    vec![
        refuse("no spec", &PROFILES.object("p", &Value::Null)),
        refuse("null spec", &PROFILES.object("p", &json!({ "spec": null }))),
        refuse("spec that is none", &PROFILES.object("p", &json!({ "spec": [] }))),
        refuse("empty spec", &PROFILES.object("p", &json!({ "spec": {} }))),
        refuse("empty group", &group(&json!(""))),
        refuse("null group", &group(&json!(null))),
        refuse("long group", &group(&json!("g".repeat(91)))),
        refuse("longest group", &group(&json!("\u{e9}".repeat(90)))),
        refuse("number as group", &group(&json!(7))),
        refuse("object as group", &group(&json!({}))),
        refuse("list as monitor", &monitor(&json!([]))),
        refuse("interval", &monitor(&json!({ "intervalInSeconds": 20 }))),
        refuse("text as interval", &monitor(&json!({ "intervalInSeconds": "30" }))),
        refuse("interval with a fraction", &monitor(&json!({ "intervalInSeconds": 10.5 }))),
        refuse("low time-out", &monitor(&json!({ "timeoutInSeconds": 4 }))),
        refuse("high time-out", &monitor(&json!({ "timeoutInSeconds": 11 }))),
        refuse("10 of 10", &monitor(&json!({ "intervalInSeconds": 10, "timeoutInSeconds": 10 }))),
        refuse("9 of 10", &monitor(&json!({ "intervalInSeconds": 10, "timeoutInSeconds": 9 }))),
        refuse("interval and time-out", &monitor(&json!({ "intervalInSeconds": 20, "timeoutInSeconds": 90 }))),
        refuse("protocol", &monitor(&json!({ "protocol": "http" }))),
        refuse("number as protocol", &monitor(&json!({ "protocol": 1 }))),
        refuse("port beyond all ports", &monitor(&json!({ "port": 70000 }))),
        refuse("negative port", &monitor(&json!({ "port": -1 }))),
        refuse("text as port", &monitor(&json!({ "port": "80" }))),
        refuse("huge port", &monitor(&json!({ "port": 9_223_372_036_854_775_807_i64 }))),
        refuse("port beyond 64 bits", &monitor(&json!({ "port": 9_223_372_036_854_775_808_u64 }))),
        refuse("port in another notation", &monitor(&json!({ "port": 1e3 }))),
        refuse("bool as path", &monitor(&json!({ "path": true }))),
        refuse("empty path", &monitor(&json!({ "path": "" }))),
        refuse("failures", &monitor(&json!({ "toleratedNumberOfFailures": 10 }))),
        refuse("negative failures", &monitor(&json!({ "toleratedNumberOfFailures": -1 }))),
        refuse("nine headers", &headers(&json!(many))),
        refuse("the same header", &headers(&json!([header(1), header(2), header(1)]))),
        refuse("header without a name", &headers(&json!([{ "value": "v" }]))),
        refuse("header without a value", &headers(&json!([{ "name": "n" }]))),
        refuse("header without both", &headers(&json!([{}]))),
        refuse("two headers without a name", &headers(&json!([{ "value": "v" }, { "value": "w" }]))),
        refuse("empty header", &headers(&json!([{ "name": "", "value": "" }]))),
        refuse("null header", &headers(&json!([null]))),
        refuse("text as header", &headers(&json!(["n"]))),
        refuse("object as headers", &headers(&json!({}))),
        refuse("null headers", &headers(&json!(null))),
        refuse("empty headers", &headers(&json!([]))),
        refuse("many things", &PROFILES.object("Name_", &json!({ "spec": {
            "resourceGroup": "", "monitorConfig": {
                "intervalInSeconds": 1, "timeoutInSeconds": 1, "protocol": "UDP", "port": "x",
                "customHeaders": [{ "name": "" }],
            },
        } }))),
        create("refused by the newer version only", ALPHA_PROFILES, &ALPHA_PROFILES.object("alpha", &json!({
            "spec": { "resourceGroup": "rg", "monitorConfig": { "intervalInSeconds": 10, "timeoutInSeconds": 10 } },
        }))),
        patch("a label on it", PROFILES.one("alpha"), Merge, &json!({ "metadata": { "labels": { "a": "b" } } })),
        patch("something beside it", PROFILES.one("alpha"), Merge, &json!({ "spec": { "monitorConfig": { "port": 81 } } })),
        patch("in the older version", ALPHA_PROFILES.one("alpha"), Merge, &json!({ "spec": { "monitorConfig": { "port": 81 } } })),
    ]
}

fn backends() -> Vec<Step> {
    let refuse = |name, spec: Value| {
        create(name, BACKENDS, &BACKENDS.object("b", &json!({ "spec": spec }))).query("dryRun=All")
    };
    let weighing =
        |weight: Value| json!({ "profile": { "name": "p" }, "backend": { "name": "b" }, "weight": weight });
    vec![
        refuse("nothing", json!({})),
        refuse("no backend", json!({ "profile": { "name": "p" } })),
        refuse("no names", json!({ "profile": {}, "backend": {} })),
        refuse("null names", json!({ "profile": { "name": null }, "backend": null })),
        refuse("empty names", json!({ "profile": { "name": "" }, "backend": { "name": "" } })),
        refuse("weight 0", weighing(json!(0))),
        refuse("weight 1000", weighing(json!(1000))),
        refuse("weight -1", weighing(json!(-1))),
        refuse("weight 1001", weighing(json!(1001))),
        refuse("text as weight", weighing(json!("1"))),
        refuse("null weight", weighing(json!(null))),
    ]
}

fn others() -> Vec<Step> {
    let service = |name, import: Value| {
        let object =
            MULTI_CLUSTER_SERVICES.object("s", &json!({ "spec": { "serviceImport": { "name": import } } }));
        create(name, MULTI_CLUSTER_SERVICES, &object).query("dryRun=All")
    };
    let export = |name, spec: Value| {
        let object = INTERNAL_SERVICE_EXPORTS.object("x", &json!({ "spec": spec }));
        create(name, INTERNAL_SERVICE_EXPORTS, &object).query("dryRun=All")
    };
    vec![
        service("service", json!("web")),
        service("name with a digit first", json!("1web")),
        service("upper case", json!("Web")),
        service("long", json!("w".repeat(64))),
        service("long and wrong", json!("W".repeat(64))),
        service("empty", json!("")),
        service("null", json!(null)),
        create("no spec", MULTI_CLUSTER_SERVICES, &MULTI_CLUSTER_SERVICES.object("s", &Value::Null)),
        export("nothing", json!({})),
        export("no reference", json!({ "ports": [] })),
        export("empty reference", json!({ "ports": [], "serviceReference": {} })),
        export(
            "ports",
            json!({ "ports": [{ "port": 0 }, { "port": 65536, "protocol": "ICMP", "targetPort": 1.5 }, {}] }),
        ),
        export("port twice", json!({ "ports": [{ "port": 1 }, { "port": 1 }], "serviceReference": {} })),
        export("wrong types", json!({ "ports": {}, "serviceReference": [], "type": 1, "weight": "a" })),
    ]
}

fn statuses() -> Vec<Step> {
    let status = |name, path: String, status: Value| {
        patch(name, format!("{path}/status"), Merge, &json!({ "status": status })).query("dryRun=All")
    };
    let condition = json!({
        "type": "Programmed", "status": "True", "reason": "Programmed", "message": "m",
        "lastTransitionTime": "2024-01-02T03:04:05Z", "observedGeneration": 1,
    });
    let with = |key: &str, value: Value| {
        let mut condition = condition.clone();
        condition[key] = value;
        json!({ "conditions": [condition] })
    };
    let profile = || PROFILES.one("p");
    let backend = || BACKENDS.one("b");
    let import = || SERVICE_IMPORTS.one("i");
    vec![
        create("profile", PROFILES, &group(&json!("rg"))),
        create(
            "backend",
            BACKENDS,
            &BACKENDS.object(
                "b",
                &json!({
                    "spec": { "profile": { "name": "p" }, "backend": { "name": "b" } },
                }),
            ),
        ),
        create("import", SERVICE_IMPORTS, &SERVICE_IMPORTS.object("i", &Value::Null)),
        status("sound", profile(), json!({ "dnsName": "d", "resourceID": "r", "conditions": [condition] })),
        status("condition without anything", profile(), json!({ "conditions": [{}] })),
        status("status of a condition", profile(), with("status", json!("Yes"))),
        status("reason", profile(), with("reason", json!("no reason"))),
        status("empty reason", profile(), with("reason", json!(""))),
        status("type", profile(), with("type", json!("a b"))),
        status("time", profile(), with("lastTransitionTime", json!("yesterday"))),
        status("observed", profile(), with("observedGeneration", json!(-1))),
        status("long message", profile(), with("message", json!("m".repeat(32769)))),
        status("the same condition", profile(), json!({ "conditions": [condition, condition] })),
        status(
            "endpoints",
            backend(),
            json!({ "endpoints": [{ "name": "e", "from": { "cluster": "c", "weight": 1 }, "weight": 1 }] }),
        ),
        status("endpoint without a name", backend(), json!({ "endpoints": [{}] })),
        status(
            "ports",
            import(),
            json!({ "ports": [{ "port": 1 }], "clusters": [{ "cluster": "c" }], "type": "ClusterSetIP" }),
        ),
        status(
            "wrong ports",
            import(),
            json!({ "ports": [{ "port": 0 }], "clusters": [{}], "type": "Other", "ips": ["a", "b"] }),
        ),
        status("the same cluster", import(), json!({ "clusters": [{ "cluster": "c" }, { "cluster": "c" }] })),
    ]
}
