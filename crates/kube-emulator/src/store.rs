//! The objects of a server, each with the revision of its last change, and the latest changes in order.
//!
//! Nothing here knows what an object means: no rules, no defaults. Changes are remembered up to a number and a size, so
//! that a watch that falls behind is told that it did, instead of memory growing with it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use crate::catalog::KindId;

/// How many changes are remembered.
const MOST_CHANGES: usize = 4096;
/// How many bytes of objects the remembered changes may hold, about.
const MOST_BYTES: usize = 64 << 20;

/// Where an object is: its kind, and its namespace and name with a slash between them, which is the order of a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: KindId,
    pub(crate) path: String,
}

/// What happened to one object.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) revision: u64,
    pub(crate) key: Key,
    pub(crate) old: Option<Arc<Value>>,
    /// The object as it is since then, or as it was when it was deleted, with the revision of that.
    pub(crate) object: Arc<Value>,
    pub(crate) is_deletion: bool,
}

/// The objects and the changes.
#[derive(Debug)]
pub(crate) struct Store {
    revision: u64,
    objects: BTreeMap<Key, Arc<Value>>,
    /// The changes with the memory that each takes, about.
    changes: VecDeque<(Arc<Change>, usize)>,
    bytes: usize,
    /// The revision up to which changes are forgotten.
    forgotten: u64,
}

/// A revision whose changes are no longer remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forgotten {
    pub(crate) asked: u64,
    pub(crate) oldest: u64,
}

impl Key {
    pub(crate) fn new(kind: KindId, namespace: &str, name: &str) -> Self {
        Self { kind, path: format!("{namespace}/{name}") }
    }

    pub(crate) fn namespace(&self) -> &str {
        self.path.split_once('/').map_or("", |(namespace, _)| namespace)
    }

    pub(crate) fn name(&self) -> &str {
        self.path.split_once('/').map_or("", |(_, name)| name)
    }
}

impl Default for Store {
    fn default() -> Self {
        // A real server has a few revisions before anybody asks; zero has a meaning of its own.
        Self { revision: 1, objects: BTreeMap::new(), changes: VecDeque::new(), bytes: 0, forgotten: 1 }
    }
}

impl Store {
    /// A store with these objects and no history.
    pub(crate) fn restored(revision: u64, objects: BTreeMap<Key, Arc<Value>>) -> Self {
        Self { revision, objects, changes: VecDeque::new(), bytes: 0, forgotten: revision }
    }

    /// The same objects, with no history and at no lower revision than this.
    pub(crate) fn at_least(mut self, revision: u64) -> Self {
        self.revision = self.revision.max(revision);
        self.forgotten = self.revision;
        self
    }

    /// The revision of the latest change.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Arc<Value>> {
        self.objects.get(key)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&Key, &Arc<Value>)> {
        self.objects.iter()
    }

    /// The objects of a kind in one namespace or in all, in the order of a list.
    pub(crate) fn list(
        &self,
        kind: KindId,
        namespace: Option<&str>,
    ) -> impl Iterator<Item = (&Key, &Arc<Value>)> {
        let prefix = namespace.map_or_else(String::new, |namespace| format!("{namespace}/"));
        let start = Key { kind, path: prefix.clone() };
        self.objects
            .range(start..)
            .take_while(move |(key, _)| key.kind == kind && key.path.starts_with(&prefix))
    }

    /// Keeps an object, which gets the revision of this change, and answers it as it is kept.
    pub(crate) fn put(&mut self, key: Key, mut object: Value) -> Arc<Value> {
        let revision = self.stamp(&mut object);
        let object = Arc::new(object);
        let old = self.objects.insert(key.clone(), Arc::clone(&object));
        self.remember(Change { revision, key, old, object: Arc::clone(&object), is_deletion: false });
        object
    }

    /// Forgets an object, and answers it as it was, with the revision of its deletion.
    pub(crate) fn remove(&mut self, key: &Key, mut last: Value) -> Arc<Value> {
        let old = self.objects.remove(key);
        let revision = self.stamp(&mut last);
        let last = Arc::new(last);
        let key = key.clone();
        self.remember(Change { revision, key, old, object: Arc::clone(&last), is_deletion: true });
        last
    }

    /// The changes after a revision, at most so many.
    pub(crate) fn changes_after(&self, revision: u64, most: usize) -> Result<Vec<Arc<Change>>, Forgotten> {
        if revision < self.forgotten {
            return Err(Forgotten { asked: revision, oldest: self.forgotten });
        }
        let start = self.changes.partition_point(|(change, _)| change.revision <= revision);
        Ok(self.changes.iter().skip(start).take(most).map(|(change, _)| Arc::clone(change)).collect())
    }

    fn stamp(&mut self, object: &mut Value) -> u64 {
        self.revision += 1;
        crate::object::set_meta(object, "resourceVersion", self.revision.to_string());
        self.revision
    }

    fn remember(&mut self, change: Change) {
        let bytes = size(&change.object);
        self.bytes += bytes;
        self.changes.push_back((Arc::new(change), bytes));
        while self.changes.len() > MOST_CHANGES || self.bytes > MOST_BYTES {
            let Some((oldest, bytes)) = self.changes.pop_front() else { break };
            self.bytes -= bytes;
            self.forgotten = oldest.revision;
        }
    }
}

/// About how much memory a value takes. It is counted and not written, because it is asked at every change.
fn size(value: &Value) -> usize {
    const NODE: usize = 48;
    match value {
        Value::String(text) => NODE + text.len(),
        Value::Array(items) => NODE + items.iter().map(size).sum::<usize>(),
        Value::Object(members) => {
            NODE + members.iter().map(|(key, value)| NODE + key.len() + size(value)).sum::<usize>()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => NODE,
    }
}
