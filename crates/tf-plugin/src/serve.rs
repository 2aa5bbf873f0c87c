//! The server of a provider process: the handshake line first, then the provider and go-plugin's own services
//! on the announced socket until the host ends it or is gone. What the provider answers is not known here.

mod host;
mod program;

use std::convert::Infallible;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use rustls::ServerConfig;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::codegen::Service as _;
use tonic::transport::server::Router;
use tonic_health::ServingStatus;
use tonic_health::server::{HealthReporter, HealthService};

use self::host::Parent;
pub use self::program::{Program, run};
use crate::broker::Broker;
use crate::controller::Controller;
use crate::handshake::{self, Address, Environment};
pub use crate::listener::ListenError;
use crate::listener::{Listener, incoming};
use crate::proto::plugin::grpc_broker_server::GrpcBrokerServer;
use crate::proto::plugin::grpc_controller_server::GrpcControllerServer;
use crate::proto::plugin::grpc_stdio_server::GrpcStdioServer;
use crate::proto::tfplugin6::provider_server::ProviderServer;
use crate::reattach;
use crate::server::Server;
use crate::stdio::Stdio;
use crate::tls;
pub use crate::tls::TlsError;

/// The largest message in bytes, both ways; the value of HashiCorp's own provider library. Terraform itself
/// takes no more than 64 MiB as an answer to `GetProviderSchema`.
pub const MESSAGE_LIMIT: usize = 256 << 20;

/// How long running calls have to end after the order to stop. The host kills the process after two seconds.
const GRACE: Duration = Duration::from_secs(1);

/// How long an apply may still take after its host is gone. It is told to end soon, and a hung one would stay for
/// as long as its own time-out.
const LAST_APPLY: Duration = Duration::from_secs(5 * 60);

/// The name under which go-plugin asks for the health of the plugin.
const HEALTH_SERVICE: &str = "plugin";

/// Why a provider could not be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// No socket.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// No TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// No TLS wanted by a host where the socket is open to other users. A debug session warns of that instead.
    #[error(
        "the host gave no PLUGIN_CLIENT_CERT, and without TLS this system has no socket that only you can use; \
         unset TF_DISABLE_PLUGIN_TLS"
    )]
    TlsRequired,
    /// The host could not be told.
    #[error("the handshake could not be written to stdout")]
    Announce(#[source] io::Error),
    /// The runtime or its signals.
    #[error("the server could not be started")]
    Start(#[source] io::Error),
    /// The server ended by itself.
    #[error("the server failed")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<tonic::transport::Error> for ServeError {
    fn from(error: tonic::transport::Error) -> Self {
        Self::Transport(Box::new(error))
    }
}

/// How the process was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// By a host, which ends it.
    Plugin,
    /// By a person, who ends it.
    Debug,
}

/// A server whose socket is bound and whose address is out. Clients that connect now wait for
/// [`Announced::serve`].
pub struct Announced {
    mode: Mode,
    parent: Parent,
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    host_speaks_our_version: bool,
}

/// Binds the socket and writes the handshake line to `out`, which is the process's stdout.
///
/// With a client certificate in `environment`, the server accepts only the client that has it. Without one,
/// which is what a host does whose user set `TF_DISABLE_PLUGIN_TLS`, it speaks plainly on a socket that only
/// this user can reach; on Windows there is none, and that is [`ServeError::TlsRequired`].
pub fn announce(environment: &Environment, out: &mut impl Write) -> Result<Announced, ServeError> {
    let tls = environment.client_certificate.as_deref().map(tls::server).transpose()?;
    if tls.is_none() && cfg!(windows) {
        return Err(ServeError::TlsRequired);
    }
    let listener = Listener::bind(environment)?;
    let certificate = tls.as_ref().map(|tls| tls.certificate.as_ref());
    let line = handshake::line(&listener.address(), certificate, environment.multiplex);
    write_flushed(out, &line)?;
    Ok(Announced {
        mode: Mode::Plugin,
        parent: Parent::now(),
        listener,
        tls: tls.map(|tls| tls.config),
        host_speaks_our_version: environment.host_speaks_our_version(),
    })
}

/// Binds the socket and writes to `out` how to attach a CLI to this process.
///
/// `provider` is the source address, such as `azuretm/azuretm`. A CLI that attaches does so without TLS. On Unix only
/// this user can reach the socket; on Windows every user of the machine can, and the text says so.
pub fn announce_debug(
    provider: &str,
    environment: &Environment,
    out: &mut impl Write,
) -> Result<Announced, ServeError> {
    let listener = Listener::bind(environment)?;
    write_flushed(out, &reattach::instructions(provider, &listener.address()))?;
    let parent = Parent::now();
    Ok(Announced { mode: Mode::Debug, parent, listener, tls: None, host_speaks_our_version: true })
}

fn write_flushed(out: &mut impl Write, text: &str) -> Result<(), ServeError> {
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(ServeError::Announce)
}

impl Announced {
    /// The address of the socket.
    pub fn address(&self) -> Address {
        self.listener.address()
    }

    /// Serves the provider until the host's Shutdown, and then for at most a second more.
    ///
    /// Under a host, SIGTERM means what `StopProvider` means, and SIGINT is left to the host: both reach the whole
    /// process group, and a provider that ended now would leave behind what it is creating. The process ends by itself
    /// when its host is gone, after the applies that still run. A debug session ends with either signal.
    ///
    /// Has to be awaited on a tokio runtime. Calls that are still running at the end are dropped with it.
    pub async fn serve(self, server: Server) -> Result<(), ServeError> {
        let stop = CancellationToken::new();
        // Before the first await: from here on, Ctrl-C is handled.
        let signals = Signals::catch().map_err(ServeError::Start)?;
        let (listener, _socket) = self.listener.start().map_err(ServeError::Start)?;
        if !self.host_speaks_our_version {
            tracing::warn!("the host does not list version 6 of the provider protocol and will refuse it");
        }
        if self.mode == Mode::Plugin && self.tls.is_none() {
            tracing::warn!("serving without TLS, because the host gave no certificate");
        }

        let router = services(server.clone(), &stop).await;
        let incoming = incoming(listener, self.tls);
        let end = End { server, stop: stop.clone(), signals };
        let connections = incoming.open();
        let serving = router.serve_with_incoming_shutdown(incoming, stop.cancelled_owned());
        let end = async {
            match self.mode {
                Mode::Plugin => end.of_plugin(connections, self.parent).await,
                Mode::Debug => end.of_debug_session().await,
            }
        };
        tokio::select! {
            result = serving => result?,
            () = end => {
                tracing::warn!("calls were still running {GRACE:?} after the order to end, and are dropped");
            }
        }
        Ok(())
    }
}

impl Server {
    /// Answers one call of a host in the same process, such as a test: without a socket, HTTP/2 and TLS. The request is
    /// that of a gRPC call of the service `tfplugin6.Provider`.
    ///
    /// Has to be awaited on a tokio runtime. Dropping it is what a host does that goes away.
    pub async fn call<B>(
        &self,
        request: http::Request<B>,
    ) -> http::Response<impl Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static>
    where
        B: Body<Error: Into<BoxError> + Send> + Send + 'static,
    {
        let answer = provider(self.clone()).call(request).await;
        answer.unwrap_or_else(|never: Infallible| match never {})
    }
}

/// An error of any type.
type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn provider(server: Server) -> ProviderServer<Server> {
    ProviderServer::new(server)
        .max_decoding_message_size(MESSAGE_LIMIT)
        .max_encoding_message_size(MESSAGE_LIMIT)
}

/// The provider and the services of go-plugin.
async fn services(server: Server, stop: &CancellationToken) -> Router {
    let health = HealthReporter::new();
    health.set_service_status(HEALTH_SERVICE, ServingStatus::Serving).await;
    tonic::transport::Server::builder()
        .add_service(provider(server))
        .add_service(GrpcControllerServer::new(Controller::new(stop.clone())))
        .add_service(GrpcBrokerServer::new(Broker::new(stop.clone())))
        .add_service(GrpcStdioServer::new(Stdio::new(stop.clone())))
        .add_service(tonic_health::pb::health_server::HealthServer::new(HealthService::from_health_reporter(
            health,
        )))
}

/// The signals that concern a plugin. While it lives, none of them ends the process by itself.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    terminate: tokio::signal::windows::CtrlShutdown,
}

impl Signals {
    #[cfg(unix)]
    fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate })
    }

    #[cfg(windows)]
    fn catch() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_shutdown};
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_shutdown()? })
    }
}

/// What brings a server to its end.
struct End {
    server: Server,
    stop: CancellationToken,
    signals: Signals,
}

impl End {
    /// Waits for the host's order or for the host to be gone, and then for the grace to pass.
    async fn of_plugin(mut self, connections: watch::Receiver<usize>, parent: Parent) {
        let terminated = CancellationToken::new();
        let gone = host::gone(connections, || parent.lives(), terminated.clone());
        tokio::pin!(gone);
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return tokio::time::sleep(GRACE).await,
                () = &mut gone => break,
                _ = self.signals.terminate.recv() => {
                    tracing::debug!("terminated: running calls are asked to end");
                    terminated.cancel();
                    self.server.stop();
                }
                _ = self.signals.interrupt.recv() => {
                    // Ctrl-C reaches the whole process group. The host has it too, and says so by `StopProvider`.
                    tracing::debug!("interrupt left to the host");
                }
            }
        }
        tracing::warn!("the host is gone");
        self.server.stop();
        if tokio::time::timeout(LAST_APPLY, self.server.settled()).await.is_err() {
            tracing::warn!("an apply still ran {LAST_APPLY:?} after the host was gone, and is dropped");
        }
        self.stop.cancel();
        tokio::time::sleep(GRACE).await;
    }

    /// Waits for a signal, and then for the grace to pass.
    async fn of_debug_session(mut self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            _ = self.signals.terminate.recv() => {}
            _ = self.signals.interrupt.recv() => {}
        }
        self.stop.cancel();
        tokio::time::sleep(GRACE).await;
    }
}
