//! Writes of single endpoints that wait for each other: one takes what another gives up.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use arm::model::Endpoint;
use tokio::sync::watch;
use traffic_manager::id::EndpointKey;
use traffic_manager::profile::next_priority;

/// The writes of the endpoints of one profile.
#[derive(Debug, Default)]
pub(crate) struct Writers {
    state: watch::Sender<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: HashMap<EndpointKey, Waiting>,
    /// What became of writes that others have done along with their own.
    done: HashMap<EndpointKey, Endpoint>,
    /// Priorities that were chosen in this process, and for which endpoints: nobody was promised the numbers.
    chosen: HashMap<EndpointKey, i64>,
}

#[derive(Debug)]
struct Waiting {
    write: EndpointWrite,
    blockers: Vec<EndpointKey>,
}

/// What a write is to bring about.
#[derive(Clone, Debug)]
pub(crate) struct EndpointWrite {
    /// What the state said before; `None` for all of the plan to be a change.
    pub(crate) prior: Option<Endpoint>,
    /// What is planned.
    pub(crate) planned: Endpoint,
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

    /// Hands the results of writes that were done together to those who wait for them.
    pub(crate) fn finish(&self, results: impl IntoIterator<Item = (EndpointKey, Endpoint)>) {
        self.state.send_modify(|state| {
            for (key, result) in results {
                if state.waiting.remove(&key).is_some() {
                    state.done.insert(key, result);
                }
            }
        });
    }
}

impl Turn<'_> {
    /// Marks the moment from which a change wakes this write.
    pub(crate) fn look(&mut self) {
        self.changes.mark_unchanged();
    }

    /// Waits behind these endpoints. If all that it waits for wait for it in turn, answers all of them with their
    /// writes, this one's included: nobody else can go on, so this one has to write for all.
    pub(crate) fn wait_behind(
        &self,
        blockers: Vec<EndpointKey>,
        write: EndpointWrite,
    ) -> Option<Vec<(EndpointKey, EndpointWrite)>> {
        let mut together = None;
        self.writers.state.send_if_modified(|state| {
            state.waiting.insert(self.key.clone(), Waiting { write, blockers });
            together = state.closed(&self.key);
            false
        });
        together
    }

    /// Waits until something was written, for at most this time. `false` if nothing was.
    pub(crate) async fn changed_within(&mut self, quiet: Duration) -> bool {
        matches!(tokio::time::timeout(quiet, self.changes.changed()).await, Ok(Ok(())))
    }

    /// What another has written along with its own.
    pub(crate) fn done(&self) -> Option<Endpoint> {
        let mut done = None;
        self.writers.state.send_if_modified(|state| {
            done = state.done.remove(&self.key);
            false
        });
        done
    }
}

/// A write that ends, however it does, waits no longer.
impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.writers.state.send_if_modified(|state| {
            state.waiting.remove(&self.key);
            false
        });
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
        let each =
            found.into_iter().filter_map(|key| Some((key.clone(), self.waiting.get(key)?.write.clone())));
        Some(each.collect())
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
            prior: None,
            planned: Endpoint { name: Some(name.to_owned()), ..Endpoint::default() },
        }
    }

    fn names(together: Option<Vec<(EndpointKey, EndpointWrite)>>) -> Option<Vec<String>> {
        let mut names: Vec<String> = together?.into_iter().map(|(key, _)| key.name).collect();
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
        assert_eq!(of_c.unwrap(), ["B", "a", "c"], "x waits for the circle, and is not in it");
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
    async fn who_waits_is_handed_what_another_has_written_for_it() {
        let writers = Writers::default();
        let mut turn = writers.turn(&key("a"));
        turn.look();
        turn.wait_behind(vec![key("b")], write("a"));
        assert!(!turn.changed_within(Duration::from_secs(1)).await);
        writers.finish([(key("A"), write("result").planned)]);
        assert!(turn.changed_within(Duration::from_secs(1)).await);
        assert_eq!(turn.done(), Some(write("result").planned));
        assert_eq!(turn.done(), None);
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
