//! Whether the host is still there. A host that is killed says nothing: its connection closes, and somebody else
//! becomes the parent of its plugins.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often the parent is looked at while nobody is connected.
const LOOK: Duration = Duration::from_millis(100);
/// How long nobody may be connected while the parent lives: a wrapper may stand between host and plugin. A host
/// waits as long for a plugin to start, and then connects at once.
const LONELY: Duration = Duration::from_secs(60);

/// The process that started this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parent(u32);

impl Parent {
    /// The parent at this moment.
    #[cfg(unix)]
    pub(super) fn now() -> Self {
        Self(std::os::unix::process::parent_id())
    }

    /// Other systems leave the number of a dead parent as it is.
    #[cfg(not(unix))]
    pub(super) fn now() -> Self {
        Self(0)
    }

    /// Whether it is still the parent.
    pub(super) fn lives(self) -> bool {
        Self::now() == self
    }
}

/// Waits until the host is gone: nobody is connected, and the parent has died, nobody came for a minute, or
/// `terminated` says that this process was told to end.
///
/// While somebody is connected, the host is there, whoever the parent is.
pub(super) async fn gone(
    mut connections: watch::Receiver<usize>,
    parent_lives: impl Fn() -> bool,
    terminated: CancellationToken,
) {
    loop {
        // An error says that nobody accepts any more, which the server's own end does.
        if connections.wait_for(|open| *open == 0).await.is_err() {
            return std::future::pending().await;
        }
        tokio::select! {
            biased;
            _ = connections.wait_for(|open| *open > 0) => {}
            () = terminated.cancelled() => return,
            () = dies(&parent_lives) => return,
            () = tokio::time::sleep(LONELY) => return,
        }
    }
}

async fn dies(parent_lives: impl Fn() -> bool) {
    while parent_lives() {
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use tokio::time::{Instant, sleep};

    use super::*;

    /// The clock is paused: time passes when nothing else is left to do.
    struct Scene {
        connections: watch::Sender<usize>,
        lives: Arc<AtomicBool>,
        terminated: CancellationToken,
        gone: tokio::task::JoinHandle<Duration>,
    }

    fn scene(open: usize) -> Scene {
        let (connections, receiver) = watch::channel(open);
        let (lives, terminated) = (Arc::new(AtomicBool::new(true)), CancellationToken::new());
        let parent = Arc::clone(&lives);
        let told = terminated.clone();
        let begin = Instant::now();
        let gone = tokio::spawn(async move {
            gone(receiver, || parent.load(Ordering::Relaxed), told).await;
            begin.elapsed()
        });
        Scene { connections, lives, terminated, gone }
    }

    #[tokio::test(start_paused = true)]
    async fn a_connected_host_is_there_whoever_the_parent_is() {
        let scene = scene(1);
        scene.lives.store(false, Ordering::Relaxed);
        scene.terminated.cancel();
        sleep(Duration::from_secs(3600)).await;
        assert!(!scene.gone.is_finished());
        scene.connections.send_replace(0);
        assert_eq!(scene.gone.await.unwrap().as_secs(), 3600);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_gone_soon_after_it_died() {
        let scene = scene(0);
        sleep(Duration::from_secs(5)).await;
        scene.lives.store(false, Ordering::Relaxed);
        assert!(scene.gone.await.unwrap() <= Duration::from_secs(5) + LOOK);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_comes_is_gone_after_a_minute_and_one_that_comes_back_is_not() {
        let lonely = scene(0);
        let back = scene(0);
        sleep(LONELY.saturating_sub(LOOK)).await;
        back.connections.send_replace(1);
        sleep(LOOK * 2).await;
        assert_eq!(lonely.gone.await.unwrap(), LONELY);
        assert!(!back.gone.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_host_an_order_to_end_is_obeyed_at_once() {
        let scene = scene(0);
        scene.terminated.cancel();
        assert_eq!(scene.gone.await.unwrap(), Duration::ZERO);
    }
}
