//! What this process has done and seen, profile by profile. Terraform starts a process for each step of a command and
//! configures the provider in it once, so nothing here outlives a plan or an apply.
//!
//! Holds no connection and sends nothing.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arm::ArmError;
use arm::model::Profile;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use traffic_manager::id::ProfileId;

/// What all resources of a process share.
#[derive(Debug, Default)]
pub(crate) struct Session {
    profiles: Mutex<HashMap<ProfileId, Arc<Known>>>,
}

/// What is known of one profile.
#[derive(Debug, Default)]
struct Known {
    /// Held by whoever changes the profile.
    writing: Arc<AsyncMutex<()>>,
    /// Counts the beginnings and ends of changes. What was read before the last of them is out of date.
    writes: AtomicU64,
    /// What was read last, and who has been answered with it.
    reading: AsyncMutex<Option<Shared>>,
    history: Mutex<History>,
}

/// An answer that several readers share.
#[derive(Debug)]
struct Shared {
    version: &'static str,
    writes: u64,
    profile: Profile,
    readers: HashSet<Reader>,
}

/// What has happened to a profile in this process.
#[derive(Debug, Default)]
struct History {
    events: HashSet<Event>,
    /// The profiles that its planned endpoints nest.
    children: Vec<ProfileId>,
}

/// Something that has happened to a profile.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Event {
    /// It was read because a state has it.
    ReadFromState,
    /// It was created or taken over.
    Made,
    DestroyPlanned,
    CreatePlanned,
}

/// Who reads a profile. Each is answered by one request at most once: whoever asks again wants to know what has
/// changed since.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Reader {
    /// An import, before the read that follows it.
    Import,
    /// The resource of the profile.
    Resource,
    /// A data source.
    DataSource,
}

/// The right to change a profile. No other call of this process changes it meanwhile.
#[derive(Debug)]
pub(crate) struct Writing {
    known: Arc<Known>,
    _right: OwnedMutexGuard<()>,
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.known.writes.fetch_add(1, Ordering::SeqCst);
    }
}

impl Session {
    /// Waits until no other call of this process changes the profile. What was read of it before is forgotten.
    pub(crate) async fn write(&self, id: &ProfileId) -> Writing {
        let known = self.known(id);
        let right = Arc::clone(&known.writing).lock_owned().await;
        known.writes.fetch_add(1, Ordering::SeqCst);
        Writing { known, _right: right }
    }

    /// Reads a profile, or answers what another reader has just read. A failure is shared with nobody.
    pub(crate) async fn read(
        &self,
        id: &ProfileId,
        reader: Reader,
        version: &'static str,
        request: impl Future<Output = Result<Profile, ArmError>>,
    ) -> Result<Profile, ArmError> {
        let known = self.known(id);
        // Held while the request is under way, so that readers who come meanwhile get its answer.
        let mut reading = known.reading.lock().await;
        let writes = known.writes.load(Ordering::SeqCst);
        let current = |shared: &&mut Shared| shared.version == version && shared.writes == writes;
        if let Some(shared) = reading.as_mut().filter(current)
            && shared.readers.insert(reader)
        {
            return Ok(shared.profile.clone());
        }
        *reading = None;
        let profile = request.await?;
        *reading =
            Some(Shared { version, writes, profile: profile.clone(), readers: HashSet::from([reader]) });
        Ok(profile)
    }

    /// Remembers that a state has the profile.
    pub(crate) fn is_in_state(&self, id: &ProfileId) {
        self.history(id, |history| history.note(Event::ReadFromState));
    }

    /// Remembers that the profile was created or taken over.
    pub(crate) fn has_made(&self, id: &ProfileId) {
        self.history(id, |history| history.note(Event::Made));
    }

    /// Whether this process created the profile or took it over. It does not delete such a one: what is to be deleted
    /// is then an older object of the same resource, and the profile is the newer one's.
    pub(crate) fn made(&self, id: &ProfileId) -> bool {
        self.history(id, |history| history.has(Event::Made))
    }

    /// Remembers that the profile is to be destroyed, and answers whether its creation is planned too, and not done yet.
    pub(crate) fn plans_to_destroy(&self, id: &ProfileId) -> bool {
        self.history(id, |history| {
            history.note(Event::DestroyPlanned);
            history.has(Event::CreatePlanned) && !history.has(Event::Made)
        })
    }

    /// Remembers that the profile is to be created, and answers whether one that exists is that of a state which is
    /// replaced by the creation.
    pub(crate) fn plans_to_create(&self, id: &ProfileId) -> bool {
        self.history(id, |history| {
            history.note(Event::CreatePlanned);
            history.has(Event::ReadFromState) && !history.has(Event::DestroyPlanned)
        })
    }

    /// Remembers which profiles the planned endpoints of a profile nest. Answers the way back to the profile, if the
    /// endpoints planned so far lead there: the profiles on it, from the first child to the profile itself.
    pub(crate) fn plans_to_nest(&self, id: &ProfileId, children: Vec<ProfileId>) -> Option<Vec<ProfileId>> {
        self.history(id, |history| history.children = children);
        let mut seen = HashSet::new();
        let mut ways = vec![vec![id.clone()]];
        while let Some(way) = ways.pop() {
            let last = way.last()?;
            for child in self.history(last, |history| history.children.clone()) {
                let mut way = way.clone();
                way.push(child.clone());
                if child == *id {
                    return Some(way.split_off(1));
                }
                if seen.insert(child) {
                    ways.push(way);
                }
            }
        }
        None
    }

    fn known(&self, id: &ProfileId) -> Arc<Known> {
        Arc::clone(locked(&self.profiles).entry(id.clone()).or_default())
    }

    fn history<T>(&self, id: &ProfileId, of: impl FnOnce(&mut History) -> T) -> T {
        let known = self.known(id);
        let mut history = locked(&known.history);
        of(&mut history)
    }
}

impl History {
    fn note(&mut self, event: Event) {
        self.events.insert(event);
    }

    fn has(&self, event: Event) -> bool {
        self.events.contains(&event)
    }
}

/// A call that panicked left nothing half done here: every change is one assignment.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn id(name: &str) -> ProfileId {
        ProfileId::new("s", "g", name)
    }

    #[tokio::test]
    async fn readers_share_an_answer_until_one_asks_again_or_somebody_writes() {
        let (session, asked) = (Session::default(), Cell::new(0));
        let read = async |reader| {
            let request = async {
                asked.set(asked.get() + 1);
                Ok(Profile { name: Some(asked.get().to_string()), ..Profile::default() })
            };
            session.read(&id("Shop"), reader, "v", request).await.unwrap().name.unwrap()
        };
        assert_eq!(read(Reader::Resource).await, "1");
        assert_eq!(read(Reader::DataSource).await, "1", "the answer is shared");
        assert_eq!(read(Reader::Resource).await, "2", "whoever asks again is answered anew");
        drop(session.write(&id("SHOP")).await);
        assert_eq!(read(Reader::DataSource).await, "3", "what was read before a write is forgotten");
    }

    #[tokio::test]
    async fn one_call_at_a_time_changes_a_profile() {
        let session = Session::default();
        let writing = session.write(&id("shop")).await;
        let other_case = id("Shop");
        let second = session.write(&other_case);
        tokio::pin!(second);
        assert!(futures_are_pending(second.as_mut()).await, "another letter case is the same profile");
        drop(session.write(&id("other")).await);
        drop(writing);
        drop(second.await);
    }

    async fn futures_are_pending<F: Future>(mut future: std::pin::Pin<&mut F>) -> bool {
        std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_pending()))
            .await
    }

    #[test]
    fn a_profile_of_the_state_is_replaced_and_not_created_beside_itself() {
        let session = Session::default();
        assert!(!session.plans_to_create(&id("lost")), "no state has it");
        session.is_in_state(&id("tainted"));
        assert!(session.plans_to_create(&id("Tainted")));
        session.is_in_state(&id("renamed"));
        assert!(!session.plans_to_destroy(&id("renamed")));
        assert!(!session.plans_to_create(&id("renamed")), "another address has it, and loses it");
        assert!(session.plans_to_destroy(&id("renamed")), "and in the other order");
    }

    #[test]
    fn a_loop_of_planned_profiles_is_found_with_its_way() {
        let session = Session::default();
        assert_eq!(session.plans_to_nest(&id("a"), vec![id("b"), id("x")]), None);
        assert_eq!(session.plans_to_nest(&id("b"), vec![id("c")]), None);
        assert_eq!(session.plans_to_nest(&id("c"), vec![id("A")]), Some(vec![id("a"), id("b"), id("c")]));
        assert_eq!(session.plans_to_nest(&id("a"), Vec::new()), None, "the plan made anew gives it up");
        assert_eq!(
            session.plans_to_nest(&id("d"), vec![id("D")]),
            Some(vec![id("d")]),
            "a profile in itself"
        );
    }
}
