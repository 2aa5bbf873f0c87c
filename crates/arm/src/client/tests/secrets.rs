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
        let play = Play::of([line].into_iter().chain((0..6).map(|_| answer(400, &json!(SECRET)))));
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
