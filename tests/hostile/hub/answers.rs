//! What is answered in the place of a hub.

use bytes::Bytes;
use serde_json::{Value as Json, json};

use super::deed::Deed;

/// How much a large answer has, in bytes: more than is read.
const LARGE: usize = 24 * 1024 * 1024;

/// What commands a terminal.
const ODD: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\r\u{8}\u{0}text";

/// An answer of a stranger.
#[derive(Clone, Debug)]
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) what: What,
    /// Whether it is asked again until the time is over.
    pub(crate) passes: bool,
    /// Whether it takes much memory on both sides.
    pub(crate) is_large: bool,
    /// Whether nothing tells it from the truth.
    pub(crate) is_believed: bool,
    /// Whether it answers this request.
    pub(crate) answers: fn(Deed) -> bool,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A status, headers, and a body, which all cases share.
    Answer(u16, Vec<(&'static str, String)>, Bytes),
    /// The true answer with changed objects.
    Changed(fn(&mut Json)),
    /// A refusal that quotes the request, with its token, and the true answer.
    Echo(u16),
    /// Events of a watch.
    Events(Vec<String>),
    /// A head, and then the same bytes for as long as somebody reads.
    Endless(&'static str, &'static [u8]),
}

/// All of them.
pub(crate) fn all() -> Vec<Hostile> {
    let mut all = Vec::new();
    bodies(&mut all);
    objects(&mut all);
    absurd(&mut all);
    refusals(&mut all);
    sizes(&mut all);
    events(&mut all);
    all
}

fn plain(name: &'static str, what: What) -> Hostile {
    Hostile { name, what, passes: false, is_large: false, is_believed: false, answers: |_| true }
}

fn success(name: &'static str, body: impl Into<Bytes>) -> Hostile {
    plain(name, What::Answer(200, Vec::new(), body.into()))
}

fn refusal(name: &'static str, status: u16, body: &Json) -> Hostile {
    plain(name, What::Answer(status, Vec::new(), body.to_string().into()))
}

/// A change of objects that nothing tells from the truth. Whoever waits sees it again only when it changes, so it is no answer
/// to a list.
fn believed(name: &'static str, change: fn(&mut Json)) -> Hostile {
    let answers = |deed| matches!(deed, Deed::Get | Deed::Apply);
    Hostile { answers, is_believed: true, ..plain(name, What::Changed(change)) }
}

/// A change of objects, where objects are answered.
fn changed(name: &'static str, change: fn(&mut Json)) -> Hostile {
    let answers = |deed| matches!(deed, Deed::Get | Deed::Apply | Deed::List);
    Hostile { answers, ..plain(name, What::Changed(change)) }
}

/// Successes that are no objects, and redirects.
fn bodies(all: &mut Vec<Hostile>) {
    let redirect = |name, status| {
        plain(name, What::Answer(status, vec![("Location", "TRAP/apis".to_owned())], Bytes::new()))
    };
    all.extend([
        success("an empty object", "{}"),
        success("another object", r#"{"status":"ok"}"#),
        success("a list", "[]"),
        success("a text", "\"ok\""),
        success("nothing", ""),
        success("a page", "<html><body>Please log in</body></html>"),
        success("lists in lists", "[".repeat(20_000)),
        success("objects in objects", r#"{"metadata":"#.repeat(20_000)),
        success(
            "depth that is not looked at",
            format!("{{\"x\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000)),
        ),
        success("bytes", vec![0xff, 0xfe, 0, 0x1b, b'{']),
        success(
            "a status",
            r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}"#,
        ),
        plain("a 202", What::Answer(202, Vec::new(), Bytes::from_static(b"{}"))),
        plain("a 204", What::Answer(204, Vec::new(), Bytes::new())),
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
    let causes = json!(vec![
        json!({ "reason": "FieldManagerConflict", "field": ODD.repeat(100), "message": ODD.repeat(100) });
        900
    ]);
    let passing = |hostile: Hostile| Hostile { passes: true, ..hostile };
    all.extend([
        refusal("a 400 that commands", 400, &status(ODD, &json!({ "kind": ODD, "name": ODD }))),
        plain("a 400 without a status", What::Answer(400, Vec::new(), ODD.into())),
        passing(refusal("a 401", 401, &status("Unauthorized", &Json::Null))),
        passing(refusal("a 403 that is JSON", 403, &json!({ "error": { "code": "AuthorizationFailed" } }))),
        plain("a page with 404", What::Answer(404, Vec::new(), Bytes::from_static(b"<html>not here</html>"))),
        refusal(
            "a 404 of another kind",
            404,
            &status("NotFound", &json!({ "kind": "secrets", "name": "shop" })),
        ),
        refusal(
            "a 404 of another name",
            404,
            &status("NotFound", &json!({ "kind": "trafficmanagerprofiles", "name": "theirs" })),
        ),
        refusal(
            "a 404 of nothing",
            404,
            &json!({ "reason": "NotFound", "details": { "kind": "trafficmanagerprofiles", "name": "shop" } }),
        ),
        Hostile {
            is_believed: true,
            ..refusal(
                "a 404 of ours",
                404,
                &status("NotFound", &json!({ "kind": "trafficmanagerprofiles", "name": "shop" })),
            )
        },
        refusal(
            "a 410",
            410,
            &status("NotFound", &json!({ "kind": "trafficmanagerprofiles", "name": "shop" })),
        ),
        refusal("a conflict", 409, &status("Conflict", &json!({ "causes": causes }))),
        refusal("a 422 of many causes", 422, &status("Invalid", &json!({ "causes": causes }))),
        refusal("a 422 of wrong types", 422, &status("Invalid", &json!({ "causes": "x", "name": [] }))),
        refusal(
            "a wait without end",
            429,
            &status("TooManyRequests", &json!({ "retryAfterSeconds": u32::MAX })),
        ),
        refusal("a wait that is negative", 422, &status("X", &json!({ "retryAfterSeconds": -1 }))),
        passing(plain("a 503", What::Answer(503, vec![("Retry-After", "-1".to_owned())], ODD.into()))),
        passing(plain("a 599", What::Answer(599, Vec::new(), Bytes::new()))),
        plain("an echo", What::Echo(400)),
        plain("an echo of causes", What::Echo(422)),
        plain("an echo of a conflict", What::Echo(409)),
        passing(plain("an echo of a login", What::Echo(401))),
    ]);
}

/// Answers without end or measure.
fn sizes(all: &mut Vec<Hostile>) {
    let endless = |name, head, bytes| Hostile { is_large: true, ..plain(name, What::Endless(head, bytes)) };
    all.extend([
        endless("an endless success", "HTTP/1.1 200 OK\r\n\r\n", b"00000000"),
        endless("a terabyte", "HTTP/1.1 201 Created\r\nContent-Length: 1099511627776\r\n\r\n", b" "),
        endless("an endless list", "HTTP/1.1 200 OK\r\n\r\n{\"items\":[", b"{\"metadata\":{}},"),
        endless("endless conditions", "HTTP/1.1 200 OK\r\n\r\n{\"status\":{\"conditions\":[", b"{},"),
        endless("endless refusals", "HTTP/1.1 400 Bad Request\r\n\r\n{\"message\":\"", b"aaaaaaa "),
        Hostile { passes: true, ..endless("an endless head", "HTTP/1.1 200 OK\r\nX-A: ", b"aaaaaaaa") },
        Hostile { passes: true, ..endless("endless headers", "HTTP/1.1 200 OK\r\n", b"X-A: a\r\n") },
        Hostile { is_large: true, ..success("a large success", vec![b' '; LARGE]) },
        Hostile {
            is_large: true,
            ..refusal("a long message", 400, &json!({ "kind": "Status", "reason": "x".repeat(250_000), "message": "long ".repeat(50_000) }))
        },
        Hostile {
            passes: true,
            ..plain("a short answer", What::Answer(200, vec![("Content-Length", "9000".to_owned())], Bytes::from_static(b"{\"kind\":")))
        },
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
        answers: |deed| deed == Deed::Watch,
        ..plain(name, What::Events(lines))
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
