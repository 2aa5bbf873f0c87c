//! What is asked again, when, and what is not.

use super::*;

fn throttled(after: &str) -> Line {
    with(
        429,
        &[("retry-after", after)],
        &json!({ "error": { "code": "TooManyRequests", "message": "slow" } }),
    )
}

/// The token is for another tenant than the subscription's.
fn tenant() -> Line {
    answer(
        401,
        &json!({ "error": { "code": "InvalidAuthenticationTokenTenant", "message": "wrong issuer" } }),
    )
}

#[tokio::test(start_paused = true)]
async fn a_throttled_request_waits_as_long_as_azure_asks() {
    let play = Play::new([
        throttled("17"),
        throttled("Thu, 08 Jun 2023 02:50:06 GMT"),
        answer(429, &Value::Null),
        answer(200, &profile(30).1),
    ]);
    play.send(profiles::get(&id())).await.unwrap();
    let times: Vec<u128> = play.asked().into_iter().map(|(at, _)| at).collect();
    // 17 s, then 30 s until the date, then the third wait of the back-off.
    assert_eq!(times, [0, 17_000, 47_000, 49_000]);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_write_is_sent_again_without_reading_back() {
    let play = Play::new([throttled("1"), answer(201, &profile(30).1)]);
    play.send(profiles::put(&id(), &profile(30).0)).await.unwrap();
    assert_eq!(play.methods(), "PUT PUT");
}

#[tokio::test(start_paused = true)]
async fn throttling_beyond_the_deadline_is_told_at_once() {
    let play = Play::new([throttled("1"), throttled("600")]);
    let error = play.send(profiles::get(&id())).await.unwrap_err();
    let ErrorKind::Refused(answer) = error.kind() else { panic!("{error}") };
    assert_eq!(answer.retry_after, Some(Duration::from_mins(10)));
    assert_eq!((error.call().attempts, error.call().elapsed), (2, Duration::from_secs(1)));
    assert_eq!(answer.code.as_deref(), Some("TooManyRequests"));
}

#[tokio::test(start_paused = true)]
async fn what_passes_is_asked_again_with_growing_waits() {
    let play = Play::new([
        answer(503, &Value::Null),
        answer(504, &Value::Null),
        answer(502, &Value::Null),
        answer(408, &Value::Null),
        answer(500, &Value::Null),
        Line::Broken,
        Line::Refused,
        answer(200, &profile(30).1),
    ]);
    play.send(profiles::get(&id())).await.unwrap();
    let times: Vec<u128> = play.asked().into_iter().map(|(at, _)| at).collect();
    assert_eq!(times, [0, 500, 1500, 3500, 7500, 15_500, 31_500, 61_500]);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_is_told_at_once() {
    for (line, word) in [
        (answer(400, &Value::Null), "400"),
        (tenant(), "401"),
        (answer(403, &Value::Null), "403"),
        (not_found(), "404"),
        (answer(409, &Value::Null), "409"),
        (answer(418, &Value::Null), "418"),
        (answer(302, &Value::Null), "302"),
        (answer(501, &Value::Null), "501"),
        (answer(502, &json!({ "code": "NotAuthorized", "message": "no Traffic View" })), "502"),
        (text(200, "<html>log in</html>"), "NotJson"),
        (answer(200, &json!({})), "NotTheObject"),
        (Line::TooLarge, "TooLarge"),
        (Line::Untrusted, "Tls"),
    ] {
        let play = Play::new([line]);
        let error = play.send(profiles::get(&id())).await.unwrap_err();
        let kind = format!("{:?}", error.kind());
        let found = error.refusal().map_or(kind, |status| status.as_str().to_owned());
        assert!(found.starts_with(word), "{word}: {error:?}");
        assert_eq!(play.asked().len(), 1, "{word}");
        assert_eq!(error.call().attempts, 1);
        assert!(!error.call().in_doubt && !error.call().out_of_time, "{word}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_the_service_is_asked_again_for_as_long_as_is_allowed() {
    for status in [500, 502, 503, 504] {
        let play = Play::new((0..99).map(|_| answer(status, &json!({ "code": "Busy", "message": "x" }))));
        let started = Instant::now();
        let error = play.send(profiles::get(&id())).await.unwrap_err();
        assert_eq!(error.answer().unwrap().code.as_deref(), Some("Busy"));
        assert!(error.call().out_of_time, "{error:?}");
        assert!((Duration::from_mins(4)..=Duration::from_mins(5)).contains(&started.elapsed()));
        let times: Vec<u128> = play.asked().into_iter().map(|(at, _)| at).collect();
        // The waits double, and none is longer than half a minute.
        assert_eq!(times[..8], [0, 500, 1500, 3500, 7500, 15_500, 31_500, 61_500]);
        assert_eq!(times.len(), 15);
    }
}

#[tokio::test(start_paused = true)]
async fn reading_back_is_no_attempt_of_a_write() {
    // The third PUT would come after the time that is allowed.
    let failed = || answer(500, &Value::Null);
    let play =
        Play::new([failed(), answer(200, &profile(60).1), failed(), answer(200, &profile(60).1), failed()]);
    let request = profiles::put(&id(), &profile(30).0);
    let error = play.client.send(request, &Deadline::after(Duration::from_secs(3))).await.unwrap_err();
    assert_eq!(play.methods(), "PUT GET PUT GET PUT");
    assert_eq!(error.call().attempts, 3, "{error:?}");
    assert!(error.call().out_of_time && error.call().in_doubt, "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn no_answer_at_all_ends_with_the_deadline() {
    let play = Play::new((0..9).map(|_| Line::Hang));
    let started = Instant::now();
    let error = play.send(profiles::get(&id())).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::TimedOut { by_deadline: true, .. }), "{error:?}");
    assert!(started.elapsed() <= Duration::from_mins(5));
    assert!(play.asked().len() > 1, "one attempt does not use up the whole time");
}

#[tokio::test(start_paused = true)]
async fn an_emulator_that_is_not_running_is_told_at_once() {
    let emulator = Service::emulator("http://127.0.0.1:4653/").unwrap();
    let play = Play::on(emulator, [Line::Refused]);
    let error = play.send(profiles::get(&id())).await.unwrap_err();
    let ErrorKind::Unreachable { address, .. } = error.kind() else { panic!("{error}") };
    assert_eq!(address, "http://127.0.0.1:4653");
    assert!(error.to_string().ends_with("trafficManagerProfiles/shop: cannot reach http://127.0.0.1:4653"));
}

#[tokio::test(start_paused = true)]
async fn a_404_right_after_a_create_is_asked_again_a_few_times() {
    let play = Play::new([not_found(), not_found(), answer(200, &profile(30).1)]);
    play.send(profiles::get(&id()).just_created()).await.unwrap();

    let play = Play::new((0..6).map(|_| not_found()));
    let error = play.send(profiles::get(&id()).just_created()).await.unwrap_err();
    assert!(error.is_not_found() && play.is_over());
}

#[tokio::test(start_paused = true)]
async fn it_is_told_whether_the_deadline_or_one_attempt_was_too_short() {
    for (seconds, longest, deadline) in [(20, 20, true), (75, 75, true), (76, 75, false)] {
        // The wait before another attempt would not fit in.
        let play = Play::new([with(503, &[("retry-after", "0")], &Value::Null), Line::Hang]);
        let time = Duration::from_millis(seconds * 1000 + 250);
        let error = play.client.send(profiles::get(&id()), &Deadline::after(time)).await;
        let error = error.unwrap_err();
        let ErrorKind::TimedOut { waited, by_deadline } = *error.kind() else { panic!("{error:?}") };
        assert_eq!((waited.as_secs(), by_deadline), (longest, deadline));
    }
}
