//! Writes whose answer was lost, and what the client makes of what it then reads.

use super::*;

/// Every way in which an answer is lost.
fn losses() -> [Line; 9] {
    [
        Line::Broken,
        Line::Hang,
        answer(500, &Value::Null),
        answer(502, &Value::Null),
        answer(503, &Value::Null),
        answer(504, &Value::Null),
        answer(408, &Value::Null),
        text(200, "{\"half\":"),
        Line::TooLarge,
    ]
}

#[tokio::test(start_paused = true)]
async fn a_put_that_took_effect_is_not_sent_again() {
    for loss in losses() {
        let play = Play::new([loss, answer(200, &profile(30).1)]);
        let found = play.send(profiles::put(&id(), &profile(30).0)).await.unwrap();
        assert_eq!(found, profile(30).0);
        assert_eq!(play.methods(), "PUT GET");
    }
}

#[tokio::test(start_paused = true)]
async fn a_put_that_did_not_take_effect_is_sent_again() {
    for loss in losses() {
        let play = Play::new([loss, answer(200, &profile(60).1), answer(200, &profile(30).1)]);
        let found = play.send(profiles::put(&id(), &profile(30).0)).await.unwrap();
        assert_eq!(found, profile(30).0);
        assert_eq!(play.methods(), "PUT GET PUT");
    }
    let play = Play::new([Line::Broken, not_found(), answer(201, &profile(30).1)]);
    play.send(profiles::put(&id(), &profile(30).0).creating()).await.unwrap();
    assert_eq!(play.methods(), "PUT GET PUT");
}

#[tokio::test(start_paused = true)]
async fn a_create_does_not_overwrite_what_somebody_else_made_meanwhile() {
    let play = Play::new([Line::Broken, answer(200, &profile(60).1)]);
    let error = play.send(profiles::put(&id(), &profile(30).0).creating()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsettled), "{error}");
    assert_eq!(play.methods(), "PUT GET");
}

#[tokio::test(start_paused = true)]
async fn reading_back_is_itself_tried_again() {
    let play =
        Play::new([Line::Broken, answer(503, &Value::Null), Line::Broken, answer(200, &profile(30).1)]);
    play.send(profiles::put(&id(), &profile(30).0)).await.unwrap();
    assert_eq!(play.methods(), "PUT GET GET GET");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_cannot_be_settled_says_that_it_may_have_taken_effect() {
    let play = Play::new([Line::Broken, answer(403, &Value::Null)]);
    let error = play.send(profiles::put(&id(), &profile(30).0)).await.unwrap_err();
    assert!(error.refusal() == Some(StatusCode::FORBIDDEN) && error.call().in_doubt, "{error:?}");

    let play = Play::new((0..99).map(|_| Line::Broken));
    let error = play.send(profiles::put(&id(), &profile(30).0)).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Broken { .. }) && error.call().in_doubt, "{error:?}");

    let play = Play::new([Line::Broken, answer(200, &profile(60).1), answer(400, &Value::Null)]);
    let error = play.send(profiles::put(&id(), &profile(30).0)).await.unwrap_err();
    assert!(!error.call().in_doubt, "reading back settled the first PUT: {error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_success_that_stays_unreadable_is_told() {
    let lines = (0..6).map(|_| text(200, "<html>log in</html>"));
    let play = Play::new(lines);
    let error = play.send(profiles::put(&id(), &profile(30).0)).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NotJson { .. }), "{error}");
    assert_eq!(error.answer().unwrap().excerpt, "<html>log in</html>");
}

#[tokio::test(start_paused = true)]
async fn a_delete_ends_when_nothing_is_there() {
    for (lines, methods) in [
        (vec![answer(200, &Value::Null)], "DELETE"),
        (vec![answer(200, &json!({ "properties": { "boolean": true } }))], "DELETE"),
        (vec![answer(204, &Value::Null)], "DELETE"),
        (vec![not_found()], "DELETE"),
        (vec![Line::Broken, not_found()], "DELETE GET"),
        (vec![Line::Broken, answer(200, &profile(30).1), answer(204, &Value::Null)], "DELETE GET DELETE"),
    ] {
        let play = Play::new(lines);
        play.send(profiles::delete(&id())).await.unwrap();
        assert_eq!(play.methods(), methods);
    }
    let play = Play::new([answer(409, &Value::Null)]);
    let error = play.send(profiles::delete(&id())).await.unwrap_err();
    assert_eq!(error.refusal(), Some(StatusCode::CONFLICT), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_name_check_is_simply_asked_again() {
    let play = Play::new([Line::Broken, answer(200, &json!({ "nameAvailable": true }))]);
    let found = play.send(profiles::check_name("shop")).await.unwrap();
    assert_eq!(found.name_available, Some(true));
    assert_eq!(play.methods(), "POST POST");
}

#[tokio::test(start_paused = true)]
async fn a_page_or_a_404_of_a_proxy_is_no_word_of_the_service() {
    const PAGE: &str = "<html>please log in</html>";
    // What a page hides is looked up.
    let play = Play::new([text(200, PAGE), answer(200, &profile(30).1), answer(204, &Value::Null)]);
    play.send(profiles::delete(&id())).await.unwrap();
    assert_eq!(play.methods(), "DELETE GET DELETE");

    let play = Play::new([text(404, "")]);
    let refused = play.send(profiles::delete(&id())).await.unwrap_err();
    assert!(refused.refusal() == Some(StatusCode::NOT_FOUND), "{refused}");

    for lines in [[Line::Broken, text(200, PAGE)], [Line::Broken, text(404, PAGE)]] {
        let play = Play::new(lines);
        let refused = play.send(profiles::put(&id(), &profile(30).0).creating()).await.unwrap_err();
        let is_not_json = matches!(refused.kind(), ErrorKind::NotJson { .. });
        assert!(is_not_json || refused.is_not_found(), "{refused}");
        assert!(refused.call().in_doubt, "what was sent may be there");
    }
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_had_to_wait_looks_again_before_it_writes() {
    let throttled = || answer(429, &Value::Null);
    let gone = || answer(404, &json!({ "error": { "code": "ResourceNotFound", "message": "" } }));
    let create = || profiles::put(&id(), &profile(30).0).creating();

    let play = Play::new([throttled(), gone(), answer(201, &profile(30).1)]);
    play.send(create()).await.unwrap();
    assert_eq!(play.methods(), "PUT GET PUT");

    // Somebody else was faster.
    let play = Play::new([throttled(), answer(200, &profile(60).1)]);
    let refused = play.send(create()).await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::Unsettled), "{refused}");
    assert!(!refused.call().in_doubt, "nothing of ours is there");
    assert_eq!(play.methods(), "PUT GET");
}
