//! A service in memory. It writes names in lower case, and what it makes is ready when it is looked at for the second
//! time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tf_plugin::Value;

use super::model::Cache;

/// The caches by their ids, and how often each was looked at since it was written.
#[derive(Clone, Default)]
pub(super) struct Service(Arc<Mutex<BTreeMap<String, (Cache, u32)>>>);

impl Service {
    /// Makes or changes one.
    pub(super) fn put(&self, planned: Cache) -> Cache {
        let id = planned.id.as_deref().unwrap_or_default().to_lowercase();
        let known = |value: Value<String>, made: &str| if value.is_unknown() { made.into() } else { value };
        let cache = Cache {
            address: known(planned.address.clone(), "cache.example.com"),
            version: known(planned.version.clone(), "7"),
            memory: if planned.memory.is_unknown() { Value::Known(512) } else { planned.memory.clone() },
            name: planned.name.as_deref().unwrap_or_default().to_lowercase().as_str().into(),
            status: "Starting".into(),
            ..planned
        };
        self.caches().insert(id, (cache.clone(), 0));
        cache
    }

    /// Looks at one.
    pub(super) fn get(&self, id: &str) -> Option<Cache> {
        let mut caches = self.caches();
        let (cache, looks) = caches.get_mut(&id.to_lowercase())?;
        *looks += 1;
        if *looks > 1 {
            cache.status = "Ready".into();
        }
        Some(cache.clone())
    }

    /// Deletes one.
    pub(super) fn delete(&self, id: &str) {
        self.caches().remove(&id.to_lowercase());
    }

    fn caches(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, (Cache, u32)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
