//! What a controller has to look at, and when: at once after a change, and after a failure later and later.
//!
//! Time is given, and nothing here waits.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::object::Key;

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(5);

/// The queue of one controller.
#[derive(Debug)]
pub(super) struct Queue {
    ready: VecDeque<Key>,
    later: BTreeSet<(Instant, Key)>,
    failures: HashMap<Key, u32>,
    longest_wait: Duration,
}

impl Queue {
    /// `longest_wait`: waits do not grow beyond it. None is shorter than the first one, so that a failure that stays
    /// keeps nobody busy.
    pub(super) fn new(longest_wait: Duration) -> Self {
        let longest_wait = longest_wait.max(FIRST_WAIT);
        Self { ready: VecDeque::new(), later: BTreeSet::new(), failures: HashMap::new(), longest_wait }
    }

    /// Something changed.
    pub(super) fn add(&mut self, key: Key) {
        if !self.ready.contains(&key) {
            self.ready.push_back(key);
        }
    }

    /// Several changed.
    pub(super) fn add_all(&mut self, keys: Vec<Key>) {
        for key in keys {
            self.add(key);
        }
    }

    /// It has to be looked at again at a time.
    pub(super) fn add_later(&mut self, key: Key, at: Instant) {
        self.later.retain(|(_, waiting)| *waiting != key);
        self.later.insert((at, key));
    }

    /// It is as it should be.
    pub(super) fn succeeded(&mut self, key: &Key) {
        self.failures.remove(key);
        self.later.retain(|(_, waiting)| waiting != key);
    }

    /// It has to be tried again.
    pub(super) fn failed(&mut self, key: Key, now: Instant) {
        let failures = self.failures.entry(key.clone()).or_default();
        let factor = 2_u32.checked_pow(*failures).unwrap_or(u32::MAX);
        *failures = failures.saturating_add(1);
        let wait = FIRST_WAIT.saturating_mul(factor).min(self.longest_wait);
        self.add_later(key, now + wait);
    }

    /// What has to be looked at now.
    pub(super) fn next(&mut self, now: Instant) -> Option<Key> {
        while let Some((_, key)) = self.later.first().filter(|(at, _)| *at <= now).cloned() {
            self.later.pop_first();
            self.add(key);
        }
        self.ready.pop_front()
    }

    /// When something has to be looked at next, if nothing changes before.
    pub(super) fn next_time(&self) -> Option<Instant> {
        self.later.first().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_anew_after_a_success() {
        let start = Instant::now();
        let mut queue = Queue::new(Duration::from_millis(30));
        let key = Key::new("a", "b");
        let wait = |queue: &mut Queue| {
            queue.failed(key.clone(), start);
            queue.next_time().unwrap().duration_since(start).as_millis()
        };
        assert_eq!([(); 5].map(|()| wait(&mut queue)), [5, 10, 20, 30, 30]);
        queue.succeeded(&key);
        assert_eq!(queue.next_time(), None);
        assert_eq!(wait(&mut queue), 5);
        for _ in 0..100 {
            wait(&mut queue);
        }
    }

    #[test]
    fn there_always_is_a_wait() {
        let start = Instant::now();
        let mut queue = Queue::new(Duration::ZERO);
        queue.failed(Key::new("a", "b"), start);
        assert_eq!(queue.next_time(), Some(start + FIRST_WAIT));
    }

    #[test]
    fn what_changes_twice_is_looked_at_once_and_at_once() {
        let now = Instant::now();
        let mut queue = Queue::new(Duration::from_secs(1000));
        queue.failed(Key::new("a", "b"), now);
        assert_eq!(queue.next(now), None);
        queue.add(Key::new("a", "b"));
        queue.add(Key::new("a", "b"));
        assert_eq!(queue.next(now), Some(Key::new("a", "b")));
        assert_eq!(queue.next(now), None);
        assert_eq!(queue.next(now + FIRST_WAIT), Some(Key::new("a", "b")), "the retry stays");
    }
}
