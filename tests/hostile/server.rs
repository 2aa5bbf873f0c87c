//! A server on loopback that answers as the emulated service does, but for the requests that somebody hostile answers.
//!
//! It writes the bytes of HTTP itself, because some of them are none that a library would write.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use emulator::{Request, Service};
use http::Method;
use serde_json::Value as Json;
use test_support::request;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::answers::{Hostile, What};

/// Which requests are answered so.
#[derive(Clone, Debug)]
pub(crate) struct Attack {
    pub(crate) hostile: Hostile,
    /// Counted from 1.
    pub(crate) request: usize,
    /// Whether all later ones are, too.
    pub(crate) lasting: bool,
    /// Whether the request takes effect all the same.
    pub(crate) after_effect: bool,
}

/// The server.
pub(crate) struct Server {
    pub(crate) url: String,
    service: Mutex<Service>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The methods of the requests so far.
    methods: Vec<String>,
    attack: Option<Attack>,
}

impl Server {
    /// Starts it, with an emulated service behind it. It ends when nobody holds it any more.
    pub(crate) async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Arc::new(Self { url, service: Mutex::default(), state: Mutex::default() });
        let serving = Arc::downgrade(&server);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Some(server) = serving.upgrade() else { return };
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    /// The profile as a GET answers it, if it exists.
    pub(crate) fn profile(&self, id: &str) -> Option<Json> {
        let (status, body) = self.honest(&request(Method::GET, id, None));
        (status == 200).then(|| serde_json::from_str(&body).unwrap())
    }

    /// Another hand makes or replaces something.
    #[track_caller]
    pub(crate) fn put(&self, id: &str, body: &Json) {
        let (status, answer) = self.honest(&request(Method::PUT, id, Some(body)));
        assert!((200..300).contains(&status), "PUT {id}: {status} {answer}");
    }

    /// Begins to count requests, and attacks them.
    pub(crate) fn attack(&self, attack: Option<Attack>) {
        *self.state.lock().unwrap() = State { methods: Vec::new(), attack };
    }

    /// The methods of the requests since then.
    pub(crate) fn methods(&self) -> Vec<String> {
        self.state.lock().unwrap().methods.clone()
    }

    /// One request on a connection of its own. Whoever does not read to the end has had enough.
    async fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let request = read(&mut stream).await?;
        let attack = self.meets(request.method.as_str());
        let Some(Attack { hostile, after_effect, .. }) = attack else {
            let (status, body) = self.honest(&request);
            let id = ("x-ms-request-id", "r-1".to_owned());
            return write(&mut stream, status, &[id], body.as_bytes()).await;
        };
        let is_read = request.method == "GET" || request.method == "POST";
        let truth = if after_effect || is_read { self.honest(&request).1 } else { String::new() };
        match hostile.what {
            What::Answer(status, headers, body) => write(&mut stream, status, &headers, &body).await,
            What::Changed(change) => {
                // What has no effect is answered with what would be its effect.
                let text = if truth.is_empty() { std::str::from_utf8(&request.body).ok()? } else { &truth };
                let answer: Json = serde_json::from_str(text).unwrap_or_default();
                let answer = if answer.is_object() { change(answer) } else { answer };
                write(&mut stream, 200, &[], answer.to_string().as_bytes()).await
            }
            What::Echo(echo) => {
                let body = std::str::from_utf8(&request.body).ok().filter(|body| !body.is_empty());
                write(&mut stream, 400, &[], echo(body.unwrap_or(&truth)).to_string().as_bytes()).await
            }
            What::Endless(head, bytes) => {
                stream.write_all(head.as_bytes()).await.ok()?;
                let many = bytes.repeat(8192);
                while stream.write_all(&many).await.is_ok() {}
                None
            }
        }
    }

    /// The attack that the next request meets.
    fn meets(&self, method: &str) -> Option<Attack> {
        let mut state = self.state.lock().unwrap();
        state.methods.push(method.to_owned());
        let number = state.methods.len();
        let meets =
            |attack: &&Attack| number == attack.request || (attack.lasting && number > attack.request);
        state.attack.as_ref().filter(meets).cloned()
    }

    fn honest(&self, request: &Request) -> (u16, String) {
        let answer = self.service.lock().unwrap().answer(request);
        (answer.status.as_u16(), answer.body)
    }
}

/// Reads a request with its body.
async fn read(stream: &mut TcpStream) -> Option<Request> {
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
    let (method, address) = (words.next()?, words.next()?);
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
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    Some(Request {
        method: method.parse().ok()?,
        path: path.to_owned(),
        query: query.to_owned(),
        body: Bytes::from(bytes.split_off(end)),
    })
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
