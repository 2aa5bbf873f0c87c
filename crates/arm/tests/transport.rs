//! The transport of production against sockets on loopback: what it brings, and how it tells failures apart.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use arm::{Proxy, Reqwest, Secret, Transport, TransportError};
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that reads one request and answers with these bytes, then closes. Gives its port.
async fn answering(answer: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let port = listener.local_addr().expect("it is bound").port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("the client connects");
        let mut request = [0; 4096];
        let _read = stream.read(&mut request).await;
        let _written = stream.write_all(answer.as_bytes()).await;
        let _closed = stream.shutdown().await;
    });
    port
}

async fn get(address: String) -> Result<http::Response<Bytes>, TransportError> {
    let request = http::Request::get(address).body(Bytes::new()).expect("the address is one");
    Reqwest::new().send(request).await
}

#[tokio::test]
async fn an_answer_comes_with_status_headers_and_body() {
    let port =
        answering("HTTP/1.1 404 Not Found\r\nx-ms-request-id: r-1\r\ncontent-length: 2\r\n\r\n{}").await;
    let answer = get(format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body().as_ref()), (404, b"{}".as_slice()));
    assert_eq!(answer.headers()["x-ms-request-id"], "r-1");
}

/// A server that answers with this head and then with zeros for as long as the client reads, or up to this many bytes.
/// Gives its port, and how many it has sent.
async fn pouring(head: &'static str, bytes: u64) -> (u16, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let sent = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&sent);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("the client connects");
        let mut request = [0; 4096];
        let _read = stream.read(&mut request).await;
        let _written = stream.write_all(head.as_bytes()).await;
        let zeros = vec![b'0'; 65_536];
        while counter.load(Relaxed) < bytes && stream.write_all(&zeros).await.is_ok() {
            counter.fetch_add(65_536, Relaxed);
        }
    });
    (port, sent)
}

/// What sockets hold on the way, generously.
const ON_THE_WAY: u64 = 16 * 1024 * 1024;

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    // What says how long it is, is not read at all.
    for (head, read) in [
        ("HTTP/1.1 200 OK\r\n\r\n", 16_777_216),
        ("HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n", 0),
    ] {
        let (port, sent) = pouring(head, u64::MAX).await;
        let error = get(format!("http://127.0.0.1:{port}/")).await.unwrap_err();
        assert!(matches!(error, TransportError::TooLarge { limit: 16_777_216 }), "{error:?}");
        assert!(sent.load(Relaxed) < read + ON_THE_WAY, "{sent:?}");
    }
}

#[tokio::test]
async fn of_an_endless_error_the_status_and_the_beginning_are_brought() {
    let (port, sent) = pouring("HTTP/1.1 503 Busy\r\n\r\n", u64::MAX).await;
    let answer = get(format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body().len()), (503, 262_144));
    assert!(sent.load(Relaxed) < 262_144 + ON_THE_WAY, "{sent:?}");
}

#[tokio::test]
async fn a_large_answer_within_the_limit_is_brought_whole() {
    let (port, _) = pouring("HTTP/1.1 200 OK\r\n\r\n", 16_777_216).await;
    let answer = get(format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!(answer.body().len(), 16_777_216);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let port =
        answering("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(get(format!("http://127.0.0.1:{port}/")).await.unwrap().status(), 302);
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let port = closed_port().await;
    let error = get(format!("http://127.0.0.1:{port}/")).await.unwrap_err();
    assert!(matches!(error, TransportError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn half_an_answer_is_a_broken_connection() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-le", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"] {
        let port = answering(answer).await;
        let error = get(format!("http://127.0.0.1:{port}/")).await.unwrap_err();
        assert!(matches!(error, TransportError::Broken(_)), "{answer:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_not_trusted() {
    let port = answering("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let error = get(format!("https://127.0.0.1:{port}/")).await.unwrap_err();
    assert!(matches!(error, TransportError::Tls(_)), "{error:?}");
}

/// A certificate as a file for `Reqwest::trusting`.
fn authority() -> String {
    let names = vec!["authority.example".to_owned()];
    rcgen::generate_simple_self_signed(names).expect("a certificate can be made").cert.pem()
}

/// A port on which nothing listens.
async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    listener.local_addr().expect("it is bound").port()
}

async fn ask(transport: &Reqwest, address: &str) -> TransportError {
    let request = http::Request::get(address).body(Bytes::new()).expect("the address is one");
    transport.send(request).await.expect_err("nothing listens there")
}

#[tokio::test]
async fn who_is_trusted_is_read_once_for_all_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    std::fs::write(&file, authority()).unwrap();
    let port = closed_port().await;
    let proxy = Proxy::new("HTTPS_PROXY", Secret::from(format!("http://127.0.0.1:{port}/")), "");
    let transport = Reqwest::new().trusting(&file).through(proxy);
    let error = ask(&transport, &format!("https://127.0.0.1:{port}/")).await;
    assert!(matches!(error, TransportError::Unreachable(_)), "{error:?}");
    std::fs::remove_file(&file).unwrap();
    // Another client, because it goes through a proxy.
    let error = ask(&transport, "https://remote.example/").await;
    assert!(matches!(error, TransportError::Unreachable(_)), "{error:?}");
}

/// A pipe stands for a slow file: whoever reads it waits for what is written, and two readers would share it.
#[cfg(unix)]
#[tokio::test]
async fn nobody_waits_while_a_slow_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authorities.pem");
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    let address = format!("https://127.0.0.1:{}/", closed_port().await);
    let transport = Arc::new(Reqwest::new().trusting(&file));
    let asking = [(); 2].map(|()| {
        let (transport, address) = (Arc::clone(&transport), address.clone());
        tokio::spawn(async move { ask(&transport, &address).await })
    });
    let runtime = tokio::runtime::Handle::current();
    let writing = tokio::task::spawn_blocking(move || {
        // Opened when there is a reader.
        let mut pipe = std::fs::OpenOptions::new().write(true).open(file).unwrap();
        let (done, is_done) = std::sync::mpsc::channel();
        runtime.spawn(async move { done.send(()) });
        let others_go_on = is_done.recv_timeout(std::time::Duration::from_secs(60)).is_ok();
        std::io::Write::write_all(&mut pipe, authority().as_bytes()).unwrap();
        others_go_on
    });
    for asked in asking {
        let error = asked.await.unwrap();
        assert!(matches!(error, TransportError::Unreachable(_)), "{error:?}");
    }
    assert!(writing.await.unwrap(), "a task of the runtime did not run while the file was read");
}
