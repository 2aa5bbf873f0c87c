//! Until when an operation may go on.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The end of an operation: a time, or the moment at which the user stops it.
#[derive(Clone, Debug)]
pub struct Deadline {
    until: Instant,
    permissions_until: Instant,
    cancelled: CancellationToken,
}

/// Why a deadline is over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Over {
    Time,
    Cancelled,
}

impl Deadline {
    /// Ends after `time`, or when `cancelled` says so.
    pub fn new(time: Duration, cancelled: CancellationToken) -> Self {
        let now = Instant::now();
        Self { until: now + time, permissions_until: now, cancelled }
    }

    /// The same, and requests that are not permitted are sent again for this time: a role that was assigned a moment ago
    /// takes up to ten minutes until the hub knows of it.
    #[must_use]
    pub fn awaiting_permissions(self, time: Duration) -> Self {
        Self { permissions_until: Instant::now() + time, ..self }
    }

    /// Whether a request that is not permitted is worth sending again.
    pub(crate) fn awaits_permissions(&self) -> bool {
        Instant::now() < self.permissions_until
    }

    /// How much time is left.
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Waits until it is over.
    pub(crate) async fn over(&self) -> Over {
        tokio::select! {
            biased;
            () = self.cancelled.cancelled() => Over::Cancelled,
            () = tokio::time::sleep_until(self.until) => Over::Time,
        }
    }
}
