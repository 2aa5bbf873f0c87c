//! Queries over TCP: each message, in both directions, after two bytes with its length.
//!
//! A connection is answered one query at a time, so that whoever sends many at once waits for himself. It is closed when no
//! whole query comes for some time, and when too many others are there and it has waited longest.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::reply::Transport;
use super::server::Server;

/// How long a whole query may take to come, and an answer to go.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many connections there may be at once.
const MOST: usize = 256;

/// Bytes that are read at once; nearly every query has fewer.
const READ: usize = 512;

/// All connections, the one that has waited longest for its next query first.
#[derive(Clone, Debug, Default)]
struct Order(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    connections: BTreeMap<u64, CancellationToken>,
}

/// The place of a connection, which it has as long as this lives.
#[derive(Debug)]
struct Place {
    order: Order,
    number: u64,
    /// Says that the connection has to make room.
    close: CancellationToken,
}

/// Answers for ever.
pub(super) async fn serve(listener: TcpListener, server: Arc<Server>) -> Infallible {
    let order = Order::default();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_ended) = connections.join_next() => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (place, server) = (order.enter(), Arc::clone(&server));
                connections.spawn(async move {
                    let close = place.close.clone();
                    tokio::select! {
                        ended = converse(stream, peer, &server, place) => {
                            // What a client does wrong on a connection is its own affair.
                            if let Err(error) = ended { debug!(%peer, %error, "connection ended") }
                        }
                        () = close.cancelled() => debug!(%peer, "too many connections"),
                    }
                });
            }
            // Too many open files, as a rule: one that waits makes room.
            Err(error) => {
                warn!(%error, "cannot accept a connection");
                order.close_longest();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// Answers one query after the other.
async fn converse(
    mut stream: TcpStream,
    peer: SocketAddr,
    server: &Server,
    mut place: Place,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (reader, mut writer) = stream.split();
    let mut reader = BufReader::with_capacity(READ, reader);
    let (mut message, mut answer, mut framed) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        timeout(PATIENCE, async {
            let length = reader.read_u16().await?;
            message.resize(length.into(), 0);
            reader.read_exact(&mut message).await
        })
        .await??;
        place.renew();
        if !server.answer(&message, peer, Transport::Tcp, &mut answer) {
            return Ok(());
        }
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        framed.clear();
        framed.extend_from_slice(&length.to_be_bytes());
        framed.extend_from_slice(&answer);
        timeout(PATIENCE, writer.write_all(&framed)).await??;
    }
}

impl Order {
    fn with<T>(&self, act: impl FnOnce(&mut Waiting) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the last place. If there are too many, the first one has to go.
    fn enter(&self) -> Place {
        let close = CancellationToken::new();
        let number = self.with(|waiting| {
            if waiting.connections.len() >= MOST {
                waiting.close_longest();
            }
            waiting.put(&close)
        });
        Place { order: self.clone(), number, close }
    }

    fn close_longest(&self) {
        self.with(Waiting::close_longest);
    }
}

impl Waiting {
    fn put(&mut self, close: &CancellationToken) -> u64 {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        self.connections.insert(number, close.clone());
        number
    }

    fn close_longest(&mut self) {
        if let Some((_, close)) = self.connections.pop_first() {
            close.cancel();
        }
    }
}

impl Place {
    /// Goes to the end, after a query has come.
    fn renew(&mut self) {
        let Self { order, number, close } = self;
        *number = order.with(|waiting| {
            waiting.connections.remove(number);
            waiting.put(close)
        });
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.order.with(|waiting| waiting.connections.remove(&self.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connection_that_has_waited_longest_makes_room() {
        let order = Order::default();
        let mut places: Vec<Place> = (0..MOST).map(|_| order.enter()).collect();
        places[0].renew();
        drop(places.remove(1));
        let _more = [order.enter(), order.enter()];
        let closed: Vec<usize> =
            (0..places.len()).filter(|number| places[*number].close.is_cancelled()).collect();
        assert_eq!(closed, [1]);
        drop(places);
        assert_eq!(order.with(|waiting| waiting.connections.len()), 2);
    }
}
