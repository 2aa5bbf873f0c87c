//! The time of day and chance, so that tests can do without. Waiting is tokio's.

use std::time::{Duration, SystemTime};

/// The longest wait before a request is sent again, unless the other side asks for more.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Tells the time of day, and draws numbers.
pub trait Clock: Send + Sync {
    /// The time of day, for a `Retry-After` that is a date, and for the life of a token.
    fn now(&self) -> SystemTime;
    /// A number from 0 to 1, which spreads the retries of many clients.
    fn jitter(&self) -> f64;
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn jitter(&self) -> f64 {
        fastrand::f64()
    }
}
