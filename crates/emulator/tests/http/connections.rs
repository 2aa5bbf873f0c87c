//! Connections on which nothing is asked, and requests that do not end.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::ask;
use crate::{PROFILE, shop, start};

/// How many connections may wait.
const MOST: usize = 256;

async fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap()
}

/// What comes until the connection is closed. With a paused clock the time is over at once where nothing closes it.
async fn until_closed(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(1000), stream.read_to_end(&mut answer)).await;
    // One that is closed with bytes unread is reset.
    assert!(end.is_ok(), "the connection is open still");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_finish_the_head_of_a_request_or_a_handshake_is_closed() {
    let running = start().await;
    // Nothing; half a head; the first bytes of a handshake; the preface of HTTP/2 and no request.
    for said in [
        &b""[..],
        b"GET /emulator/health HTTP/1.1\r\nhost: emu",
        b"\x16\x03\x01\x02",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = connect(&running.url()).await;
        stream.write_all(said).await.unwrap();
        let began = tokio::time::Instant::now();
        let answer = until_closed(stream).await;
        assert!(!answer.contains("200 OK"), "{said:?}: {answer}");
        // No test waits for that: the clock is paused, and jumps.
        assert!(began.elapsed().as_secs() <= 31, "{said:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_stays_between_two_requests_for_minutes_and_not_for_ever() {
    let running = start().await;
    let mut stream = connect(&running.url()).await;
    let host = running.url().replace("http://", "");
    stream
        .write_all(format!("GET /emulator/health HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut first = [0; 15];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    let began = tokio::time::Instant::now();
    until_closed(stream).await;
    assert!((200..=301).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let running = start().await;
    let host = running.url().replace("http://", "");
    for path in [shop(), "/emulator/latency".to_owned()] {
        let mut stream = connect(&running.url()).await;
        let head = format!("PUT {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 100\r\n\r\n{{");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        let read = tokio::time::timeout(Duration::from_secs(1000), stream.read_exact(&mut answer)).await;
        read.expect("there is an answer").unwrap();
        assert_eq!(&answer, b"HTTP/1.1 408", "{path}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let running = start().await;
    let large = " ".repeat(4 * 1024 * 1024 + 1);
    for path in [shop(), "/emulator/limits".to_owned()] {
        let answer = crate::client::send(&running.url(), "PUT", &path, &large).await;
        // The connection may be closed before all of it is sent.
        assert!(answer.as_ref().is_none_or(|answer| answer.status == 413), "{path}: {answer:?}");
    }
    assert_eq!(ask(&running.url(), "GET", &shop(), "").await.status, 404);
}

#[tokio::test]
async fn connections_that_only_wait_block_nobody() {
    let running = start().await;
    let url = running.url();
    let mut waiting = Vec::new();
    for number in 0..MOST + 20 {
        let mut stream = connect(&url).await;
        // Every other one as if it wanted https.
        if number % 2 == 0 {
            stream.write_all(b"\x16\x03").await.unwrap();
        }
        waiting.push(stream);
    }
    assert_eq!(ask(&url, "PUT", &shop(), PROFILE).await.status, 201);
    // Those that came first had to go.
    for stream in waiting.drain(..20) {
        until_closed(stream).await;
    }
    let mut buffer = [0];
    assert!(waiting.last().unwrap().try_read(&mut buffer).is_err(), "the newest one is open still");
}
