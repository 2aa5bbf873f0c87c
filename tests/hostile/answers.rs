//! What is answered in the place of Azure.

use bytes::Bytes;
use http::Method;
use serde_json::{Value as Json, json};

use crate::attack::{self, ODD};
use crate::objects::{SECRET, id_of_another};

/// An answer in the place of Azure.
pub(crate) type Hostile = attack::Hostile<Echo, Method>;

/// What a refusal makes of the body of the request, or else of the true answer.
pub(crate) type Echo = fn(&str) -> Json;

/// All of them.
pub(crate) fn all() -> Vec<Hostile> {
    let mut all = attack::bodies();
    all.extend(attack::sizes());
    objects(&mut all);
    endpoints(&mut all);
    refusals(&mut all);
    waits(&mut all);
    echoes(&mut all);
    all
}

/// Successes that are something else.
fn objects(all: &mut Vec<Hostile>) {
    all.extend([
        Hostile::answer("a 302", 302, Bytes::new()).header("Location", "http://127.0.0.1:1/"),
        Hostile::changed("the id of another", |answer| answer["id"] = json!(id_of_another())),
        Hostile::changed("the name of another", |answer| answer["name"] = json!("theirs")),
        Hostile::changed("half a profile", |answer| answer["properties"]["dnsConfig"] = Json::Null),
        Hostile::changed("wrong types", |answer| answer["properties"]["endpoints"] = json!({ "east": 1 })),
        Hostile::changed("the properties alone", |answer| {
            *answer = json!({ "properties": answer["properties"] });
        }),
    ]);
}

/// Successes with endpoints that are something else.
fn endpoints(all: &mut Vec<Hostile>) {
    all.extend([
        Hostile::changed("half an endpoint", |answer| answer["properties"]["target"] = Json::Null),
        Hostile::changed("an endpoint of another kind", |answer| {
            answer["type"] = json!("Microsoft.Network/trafficManagerProfiles/azureEndpoints");
        }),
        Hostile::changed("an endpoint of no kind", |answer| {
            answer["properties"]["endpoints"] = json!([{ "name": "east", "type": "x", "properties": {} }]);
        }),
    ]);
}

/// Refusals that Azure does not use for what they seem to say, or that command a terminal.
fn refusals(all: &mut Vec<Hostile>) {
    let long = "long ".repeat(50_000);
    all.extend([
        Hostile::refusal("an unknown 404", 404, &json!({ "code": "NOPE", "message": "x" })),
        Hostile::refusal("a 404 of an endpoint", 404, &json!({ "code": "NotFound", "message": "x" }))
            .believed(),
        Hostile::refusal(
            "a 404 of a subscription",
            404,
            &json!({ "error": { "code": "SubscriptionNotFound", "message": "x" } }),
        ),
        Hostile::answer("a page with 404", 404, "<html>not here</html>"),
        Hostile::refusal("a 410", 410, &json!({ "code": "ResourceNotFound", "message": "x" })),
        Hostile::refusal("controls", 400, &json!({ "error": { "code": ODD, "message": ODD } })),
        Hostile::answer("controls in a page", 403, ODD),
        Hostile::refusal("a conflict", 409, &json!({ "error": { "code": "Conflict", "message": ODD } })),
        Hostile::answer("an odd id", 400, Bytes::new())
            .header("x-ms-request-id", format!("a\u{9b}31m{}", "x".repeat(9000))),
        Hostile::refusal("a long message", 400, &json!({ "error": { "code": long, "message": long } }))
            .large(),
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
        all.push(Hostile::answer(wait, status, Bytes::new()).header("Retry-After", wait).passing());
    }
}

/// Refusals that quote what is secret.
fn echoes(all: &mut Vec<Hostile>) {
    all.extend([
        Hostile::made("an echo", |body| {
            let message = format!("Cannot read: {body}");
            json!({ "error": { "code": "InvalidRequestContent", "message": message } })
        }),
        Hostile::made("an echo in a code", |body| json!({ "code": body, "message": body })),
        Hostile::made("an echo alone", |body| serde_json::from_str(body).unwrap_or_default()),
        Hostile::made("an echo in a text", |body| json!(body)),
        Hostile::made(
            "an escaped echo",
            |body| json!({ "message": json!(json!(body).to_string()).to_string() }),
        ),
        Hostile::made("half an echo", |body| json!({ "message": body.get(..body.len() / 2) })),
        Hostile {
            // Only the body of a request can tell the value.
            answers: |method| [Method::PUT, Method::PATCH].contains(method),
            ..Hostile::made("the value alone", |_| {
                let message = format!("The value '{SECRET}' is wrong.");
                json!({ "error": { "code": "BadRequest", "message": message } })
            })
        },
    ]);
}
