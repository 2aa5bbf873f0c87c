//! How long a request may take, and how it is told to stop.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// The longest time that counts. Adding more to an instant could overflow on some systems.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// The time until which a request is tried, and a token that ends it earlier.
///
/// One deadline serves all requests of one operation.
#[derive(Clone, Debug)]
pub struct Deadline {
    at: Instant,
    cancel: CancellationToken,
}

impl Deadline {
    /// A deadline this long from now, at most a year.
    pub fn after(time: Duration) -> Self {
        Self { at: Instant::now() + time.min(LONGEST), cancel: CancellationToken::new() }
    }

    /// The same deadline, ended earlier by this token. A read in flight is then dropped at once; a write in
    /// flight gets a moment to be answered, so that what it did is known.
    #[must_use]
    pub fn or_cancelled(self, cancel: CancellationToken) -> Self {
        Self { cancel, ..self }
    }

    /// The time until which to try.
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    /// Ends when cancelled.
    pub(crate) async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }

    /// Whether it is cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Ends when the time is over, or when cancelled.
    pub async fn over(&self) {
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = sleep_until(self.at) => {}
        }
    }

    /// Whether the deadline comes within this time.
    pub(crate) fn is_within(&self, time: Duration) -> bool {
        time >= self.at.saturating_duration_since(Instant::now())
    }

    /// Waits; false when cancelled meanwhile.
    pub(crate) async fn wait(&self, time: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => false,
            () = sleep(time.min(LONGEST)) => true,
        }
    }
}
