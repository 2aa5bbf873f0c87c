//! When which endpoint is probed. Time is given, and nothing here waits or sends.
//!
//! Each endpoint is probed at once when it appears or its probes change, then in its interval, counted from start to
//! start. It never has two probes under way: one that takes longer than the interval is followed at once. Endpoints that
//! appear together start a little apart, and so they stay.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::TimeScale;
use crate::service::{ProbeKey, ProbedEndpoint};
use crate::target_addresses::TargetAddress;

/// How far apart endpoints start that appear together, unless their interval is too short for it.
const APART: Duration = Duration::from_millis(5);

/// An endpoint that is to be probed, and where its target is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Planned {
    pub(crate) endpoint: ProbedEndpoint,
    pub(crate) address: TargetAddress,
}

/// A probe that was started.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) planned: Arc<Planned>,
    number: u64,
}

/// All endpoints that are probed.
#[derive(Debug)]
pub(crate) struct Schedule {
    scale: TimeScale,
    entries: HashMap<ProbeKey, Entry>,
    /// Those that wait, by the time at which they are due; the number keeps those of one time apart.
    waiting: BTreeMap<(Instant, u64), ProbeKey>,
    last_number: u64,
}

#[derive(Debug)]
struct Entry {
    planned: Arc<Planned>,
    turn: Turn,
}

#[derive(Clone, Copy, Debug)]
enum Turn {
    /// Its place among those that wait.
    Waiting((Instant, u64)),
    /// Since when, and which probe it is.
    UnderWay(Instant, u64),
}

impl Schedule {
    pub(crate) fn new(scale: TimeScale) -> Self {
        Self { scale, entries: HashMap::new(), waiting: BTreeMap::new(), last_number: 0 }
    }

    /// Takes over what is to be probed from now on. What stays as it is keeps its time.
    pub(crate) fn follow(&mut self, all: Vec<Planned>, now: Instant) {
        let mut before = std::mem::take(&mut self.entries);
        let mut changed = Vec::new();
        for planned in all {
            match before.remove(&planned.endpoint.key) {
                Some(entry) if *entry.planned == planned => {
                    self.entries.insert(planned.endpoint.key.clone(), entry);
                }
                Some(entry) => {
                    self.forget(entry.turn);
                    changed.push(planned);
                }
                None => changed.push(planned),
            }
        }
        for entry in before.into_values() {
            self.forget(entry.turn);
        }
        let count = u32::try_from(changed.len()).unwrap_or(u32::MAX);
        let mut due = now;
        for planned in changed {
            let apart = APART.min(self.scale.interval(&planned.endpoint.monitor) / count);
            let key = planned.endpoint.key.clone();
            let turn = self.wait(key.clone(), due);
            self.entries.insert(key, Entry { planned: Arc::new(planned), turn });
            due += apart;
        }
    }

    /// When the next probe is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.waiting.first_key_value().map(|((due, _), _)| *due)
    }

    /// The next probe that is due now.
    pub(crate) fn start(&mut self, now: Instant) -> Option<Ticket> {
        let first = self.waiting.first_entry().filter(|first| first.key().0 <= now)?;
        let (_, number) = *first.key();
        let entry = self.entries.get_mut(&first.remove())?;
        entry.turn = Turn::UnderWay(now, number);
        Some(Ticket { planned: Arc::clone(&entry.planned), number })
    }

    /// Whether a probe that was started still counts.
    pub(crate) fn counts(&self, ticket: &Ticket) -> bool {
        self.entries
            .get(&ticket.planned.endpoint.key)
            .is_some_and(|entry| matches!(entry.turn, Turn::UnderWay(_, number) if number == ticket.number))
    }

    /// A probe has ended; the next one of its endpoint is due an interval after it was started. False if it does not count
    /// any more.
    pub(crate) fn finish(&mut self, ticket: &Ticket, now: Instant) -> bool {
        let key = &ticket.planned.endpoint.key;
        let turn = self.entries.get(key).map(|entry| entry.turn);
        let Some(Turn::UnderWay(since, number)) = turn else { return false };
        if number != ticket.number {
            return false;
        }
        let due = (since + self.scale.interval(&ticket.planned.endpoint.monitor)).max(now);
        let turn = self.wait(key.clone(), due);
        if let Some(entry) = self.entries.get_mut(key) {
            entry.turn = turn;
        }
        true
    }

    fn wait(&mut self, key: ProbeKey, due: Instant) -> Turn {
        self.last_number += 1;
        let place = (due, self.last_number);
        self.waiting.insert(place, key);
        Turn::Waiting(place)
    }

    fn forget(&mut self, turn: Turn) {
        if let Turn::Waiting(place) = turn {
            self.waiting.remove(&place);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::probes::samples;

    const SECOND: Duration = Duration::from_secs(1);

    /// So many endpoints, all at one address.
    fn planned(count: usize) -> Vec<Planned> {
        let names: Vec<Value> = (0..count).map(|number| json!({ "name": format!("e{number:04}") })).collect();
        let endpoints = samples::endpoints(&Value::Null, &Value::Array(names));
        let address: TargetAddress = "all.example.com=127.0.0.1".parse().unwrap();
        endpoints.into_iter().map(|endpoint| Planned { endpoint, address: address.clone() }).collect()
    }

    fn started(schedule: &mut Schedule, now: Instant) -> Vec<Ticket> {
        std::iter::from_fn(|| schedule.start(now)).collect()
    }

    #[test]
    fn a_new_endpoint_is_probed_at_once_and_then_in_its_interval_from_start_to_start() {
        let now = Instant::now();
        let mut schedule = Schedule::new(TimeScale::new(1));
        schedule.follow(planned(1), now);
        let ticket = started(&mut schedule, now).remove(0);
        assert_eq!(schedule.next_due(), None, "one probe of an endpoint at a time");
        assert!(schedule.finish(&ticket, now + 2 * SECOND));
        assert_eq!(schedule.next_due(), Some(now + 30 * SECOND));
        assert!(schedule.start(now + 29 * SECOND).is_none());
        let ticket = started(&mut schedule, now + 30 * SECOND).remove(0);
        // One that took longer than the interval is followed at once, and what was missed is not made up for.
        assert!(schedule.finish(&ticket, now + 100 * SECOND));
        assert_eq!(schedule.next_due(), Some(now + 100 * SECOND));
        assert!(!schedule.finish(&ticket, now + 100 * SECOND), "a probe ends once");
    }

    #[test]
    fn what_stays_as_it_is_keeps_its_time() {
        let now = Instant::now();
        let mut schedule = Schedule::new(TimeScale::new(1));
        schedule.follow(planned(2), now);
        let tickets = started(&mut schedule, now + SECOND);
        assert_eq!(tickets.len(), 2);
        schedule.follow(planned(2), now + 2 * SECOND);
        assert_eq!(schedule.next_due(), None);
        assert!(tickets.iter().all(|ticket| schedule.counts(ticket)));
        schedule.finish(&tickets[0], now + 2 * SECOND);
        schedule.follow(planned(2), now + 3 * SECOND);
        assert_eq!(schedule.next_due(), Some(now + 31 * SECOND));
    }

    #[test]
    fn a_changed_endpoint_or_address_begins_anew_and_its_probe_under_way_counts_no_more() {
        let now = Instant::now();
        let changed_endpoint =
            |planned: &mut Planned| Arc::make_mut(&mut planned.endpoint.monitor).tolerated = 9;
        let changed_address =
            |planned: &mut Planned| planned.address = "all.example.com=127.0.0.1:81".parse().unwrap();
        for change in [changed_endpoint as fn(&mut Planned), changed_address] {
            let mut schedule = Schedule::new(TimeScale::new(1));
            schedule.follow(planned(1), now);
            let old = started(&mut schedule, now).remove(0);
            let mut after = planned(1);
            change(&mut after[0]);
            schedule.follow(after.clone(), now + SECOND);
            assert!(!schedule.counts(&old));
            let new = started(&mut schedule, now + SECOND).remove(0);
            assert_eq!(*new.planned, after[0]);
            assert!(!schedule.finish(&old, now + SECOND));
            assert!(schedule.counts(&new) && schedule.finish(&new, now + SECOND));
            // The same to one that waits.
            schedule.follow(planned(1), now + 2 * SECOND);
            assert_eq!(started(&mut schedule, now + 2 * SECOND).len(), 1);
        }
    }

    #[test]
    fn of_endpoints_that_are_gone_nothing_is_left() {
        let now = Instant::now();
        let mut schedule = Schedule::new(TimeScale::new(1));
        schedule.follow(planned(3), now);
        let ticket = schedule.start(now).unwrap();
        schedule.follow(Vec::new(), now);
        assert!(!schedule.counts(&ticket) && !schedule.finish(&ticket, now));
        assert!(schedule.entries.is_empty() && schedule.waiting.is_empty());
        assert!(schedule.start(now + 99 * SECOND).is_none());
    }

    #[test]
    fn endpoints_that_appear_together_are_spread_and_stay_so() {
        let now = Instant::now();
        let mut schedule = Schedule::new(TimeScale::new(1));
        schedule.follow(planned(200), now);
        let mut at = now;
        for round in 0..3 {
            for number in 0..200_u32 {
                let due = schedule.next_due().unwrap();
                assert_eq!(due, now + round * 30 * SECOND + number * APART);
                at = at.max(due);
                let ticket = schedule.start(at).unwrap();
                assert!(schedule.start(at).is_none());
                assert!(schedule.finish(&ticket, at));
            }
        }
        // Within an interval, however short it is.
        let mut fast = Schedule::new(TimeScale::new(1000));
        fast.follow(planned(200), now);
        assert_eq!(started(&mut fast, now + Duration::from_millis(30)).len(), 200);
    }
}
