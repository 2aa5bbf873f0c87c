//! The transport of production against sockets on loopback: what it brings, and how it tells failures apart.

use arm::{Reqwest, Transport, TransportError};
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

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let port =
        answering("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(get(format!("http://127.0.0.1:{port}/")).await.unwrap().status(), 302);
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
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
