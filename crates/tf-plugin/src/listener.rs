//! Where the plugin listens: a Unix socket in a directory of its own, or TCP loopback on Windows; and the
//! loop that accepts connections. A TLS handshake that hangs or fails concerns its own connection only.
//! What is said on a connection is not known here.

#[cfg(any(windows, test))]
mod tcp;
#[cfg(unix)]
mod unix;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

#[cfg(windows)]
pub(crate) use self::tcp::Listener;
#[cfg(unix)]
pub(crate) use self::unix::Listener;

/// A host on the same machine needs milliseconds.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);
/// Pause after a failed accept: without it, running out of file descriptors would take a whole processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The directory that holds the socket.
    #[error("no directory for the plugin's socket could be made in {place}")]
    Directory {
        /// Where it should be.
        place: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Every candidate is unusable as the address of a socket.
    #[error(
        "the plugin's socket cannot be in {place}: its path has to be text of at most {limit} bytes without '|'"
    )]
    Path {
        /// The directory that was asked for.
        place: String,
        /// What the system allows for the whole path.
        limit: usize,
    },
    /// The group of `PLUGIN_UNIX_SOCKET_GROUP`.
    #[error("PLUGIN_UNIX_SOCKET_GROUP names the group {group:?}, which this system does not know")]
    Group {
        /// Its name.
        group: String,
    },
    /// `PLUGIN_MIN_PORT` and `PLUGIN_MAX_PORT`.
    #[error("PLUGIN_MIN_PORT and PLUGIN_MAX_PORT have to be ports, the first not above the second: {given}")]
    Ports {
        /// What they are.
        given: String,
    },
    /// Binding the socket.
    #[error("the plugin could not listen on {address}")]
    Bind {
        /// The address.
        address: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Accepts connections of one kind.
pub(crate) trait Accept: Send + 'static {
    /// The connection.
    type Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Waits for the next connection.
    fn accept(&self) -> impl Future<Output = io::Result<Self::Socket>> + Send;
}

/// An accepted connection, with TLS where there is TLS.
pub(crate) struct Connection {
    stream: Box<dyn Duplex>,
    _open: Open,
}

/// Counts a connection for as long as it lives.
struct Open(watch::Sender<usize>);

impl Open {
    fn count(open: watch::Sender<usize>) -> Self {
        open.send_modify(|open| *open += 1);
        Self(open)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// The accepted connections. Dropping it ends the accept loop.
pub(crate) struct Incoming {
    connections: ReceiverStream<io::Result<Connection>>,
    open: watch::Receiver<usize>,
    accept_loop: AbortHandle,
}

impl Incoming {
    /// How many connections are open.
    pub(crate) fn open(&self) -> watch::Receiver<usize> {
        self.open.clone()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        self.accept_loop.abort();
    }
}

impl Stream for Incoming {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.connections).poll_next(context)
    }
}

/// Starts the accept loop on `listener`; with `tls` only clients that pass it come through.
pub(crate) fn incoming(listener: impl Accept, tls: Option<Arc<ServerConfig>>) -> Incoming {
    let (sender, receiver) = mpsc::channel(16);
    let (count, open) = watch::channel(0);
    let accept_loop = tokio::spawn(accept_all(listener, tls.map(TlsAcceptor::from), (sender, count)));
    Incoming { connections: ReceiverStream::new(receiver), open, accept_loop: accept_loop.abort_handle() }
}

/// Where connections go, and where they are counted.
type Admitted = (mpsc::Sender<io::Result<Connection>>, watch::Sender<usize>);

async fn accept_all(listener: impl Accept, tls: Option<TlsAcceptor>, admitted: Admitted) {
    loop {
        match listener.accept().await {
            Ok(socket) => {
                tokio::spawn(admit(socket, tls.clone(), admitted.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Takes one connection through TLS and passes it on. A failure ends this connection and is logged.
async fn admit<S>(socket: S, tls: Option<TlsAcceptor>, (sender, open): Admitted)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream: Box<dyn Duplex> = match tls {
        None => Box::new(socket),
        Some(tls) => match tokio::time::timeout(HANDSHAKE_LIMIT, tls.accept(socket)).await {
            Ok(Ok(stream)) => Box::new(stream),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a client was refused: its TLS handshake failed");
                return;
            }
            Err(_) => {
                tracing::warn!("a client was refused: its TLS handshake took more than {HANDSHAKE_LIMIT:?}");
                return;
            }
        },
    };
    // The receiver is gone only when the server ends.
    let _ = sender.send(Ok(Connection { stream, _open: Open::count(open) })).await;
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
    use tokio::io::AsyncReadExt as _;
    use tokio_stream::StreamExt as _;

    use super::*;

    struct Scripted(tokio::sync::Mutex<Vec<io::Result<tokio::io::DuplexStream>>>);

    impl Accept for Scripted {
        type Socket = tokio::io::DuplexStream;

        async fn accept(&self) -> io::Result<Self::Socket> {
            let next = self.0.lock().await.pop();
            match next {
                Some(next) => next,
                None => std::future::pending().await,
            }
        }
    }

    fn tls() -> Arc<ServerConfig> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let client = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
        crate::tls::server(&client.pem()).unwrap().config
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_accept_does_not_end_the_loop() {
        let (_far, near) = tokio::io::duplex(64);
        let script = vec![Ok(near), Err(io::Error::other("too many open files"))];
        let mut incoming = incoming(Scripted(script.into()), None);
        assert!(incoming.next().await.unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn open_connections_are_counted() {
        let (_far, near) = tokio::io::duplex(64);
        let mut incoming = incoming(Scripted(vec![Ok(near)].into()), None);
        let open = incoming.open();
        assert_eq!(*open.borrow(), 0);
        let connection = incoming.next().await;
        assert_eq!(*open.borrow(), 1);
        drop(connection);
        assert_eq!(*open.borrow(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_says_nothing_is_dropped_after_the_limit() {
        let (mut far, near) = tokio::io::duplex(64);
        let _incoming = incoming(Scripted(vec![Ok(near)].into()), Some(tls()));
        let begin = tokio::time::Instant::now();
        assert_eq!(far.read(&mut [0; 8]).await.unwrap(), 0, "the connection is closed");
        assert_eq!(begin.elapsed().as_secs(), HANDSHAKE_LIMIT.as_secs());
    }
}
