//! HTTP as bytes, because some of the answers are none that a library would write.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path and the query.
    pub(crate) target: String,
    pub(crate) head: String,
    pub(crate) body: Bytes,
}

/// A port on loopback, and its address.
pub(crate) async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Serves each connection in a task of its own, for as long as somebody holds the server.
pub(crate) fn serve<S: Send + Sync + 'static, F: Future<Output = Option<()>> + Send + 'static>(
    listener: TcpListener,
    server: &Arc<S>,
    connection: fn(Arc<S>, TcpStream) -> F,
) {
    let serving = Arc::downgrade(server);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Some(server) = serving.upgrade() else { return };
            tokio::spawn(connection(server, stream));
        }
    });
}

/// Reads a request with its body.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut words = head.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = end + length.unwrap_or(0);
    while bytes.len() < length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Request { method, target, head, body: Bytes::from(bytes.split_off(end)) })
}

/// Writes an answer, and closes.
pub(crate) async fn write(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(&str, String)],
    body: &[u8],
) -> Option<()> {
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n");
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    // Some headers say another length.
    if !headers.iter().any(|(name, _)| *name == "Content-Length") && !matches!(status, 204 | 304) {
        write!(head, "Content-Length: {}\r\n", body.len()).unwrap();
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body).await.ok()?;
    stream.shutdown().await.ok()
}

/// Writes a head, and then the same bytes for as long as somebody reads.
pub(crate) async fn write_endlessly(stream: &mut TcpStream, head: &str, bytes: &[u8]) -> Option<()> {
    stream.write_all(head.as_bytes()).await.ok()?;
    let many = bytes.repeat(8192);
    while stream.write_all(&many).await.is_ok() {}
    None
}
