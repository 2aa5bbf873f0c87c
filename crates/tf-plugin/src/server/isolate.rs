//! Runs a call in a task of its own, so that a panic becomes a diagnostic and a dropped call cannot tear an
//! apply.

use std::future::Future;

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::failure::failure;
use crate::crash::{self, Panic};
use crate::diagnostics::Diagnostics;

/// Runs `work` to its end, even if the caller goes away, unless the process ends.
pub(super) async fn isolated<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Diagnostics> {
    ended(tokio::spawn(crash::contain(work).in_current_span())).await
}

/// The same for work that must not be torn: `applies` knows of it, and the process waits for it.
pub(super) async fn untorn<T: Send + 'static>(
    applies: &TaskTracker,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Diagnostics> {
    ended(applies.spawn(crash::contain(work).in_current_span())).await
}

async fn ended<T>(task: JoinHandle<Result<T, Panic>>) -> Result<T, Diagnostics> {
    match task.await {
        Ok(contained) => contained.map_err(|panic| crashed(&panic)),
        Err(_) => Err(failure("The call was ended", "The provider is shutting down; run the command again.")),
    }
}

/// Runs `work` as a part of the call, with which it is dropped.
pub(super) async fn contained<T>(work: impl Future<Output = T>) -> Result<T, Diagnostics> {
    crash::contain(work).await.map_err(|panic| crashed(&panic))
}

/// Runs `work` in place; it is short and waits for nothing.
pub(super) fn isolated_now<T>(work: impl FnOnce() -> T) -> Result<T, Diagnostics> {
    crash::contain_sync(work).map_err(|panic| crashed(&panic))
}

fn crashed(panic: &Panic) -> Diagnostics {
    failure(
        "The provider crashed in this call",
        &format!(
            "This is a bug in the provider; please report it with this text: {panic}\n\nThe state was kept as \
             far as it is known. Run the command again to see what is left to do."
        ),
    )
}
