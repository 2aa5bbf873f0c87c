//! Ctrl-C: what ends at once, what gets a moment, and the last look at a write that nobody knows of.

use super::*;

/// Sends a request and cancels it after this time. Gives what came of it, and when.
async fn cancelled_after<T>(
    play: &Play,
    time: Duration,
    request: Request<T>,
) -> (Result<T, ArmError>, Duration) {
    let cancel = CancellationToken::new();
    let deadline = Deadline::after(Duration::from_mins(5)).or_cancelled(cancel.clone());
    let started = Instant::now();
    // Polled second, when the request is out.
    let cancelling = async {
        if !time.is_zero() {
            tokio::time::sleep(time).await;
        }
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(play.client.send(request, &deadline), cancelling);
    (result, started.elapsed())
}

/// Whether it was cancelled, and whether what became of the write is not known.
fn in_doubt<T: std::fmt::Debug>(result: Result<T, ArmError>) -> bool {
    let error = result.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Cancelled), "{error:?}");
    error.call().in_doubt
}

fn put() -> Request<Profile> {
    profiles::put(&id(), &profile(30).0)
}

const MOMENT: Duration = Duration::from_millis(100);

#[tokio::test(start_paused = true)]
async fn a_cancelled_wait_ends_at_once() {
    let play = Play::new([with(429, &[("retry-after", "100")], &Value::Null)]);
    let cancel = CancellationToken::new();
    let deadline = Deadline::after(Duration::from_mins(5)).or_cancelled(cancel.clone());
    let started = Instant::now();
    let cancelling = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(play.client.send(profiles::get(&id()), &deadline), cancelling);
    assert!(matches!(result.as_ref().unwrap_err().kind(), ErrorKind::Cancelled), "{result:?}");
    assert_eq!(started.elapsed(), Duration::from_secs(3));

    let result = play.client.send(profiles::get(&id()), &deadline).await;
    assert!(
        matches!(result.as_ref().unwrap_err().kind(), ErrorKind::Cancelled),
        "nothing starts after a cancellation"
    );
    assert_eq!(play.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_in_flight_is_dropped_at_once() {
    let play = Play::new([Line::Hang]);
    let (result, time) = cancelled_after(&play, Duration::ZERO, profiles::get(&id())).await;
    assert!(!in_doubt(result));
    assert_eq!(time, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_stays_without_an_answer_and_took_effect_has_succeeded() {
    let play = Play::new([Line::Hang, answer(200, &profile(30).1)]);
    let (result, time) = cancelled_after(&play, Duration::ZERO, put()).await;
    assert_eq!(result.unwrap(), profile(30).0);
    assert_eq!((play.methods().as_str(), time), ("PUT GET", Duration::from_secs(10)));

    let play = Play::new([Line::Hang, not_found()]);
    cancelled_after(&play, Duration::ZERO, profiles::delete(&id())).await.0.unwrap();
    assert_eq!(play.methods(), "DELETE GET");
}

#[tokio::test(start_paused = true)]
async fn a_write_on_the_wire_may_still_take_effect_after_the_last_look() {
    for found in [not_found(), answer(200, &profile(60).1)] {
        let play = Play::new([Line::Hang, found]);
        let (result, _) = cancelled_after(&play, Duration::ZERO, put()).await;
        assert!(in_doubt(result));
        assert_eq!(play.methods(), "PUT GET");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_up_at_once_and_once() {
    for (found, is_done, doubt) in [
        (answer(200, &profile(30).1), true, false),
        (not_found(), false, false),
        (answer(200, &profile(60).1), false, false),
        (answer(503, &Value::Null), false, true),
        (answer(403, &Value::Null), false, true),
        (text(200, "<html>log in</html>"), false, true),
        (Line::Broken, false, true),
    ] {
        let play = Play::new([Line::Broken, found]);
        let (result, time) = cancelled_after(&play, MOMENT, put()).await;
        assert_eq!((play.methods().as_str(), time), ("PUT GET", MOMENT), "no wait, and no further write");
        match result {
            Ok(found) => assert!(is_done && found == profile(30).0),
            error => assert_eq!((false, doubt), (is_done, in_doubt(error))),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_look_does_not_take_long() {
    let play = Play::new([Line::Hang, Line::Hang]);
    let (result, time) = cancelled_after(&play, Duration::ZERO, put()).await;
    assert!(in_doubt(result));
    assert_eq!(time, Duration::from_secs(15));

    // A look that was under way is begun again, so that it has its time.
    let play = Play::new([Line::Broken, Line::Hang, answer(200, &profile(30).1)]);
    let (result, time) = cancelled_after(&play, Duration::from_secs(3), put()).await;
    assert_eq!(result.unwrap(), profile(30).0);
    assert_eq!((play.methods().as_str(), time), ("PUT GET GET", Duration::from_secs(3)));
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_made_meanwhile_is_told_after_a_cancellation_too() {
    for lost in [Line::Hang, Line::Broken] {
        let play = Play::new([lost, answer(200, &profile(60).1)]);
        let (result, _) = cancelled_after(&play, MOMENT, put().creating()).await;
        assert!(matches!(result.as_ref().unwrap_err().kind(), ErrorKind::Unsettled), "{result:?}");
        assert_eq!(play.methods(), "PUT GET");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_did_nothing_is_not_looked_up() {
    let play = Play::new([answer(429, &Value::Null)]);
    let (result, _) = cancelled_after(&play, MOMENT, put().creating()).await;
    assert!(!in_doubt(result));
    assert_eq!(play.methods(), "PUT");
}
