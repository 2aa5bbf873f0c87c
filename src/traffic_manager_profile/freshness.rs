//! Whether what the state says of a profile was read a moment ago, by the command that is still running.
//!
//! A change with endpoints is one PUT that replaces all of them, so it would remove an endpoint that somebody added
//! after the plan was made. Where that may be, the profile is read once more before; where `terraform apply` has read it
//! itself seconds ago, that is not worth a request.

use std::time::{Duration, SystemTime};

use tf_plugin::Private;

/// The name in the private data.
const READ: &str = "read";

/// For how long nothing is taken to have happened.
const FRESH: Duration = Duration::from_secs(30);

/// A moment of a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Moment {
    time: SystemTime,
    /// What started the provider. A plan that was saved is applied by another one.
    command: u32,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { time: SystemTime::now(), command: command() }
    }

    /// Remembers that the profile was read.
    pub(super) fn remember(self, private: &mut Private) {
        let seconds = self.time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        private.set(READ, Some(&format!("{seconds} {}", self.command)));
    }

    /// Whether the profile was read a moment ago.
    pub(super) fn is_just_after_reading(self, private: &Private) -> bool {
        let read = private.of(READ).and_then(|text| text.split_once(' '));
        let read = read.and_then(|(seconds, command)| Some((seconds.parse().ok()?, command.parse().ok()?)));
        read.is_some_and(|(seconds, command): (u64, u32)| {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            command == self.command && self.time.duration_since(time).is_ok_and(|age| age < FRESH)
        })
    }
}

#[cfg(unix)]
fn command() -> u32 {
    std::os::unix::process::parent_id()
}

/// Not known: each process of the provider counts as a command of its own.
#[cfg(not(unix))]
fn command() -> u32 {
    std::process::id()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_command_trusts_what_it_read_and_not_for_long() {
        let at = |seconds, command| Moment {
            time: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
            command,
        };
        let mut private = Private::default();
        assert!(!at(1000, 7).is_just_after_reading(&private));
        at(1000, 7).remember(&mut private);
        let fresh = |moment: Moment| moment.is_just_after_reading(&private);
        assert!(fresh(at(1000, 7)) && fresh(at(1029, 7)));
        assert!(!fresh(at(1030, 7)), "too long ago");
        assert!(!fresh(at(1001, 8)), "a plan that was saved");
        assert!(!fresh(at(999, 7)), "a clock that was set back, or another machine");
    }
}
