//! A client of HTTP/1.1 that is small enough to see every byte: what was cut off, what was never sent.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// One connection.
pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) async fn connect(url: &str) -> Self {
        Self(TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap())
    }

    /// Sends a request; `None` if the connection ends without an answer.
    pub(crate) async fn send(&mut self, method: &str, path: &str, body: &str) -> Option<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: emulator.test\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes()).await.ok()?;
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if self.0.read_buf(&mut bytes).await.ok()? == 0 {
                assert!(bytes.is_empty(), "half a head: {bytes:?}");
                return None;
            }
        };
        let rest = bytes.split_off(head + 4);
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.trim_end().split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        let mut answer = Answer { status, headers, body: String::new() };
        let length: usize = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        answer.body = String::from_utf8(self.body(rest, length).await).unwrap();
        Some(answer)
    }

    /// The body, or as much of it as comes.
    async fn body(&mut self, mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
        while bytes.len() < length {
            match self.0.read_buf(&mut bytes).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
        bytes
    }
}

/// Sends a request over a connection of its own.
pub(crate) async fn send(url: &str, method: &str, path: &str, body: &str) -> Option<Answer> {
    Client::connect(url).await.send(method, path, body).await
}

/// Sends a request that has to be answered.
pub(crate) async fn ask(url: &str, method: &str, path: &str, body: &str) -> Answer {
    send(url, method, path, body).await.expect("the emulator answers")
}
