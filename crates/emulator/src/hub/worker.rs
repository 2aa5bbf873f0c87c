//! The loop of a controller: wakes at changes and when a retry is due, one object after another.

use std::time::Duration;

use kube_emulator::{Change, Notice, Status, Subscription};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::azure::Azure;
use super::object::Key;
use super::queue::Queue;

/// What a controller does.
pub(super) trait Controller: Send + Sync {
    /// All objects that it looks after: it looks at each when it starts.
    fn all(&self) -> Vec<Key>;

    /// The objects to look at because of a change.
    fn woken_by(&self, change: &Change) -> Vec<Key>;

    /// Brings an object and the world together.
    fn reconcile(&self, key: &Key) -> impl Future<Output = Result<Next, Failed>> + Send;

    /// Where its changes are kept.
    fn azure(&self) -> &dyn Azure;
}

/// What follows when an object was looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Next {
    /// Nothing until something changes.
    Done,
    /// Another look after that time.
    After(Duration),
}

/// It did not work, and is tried again with growing waits. What happened was told on the hub.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Failed;

impl From<Status> for Failed {
    /// A write on the hub that came too late, as a rule: somebody else wrote the object in between.
    fn from(_: Status) -> Self {
        Self
    }
}

/// Works until the hub is closed.
pub(super) async fn work(
    controller: impl Controller,
    mut changes: Subscription,
    longest_wait: Duration,
    closed: CancellationToken,
) {
    let mut queue = Queue::new(longest_wait);
    queue.add_all(controller.all());
    loop {
        while let Some(key) = queue.next(Instant::now()) {
            let result = tokio::select! {
                biased;
                () = closed.cancelled() => return,
                result = controller.reconcile(&key) => result,
            };
            match result {
                Ok(next) => {
                    queue.succeeded(&key);
                    if let Next::After(wait) = next {
                        queue.add_later(key, Instant::now() + wait);
                    }
                }
                Err(Failed) => queue.failed(key, Instant::now()),
            }
            controller.azure().keep().await;
        }
        let due = queue.next_time();
        let notice = tokio::select! {
            biased;
            () = closed.cancelled() => return,
            notice = changes.next() => notice,
            () = until(due) => continue,
        };
        let woken = match notice {
            Notice::Change(change) => controller.woken_by(&change),
            Notice::Missed => controller.all(),
        };
        queue.add_all(woken);
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
