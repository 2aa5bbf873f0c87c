//! Watches: the changes of objects as a stream of lines.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, stream};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::catalog::{KindId, View};
use crate::media::Form;
use crate::metadata_only::partial;
use crate::object;
use crate::registry::{Registry, shown};
use crate::selector::Selector;
use crate::status::Status;
use crate::store::{Change, Forgotten};
use crate::table::{self, Columns};

/// How long a watch lasts that does not say it itself.
const DEFAULT_DURATION: Duration = Duration::from_secs(45 * 60);
/// How long a watch can last, whatever it says.
const LONGEST_DURATION: Duration = Duration::from_secs(24 * 3600);
/// How often a watch is told how far it has come, if it wants to know.
const BOOKMARK_EVERY: Duration = Duration::from_secs(60);
/// How long before its end a watch is told for the last time, if it lasts so long.
const BEFORE_END: Duration = Duration::from_secs(2);
/// How many changes are taken at a time.
const BATCH: usize = 64;

/// What is watched and how.
#[derive(Clone, Debug)]
pub(crate) struct WatchOptions {
    pub(crate) namespace: Option<String>,
    pub(crate) selector: Selector,
    pub(crate) form: Form,
    pub(crate) start: Start,
    pub(crate) wants_bookmarks: bool,
    pub(crate) duration: Option<Duration>,
}

/// Where a watch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// With all objects that are there, and with a bookmark after them if that is wanted.
    WithObjects { marks_end: bool },
    /// With what happens from now on.
    Now,
    /// With what happened after a revision.
    After(u64),
}

/// The lines of a watch.
pub(crate) fn watched(
    registry: &Arc<Registry>,
    view: View<'_>,
    options: WatchOptions,
) -> impl Stream<Item = Bytes> + Send + use<> {
    let now = Instant::now();
    let duration = options.duration.unwrap_or(DEFAULT_DURATION).min(LONGEST_DURATION);
    let mut watch = Watch {
        revisions: registry.revisions(),
        registry: Arc::clone(registry),
        kind: view.kind.id,
        version: view.version.name,
        started: now,
        deadline: now + duration,
        next_bookmark: now + BOOKMARK_EVERY.min(duration.saturating_sub(BEFORE_END)),
        seen: 0,
        lines: VecDeque::new(),
        is_over: false,
        has_shown_columns: false,
        options,
    };
    watch.begin();
    stream::unfold(watch, |mut watch| async move { watch.next().await.map(|line| (line, watch)) })
}

/// A watch that goes on. It holds no objects, only how far it has come.
struct Watch {
    registry: Arc<Registry>,
    revisions: watch::Receiver<u64>,
    kind: KindId,
    version: &'static str,
    options: WatchOptions,
    started: Instant,
    deadline: Instant,
    next_bookmark: Instant,
    seen: u64,
    lines: VecDeque<Bytes>,
    is_over: bool,
    has_shown_columns: bool,
}

impl Watch {
    fn begin(&mut self) {
        match self.options.start {
            Start::After(revision) => self.seen = revision,
            Start::Now => self.seen = self.registry.store().revision(),
            Start::WithObjects { marks_end } => {
                let registry = Arc::clone(&self.registry);
                let Some(view) = registry.catalog.kind(self.kind).view(self.version) else { return };
                let (revision, objects) = registry.list(view, self.options.namespace.as_deref());
                self.seen = revision;
                for object in objects {
                    if self.options.selector.matches(&object) {
                        self.push("ADDED", view, object);
                    }
                }
                if marks_end {
                    self.bookmark(view, Some("k8s.io/initial-events-end"));
                }
            }
        }
    }

    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Some(line);
            }
            if self.is_over || self.registry.is_closed() {
                return None;
            }
            self.revisions.borrow_and_update();
            if self.take() {
                continue;
            }
            tokio::select! {
                changed = self.revisions.changed() => self.is_over = changed.is_err(),
                () = sleep_until(self.deadline) => self.is_over = true,
                () = sleep_until(self.next_bookmark), if self.wants_bookmarks() => self.mark(),
            }
        }
    }

    /// Takes what happened since. Whether anything did.
    fn take(&mut self) -> bool {
        let changes = self.registry.store().changes_after(self.seen, BATCH);
        let registry = Arc::clone(&self.registry);
        let Some(view) = registry.catalog.kind(self.kind).view(self.version) else { return false };
        match changes {
            Ok(changes) => {
                for change in &changes {
                    self.seen = change.revision;
                    self.tell(view, change);
                }
                !changes.is_empty()
            }
            Err(Forgotten { asked, oldest }) => {
                let status = Status::expired(format!("too old resource version: {asked} ({oldest})"));
                self.line("ERROR", &status.document());
                self.is_over = true;
                true
            }
        }
    }

    /// Tells a change as it looks to whoever sees only what he selected.
    fn tell(&mut self, view: View<'_>, change: &Change) {
        let is_elsewhere = self.options.namespace.as_deref().is_some_and(|it| it != change.key.namespace());
        if change.key.kind != self.kind || is_elsewhere {
            return;
        }
        let selector = &self.options.selector;
        let before = change.old.as_ref().map(|old| shown(old, view)).filter(|old| selector.matches(old));
        let now = shown(&change.object, view);
        let is_there = !change.is_deletion && selector.matches(&now);
        match (before, is_there) {
            (None, true) => self.push("ADDED", view, now),
            (Some(_), true) => self.push("MODIFIED", view, now),
            (Some(_), false) if change.is_deletion => self.push("DELETED", view, now),
            (Some(mut before), false) => {
                object::set_meta(&mut before, "resourceVersion", change.revision.to_string());
                self.push("DELETED", view, before);
            }
            (None, false) => {}
        }
    }

    fn push(&mut self, kind: &str, view: View<'_>, object: Value) {
        let object = match self.options.form {
            Form::Objects => object,
            Form::Metadata => partial(&object),
            Form::Table(included) => {
                let columns = if self.has_shown_columns { Columns::Omitted } else { Columns::Shown };
                self.has_shown_columns = true;
                let metadata = json!({ "resourceVersion": object["metadata"]["resourceVersion"] });
                let now = self.registry.clock.timestamp();
                table::table(view, &metadata, &[object], &now, (columns, included))
            }
        };
        self.line(kind, &object);
    }

    fn line(&mut self, kind: &str, object: &Value) {
        self.lines.push_back(Bytes::from(format!("{}\n", json!({ "type": kind, "object": object }))));
    }

    fn bookmark(&mut self, view: View<'_>, annotation: Option<&str>) {
        let mut metadata = json!({ "resourceVersion": self.seen.to_string() });
        if let Some(annotation) = annotation {
            metadata["annotations"] = json!({ annotation: "true" });
        }
        let kind = view.kind.definition.kind;
        let object = json!({ "kind": kind, "apiVersion": view.api_version(), "metadata": metadata });
        match self.options.form {
            Form::Objects => self.line("BOOKMARK", &object),
            Form::Metadata => self.line("BOOKMARK", &partial(&object)),
            Form::Table(_) => {
                let table = json!({
                    "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"],
                    "columnDefinitions": null, "rows": [{ "cells": [], "object": partial(&object) }],
                });
                self.line("BOOKMARK", &table);
            }
        }
    }

    /// Whether bookmarks are wanted, and the watch lasts long enough for one.
    fn wants_bookmarks(&self) -> bool {
        self.options.wants_bookmarks && self.next_bookmark > self.started
    }

    fn mark(&mut self) {
        let last = self.deadline.checked_sub(BEFORE_END).unwrap_or(self.deadline);
        let next = self.next_bookmark + BOOKMARK_EVERY;
        self.next_bookmark = if self.next_bookmark < last { next.min(last) } else { next };
        let registry = Arc::clone(&self.registry);
        if let Some(view) = registry.catalog.kind(self.kind).view(self.version) {
            self.bookmark(view, None);
        }
    }
}
