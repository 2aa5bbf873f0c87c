//! A client of HTTP/1.1 that is small enough to see every byte: what was cut off, what was never sent.

use std::sync::Arc;

use emulator::Running;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

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

/// What bytes go over.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// One connection.
pub(crate) struct Client {
    stream: Box<dyn Stream>,
    /// The value of `Host`: one of the emulator's names unless a test wants another.
    pub(crate) host: String,
    /// More headers, each with its line end.
    pub(crate) headers: String,
    /// The value of `Authorization`, sent with each request.
    pub(crate) authorization: Option<String>,
}

impl Client {
    pub(crate) async fn connect(url: &str) -> Self {
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
        Self::over(stream)
    }

    fn over(stream: impl Stream + 'static) -> Self {
        let host = "emulator".to_owned();
        Self { stream: Box::new(stream), host, headers: String::new(), authorization: None }
    }

    /// Connects with TLS as a client that trusts nothing but the emulator's authority, under a name and with a
    /// protocol of the list; tells which one was agreed on.
    pub(crate) async fn connect_tls(
        running: &Running,
        name: &str,
        protocols: &[&str],
    ) -> std::io::Result<(Self, Option<String>)> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(running.ca_pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let mut config = builder.unwrap().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let address = running.https_url();
        let stream = TcpStream::connect(address.strip_prefix("https://").unwrap()).await?;
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        let agreed = stream.get_ref().1.alpn_protocol().map(|name| String::from_utf8(name.to_vec()).unwrap());
        Ok((Self::over(stream), agreed))
    }

    /// Sends a request; `None` if the connection ends without an answer.
    pub(crate) async fn send(&mut self, method: &str, path: &str, body: &str) -> Option<Answer> {
        let authorization = self
            .authorization
            .as_ref()
            .map(|value| format!("authorization: {value}\r\n"))
            .unwrap_or_default();
        let Self { host, headers, .. } = self;
        let usual = if method == "POST" && path.starts_with("/emulator/") && headers.is_empty() {
            "content-type: application/json\r\n"
        } else {
            ""
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\n{usual}{headers}{authorization}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.ok()?;
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if self.stream.read_buf(&mut bytes).await.ok()? == 0 {
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
            match self.stream.read_buf(&mut bytes).await {
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
