//! The servers that are probed: what they answer can be changed, and each probe is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_rustls::TlsAcceptor;

/// What a server does with a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Manner {
    /// Reads a request, answers with this and waits for the end.
    Answers(&'static str),
    /// Sends this without having read anything, and closes.
    Blurts(&'static [u8]),
    /// Sends the first, and then the second for ever.
    Floods(&'static str, &'static str),
    /// The same, a byte now and then.
    Drips(&'static str, &'static str),
    /// Waits for the end.
    Silent,
}

/// What a server saw.
#[derive(Debug)]
pub(crate) enum Seen {
    /// A connection.
    Connection,
    /// The request on it, and the name in the handshake.
    Request(String, Option<String>),
    /// Its end, which the other side has made.
    End,
}

/// A server on a port of its own.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    seen: UnboundedReceiver<Seen>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(manner: Manner) -> Self {
        Self::with(manner, None).await
    }

    /// Speaks TLS, with a certificate that nobody trusts, for another name, and out of date.
    pub(crate) async fn start_tls(manner: Manner) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec!["other.example.org".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2001, 1, 1);
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = builder.unwrap().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        Self::with(manner, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn with(manner: Manner, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let manner = Arc::new(Mutex::new(manner));
        let (sender, seen) = unbounded_channel();
        let task = tokio::spawn(accept(listener, tls, Arc::clone(&manner), sender));
        Self { address, manner, seen, task }
    }

    /// From now on it does this.
    pub(crate) fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// Nobody listens any more.
    pub(crate) async fn stop(self) {
        self.task.abort();
        // It has been stopped, which is no result.
        let _ = self.task.await;
    }

    /// Waits for the next probe.
    pub(crate) async fn connection(&mut self) {
        while !matches!(self.seen.recv().await.unwrap(), Seen::Connection) {}
    }

    /// Waits for the next request, and tells the name in the handshake as well.
    pub(crate) async fn request(&mut self) -> (String, Option<String>) {
        loop {
            if let Seen::Request(text, name) = self.seen.recv().await.unwrap() {
                return (text, name);
            }
        }
    }

    /// Waits for the end of a connection, which the other side has made.
    pub(crate) async fn end(&mut self) {
        while !matches!(self.seen.recv().await.unwrap(), Seen::End) {}
    }

    /// Forgets what it saw so far.
    pub(crate) fn forget(&mut self) {
        while self.seen.try_recv().is_ok() {}
    }

    /// Whether anybody has ever connected.
    pub(crate) fn is_untouched(&self) -> bool {
        self.seen.is_empty()
    }
}

async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    manner: Arc<Mutex<Manner>>,
    seen: UnboundedSender<Seen>,
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        // A test that has ended does not listen.
        let _ = seen.send(Seen::Connection);
        let (tls, manner, seen) = (tls.clone(), *manner.lock().unwrap(), seen.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, None, manner, &seen).await,
                Some(tls) => serve_tls(stream, &tls, manner, &seen).await,
            }
        });
    }
}

async fn serve_tls(stream: TcpStream, tls: &TlsAcceptor, manner: Manner, seen: &UnboundedSender<Seen>) {
    let Ok(stream) = tls.accept(stream).await else { return };
    let name = stream.get_ref().1.server_name().map(str::to_owned);
    serve(stream, name, manner, seen).await;
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    name: Option<String>,
    manner: Manner,
    seen: &UnboundedSender<Seen>,
) {
    match manner {
        Manner::Answers(answer) => {
            let text = head(&mut stream).await;
            let _ = seen.send(Seen::Request(text, name));
            // Who hung up already does not want it.
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.flush().await;
        }
        Manner::Blurts(bytes) => {
            let _ = stream.write_all(bytes).await;
            return;
        }
        Manner::Floods(first, then) => {
            let mut piece = first.to_owned();
            while stream.write_all(piece.as_bytes()).await.is_ok() {
                then.repeat(100).clone_into(&mut piece);
            }
        }
        Manner::Drips(first, then) => {
            let mut bytes = first.bytes().chain(then.bytes().cycle());
            while stream.write_all(&[bytes.next().unwrap()]).await.is_ok() {
                // Slowness is what this server is for: no test waits for it.
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        Manner::Silent => {}
    }
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
    let _ = seen.send(Seen::End);
}

/// The head of a request, or as much of it as comes.
async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") && stream.read_buf(&mut bytes).await.is_ok_and(|count| count > 0) {}
    String::from_utf8(bytes).unwrap()
}
