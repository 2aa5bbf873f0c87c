//! That a token which ends during a long wait is renewed before the next attempt.

use super::*;
use crate::credentials::{Credentials, Login, Written};
use crate::secret::Secret;

/// The time of day as it is, moved on by the paused clock.
struct Moving(SystemTime, Instant);

impl Clock for Moving {
    fn now(&self) -> SystemTime {
        self.0 + self.1.elapsed()
    }

    fn jitter(&self) -> f64 {
        1.0
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_during_a_long_wait() {
    let granted = |token: &str| {
        answer(200, &json!({ "token_type": "Bearer", "expires_in": 600, "access_token": token }))
    };
    let script = Play::new([
        granted("first"),
        with(429, &[("retry-after", "480")], &Value::Null),
        granted("second"),
        answer(200, &profile(30).1),
    ])
    .script;
    let login = Login {
        tenant_id: Some("t".to_owned()),
        client_id: Some("c".to_owned()),
        client_secret: Some(Written::Here(Secret::from("x".to_owned()))),
        ..Login::default()
    };
    let clock = Arc::new(Moving(SystemTime::now(), Instant::now()));
    let credentials = Credentials::with_clock(
        login,
        Service::public(),
        script.clone(),
        Arc::clone(&clock) as Arc<dyn Clock>,
    );
    let client = Client::with_transport(Service::public(), Some(Arc::new(credentials)), "t", script.clone());
    let deadline = Deadline::after(Duration::from_mins(30));
    client.with_clock(clock).send(profiles::get(&id()), &deadline).await.unwrap();
    let asked = script.asked.lock().unwrap();
    let bearers: Vec<_> =
        asked.iter().filter_map(|(_, request)| request.headers().get("authorization")).collect();
    assert_eq!(bearers, ["Bearer first", "Bearer second"]);
}
