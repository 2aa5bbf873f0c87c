//! What this process has done and seen, profile by profile. Terraform starts a process for each step of a command and
//! configures the provider in it once, so nothing here outlives a plan or an apply.
//!
//! Holds no connection and sends nothing.

mod board;
mod writers;

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arm::model::Profile;
use arm::{ArmError, TYPED_RECORDS_API_VERSION};
use tokio::sync::{
    Mutex as AsyncMutex, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
};
use traffic_manager::id::{EndpointKey, ProfileId};

pub(crate) use board::{Board, Plans, QUIET};
pub(crate) use writers::{EndpointWrite, Expected, Outcome, PATIENCE, Together, Turn, Writers};

/// What all resources of a process share.
#[derive(Debug, Default)]
pub(crate) struct Session {
    profiles: Mutex<HashMap<ProfileId, Arc<Known>>>,
    /// What has happened to profiles and endpoints, by their ids in lower case.
    histories: Mutex<HashMap<String, HashSet<Event>>>,
    /// The planned backend of each service on a Fleet profile, by namespace, profile and service.
    backends: Mutex<HashMap<[String; 3], String>>,
}

/// What is known of one profile.
#[derive(Debug, Default)]
struct Known {
    /// Held by whoever changes the profile, and shared by those who change single endpoints.
    writing: Arc<RwLock<()>>,
    /// Counts the beginnings and ends of changes. What was read before the last of them is out of date.
    writes: AtomicU64,
    /// What was read last, and who has been answered with it.
    reading: AsyncMutex<Option<Shared>>,
    board: Arc<Board>,
    writers: Arc<Writers>,
    /// Held by whoever creates an endpoint, for each endpoint.
    creating: Mutex<HashMap<EndpointKey, Arc<AsyncMutex<()>>>>,
}

/// An answer that several readers share.
#[derive(Debug)]
struct Shared {
    version: &'static str,
    writes: u64,
    profile: Arc<Profile>,
    readers: HashSet<Reader>,
}

/// Something that has happened to a profile or to an endpoint.
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
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Reader {
    /// An import, before the read that follows it.
    Import,
    /// The resource of the profile, or the Fleet profile that it was made of.
    Resource,
    /// The Fleet backend with this uid.
    FleetBackend(String),
    /// The resource of one of its endpoints.
    Endpoint(EndpointKey),
    /// The plan of one of its endpoints.
    Plan(EndpointKey),
    /// A plan or a write of this profile or of one of its endpoints, which looks at all that are nested below.
    Nesting(ProfileId),
    /// The plan of an endpoint of this profile that nests the other and demands a number of its endpoints.
    Minimums(ProfileId),
    /// A data source of the profile.
    DataSource,
    /// A data source of its endpoints.
    Endpoints,
}

/// The right to change a profile, or one of its endpoints.
#[derive(Debug)]
pub(crate) struct Writing {
    known: Arc<Known>,
    _right: Right,
}

/// Held and never looked at.
#[derive(Debug)]
enum Right {
    Profile { _held: OwnedRwLockWriteGuard<()> },
    Endpoint { _held: OwnedRwLockReadGuard<()> },
}

impl Writing {
    fn begin(known: Arc<Known>, right: Right) -> Self {
        known.writes.fetch_add(1, Ordering::SeqCst);
        Self { known, _right: right }
    }
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
        let held = Arc::clone(&known.writing).write_owned().await;
        Writing::begin(known, Right::Profile { _held: held })
    }

    /// Waits until no other call of this process changes the profile as a whole. Other endpoints may change meanwhile.
    pub(crate) async fn write_endpoint(&self, id: &ProfileId) -> Writing {
        let known = self.known(id);
        let held = Arc::clone(&known.writing).read_owned().await;
        Writing::begin(known, Right::Endpoint { _held: held })
    }

    /// Waits until no other call of this process creates the endpoint.
    pub(crate) async fn create_endpoint(&self, profile: &ProfileId, key: EndpointKey) -> OwnedMutexGuard<()> {
        let creating = Arc::clone(locked(&self.known(profile).creating).entry(key).or_default());
        creating.lock_owned().await
    }

    /// Reads a profile, or answers what another reader has just read. A failure is shared with nobody.
    pub(crate) async fn read(
        &self,
        id: &ProfileId,
        reader: Reader,
        version: &'static str,
        request: impl Future<Output = Result<Profile, ArmError>>,
    ) -> Result<Arc<Profile>, ArmError> {
        let known = self.known(id);
        // Held while the request is under way, so that readers who come meanwhile get its answer.
        let mut reading = known.reading.lock().await;
        let writes = known.writes.load(Ordering::SeqCst);
        // The newer version of the API answers all that the older one does.
        let serves = |of: &str| of == version || of == TYPED_RECORDS_API_VERSION;
        let current = |shared: &&mut Shared| serves(shared.version) && shared.writes == writes;
        if let Some(shared) = reading.as_mut().filter(current)
            && shared.readers.insert(reader.clone())
        {
            return Ok(Arc::clone(&shared.profile));
        }
        *reading = None;
        let profile = Arc::new(request.await?);
        *reading =
            Some(Shared { version, writes, profile: Arc::clone(&profile), readers: HashSet::from([reader]) });
        Ok(profile)
    }

    /// Remembers that a state has the object with this id.
    pub(crate) fn is_in_state(&self, id: &impl Display) {
        self.history(id, |events| events.insert(Event::ReadFromState));
    }

    /// Remembers that the object was created or taken over.
    pub(crate) fn has_made(&self, id: &impl Display) {
        self.history(id, |events| events.insert(Event::Made));
    }

    /// Whether this process created the object or took it over. It does not delete such a one: what is to be deleted
    /// is then an older object of the same resource, and the thing in Azure is the newer one's.
    pub(crate) fn made(&self, id: &impl Display) -> bool {
        self.history(id, |events| events.contains(&Event::Made))
    }

    /// Remembers that the object is to be destroyed, and answers whether its creation is planned too, and not done yet.
    pub(crate) fn plans_to_destroy(&self, id: &impl Display) -> bool {
        self.history(id, |events| {
            events.insert(Event::DestroyPlanned);
            events.contains(&Event::CreatePlanned) && !events.contains(&Event::Made)
        })
    }

    /// Remembers that the object is to be created, and answers whether one that exists is that of a state which is
    /// replaced by the creation.
    pub(crate) fn plans_to_create(&self, id: &impl Display) -> bool {
        self.history(id, |events| {
            events.insert(Event::CreatePlanned);
            events.contains(&Event::ReadFromState) && !events.contains(&Event::DestroyPlanned)
        })
    }

    /// Remembers that a backend of this name is planned for a service, by namespace, profile and service, and answers another one
    /// that is.
    pub(crate) fn plans_backend(&self, service: [&str; 3], name: &str) -> Option<String> {
        let mut backends = locked(&self.backends);
        let planned = backends.entry(service.map(str::to_owned)).or_insert_with(|| name.to_owned());
        (planned != name).then(|| planned.clone())
    }

    /// What is planned for the endpoints of the profile.
    pub(crate) fn board(&self, id: &ProfileId) -> Arc<Board> {
        Arc::clone(&self.known(id).board)
    }

    /// The writes of endpoints of the profile.
    pub(crate) fn writers(&self, id: &ProfileId) -> Arc<Writers> {
        Arc::clone(&self.known(id).writers)
    }

    fn known(&self, id: &ProfileId) -> Arc<Known> {
        Arc::clone(locked(&self.profiles).entry(id.clone()).or_default())
    }

    fn history<T>(&self, id: &impl Display, of: impl FnOnce(&mut HashSet<Event>) -> T) -> T {
        of(locked(&self.histories).entry(id.to_string().to_lowercase()).or_default())
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
            session.read(&id("Shop"), reader, "v", request).await.unwrap().name.clone().unwrap()
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

    #[tokio::test]
    async fn endpoints_change_beside_each_other_and_not_beside_their_profile() {
        let session = Session::default();
        let shop = id("shop");
        let endpoints = [session.write_endpoint(&shop).await, session.write_endpoint(&shop).await];
        let profile = session.write(&shop);
        tokio::pin!(profile);
        assert!(futures_are_pending(profile.as_mut()).await);
        drop(endpoints);
        drop(profile.await);
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
}
