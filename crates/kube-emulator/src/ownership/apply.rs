//! Server-side apply: a manager says all that it wants to own; what it no longer says is taken away, and what others own and
//! have otherwise is a conflict.

use serde_json::Value;

use super::collect;
use super::compare::Comparison;
use super::element::Element;
use super::entry::{Entry, Identity};
use super::merge;
use super::remove;
use super::set::FieldSet;
use super::update::stripped;
use crate::schema::Schema;
use crate::status::{Cause, Status};

/// Who applies, and how.
#[derive(Clone, Debug)]
pub(crate) struct Applying<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) writer: Identity,
    /// Fields of others are taken.
    pub(crate) is_forced: bool,
    /// Fields that this address cannot write.
    pub(crate) ignored: &'a [&'a [&'a str]],
    /// What the same program applied last without the server's account: as far as it is still so, it is no conflict.
    pub(crate) last_applied: Option<&'a Value>,
    pub(crate) now: String,
}

/// The object and the entries after an apply.
pub(crate) fn applied(
    applying: &Applying<'_>,
    live: &Value,
    entries: &[Entry],
    config: &Value,
) -> Result<(Value, Vec<Entry>), Status> {
    let schema = applying.schema;
    let merged = merge::merged(schema, live, config);
    let ignored = FieldSet::from_names(applying.ignored);
    let own = collect::fields(schema, config).outside(&ignored);
    let last = entries.iter().find(|entry| entry.belongs_to(&applying.writer));
    let others: Vec<Entry> =
        entries.iter().filter(|entry| !entry.belongs_to(&applying.writer)).cloned().collect();
    let object = match last.filter(|last| !last.fields.is_empty()) {
        Some(last) => {
            pruned(schema, &merged, &last.fields, others.iter().map(|entry| &entry.fields).chain([&own]))
        }
        None => merged,
    };
    let comparison = Comparison::new(schema, live, &object).outside(&ignored);
    let mut entries = settled(applying, live, &comparison, others)?;
    let own = stripped(&own);
    if !own.is_empty() {
        // Who changes nothing keeps the time at which he last did.
        let time = if *live == object {
            last.and_then(|last| last.time.clone())
        } else {
            Some(applying.now.clone())
        };
        entries.push(Entry { time, ..Entry::new(&applying.writer, own) });
    }
    Ok((object, entries))
}

/// The merged object without what the manager applied last time and nobody owns now.
fn pruned<'a>(
    schema: &Schema,
    merged: &Value,
    last: &FieldSet,
    owned: impl Iterator<Item = &'a FieldSet>,
) -> Value {
    let named = |set: &FieldSet| set.with_named_parents(schema);
    let last = named(last);
    let all = named(&collect::fields(schema, merged));
    let left = named(&collect::fields(schema, &remove::without(schema, merged, &last)));
    let owned = owned.fold(FieldSet::default(), |owned, set| owned.union(set));
    let kept = left.union(&named(&owned));
    let with_owned = remove::without(schema, merged, &all.difference(&kept));
    let left = named(&collect::fields(schema, &with_owned));
    remove::without(schema, merged, &all.difference(&left).intersection(&last))
}

/// The entries of the others: without what was taken from them, or else the conflict.
fn settled(
    applying: &Applying<'_>,
    live: &Value,
    comparison: &Comparison,
    others: Vec<Entry>,
) -> Result<Vec<Entry>, Status> {
    let written = comparison.written();
    let allowed = applying.last_applied.map(|last| still_so(applying.schema, last, live)).unwrap_or_default();
    let mut conflicts: Vec<(&Entry, Vec<Vec<Element>>)> = others
        .iter()
        .map(|entry| (entry, entry.fields.intersection(&written).difference(&allowed).paths()))
        .filter(|(_, paths)| !paths.is_empty())
        .collect();
    if !conflicts.is_empty() && !applying.is_forced {
        conflicts.sort_by_key(|(entry, _)| entry.order());
        return Err(conflict(&conflicts));
    }
    let left = others.into_iter().map(|entry| {
        let fields = entry.fields.difference(&written).difference(&comparison.removed);
        Entry { fields, ..entry }
    });
    Ok(left.filter(|entry| !entry.fields.is_empty()).collect())
}

/// The fields of a configuration that the object has as they are in it.
fn still_so(schema: &Schema, config: &Value, live: &Value) -> FieldSet {
    let comparison = Comparison::new(schema, config, live);
    let fields = collect::fields(schema, config);
    fields.difference(&comparison.written()).difference(&comparison.removed)
}

fn conflict(conflicts: &[(&Entry, Vec<Vec<Element>>)]) -> Status {
    let shown = |path: &Vec<Element>| path.iter().map(Element::to_string).collect::<String>();
    let mut causes = Vec::new();
    let mut lines = Vec::new();
    for (entry, paths) in conflicts {
        lines.push(format!("conflicts with {}:", entry.shown()));
        for path in paths {
            let message = format!("conflict with {}", entry.shown());
            causes.push(Cause::new("FieldManagerConflict", message, shown(path)));
            lines.push(format!("- {}", shown(path)));
        }
    }
    let message = match causes.as_slice() {
        [cause] => format!("Apply failed with 1 conflict: {}: {}", cause.message, cause.field),
        causes => format!("Apply failed with {} conflicts: {}", causes.len(), lines.join("\n")),
    };
    Status::apply_conflict(message, causes)
}
