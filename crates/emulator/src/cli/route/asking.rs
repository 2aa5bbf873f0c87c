//! GET requests to an emulator on this machine, over HTTP/1.1. Nothing else is ever connected to, and no proxy is used.

use std::fmt::{self, Display};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use thiserror::Error;
use tokio::net::TcpStream;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The largest answer that is read: there may be many profiles.
const LARGEST: usize = 256 * 1024 * 1024;

/// How much of a strange answer is shown.
const SHOWN: usize = 200;

/// Where an emulator listens: `http://127.0.0.1:4653`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::cli) struct EmulatorUrl {
    /// A name or an address, IPv6 without brackets.
    host: String,
    port: u16,
}

/// Why a text is no such place.
#[derive(Debug, Error)]
#[error("it has to be the http address of an emulator on this machine, such as http://127.0.0.1:4653")]
pub(in crate::cli) struct NotLoopback;

/// Why there is no answer.
#[derive(Debug, Error)]
pub(in crate::cli) enum AskError {
    #[error("no emulator answers at {0}: {1}; start azuretm-emulator, or say with --emulator where it is")]
    Connect(EmulatorUrl, #[source] io::Error),
    #[error("no emulator answers at {0}: {1}")]
    Http(EmulatorUrl, #[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the emulator at {0} did not answer within {seconds} seconds", seconds = PATIENCE.as_secs())]
    Timeout(EmulatorUrl),
    /// The control API refuses, and says why.
    #[error("{0}")]
    Refused(String),
    #[error("{0} is no emulator of this version: it answers with status {1} and {2:?}")]
    Strange(EmulatorUrl, StatusCode, String),
}

impl FromStr for EmulatorUrl {
    type Err = NotLoopback;

    fn from_str(text: &str) -> Result<Self, NotLoopback> {
        let uri: Uri = text.parse().map_err(|_| NotLoopback)?;
        let authority = uri.authority().filter(|it| !it.as_str().contains('@')).ok_or(NotLoopback)?;
        let is_plain = uri.scheme_str() == Some("http") && uri.path() == "/" && uri.query().is_none();
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let is_loopback = match host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host.eq_ignore_ascii_case("localhost"),
        };
        let port = match (authority.port_u16(), authority.as_str().strip_prefix(authority.host())) {
            (Some(port), _) => port,
            (None, Some("")) => 80,
            (None, _) => return Err(NotLoopback),
        };
        if is_plain && is_loopback { Ok(Self { host: host.to_owned(), port }) } else { Err(NotLoopback) }
    }
}

impl Display for EmulatorUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.authority())
    }
}

impl EmulatorUrl {
    fn authority(&self) -> String {
        let Self { host, port } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }

    /// The JSON that is answered to a GET.
    pub(super) async fn get(&self, path: &str) -> Result<Value, AskError> {
        let answer = tokio::time::timeout(PATIENCE, self.send(path)).await;
        let (status, body) = answer.map_err(|_| AskError::Timeout(self.clone()))??;
        let json: Option<Value> = serde_json::from_slice(&body).ok();
        match (status, json) {
            (StatusCode::OK, Some(json)) => Ok(json),
            (_, Some(json)) if json["error"].is_string() => {
                Err(AskError::Refused(json["error"].as_str().unwrap_or_default().to_owned()))
            }
            _ => {
                let shown = String::from_utf8_lossy(&body).chars().take(SHOWN).collect();
                Err(AskError::Strange(self.clone(), status, shown))
            }
        }
    }

    async fn send(&self, path: &str) -> Result<(StatusCode, Bytes), AskError> {
        let broken = |error: hyper::Error| AskError::Http(self.clone(), error.into());
        let stream = self.connect().await.map_err(|error| AskError::Connect(self.clone(), error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // It ends when the answer has come, or with an error that the answer has too.
        tokio::spawn(connection);
        let request = Request::get(path).header(header::HOST, self.authority()).body(Empty::<Bytes>::new());
        let request = request.map_err(|error| AskError::Http(self.clone(), error.into()))?;
        let (head, body) = sender.send_request(request).await.map_err(broken)?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await;
        let body = body.map_err(|error| AskError::Http(self.clone(), error))?;
        Ok((head.status, body.to_bytes()))
    }

    /// Connects to this machine, whatever its resolver says of `localhost`.
    async fn connect(&self) -> io::Result<TcpStream> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await?;
        let addresses: Vec<SocketAddr> = found.filter(|address| address.ip().is_loopback()).collect();
        TcpStream::connect(&addresses[..]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_on_this_machine_is_taken() {
        for (text, expected) in [
            ("http://127.0.0.1:4653", "http://127.0.0.1:4653"),
            ("http://127.0.0.1:4653/", "http://127.0.0.1:4653"),
            ("http://LocalHost", "http://LocalHost:80"),
            ("http://[::1]:1", "http://[::1]:1"),
            ("http://127.8.9.1:65535", "http://127.8.9.1:65535"),
        ] {
            assert_eq!(text.parse::<EmulatorUrl>().unwrap().to_string(), expected);
        }
        for text in [
            "",
            "127.0.0.1:4653",
            "https://127.0.0.1:4653",
            "http://192.0.2.1:4653",
            "http://localhost.example:4653",
            "http://127.0.0.1.example",
            "http://localhost@example.com",
            "http://me@localhost:1",
            "http://localhost:99999",
            "http://localhost:",
            "http://localhost:4653/emulator",
            "http://localhost:4653/?a=b",
            "http://0.0.0.0:4653",
        ] {
            assert!(text.parse::<EmulatorUrl>().is_err(), "{text}");
        }
    }
}
