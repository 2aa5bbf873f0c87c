//! Answers that are not what was asked for, and 404s that prove nothing.

use super::*;

/// Successes that no Azure gives to a question about the profile.
fn strangers() -> Vec<Value> {
    let whole = || profile(30).1;
    let with = |pointer: &str, value: Value| {
        let mut body = whole();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    vec![
        json!({}),
        json!({ "status": "ok" }),
        json!([]),
        json!("ok"),
        with("/id", json!(ProfileId::new("s", "other", "shop").to_string())),
        with("/name", json!("other")),
        with("/properties", json!({})),
        with("/properties/dnsConfig/fqdn", Value::Null),
        with("/properties/dnsConfig/ttl", json!("thirty")),
    ]
}

fn put() -> Request<Profile> {
    profiles::put(&id(), &profile(30).0)
}

#[tokio::test(start_paused = true)]
async fn a_read_believes_no_stranger() {
    for body in strangers() {
        let play = Play::new([answer(200, &body)]);
        let error = play.send(profiles::get(&id())).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotTheObject { .. }), "{body}: {error:?}");
        assert!(!error.is_absent() && !error.call().in_doubt, "{error:?}");
        assert!(play.is_over());
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_a_stranger_answers_is_read_back() {
    for body in strangers() {
        let play = Play::new([answer(200, &body), answer(200, &profile(30).1)]);
        assert_eq!(play.send(put()).await.unwrap(), profile(30).0, "{body}");
        assert_eq!(play.methods(), "PUT GET");

        let play = Play::new([answer(201, &body), not_found(), answer(201, &profile(30).1)]);
        play.send(put().creating()).await.unwrap();
        assert_eq!(play.methods(), "PUT GET PUT");

        // A stranger who answers everything: what was sent may be there.
        let play = Play::new([answer(201, &body), answer(200, &body)]);
        let error = play.send(put().creating()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotTheObject { .. }) && error.call().in_doubt, "{error:?}");
        assert_eq!(play.methods(), "PUT GET");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_that_a_stranger_answers_is_read_back() {
    for body in [json!({}), json!({ "status": "ok" }), json!({ "properties": {} }), profile(30).1] {
        let play = Play::new([answer(200, &body), not_found()]);
        play.send(profiles::delete(&id())).await.unwrap();
        assert_eq!(play.methods(), "DELETE GET", "{body}");

        let play = Play::new([answer(200, &body), answer(200, &json!({}))]);
        let error = play.send(profiles::delete(&id())).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotTheObject { .. }), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_404_with_a_code_that_azure_does_not_use_for_it_is_no_absence() {
    for code in ["NOPE", "NotFound", "SubscriptionNotFound", "InvalidResourceType"] {
        let unknown = || answer(404, &json!({ "code": code, "message": "x" }));
        let play = Play::new([unknown()]);
        let error = play.send(profiles::delete(&id())).await.unwrap_err();
        assert!(error.is_not_found() && !error.is_absent(), "{code}: {error:?}");
        assert_eq!(play.methods(), "DELETE");

        let play = Play::new([unknown()]);
        let error = play.send(profiles::get(&id())).await.unwrap_err();
        assert!(error.is_not_found() && !error.is_absent(), "{code}: {error:?}");

        let play = Play::new([Line::Broken, unknown()]);
        let error = play.send(put().creating()).await.unwrap_err();
        assert!(error.is_not_found() && error.call().in_doubt, "{code}: {error:?}");
    }
    let play = Play::new([not_found()]);
    assert!(play.send(profiles::get(&id())).await.unwrap_err().is_absent());
    // Of an endpoint the service says it itself.
    let east = id().endpoint(EndpointKind::External, "east");
    let gone = || answer(404, &json!({ "error": { "code": "NotFound", "message": "gone" } }));
    let play = Play::new([gone(), gone()]);
    assert!(play.send(endpoints::get(&east)).await.unwrap_err().is_absent());
    play.send(endpoints::delete(&east)).await.unwrap();
    assert_eq!(play.methods(), "GET DELETE");
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_a_stranger_refuses_is_looked_for() {
    for status in [400, 403, 404, 409, 410, 418, 501] {
        let refused = || answer(status, &json!({ "code": "NOPE", "message": "x" }));
        let play = Play::new([refused(), answer(200, &profile(30).1)]);
        assert_eq!(play.send(put().creating()).await.unwrap(), profile(30).0, "{status}");
        assert_eq!(play.methods(), "PUT GET");

        for found in [not_found(), answer(200, &profile(60).1), answer(403, &Value::Null), Line::Broken] {
            let play = Play::new([refused(), found]);
            let error = play.send(put().creating()).await.unwrap_err();
            assert_eq!(error.answer().map(|answer| answer.status.as_u16()), Some(status), "{error:?}");
        }
        // What was there before proves nothing.
        let play = Play::new([refused()]);
        play.send(put()).await.unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_success_of_a_deletion_has_to_have_the_header_of_azure() {
    let bare = || Line::Answer(http::Response::new(Bytes::new()));
    let play = Play::new([bare(), not_found()]);
    play.send(profiles::delete(&id())).await.unwrap();
    assert_eq!(play.methods(), "DELETE GET");

    let play = Play::new([bare(), answer(200, &profile(30).1), answer(204, &Value::Null)]);
    play.send(profiles::delete(&id())).await.unwrap();
    assert_eq!(play.methods(), "DELETE GET DELETE");
}
