//! How fast time passes for probes.

use std::time::Duration;

use crate::service::Monitor;

/// The shortest interval. No setting that the service takes comes below it.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(10);

/// The shortest timeout of a scaled one: what answers at all answers within it, on a busy machine, too.
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(500);

/// How many seconds of the service pass in a second: 1 to 1000.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TimeScale(u32);

impl TimeScale {
    /// The fastest: the shortest interval of a profile, 10 seconds, is 10 milliseconds then.
    pub(crate) const FASTEST: u32 = 1000;

    /// What is beyond the possible is the nearest possible.
    pub(crate) fn new(seconds_in_a_second: u32) -> Self {
        Self(seconds_in_a_second.clamp(1, Self::FASTEST))
    }

    /// From the start of one probe of an endpoint to the start of the next.
    pub(super) fn interval(self, monitor: &Monitor) -> Duration {
        (seconds(monitor.interval) / self.0).max(SHORTEST_INTERVAL)
    }

    /// How long a probe may take. Scaling makes none shorter than half a second.
    pub(super) fn timeout(self, monitor: &Monitor) -> Duration {
        let whole = seconds(monitor.timeout);
        (whole / self.0).max(SHORTEST_TIMEOUT.min(whole))
    }
}

fn seconds(number: i64) -> Duration {
    Duration::from_secs(u64::try_from(number).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::probes::samples;

    #[test]
    fn intervals_scale_and_timeouts_do_down_to_half_a_second() {
        for (scale, interval, timeout, expected) in [
            (1, 30, 10, (30_000, 10_000)),
            (0, 30, 5, (30_000, 5_000)),
            (10, 30, 10, (3_000, 1_000)),
            (60, 30, 10, (500, 500)),
            (60, 10, 5, (166, 500)),
            (u32::MAX, 10, 9, (10, 500)),
            (60, -1, -1, (10, 0)),
        ] {
            let monitor = Monitor {
                interval,
                timeout,
                ..Monitor::clone(&samples::endpoint(&Value::Null, &Value::Null).monitor)
            };
            let scale = TimeScale::new(scale);
            let seen = (scale.interval(&monitor).as_millis(), scale.timeout(&monitor).as_millis());
            assert_eq!(seen, expected, "{scale:?}: {interval}, {timeout}");
        }
    }
}
