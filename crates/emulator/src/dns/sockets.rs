//! The sockets that queries come over: where they listen, and that they are served.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::server::Server;
use super::{tcp, udp};

/// How many ports are tried until one is free for both UDP and TCP.
const TRIES: usize = 32;

/// The most tasks that read from the one UDP socket.
const MOST_READERS: usize = 8;

/// Sockets that listen, for UDP and TCP on the same port.
#[derive(Debug)]
pub(crate) struct Sockets {
    udp: UdpSocket,
    tcp: TcpListener,
    address: SocketAddr,
}

impl Sockets {
    /// Listens; port 0 picks a port that is free for both.
    pub(crate) async fn listen(wanted: SocketAddr) -> io::Result<Self> {
        let mut tries = if wanted.port() == 0 { TRIES } else { 1 };
        loop {
            tries -= 1;
            // Somebody else can have the port of UDP alone.
            let tcp = TcpListener::bind(wanted).await?;
            let address = tcp.local_addr()?;
            match UdpSocket::bind(address).await {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries > 0 => {}
                udp => return Ok(Self { udp: udp?, tcp, address }),
            }
        }
    }

    /// Where they listen.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until it is stopped.
    pub(crate) async fn serve(self, server: Arc<Server>, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        let udp = Arc::new(self.udp);
        let readers = available_parallelism().map_or(1, |number| number.get().min(MOST_READERS));
        for _ in 0..readers {
            tasks.spawn(udp::serve(Arc::clone(&udp), Arc::clone(&server)));
        }
        tasks.spawn(tcp::serve(self.tcp, server));
        stop.cancelled().await;
        tasks.shutdown().await;
    }
}
