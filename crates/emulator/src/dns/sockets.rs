//! The sockets that queries come over: where they listen, and that they are served.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::available_parallelism;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::server::Server;
use super::{tcp, udp};

/// How many ports are tried until one is free for both UDP and TCP.
const TRIES: usize = 32;

/// The most tasks that read from the socket of UDP. They share one socket, and not a port with a socket for each: so every
/// client is answered by whoever has time, and no other process can share the port unseen.
const MOST_READERS: usize = 8;

/// The bytes that queries over UDP may take while they wait, as far as the system allows. With its default of about 200 KB, a
/// burst of 300 queries loses some.
const BUFFER: usize = 1024 * 1024;

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
            match listen_udp(address) {
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
        drop(udp);
        tasks.spawn(tcp::serve(self.tcp, server));
        stop.cancelled().await;
        tasks.shutdown().await;
    }
}

fn listen_udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_recv_buffer_size(BUFFER)?;
    socket.set_send_buffer_size(BUFFER)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}
