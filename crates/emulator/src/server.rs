//! The emulator as a server: connections, the request log, faults, and the control API around the service.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::service::{Health, Service, Settings, UnknownEndpoint};

mod arm;
mod control;
pub(crate) mod faults;
pub(crate) mod requests;

use faults::{Fault, Faults, InvalidFault, ListedFault};
use requests::{RecordedRequest, RequestLog};

/// How long a stop waits for requests that are being answered.
const GRACE: Duration = Duration::from_secs(2);

/// How an emulator is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Whether the address may be one that other machines can reach. The emulator has no authentication.
    pub beyond_loopback: bool,
    /// How the emulated service is set up.
    pub settings: Settings,
}

impl Default for Config {
    /// `127.0.0.1:4653`, loopback only.
    fn default() -> Self {
        Self { listen: ([127, 0, 0, 1], 4653).into(), beyond_loopback: false, settings: Settings::default() }
    }
}

/// Why an emulator cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Other machines could reach the address, and that was not asked for.
    #[error(
        "{0} is not a loopback address, and the emulator has no authentication: listen on 127.0.0.1, or add \
         --listen-beyond-loopback-without-authentication if everyone who can reach it may use it"
    )]
    NotLoopback(SocketAddr),
    /// Another process, often another emulator, has the port.
    #[error(
        "{0} is in use by another process, perhaps by another emulator: stop that one, or choose another port with \
         --listen (port 0 picks a free one)"
    )]
    PortTaken(SocketAddr),
    /// The system refuses to listen.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
}

/// Starts emulators.
#[derive(Clone, Copy, Debug)]
pub struct Emulator;

/// A running emulator. Dropping it ends it without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    service: Mutex<Service>,
    requests: Mutex<RequestLog>,
    faults: Mutex<Faults>,
    /// Milliseconds that every request to Azure takes longer.
    latency: AtomicU64,
}

/// The connection that a request came over.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    /// Connections are numbered from 1.
    number: u64,
    /// Closes the connection in the middle of whatever happens on it.
    close: CancellationToken,
}

impl Shared {
    fn new(settings: Settings) -> Self {
        Self {
            service: Mutex::new(Service::new(settings)),
            requests: Mutex::default(),
            faults: Mutex::default(),
            latency: AtomicU64::new(0),
        }
    }

    fn service(&self) -> MutexGuard<'_, Service> {
        lock(&self.service)
    }

    fn requests(&self) -> MutexGuard<'_, RequestLog> {
        lock(&self.requests)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(self.latency.load(Ordering::Relaxed))
    }

    fn set_latency(&self, milliseconds: u64) {
        self.latency.store(milliseconds, Ordering::Relaxed);
    }

    /// Forgets everything that came after the start.
    fn reset(&self) {
        self.service().reset();
        self.requests().clear();
        self.faults().clear();
        self.set_latency(0);
    }
}

/// A panic in another request does not make the state unusable: each change is checked before it is made.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Emulator {
    /// Listens and serves until the result is stopped or dropped. It serves already when this returns.
    ///
    /// # Errors
    /// If the address is not loopback without [`Config::beyond_loopback`], or cannot be listened on.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        let wanted = config.listen;
        if !wanted.ip().is_loopback() && !config.beyond_loopback {
            return Err(StartError::NotLoopback(wanted));
        }
        let listen_error = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::PortTaken(wanted),
            _ => StartError::Listen { address: wanted, source },
        };
        let listener = TcpListener::bind(wanted).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let shared = Arc::new(Shared::new(config.settings));
        let stop = CancellationToken::new();
        info!(%address, "listening");
        let task = tokio::spawn(accept(listener, router(&shared), stop.clone()));
        Ok(Running { address, shared, stop, task: Some(task) })
    }
}

impl Running {
    /// Where the emulator listens, such as `http://127.0.0.1:4653`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests to Azure so far, in the order they came; not those to the control API.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.requests().list()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.requests().clear();
    }

    /// Adds faults. The first that matches a request and is not used up applies.
    ///
    /// # Errors
    /// If a fault says nothing that can happen; those before it were added.
    pub fn faults(&self, faults: impl IntoIterator<Item = Fault>) -> Result<(), InvalidFault> {
        for fault in faults {
            self.shared.faults().add(fault)?;
        }
        Ok(())
    }

    /// The faults and how often each was met.
    pub fn listed_faults(&self) -> Vec<ListedFault> {
        self.shared.faults().list()
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// Makes every request to Azure take that much longer.
    pub fn set_latency(&self, milliseconds: u64) {
        self.shared.set_latency(milliseconds);
    }

    /// Sets what is known of an endpoint's target; see [`Service::set_health`].
    pub fn set_health(&self, profile: &str, endpoint: &str, health: Health) -> Result<(), UnknownEndpoint> {
        self.shared.service().set_health(profile, endpoint, health)
    }

    /// Runs something on the emulated service itself. Requests wait meanwhile.
    pub fn with_service<T>(&self, act: impl FnOnce(&mut Service) -> T) -> T {
        act(&mut self.shared.service())
    }

    /// Forgets everything that came after the start: state, requests, faults, latency.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Ends the emulator: no new connections, and the requests that are being answered get two seconds.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let Some(task) = self.task.take() else { return };
        if let Err(error) = task.await {
            warn!(%error, "the server ended by a panic");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn router(shared: &Arc<Shared>) -> Router {
    control::router().fallback(arm::handle).with_state(Arc::clone(shared))
}

async fn accept(listener: TcpListener, router: Router, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let close_all = CancellationToken::new();
    let mut number = 0;
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                number += 1;
                debug!(connection = number, %peer, "connected");
                serve(stream, Connection { number, close: close_all.child_token() }, &router, &graceful);
            }
            // Too many open files, as a rule: wait for others to close.
            Err(error) => {
                warn!(%error, "cannot accept a connection");
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

fn serve(stream: TcpStream, connection: Connection, router: &Router, graceful: &GracefulShutdown) {
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "small answers may be late");
    }
    let close = connection.close.clone();
    let service = TowerToHyperService::new(router.clone().layer(Extension(connection)));
    let builder = auto::Builder::new(TokioExecutor::new());
    let served = graceful.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
    tokio::spawn(async move {
        tokio::select! {
            // What a client does wrong on a connection is its own affair.
            result = served => if let Err(error) = result { debug!(%error, "connection ended") },
            () = close.cancelled() => {}
        }
    });
}
