//! The profiles that were asked for, each with those nested in it, ready to decide.
//!
//! A tree holds as long as nothing changes in the emulated service; then it is made anew when it is asked for. So a query
//! costs a look-up and a decision, however many profiles there are.

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use tracing::warn;
use traffic_manager::routing::{Tree, TreeError};

/// How many trees may be kept before those that hold no more are looked for.
const MOST: usize = 1024;

/// The profiles that queries are answered from, as they are now.
pub(crate) trait Profiles: Debug + Send + Sync {
    /// Grows with every change.
    fn revision(&self) -> u64;

    /// The tree below the profile with this relative name, given in lower case, and the revision that it is of. `None` if
    /// there is no such profile.
    fn tree(&self, relative_name: &str) -> (u64, Option<Result<Tree, TreeError>>);

    /// The relative names that have more than one label, and the revision that they are of.
    fn long_relative_names(&self) -> (u64, Vec<String>);

    /// The addresses that a DNS name was mapped to.
    fn addresses(&self, target: &str) -> Vec<IpAddr>;
}

/// The trees that were asked for.
#[derive(Debug)]
pub(super) struct Trees {
    profiles: Arc<dyn Profiles>,
    kept: RwLock<Kept>,
    between: RwLock<Between>,
}

/// A tree at some revision. It is `None` if the profiles make none.
#[derive(Debug)]
pub(super) struct Dated {
    revision: u64,
    pub(super) tree: Option<Tree>,
}

#[derive(Debug)]
struct Kept {
    by_name: HashMap<Box<str>, Arc<Dated>>,
    /// When there are more, those that hold no more go.
    most: usize,
}

/// The names that are no profile's but have a profile's below them, at some revision.
#[derive(Debug, Default)]
struct Between {
    revision: Option<u64>,
    names: HashSet<Box<str>>,
}

impl Trees {
    pub(super) fn new(profiles: Arc<dyn Profiles>) -> Self {
        let kept = Kept { by_name: HashMap::new(), most: MOST };
        Self { profiles, kept: RwLock::new(kept), between: RwLock::default() }
    }

    /// What the trees are made of.
    pub(super) fn profiles(&self) -> &dyn Profiles {
        &*self.profiles
    }

    /// The tree below the profile with this relative name, given in lower case, as it is now.
    pub(super) fn find(&self, relative_name: &str) -> Option<Arc<Dated>> {
        let now = self.profiles.revision();
        {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(dated) = kept.by_name.get(relative_name).filter(|dated| dated.revision == now) {
                return Some(Arc::clone(dated));
            }
        }
        let (revision, tree) = self.profiles.tree(relative_name);
        let tree = tree?.inspect_err(|error| warn!(relative_name, %error, "no answer can be found")).ok();
        let dated = Arc::new(Dated { revision, tree });
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.put(relative_name, &dated);
        Some(dated)
    }

    /// Whether a profile has a name below this one, given in lower case.
    pub(super) fn has_name_below(&self, name: &str) -> bool {
        let now = self.profiles.revision();
        {
            let between = self.between.read().unwrap_or_else(PoisonError::into_inner);
            if between.revision == Some(now) {
                return between.names.contains(name);
            }
        }
        let mut between = self.between.write().unwrap_or_else(PoisonError::into_inner);
        let (revision, names) = self.profiles.long_relative_names();
        *between =
            Between { revision: Some(revision), names: names.iter().flat_map(|it| above(it)).collect() };
        between.names.contains(name)
    }
}

impl Kept {
    fn put(&mut self, relative_name: &str, dated: &Arc<Dated>) {
        self.by_name.insert(relative_name.into(), Arc::clone(dated));
        if self.by_name.len() > self.most {
            self.by_name.retain(|_, kept| kept.revision == dated.revision);
            // As many again may come, so that the search costs little for each.
            self.most = MOST.max(2 * self.by_name.len());
        }
    }
}

/// The names above a relative name: `b.c` and `c` for `a.b.c`.
fn above(relative_name: &str) -> impl Iterator<Item = Box<str>> {
    std::iter::successors(parent(relative_name), |name| parent(name)).map(Into::into)
}

fn parent(name: &str) -> Option<&str> {
    Some(name.split_once('.')?.1)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

    use traffic_manager::profile::RoutingMethod;
    use traffic_manager::routing::{Found, Profile};

    use super::*;

    /// Has a profile for every name that does not begin with `no`, and counts how often it is asked.
    #[derive(Debug, Default)]
    struct Counted {
        revision: AtomicU64,
        made: AtomicUsize,
        listed: AtomicUsize,
    }

    impl Profiles for Counted {
        fn revision(&self) -> u64 {
            self.revision.load(Ordering::Relaxed)
        }

        fn tree(&self, relative_name: &str) -> (u64, Option<Result<Tree, TreeError>>) {
            self.made.fetch_add(1, Ordering::Relaxed);
            let find = |name: &str| match name {
                "broken" => Found::Missing,
                _ => Found::Profile(Profile::new(name, RoutingMethod::Priority, Vec::new())),
            };
            let tree = (!relative_name.starts_with("no")).then(|| Tree::new(relative_name, find));
            (self.revision(), tree)
        }

        fn long_relative_names(&self) -> (u64, Vec<String>) {
            self.listed.fetch_add(1, Ordering::Relaxed);
            (self.revision(), vec!["a.b.c".to_owned(), "x.c".to_owned()])
        }

        fn addresses(&self, _target: &str) -> Vec<IpAddr> {
            Vec::new()
        }
    }

    fn trees() -> (Arc<Counted>, Trees) {
        let counted = Arc::new(Counted::default());
        (Arc::clone(&counted), Trees::new(counted))
    }

    #[test]
    fn a_tree_is_made_once_for_each_revision() {
        let (counted, trees) = trees();
        for made in [1, 1, 1] {
            assert!(trees.find("shop").unwrap().tree.is_some());
            assert_eq!(counted.made.load(Ordering::Relaxed), made);
        }
        counted.revision.fetch_add(1, Ordering::Relaxed);
        assert!(trees.find("shop").is_some() && trees.find("shop").is_some());
        assert_eq!(counted.made.load(Ordering::Relaxed), 2);
        assert!(trees.find("no-shop").is_none());
        assert!(trees.find("broken").unwrap().tree.is_none());
    }

    #[test]
    fn what_was_deleted_does_not_stay_for_ever() {
        let (counted, trees) = trees();
        for number in 0..10 * MOST {
            counted.revision.fetch_add(1, Ordering::Relaxed);
            assert!(trees.find(&format!("shop{number}")).is_some());
            assert!(trees.find(&format!("no-shop{number}")).is_none());
        }
        assert!(trees.kept.read().unwrap().by_name.len() <= MOST);
    }

    #[test]
    fn all_that_there_is_may_stay() {
        let (counted, trees) = trees();
        let names: Vec<String> = (0..10 * MOST).map(|number| format!("shop{number}")).collect();
        for _ in 0..3 {
            assert!(names.iter().all(|name| trees.find(name).is_some()));
        }
        assert_eq!(counted.made.load(Ordering::Relaxed), names.len());
    }

    #[test]
    fn names_between_are_known_from_those_below() {
        let (counted, trees) = trees();
        for (name, expected) in [("c", true), ("b.c", true), ("a.b.c", false), ("x.c", false), ("b", false)] {
            assert_eq!(trees.has_name_below(name), expected, "{name}");
        }
        assert_eq!(counted.listed.load(Ordering::Relaxed), 1);
        counted.revision.fetch_add(1, Ordering::Relaxed);
        assert!(trees.has_name_below("c"));
        assert_eq!(counted.listed.load(Ordering::Relaxed), 2);
    }
}
