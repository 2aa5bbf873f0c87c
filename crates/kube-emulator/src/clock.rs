//! Where the time of objects comes from. Nothing else of this crate looks at the time of the machine.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// A source of the time, which a test can hold still.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

const SECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const MICROSECONDS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

impl Clock {
    /// A clock that asks a function each time.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time of the machine.
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    /// The time now.
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }

    /// The time now as `creationTimestamp` has it: whole seconds.
    pub fn timestamp(&self) -> String {
        self.formatted(SECONDS)
    }

    /// The time now as `eventTime` has it: microseconds.
    pub fn micro_timestamp(&self) -> String {
        self.formatted(MICROSECONDS)
    }

    fn formatted(&self, format: &[BorrowedFormatItem<'_>]) -> String {
        // Only years beyond 9999 cannot be written, and no clock of a test goes there on purpose.
        OffsetDateTime::from(self.now()).format(format).unwrap_or_default()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}
