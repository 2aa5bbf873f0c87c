//! The account after a write that is no apply: whoever writes a field owns it, and nobody else does.

use serde_json::Value;

use super::compare::Comparison;
use super::entry::{Entry, Identity};
use super::set::FieldSet;
use crate::schema::Schema;

/// How many managers that only update are told apart.
const MOST_UPDATERS: usize = 10;
/// Under which name the oldest of them are taken together.
const OLD_UPDATERS: &str = "ancient-changes";

/// What nobody owns, because the server alone writes it.
const NOBODYS: [&[&str]; 12] = [
    &["apiVersion"],
    &["kind"],
    &["metadata"],
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["metadata", "creationTimestamp"],
    &["metadata", "selfLink"],
    &["metadata", "uid"],
    &["metadata", "clusterName"],
    &["metadata", "generation"],
    &["metadata", "managedFields"],
    &["metadata", "resourceVersion"],
];

/// The entries after a manager has changed one object into another. Fields below those ignored are not counted, because this
/// address cannot write them.
pub(crate) fn updated(
    schema: &Schema,
    (old, new): (&Value, &Value),
    entries: Vec<Entry>,
    (writer, ignored): (&Identity, &[&[&str]]),
    now: &str,
) -> Vec<Entry> {
    let comparison = Comparison::new(schema, old, new).outside(&FieldSet::from_names(ignored));
    let written = comparison.written();
    let mut entries: Vec<Entry> = entries
        .into_iter()
        .map(|entry| {
            let fields = entry.fields.difference(&written).difference(&comparison.removed);
            Entry { fields, ..entry }
        })
        .collect();
    let own = stripped(&written);
    if !own.is_empty() {
        let place = entries.iter().position(|entry| entry.belongs_to(writer));
        let before = place.map(|place| entries.remove(place));
        let fields = before.map_or_else(|| own.clone(), |before| own.union(&before.fields));
        entries.push(Entry { time: Some(now.to_owned()), ..Entry::new(writer, fields) });
    }
    entries.retain(|entry| !entry.fields.is_empty());
    capped(entries)
}

/// A set without what nobody owns.
pub(super) fn stripped(fields: &FieldSet) -> FieldSet {
    fields.difference(&FieldSet::from_names(&NOBODYS))
}

/// Takes the oldest of too many updaters together.
fn capped(mut entries: Vec<Entry>) -> Vec<Entry> {
    let updaters = entries.iter().filter(|entry| !entry.is_apply).count();
    if updaters <= MOST_UPDATERS {
        return entries;
    }
    entries.sort_by_key(|entry| (entry.is_apply, entry.time.clone(), entry.manager.clone()));
    let mut surplus = updaters - MOST_UPDATERS;
    let mut place = 0;
    while surplus > 0 && place + 1 < entries.len() {
        let next = place + 1;
        if entries[next].is_apply {
            break;
        }
        if entries[next].api_version != entries[place].api_version {
            place = next;
            continue;
        }
        let merged = entries.remove(next);
        let bucket = &mut entries[place];
        bucket.fields = bucket.fields.union(&merged.fields);
        bucket.time = merged.time;
        OLD_UPDATERS.clone_into(&mut bucket.manager);
        bucket.subresource.clear();
        surplus -= 1;
    }
    entries
}
