//! What is answered in the place of Azure.

use bytes::Bytes;
use serde_json::{Value as Json, json};

use crate::objects::{SECRET, id_of_another};

/// How much a large answer has, in bytes: more than is read.
const LARGE: usize = 24 * 1024 * 1024;

/// What Azure itself answers where there is no endpoint.
pub(crate) const GONE: &str = "a 404 of an endpoint";

/// An answer of a stranger.
#[derive(Clone, Debug)]
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) what: What,
    /// Whether it is asked again until the time is over.
    pub(crate) passes: bool,
    /// Whether it takes much memory on both sides.
    pub(crate) is_large: bool,
    /// Whether only the body of a request can tell what it says.
    pub(crate) needs_body: bool,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A status, headers, and a body, which all cases share.
    Answer(u16, Vec<(&'static str, String)>, Bytes),
    /// The true answer, changed.
    Changed(fn(Json) -> Json),
    /// A refusal that quotes the body of the request, or else the true answer.
    Echo(fn(&str) -> Json),
    /// A head, and then the same bytes for as long as somebody reads.
    Endless(&'static str, &'static [u8]),
}

/// All of them.
pub(crate) fn all() -> Vec<Hostile> {
    let mut all = Vec::new();
    objects(&mut all);
    endpoints(&mut all);
    refusals(&mut all);
    waits(&mut all);
    sizes(&mut all);
    echoes(&mut all);
    all
}

fn plain(name: &'static str, what: What) -> Hostile {
    Hostile { name, what, passes: false, is_large: false, needs_body: false }
}

fn success(name: &'static str, body: impl Into<Bytes>) -> Hostile {
    plain(name, What::Answer(200, Vec::new(), body.into()))
}

fn refusal(name: &'static str, status: u16, body: &Json) -> Hostile {
    plain(name, What::Answer(status, Vec::new(), body.to_string().into()))
}

/// Successes that are something else.
fn objects(all: &mut Vec<Hostile>) {
    all.extend([
        success("an empty object", "{}"),
        success("another object", r#"{"status":"ok"}"#),
        success("a list", "[]"),
        success("a text", "\"ok\""),
        success("nothing", ""),
        success("a page", "<html><body>Please log in</body></html>"),
        success("depth", "[".repeat(20_000)),
        success("bytes", vec![0xff, 0xfe, 0, 0x1b, b'{']),
        plain("a 202", What::Answer(202, Vec::new(), Bytes::from_static(b"{}"))),
        plain("a 302", What::Answer(302, vec![("Location", "http://127.0.0.1:1/".to_owned())], Bytes::new())),
        plain(
            "the id of another",
            What::Changed(|mut answer| {
                answer["id"] = json!(id_of_another());
                answer
            }),
        ),
        plain(
            "the name of another",
            What::Changed(|mut answer| {
                answer["name"] = json!("theirs");
                answer
            }),
        ),
        plain(
            "half a profile",
            What::Changed(|mut answer| {
                answer["properties"]["dnsConfig"] = Json::Null;
                answer
            }),
        ),
        plain(
            "wrong types",
            What::Changed(|mut answer| {
                answer["properties"]["endpoints"] = json!({ "east": 1 });
                answer
            }),
        ),
        plain("the properties alone", What::Changed(|answer| json!({ "properties": answer["properties"] }))),
    ]);
}

/// Successes with endpoints that are something else.
fn endpoints(all: &mut Vec<Hostile>) {
    all.extend([
        plain(
            "half an endpoint",
            What::Changed(|mut answer| {
                answer["properties"]["target"] = Json::Null;
                answer
            }),
        ),
        plain(
            "an endpoint of another kind",
            What::Changed(|mut answer| {
                answer["type"] = json!("Microsoft.Network/trafficManagerProfiles/azureEndpoints");
                answer
            }),
        ),
        plain(
            "an endpoint of no kind",
            What::Changed(|mut answer| {
                answer["properties"]["endpoints"] =
                    json!([{ "name": "east", "type": "x", "properties": {} }]);
                answer
            }),
        ),
    ]);
}

/// Refusals that Azure does not use for what they seem to say, or that command a terminal.
fn refusals(all: &mut Vec<Hostile>) {
    let odd = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\r\u{8}\u{0}text";
    all.extend([
        refusal("an unknown 404", 404, &json!({ "code": "NOPE", "message": "x" })),
        refusal(GONE, 404, &json!({ "code": "NotFound", "message": "x" })),
        refusal(
            "a 404 of a subscription",
            404,
            &json!({ "error": { "code": "SubscriptionNotFound", "message": "x" } }),
        ),
        plain("a page with 404", What::Answer(404, Vec::new(), Bytes::from_static(b"<html>not here</html>"))),
        refusal("a 410", 410, &json!({ "code": "ResourceNotFound", "message": "x" })),
        refusal("controls", 400, &json!({ "error": { "code": odd, "message": odd } })),
        plain("controls in a page", What::Answer(403, Vec::new(), odd.into())),
        refusal("a conflict", 409, &json!({ "error": { "code": "Conflict", "message": odd } })),
        plain(
            "an odd id",
            What::Answer(
                400,
                vec![("x-ms-request-id", format!("a\u{9b}31m{}", "x".repeat(9000)))],
                Bytes::new(),
            ),
        ),
    ]);
}

/// `Retry-After` of every size.
fn waits(all: &mut Vec<Hostile>) {
    for (status, wait) in [
        (429, "0"),
        (503, "0"),
        (429, "-1"),
        (503, "1e9"),
        (429, "9223372036854775807"),
        (503, "9223372036854775808"),
        (429, "18446744073709551616"),
        (503, "99999999999999999999999999999999"),
        (429, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (503, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (429, "Fri, 99 Foo 99999 99:99:99 GMT"),
        (503, "soon"),
        (500, ""),
        (502, "\u{e9}"),
        (504, "0"),
        (408, "0"),
    ] {
        let what = What::Answer(status, vec![("Retry-After", wait.to_owned())], Bytes::new());
        all.push(Hostile { passes: true, ..plain(wait, what) });
    }
}

/// Answers without end or measure.
fn sizes(all: &mut Vec<Hostile>) {
    let endless = |name, head, bytes| Hostile {
        is_large: true,
        passes: false,
        ..plain(name, What::Endless(head, bytes))
    };
    let long = "long ".repeat(50_000);
    all.extend([
        endless("an endless success", "HTTP/1.1 200 OK\r\n\r\n", b"00000000"),
        endless("a terabyte", "HTTP/1.1 201 Created\r\nContent-Length: 1099511627776\r\n\r\n", b" "),
        endless("an endless refusal", "HTTP/1.1 400 Bad Request\r\n\r\n{\"message\":\"", b"aaaaaaa "),
        Hostile { passes: true, ..endless("an endless head", "HTTP/1.1 200 OK\r\nX-A: ", b"aaaaaaaa") },
        Hostile { passes: true, ..endless("endless headers", "HTTP/1.1 200 OK\r\n", b"X-A: a\r\n") },
        Hostile { is_large: true, ..success("a large success", vec![b' '; LARGE]) },
        Hostile {
            is_large: true,
            ..refusal("a long message", 400, &json!({ "error": { "code": long, "message": long } }))
        },
        plain(
            "a short answer",
            What::Answer(200, vec![("Content-Length", "9000".to_owned())], Bytes::from_static(b"{\"id\":")),
        ),
    ]);
    if let Some(last) = all.last_mut() {
        last.passes = true;
    }
}

/// Refusals that quote what is secret.
fn echoes(all: &mut Vec<Hostile>) {
    all.extend([
        plain(
            "an echo",
            What::Echo(|body| json!({ "error": { "code": "InvalidRequestContent", "message": format!("Cannot read: {body}") } })),
        ),
        plain("an echo in a code", What::Echo(|body| json!({ "code": body, "message": body }))),
        plain("an echo alone", What::Echo(|body| serde_json::from_str(body).unwrap_or_default())),
        plain("an echo in a text", What::Echo(|body| json!(body))),
        plain("an escaped echo", What::Echo(|body| json!({ "message": json!(json!(body).to_string()).to_string() }))),
        plain("half an echo", What::Echo(|body| json!({ "message": body.get(..body.len() / 2) }))),
        Hostile {
            needs_body: true,
            ..plain(
            "the value alone",
            What::Echo(|_| json!({ "error": { "code": "BadRequest", "message": format!("The value '{SECRET}' is wrong.") } })),
        ) },
    ]);
}
