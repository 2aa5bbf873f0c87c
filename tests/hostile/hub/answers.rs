//! What is answered in the place of a hub.

use bytes::Bytes;
use serde_json::{Value as Json, json};

use super::deed::Deed;
use crate::attack::{self, ODD};

/// An answer in the place of a hub.
pub(crate) type Hostile = attack::Hostile<Made, Deed>;

/// What is made of a request or of the true answer.
#[derive(Clone, Debug)]
pub(crate) enum Made {
    /// A refusal that quotes the request, with its token, and the true answer.
    Echo(u16),
    /// Events of a watch.
    Events(Vec<String>),
}

/// All of them.
pub(crate) fn all() -> Vec<Hostile> {
    let mut all = attack::bodies();
    all.extend(attack::sizes());
    bodies(&mut all);
    objects(&mut all);
    absurd(&mut all);
    refusals(&mut all);
    sizes(&mut all);
    events(&mut all);
    all
}

/// A change of objects that nothing tells from the truth. Whoever waits sees it again only when it changes, so it is no answer
/// to a list.
fn believed(name: &'static str, change: fn(&mut Json)) -> Hostile {
    let answers = |deed: &Deed| matches!(deed, Deed::Get | Deed::Apply);
    Hostile { answers, ..Hostile::changed(name, change).believed() }
}

/// A change of objects, where objects are answered.
fn changed(name: &'static str, change: fn(&mut Json)) -> Hostile {
    let answers = |deed: &Deed| matches!(deed, Deed::Get | Deed::Apply | Deed::List);
    Hostile { answers, ..Hostile::changed(name, change) }
}

/// Successes that are no objects, and redirects.
fn bodies(all: &mut Vec<Hostile>) {
    let redirect = |name, status| Hostile::answer(name, status, Bytes::new()).header("Location", "TRAP/apis");
    all.extend([
        Hostile::success("objects in objects", r#"{"metadata":"#.repeat(20_000)),
        Hostile::success(
            "depth that is not looked at",
            format!("{{\"x\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000)),
        ),
        Hostile::success(
            "a status",
            r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}"#,
        ),
        Hostile::answer("a 204", 204, Bytes::new()),
        redirect("a 301", 301),
        redirect("a 302", 302),
        redirect("a 307", 307),
        redirect("a 308", 308),
    ]);
}

/// Successes with another object than was asked for.
fn objects(all: &mut Vec<Hostile>) {
    all.extend([
        changed("another kind", |object| object["kind"] = json!("Secret")),
        changed("another apiVersion", |object| object["apiVersion"] = json!("v1")),
        changed("another name", |object| object["metadata"]["name"] = json!("theirs")),
        changed("another namespace", |object| object["metadata"]["namespace"] = json!("team-b")),
        believed("another uid", |object| {
            object["metadata"]["uid"] = json!("11111111-2222-3333-4444-555555555555");
        }),
        changed("no uid", |object| object["metadata"]["uid"] = json!("")),
        changed("an endless uid", |object| object["metadata"]["uid"] = json!("u".repeat(100_000))),
        changed("a uid that commands", |object| object["metadata"]["uid"] = json!(ODD)),
        changed("no metadata", |object| object["metadata"] = Json::Null),
        changed("a spec that is a list", |object| object["spec"] = json!(["rg-others"])),
        changed("a spec of wrong types", |object| {
            object["spec"] = json!({ "monitorConfig": { "port": "80" }, "weight": "1" });
        }),
        changed("a status that is a list", |object| object["status"] = json!([[]])),
        changed("a status of wrong types", |object| {
            object["status"] = json!({ "dnsName": 1, "endpoints": { "a": 1 }, "conditions": "True" });
        }),
        changed("a deletion", |object| object["metadata"]["deletionTimestamp"] = json!(ODD)),
    ]);
}

/// Numbers, texts and lists without measure.
fn absurd(all: &mut Vec<Hostile>) {
    all.extend([
        changed("a generation that is a text", |object| object["metadata"]["generation"] = json!("1")),
        changed("a generation that is a fraction", |object| object["metadata"]["generation"] = json!(1.5)),
        changed("a generation that is too large", |object| object["metadata"]["generation"] = json!(u64::MAX)),
        believed("a negative generation", |object| object["metadata"]["generation"] = json!(i64::MIN)),
        believed("absurd endpoints", |object| {
                let endpoint = |weight: i64| json!({
                    "name": format!("fleet-x#web#{weight}"), "weight": weight, "target": "x",
                    "from": { "cluster": weight.to_string(), "weight": weight },
                });
                object["status"] = json!({
                    "endpoints": [endpoint(i64::MAX), endpoint(i64::MIN), endpoint(-1), endpoint(0)],
                    "conditions": [{ "type": "Accepted", "status": "True", "observedGeneration": object["metadata"]["generation"] }],
                });
            }),
        changed("a weight that is a fraction", |object| {
            object["status"] = json!({ "endpoints": [{ "name": "x", "weight": 0.5 }], "dnsName": [] });
        }),
        believed("a condition that commands", |object| {
                let of = |name: &str| json!({
                    "type": name, "status": ODD, "reason": ODD.repeat(100), "message": ODD.repeat(10_000), "observedGeneration": i64::MAX,
                });
                object["status"] = json!({ "conditions": [of("Programmed"), of("Accepted")] });
            }),
        believed("a failure that commands", |object| {
                let of = |name: &str| json!({
                    "type": name, "status": "False", "reason": ODD, "message": ODD.repeat(10_000),
                    "observedGeneration": object["metadata"]["generation"],
                });
                object["status"] = json!({ "conditions": [of("Programmed"), of("Accepted")] });
            }),
        changed("thousands of conditions", |object| object["status"] = json!({ "conditions": vec![json!({}); 50_000] })),
        changed("thousands of finalizers", |object| object["metadata"]["finalizers"] = json!(vec![""; 50_000])),
        changed("names that command", |object| {
            object["status"] = json!({ "dnsName": ODD, "resourceID": ODD, "endpoints": [{ "name": ODD }] });
        }),
        changed("endless names", |object| {
            let long = "x".repeat(100_000);
            object["status"] = json!({ "dnsName": long, "resourceID": long, "endpoints": [{ "target": long }] });
        }),
    ]);
}

/// Refusals that a hub does not use for what they seem to say, that quote what is secret, or that command a terminal.
fn refusals(all: &mut Vec<Hostile>) {
    let status = |reason: &str, details: &Json| {
        json!({
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 200, "reason": reason, "message": ODD, "details": details,
        })
    };
    let refusal =
        |name, code, reason: &str, details: Json| Hostile::refusal(name, code, &status(reason, &details));
    let not_found = |name, code, kind: &str, of: &str| {
        refusal(name, code, "NotFound", json!({ "kind": kind, "name": of }))
    };
    let ours = json!({ "kind": "trafficmanagerprofiles", "name": "shop" });
    let causes = json!(vec![
        json!({ "reason": "FieldManagerConflict", "field": ODD.repeat(100), "message": ODD.repeat(100) });
        900
    ]);
    let long = json!({ "kind": "Status", "reason": "x".repeat(250_000), "message": "long ".repeat(50_000) });
    all.extend([
        refusal("a 400 that commands", 400, ODD, json!({ "kind": ODD, "name": ODD })),
        Hostile::answer("a 400 without a status", 400, ODD),
        refusal("a 401", 401, "Unauthorized", Json::Null).passing(),
        Hostile::refusal("a 403 that is JSON", 403, &json!({ "error": { "code": "AuthorizationFailed" } }))
            .passing(),
        Hostile::answer("a page with 404", 404, "<html>not here</html>"),
        not_found("a 404 of another kind", 404, "secrets", "shop"),
        not_found("a 404 of another name", 404, "trafficmanagerprofiles", "theirs"),
        Hostile::refusal("a 404 of nothing", 404, &json!({ "reason": "NotFound", "details": ours })),
        not_found("a 404 of ours", 404, "trafficmanagerprofiles", "shop").believed(),
        not_found("a 410", 410, "trafficmanagerprofiles", "shop"),
        refusal("a conflict", 409, "Conflict", json!({ "causes": causes })),
        refusal("a 422 of many causes", 422, "Invalid", json!({ "causes": causes })),
        refusal("a 422 of wrong types", 422, "Invalid", json!({ "causes": "x", "name": [] })),
        refusal("a wait without end", 429, "TooManyRequests", json!({ "retryAfterSeconds": u32::MAX })),
        refusal("a wait that is negative", 422, "X", json!({ "retryAfterSeconds": -1 })),
        Hostile::answer("a 503", 503, ODD).header("Retry-After", "-1").passing(),
        Hostile::answer("a 599", 599, Bytes::new()).passing(),
        Hostile::refusal("a long message", 400, &long).large(),
        Hostile::made("an echo", Made::Echo(400)),
        Hostile::made("an echo of causes", Made::Echo(422)),
        Hostile::made("an echo of a conflict", Made::Echo(409)),
        Hostile::made("an echo of a login", Made::Echo(401)).passing(),
    ]);
}

/// Objects and lists without end.
fn sizes(all: &mut Vec<Hostile>) {
    all.extend([
        Hostile::endless("an endless list", "HTTP/1.1 200 OK\r\n\r\n{\"items\":[", b"{\"metadata\":{}},"),
        Hostile::endless(
            "endless conditions",
            "HTTP/1.1 200 OK\r\n\r\n{\"status\":{\"conditions\":[",
            b"{},",
        ),
    ]);
}

/// Events that are none, or that are about something else.
fn events(all: &mut Vec<Hostile>) {
    let theirs = json!({
        "apiVersion": "networking.fleet.azure.com/v1beta1", "kind": "TrafficManagerProfile",
        "metadata": { "name": "theirs", "namespace": "team-a", "uid": "u", "resourceVersion": "1" },
        "status": { "conditions": [{ "type": "Programmed", "status": "True" }] },
    });
    let event = |of: &str, object: &Json| json!({ "type": of, "object": object }).to_string();
    let watch = |name, lines: Vec<String>| Hostile {
        answers: |deed| *deed == Deed::Watch,
        ..Hostile::made(name, Made::Events(lines))
    };
    all.extend([
        watch("events of another", ["ADDED", "MODIFIED", "DELETED"].map(|of| event(of, &theirs)).to_vec()),
        watch("a bookmark of a list", vec![event("BOOKMARK", &json!([]))]),
        watch(
            "a bookmark that commands",
            vec![event("BOOKMARK", &json!({ "metadata": { "resourceVersion": ODD.repeat(1000) } }))],
        ),
        watch("an error of anything", vec![event("ERROR", &json!({ "code": ODD, "message": [ODD] }))]),
        watch(
            "an error of 410",
            vec![event("ERROR", &json!({ "kind": "Status", "code": 410, "reason": "Expired" }))],
        ),
        watch("news", vec![event("NEWS", &theirs)]),
        watch("an event without an object", vec![r#"{"type":"ADDED"}"#.to_owned()]),
        watch("an event without a type", vec![json!({ "object": theirs }).to_string()]),
        watch(
            "an event in the other order",
            vec![format!("{{\"object\":[{}0],\"type\":\"ADDED\"}}", "0,".repeat(100_000))],
        ),
        watch(
            "a deep event",
            vec![format!("{{\"type\":\"ADDED\",\"object\":{}", "{\"metadata\":".repeat(20_000))],
        ),
        watch("empty lines", vec![String::new(); 100_000]),
        watch("bookmarks without end", vec![event("BOOKMARK", &theirs); 50_000]),
    ]);
}
