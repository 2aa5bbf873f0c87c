//! That a token shows nowhere.

use std::error::Error;
use std::fmt::Write as _;

use super::*;

/// Everything that an error shows, with its causes.
fn shown(error: &dyn Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(text, " {error} {error:?}").unwrap();
        cause = error.source();
    }
    text
}

#[tokio::test(start_paused = true)]
async fn no_error_and_no_debug_shows_the_token() {
    let echo = || answer(400, &json!({ "error": { "code": SECRET, "message": format!("bad {SECRET}") } }));
    let statuses =
        [401, 403, 404, 409, 418, 500, 501].map(|status| answer(status, &json!({ "message": SECRET })));
    let lines =
        [echo(), Line::Untrusted, text(200, "no json"), text(200, SECRET)].into_iter().chain(statuses);
    for line in lines {
        let play = Play::new([line].into_iter().chain((0..6).map(|_| answer(400, &json!(SECRET)))));
        let request = profiles::get(&id());
        assert!(!format!("{request:?}").contains(SECRET));
        let error = play.send(request).await.unwrap_err();
        assert!(!shown(&error).contains(SECRET), "{}", shown(&error));
        for (_, request) in play.script.asked.lock().unwrap().iter() {
            assert!(request.headers().contains_key("authorization"));
            assert!(!format!("{request:?}").contains(SECRET), "{request:?}");
        }
    }
    let token = AccessToken::new(SECRET, Some(FixedClock.now()));
    assert!(!format!("{token:?}").contains(SECRET));
}

/// A profile whose probes carry this header.
fn with_header(value: &str) -> Profile {
    let (mut profile, _) = profile(30);
    let header = json!([{ "name": "Authorization", "value": value }]);
    let monitor = profile.properties.as_mut().unwrap().monitor_config.as_mut().unwrap();
    monitor.custom_headers = serde_json::from_value(header).unwrap();
    profile
}

#[tokio::test(start_paused = true)]
async fn no_error_that_quotes_the_body_shows_the_value_of_a_header() {
    let value = "Basic c2VjcmV0\"\\é=";
    let profile = with_header(value);
    let body = serde_json::to_string(&profile).unwrap();
    let quoted = serde_json::to_string(&body).unwrap();
    let escaped = serde_json::to_string(value).unwrap();
    let once = format!("Cannot read the body: {body}");
    let twice = format!("Cannot read the body: {quoted}");
    for said in [
        &body,
        &quoted,
        &once,
        &twice,
        &once[..once.len() - 40],
        value,
        &escaped,
        &quoted[..quoted.len() / 2],
    ] {
        for body in [
            json!({ "error": { "code": "InvalidRequestContent", "message": said } }),
            json!({ "code": said, "message": "x" }),
            json!({ "title": said }),
            json!({ "error": { "details": [{ "message": said }] } }),
            json!(said),
        ] {
            let play = Play::new([answer(400, &body)]);
            let error = play.send(profiles::put(&id(), &profile)).await.unwrap_err();
            let shown = shown(&error);
            for part in ["c2VjcmV0", "Basic"] {
                assert!(!shown.contains(part), "{said}: {shown}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_error_shows_a_header_of_a_profile_that_was_read() {
    let mut half = serde_json::to_value(with_header("topsecret")).unwrap();
    half["properties"]["dnsConfig"] = Value::Null;
    let text = half.to_string();
    let lines = [
        answer(200, &half),
        with(200, &[], &json!([half])),
        answer(400, &half),
        answer(500, &json!({ "error": { "message": text.clone() } })),
        Line::Answer(http::Response::new(Bytes::from(text[..text.len() - 9].to_owned()))),
    ];
    for line in lines {
        let play = Play::new([line]);
        let moment = Deadline::after(Duration::from_millis(400));
        let error = play.client.send(profiles::get(&id()), &moment).await.unwrap_err();
        assert!(!shown(&error).contains("topsecret"), "{}", shown(&error));
    }
}
