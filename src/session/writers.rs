//! Writes of single endpoints that wait for each other: one takes what another gives up.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use arm::model::Endpoint;
use tokio::sync::watch;
use traffic_manager::id::EndpointKey;
use traffic_manager::profile::next_priority;

/// How long a write waits for other writes of the run that may take away what stands in its way. They are under way at the same
/// time, unless the run does one thing at a time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The writes of the endpoints of one profile.
#[derive(Debug, Default)]
pub(crate) struct Writers {
    state: watch::Sender<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: HashMap<EndpointKey, Waiting>,
    /// Writes that whoever sends next may send along with its own.
    offered: HashMap<EndpointKey, EndpointWrite>,
    /// Writes that another sends along with its own at the moment.
    sending: HashSet<EndpointKey>,
    /// What became of those.
    outcomes: HashMap<EndpointKey, Outcome>,
    /// Priorities that were chosen in this process, and for which endpoints: nobody was promised the numbers.
    chosen: HashMap<EndpointKey, i64>,
    /// Endpoints whose write or deletion failed. They give nothing up any more in this run.
    failed: HashSet<EndpointKey>,
}

#[derive(Debug)]
struct Waiting {
    write: EndpointWrite,
    blockers: Vec<EndpointKey>,
}

/// What became of a write that another has sent along with its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// Azure has this.
    Done(Box<Endpoint>),
    /// Azure did not say. It may have it.
    Unknown,
    /// It was not sent, and has to go by itself.
    NotSent,
}

/// What may be there before a write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Expected {
    /// Nothing: the endpoint is to be created.
    Nothing,
    /// The endpoint.
    Endpoint,
    /// Either: an endpoint that is there is taken over.
    Either,
}

/// What a write is to bring about.
#[derive(Clone, Debug)]
pub(crate) struct EndpointWrite {
    pub(crate) expected: Expected,
    /// What the state said before; `None` for all of the plan to be a change.
    pub(crate) prior: Option<Endpoint>,
    /// What is planned.
    pub(crate) planned: Endpoint,
}

/// Writes that one of them sends. The others wait for what becomes of them.
#[derive(Debug)]
pub(crate) struct Together<'a> {
    writers: &'a Writers,
    /// Whether they wait for each other, so that none can be sent without the others.
    pub(crate) is_circle: bool,
    pub(crate) writes: Vec<(EndpointKey, EndpointWrite)>,
}

/// The place of one write among those that wait.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    writers: &'a Writers,
    key: EndpointKey,
    changes: watch::Receiver<State>,
}

impl Writers {
    /// A place for a write of this endpoint.
    pub(crate) fn turn(&self, key: &EndpointKey) -> Turn<'_> {
        Turn { writers: self, key: key.clone(), changes: self.state.subscribe() }
    }

    /// Tells those who wait that something was written.
    pub(crate) fn written(&self) {
        self.state.send_modify(|_| {});
    }

    /// Tells those who wait that the endpoint was not written or deleted, and will not be in this run.
    pub(crate) fn failed(&self, key: &EndpointKey) {
        self.state.send_modify(|state| {
            state.failed.insert(key.clone());
        });
    }

    /// Whether the endpoint was not written or deleted as it was to be in this run.
    pub(crate) fn has_failed(&self, key: &EndpointKey) -> bool {
        self.state.borrow().failed.contains(key)
    }

    /// Chooses a priority for an endpoint beside these, which no other is given in this process.
    pub(crate) fn choose(&self, key: &EndpointKey, mut used: BTreeSet<i64>) -> Option<i64> {
        let mut chosen = None;
        self.state.send_if_modified(|state| {
            used.extend(state.chosen.iter().filter(|(other, _)| *other != key).map(|(_, number)| *number));
            chosen = next_priority(&used);
            state.chosen.extend(chosen.map(|number| (key.clone(), number)));
            false
        });
        chosen
    }

    /// Whether the priority of the endpoint was chosen in this process.
    pub(crate) fn has_chosen(&self, key: &EndpointKey) -> bool {
        self.state.borrow().chosen.contains_key(key)
    }

    fn end(&self, writes: &[(EndpointKey, EndpointWrite)], outcome: impl Fn(&EndpointKey) -> Outcome) {
        self.state.send_modify(|state| {
            for (key, _) in writes {
                if state.sending.remove(key) {
                    state.outcomes.insert(key.clone(), outcome(key));
                }
            }
        });
    }
}

impl Together<'_> {
    /// Says what became of each.
    pub(crate) fn done(self, outcome: impl Fn(&EndpointKey) -> Outcome) {
        self.writers.end(&self.writes, outcome);
    }

    /// Sends nothing: each looks again by itself.
    pub(crate) fn give_up(self) {
        self.done(|_| Outcome::NotSent);
    }
}

/// What was begun and not ended may have taken effect.
impl Drop for Together<'_> {
    fn drop(&mut self) {
        self.writers.end(&self.writes, |_| Outcome::Unknown);
    }
}

impl<'a> Turn<'a> {
    /// Begins to look at what is there. The write waits for no other any more, and a change from now on wakes it. If another
    /// sends it along with its own, waits for the end of that, and answers what became of it.
    pub(crate) async fn look(&mut self) -> Option<Outcome> {
        loop {
            self.changes.mark_unchanged();
            if !self.changes.borrow().sending.contains(&self.key) {
                return self.leave();
            }
            // The sender of changes lives as long as this.
            let _ = self.changes.changed().await;
        }
    }

    /// Waits behind these endpoints. If all that it waits for wait for it in turn, answers all of them with their
    /// writes, this one's included: nobody else can go on, so this one has to write for all.
    pub(crate) fn wait_behind(
        &self,
        blockers: Vec<EndpointKey>,
        write: EndpointWrite,
    ) -> Option<Together<'a>> {
        let mut together = None;
        self.writers.state.send_if_modified(|state| {
            state.waiting.insert(self.key.clone(), Waiting { write, blockers });
            together = state.closed(&self.key);
            for (key, _) in together.iter().flatten() {
                state.waiting.remove(key);
                state.sending.insert(key.clone());
            }
            false
        });
        together.map(|writes| Together { writers: self.writers, is_circle: true, writes })
    }

    /// Lets whoever sends next send this write along with its own.
    pub(crate) fn offer(&self, write: EndpointWrite) {
        self.writers.state.send_if_modified(|state| {
            state.offered.insert(self.key.clone(), write);
            false
        });
    }

    /// All writes that are offered, to be sent together. `None` if this one is not among them, because another sends it or
    /// has sent it.
    pub(crate) fn take_offered(&self) -> Option<Together<'a>> {
        let mut writes = Vec::new();
        self.writers.state.send_if_modified(|state| {
            if state.offered.contains_key(&self.key) {
                writes.extend(state.offered.drain());
                state.sending.extend(writes.iter().map(|(key, _)| key.clone()));
            }
            false
        });
        (!writes.is_empty()).then_some(Together { writers: self.writers, is_circle: false, writes })
    }

    /// Waits until something was written, for at most this time. `false` if nothing was.
    pub(crate) async fn changed_within(&mut self, quiet: Duration) -> bool {
        matches!(tokio::time::timeout(quiet, self.changes.changed()).await, Ok(Ok(())))
    }

    fn leave(&self) -> Option<Outcome> {
        let mut outcome = None;
        self.writers.state.send_if_modified(|state| {
            state.waiting.remove(&self.key);
            state.offered.remove(&self.key);
            outcome = state.outcomes.remove(&self.key);
            false
        });
        outcome
    }
}

/// A write that ends, however it does, waits no longer.
impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl State {
    /// All writes that one waits for, directly or through others, if each of them waits too.
    fn closed(&self, of: &EndpointKey) -> Option<Vec<(EndpointKey, EndpointWrite)>> {
        let (mut found, mut open) = (HashSet::new(), vec![of]);
        while let Some(key) = open.pop() {
            if found.insert(key) {
                open.extend(&self.waiting.get(key)?.blockers);
            }
        }
        let waiting = found.into_iter().filter_map(|key| self.waiting.get_key_value(key));
        Some(waiting.map(|(key, waiting)| (key.clone(), waiting.write.clone())).collect())
    }
}

#[cfg(test)]
mod tests {
    use traffic_manager::id::EndpointKind;

    use super::*;

    fn key(name: &str) -> EndpointKey {
        EndpointKey::new(EndpointKind::External, name)
    }

    fn write(name: &str) -> EndpointWrite {
        EndpointWrite {
            expected: Expected::Nothing,
            prior: None,
            planned: Endpoint { name: Some(name.to_owned()), ..Endpoint::default() },
        }
    }

    fn names(together: Option<Together<'_>>) -> Option<Vec<String>> {
        let together = together?;
        let mut names: Vec<String> = together.writes.iter().map(|(key, _)| key.name.clone()).collect();
        together.give_up();
        names.sort();
        Some(names)
    }

    #[test]
    fn whoever_closes_a_circle_writes_for_all_in_it() {
        let writers = Writers::default();
        let wait = |name: &str, behind: &[&str]| {
            let turn = writers.turn(&key(name));
            let together = turn.wait_behind(behind.iter().map(|name| key(name)).collect(), write(name));
            (turn, names(together))
        };
        let (_a, of_a) = wait("a", &["B"]);
        assert_eq!(of_a, None, "b is not there");
        let (_x, of_x) = wait("x", &["a"]);
        let (_b, of_b) = wait("b", &["c"]);
        assert_eq!((of_x, of_b), (None, None));
        let (_c, of_c) = wait("c", &["a"]);
        assert_eq!(of_c.unwrap(), ["a", "b", "c"], "x waits for the circle, and is not in it");
    }

    #[test]
    fn a_chosen_number_is_chosen_once() {
        let writers = Writers::default();
        let used = || BTreeSet::from([1, 7]);
        assert_eq!(writers.choose(&key("a"), used()), Some(8));
        assert_eq!(writers.choose(&key("b"), used()), Some(9));
        assert_eq!(writers.choose(&key("A"), used()), Some(10), "anew, and not its own");
        assert!(writers.has_chosen(&key("a")) && !writers.has_chosen(&key("c")));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_told_what_another_has_sent_for_it() {
        let writers = Writers::default();
        let (mut first, second) = (writers.turn(&key("a")), writers.turn(&key("b")));
        assert_eq!(first.look().await, None);
        assert!(first.wait_behind(vec![key("b")], write("a")).is_none());
        assert!(!first.changed_within(Duration::from_secs(1)).await);
        let result = write("result").planned;
        let sent = || second.wait_behind(vec![key("A")], write("b")).unwrap();
        sent().done(|key| match key.name.as_str() {
            "a" => Outcome::Done(Box::new(result.clone())),
            _ => Outcome::NotSent,
        });
        assert!(first.changed_within(Duration::from_secs(1)).await);
        assert_eq!(first.look().await, Some(Outcome::Done(Box::new(result.clone()))));
        assert_eq!(first.look().await, None, "it is told once");

        // Not even a write that looks again goes on by itself while another sends it.
        assert!(first.wait_behind(vec![key("b")], write("a")).is_none());
        let together = sent();
        let mut looks = std::pin::pin!(first.look());
        let early = tokio::time::timeout(Duration::from_secs(1), looks.as_mut()).await;
        assert!(early.is_err());
        drop(together);
        assert_eq!(looks.await, Some(Outcome::Unknown), "whoever sent it did not say");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_told_that_another_has_failed() {
        let writers = Writers::default();
        let mut turn = writers.turn(&key("a"));
        assert_eq!(turn.look().await, None);
        assert!(!writers.has_failed(&key("b")));
        writers.failed(&key("b"));
        assert!(turn.changed_within(Duration::from_secs(1)).await);
        assert!(writers.has_failed(&key("B")) && !writers.has_failed(&key("a")));
    }

    #[tokio::test]
    async fn who_sends_first_sends_all_that_are_offered() {
        let writers = Writers::default();
        let mut turns = ["a", "b", "c"].map(|name| writers.turn(&key(name)));
        turns[0].offer(write("a"));
        turns[1].offer(write("b"));
        assert!(turns[2].take_offered().is_none(), "it is not offered itself");
        assert_eq!(names(turns[1].take_offered()).unwrap(), ["a", "b"]);
        assert!(turns[0].take_offered().is_none(), "another has taken it");
        assert_eq!(turns[0].look().await, Some(Outcome::NotSent));
        turns[0].offer(write("a"));
        drop(turns);
        let turn = writers.turn(&key("d"));
        turn.offer(write("d"));
        assert_eq!(names(turn.take_offered()).unwrap(), ["d"], "what has ended is offered no more");
    }

    #[test]
    fn a_write_that_was_given_up_blocks_no_circle() {
        let writers = Writers::default();
        drop({
            let turn = writers.turn(&key("a"));
            turn.wait_behind(vec![key("b")], write("a"));
            turn
        });
        let turn = writers.turn(&key("b"));
        assert_eq!(names(turn.wait_behind(vec![key("a")], write("b"))), None);
    }
}
