//! Connections: accepted, told apart into http and https by their first byte, served, and closed at the end, or
//! earlier if nothing is asked on them.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::util::MapRequest;
use tracing::{debug, warn};

use super::waiting::{Activity, WaitingRoom};

/// How long a stop waits for requests that are being answered.
const GRACE: Duration = Duration::from_secs(2);

/// The first byte of a TLS handshake, which no method of HTTP begins with.
const HANDSHAKE: u8 = 0x16;

/// The connection that a request came over.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    /// Connections are numbered from 1.
    pub(super) number: u64,
    /// Whether it is https.
    pub(super) secure: bool,
    /// Where the emulator listens.
    pub(super) address: SocketAddr,
    /// Closes the connection in the middle of whatever happens on it.
    pub(super) close: CancellationToken,
    /// What happens on it.
    pub(super) activity: Arc<Activity>,
}

impl Connection {
    /// Closes the connection under the future that waits here.
    pub(super) async fn drop_now(&self) -> Infallible {
        self.close.cancel();
        std::future::pending().await
    }

    /// Where a request reached the emulator, such as `https://localhost:4653`.
    pub(super) fn base(&self, host: Option<&str>) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        match host {
            Some(host) => format!("{scheme}://{host}"),
            None => format!("{scheme}://{}", self.address),
        }
    }
}

/// What every connection needs.
#[derive(Clone)]
pub(super) struct Serving {
    pub(super) router: Router,
    pub(super) tls: Arc<rustls::ServerConfig>,
}

/// Accepts connections until it is stopped; then requests that are being answered get a little time.
pub(super) async fn accept(listener: TcpListener, serving: Serving, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let close_all = CancellationToken::new();
    let room = WaitingRoom::default();
    let mut number = 0;
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted.and_then(|(stream, peer)| Ok((stream, peer, listener.local_addr()?))) {
            Ok((stream, peer, address)) => {
                number += 1;
                debug!(connection = number, %peer, "connected");
                let close = close_all.child_token();
                let activity = Activity::new(&room, &close);
                let connection = Connection { number, secure: false, address, close, activity };
                tokio::spawn(serve(stream, connection, serving.clone(), graceful.watcher(), stop.clone()));
            }
            // Too many open files, as a rule: one that only waits makes room.
            Err(error) => {
                warn!(%error, "cannot accept a connection");
                room.close_longest();
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        debug!("some requests were still being answered");
    }
    close_all.cancel();
}

async fn serve(
    stream: TcpStream,
    mut connection: Connection,
    serving: Serving,
    watcher: Watcher,
    stop: CancellationToken,
) {
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "small answers may be late");
    }
    let close = connection.close.clone();
    let idle = Arc::clone(&connection.activity).idle_for_too_long();
    let work = async {
        // Whoever says nothing does not hold up a stop.
        let mut first = [0];
        let peeked = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            peeked = stream.peek(&mut first) => peeked?,
        };
        if peeked == 1 && first[0] == HANDSHAKE {
            connection.secure = true;
            let stream = TlsAcceptor::from(serving.tls).accept(stream).await?;
            answer(stream, connection, serving.router, watcher).await
        } else {
            answer(stream, connection, serving.router, watcher).await
        }
    };
    tokio::select! {
        // A request that came just in time is seen before the time is.
        biased;
        // What a client does wrong on a connection is its own affair.
        result = work => if let Err(error) = result { debug!(%error, "connection ended") },
        () = close.cancelled() => {}
        () = idle => debug!("nothing was asked for too long"),
    }
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    connection: Connection,
    router: Router,
    watcher: Watcher,
) -> io::Result<()> {
    // A layer of the router would be put on each of its routes, for every connection.
    let named = MapRequest::new(router, move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        request
    });
    let service = TowerToHyperService::new(named);
    let builder = auto::Builder::new(TokioExecutor::new());
    let served = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    watcher.watch(served).await.map_err(io::Error::other)
}
