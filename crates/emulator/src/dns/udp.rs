//! Queries over UDP: each datagram is one, and so is each answer.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::task::yield_now;
use tracing::debug;

use super::reply::Transport;
use super::server::Server;

/// How many queries are answered before other tasks get their turn.
const BURST: usize = 64;

/// The bytes of the longest datagram.
const LONGEST: usize = 65_535;

/// Answers for ever.
pub(super) async fn serve(socket: Arc<UdpSocket>, server: Arc<Server>) -> Infallible {
    let mut buffer = vec![0; LONGEST];
    let mut answer = Vec::new();
    loop {
        if let Err(error) = burst(&socket, &server, &mut buffer, &mut answer).await {
            debug!(%error, "cannot receive a datagram");
            // An error that stays must not keep a processor busy.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        yield_now().await;
    }
}

/// Answers what has come, as soon as something has.
async fn burst(
    socket: &UdpSocket,
    server: &Server,
    buffer: &mut [u8],
    answer: &mut Vec<u8>,
) -> io::Result<()> {
    socket.readable().await?;
    for _ in 0..BURST {
        let (length, peer) = match socket.try_recv_from(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            // On Windows this tells of an earlier answer that nobody wanted.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => continue,
            received => received?,
        };
        if server.answer(&buffer[..length], peer, Transport::Udp, answer) {
            let sent = match socket.try_send_to(answer, peer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => socket.send_to(answer, peer).await,
                sent => sent,
            };
            // Whoever cannot be answered is alone in that.
            if let Err(error) = sent {
                debug!(%peer, %error, "cannot answer");
            }
        }
    }
    Ok(())
}
