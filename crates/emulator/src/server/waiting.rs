//! Connections on which nothing is asked: how long they may stay, and how many.
//!
//! A connection waits until the whole head of its first request is there, TLS handshake included, and again after each
//! answer. One that waits too long is closed, and so is the one that has waited longest as soon as there are too many:
//! a client that has something to say is never in its place for long.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How long a handshake and the head of the first request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a connection may stay between two requests.
const IDLE: Duration = Duration::from_secs(300);

/// How many connections may wait at once.
pub(super) const MOST: usize = 256;

/// All connections that wait, the one that has waited longest first.
#[derive(Clone, Debug, Default)]
pub(super) struct WaitingRoom(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    connections: BTreeMap<u64, CancellationToken>,
}

/// What happens on one connection.
#[derive(Debug)]
pub(super) struct Activity {
    room: WaitingRoom,
    close: CancellationToken,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// How many requests are being answered.
    answering: u64,
    /// Whether there was any.
    has_asked: bool,
    /// The place in the room while none is.
    place: Option<u64>,
}

/// A request is being answered as long as this lives.
#[derive(Debug)]
pub(super) struct Answering(Arc<Activity>);

impl WaitingRoom {
    fn with<T>(&self, act: impl FnOnce(&mut Waiting) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a place; whoever has waited longest loses his if there are too many.
    fn enter(&self, close: &CancellationToken) -> u64 {
        self.with(|waiting| {
            let place = waiting.next;
            waiting.next = waiting.next.wrapping_add(1);
            waiting.connections.insert(place, close.clone());
            if waiting.connections.len() > MOST {
                waiting.close_longest();
            }
            place
        })
    }

    fn leave(&self, place: Option<u64>) {
        if let Some(place) = place {
            self.with(|waiting| waiting.connections.remove(&place));
        }
    }

    /// Closes the connection that has waited longest.
    pub(super) fn close_longest(&self) {
        self.with(Waiting::close_longest);
    }
}

impl Waiting {
    fn close_longest(&mut self) {
        if let Some((_, close)) = self.connections.pop_first() {
            close.cancel();
        }
    }
}

impl Activity {
    /// Of a connection that was just made, and that `close` closes.
    pub(super) fn new(room: &WaitingRoom, close: &CancellationToken) -> Arc<Self> {
        let state = State { place: Some(room.enter(close)), ..State::default() };
        Arc::new(Self { room: room.clone(), close: close.clone(), state: watch::Sender::new(state) })
    }

    /// A request begins to be answered.
    pub(super) fn begin(self: &Arc<Self>) -> Answering {
        self.state.send_modify(|state| {
            state.answering = state.answering.saturating_add(1);
            state.has_asked = true;
            self.room.leave(state.place.take());
        });
        Answering(Arc::clone(self))
    }

    /// Ends when nothing was asked for too long.
    pub(super) async fn idle_for_too_long(self: Arc<Self>) {
        let mut states = self.state.subscribe();
        loop {
            let State { answering, has_asked, .. } = *states.borrow_and_update();
            let changed = states.changed();
            let limit = if has_asked { IDLE } else { PATIENCE };
            let changed =
                if answering > 0 { Ok(changed.await) } else { tokio::time::timeout(limit, changed).await };
            if changed.is_err() {
                return;
            }
        }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.room.leave(self.state.borrow().place);
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let Activity { room, close, state } = &*self.0;
        state.send_modify(|state| {
            state.answering = state.answering.saturating_sub(1);
            if state.answering == 0 {
                state.place = Some(room.enter(close));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_waited_longest_goes_and_whoever_is_answered_stays() {
        let room = WaitingRoom::default();
        let connections: Vec<_> = (0..MOST + 2)
            .map(|number| {
                let close = CancellationToken::new();
                let activity = Activity::new(&room, &close);
                // The first one asks at once.
                let answering = (number == 0).then(|| activity.begin());
                (activity, close, answering)
            })
            .collect();
        let closed: Vec<usize> =
            (0..connections.len()).filter(|number| connections[*number].1.is_cancelled()).collect();
        assert_eq!(closed, [1]);
        drop(connections);
        assert_eq!(room.with(|waiting| waiting.connections.len()), 0);
    }

    #[test]
    fn a_connection_waits_anew_after_its_answer() {
        let room = WaitingRoom::default();
        let tokens: Vec<_> = (0..2).map(|_| CancellationToken::new()).collect();
        let [first, second] = [0, 1].map(|number| Activity::new(&room, &tokens[number]));
        drop(first.begin());
        room.close_longest();
        assert_eq!((tokens[0].is_cancelled(), tokens[1].is_cancelled()), (false, true));
        drop(second);
    }
}
