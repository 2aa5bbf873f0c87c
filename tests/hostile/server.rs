//! A server on loopback that answers as the emulated service does, but for the requests that somebody hostile answers.

use std::sync::{Arc, Mutex};

use emulator::{Request, Service};
use http::Method;
use serde_json::Value as Json;
use test_support::request;
use tokio::net::TcpStream;

use crate::answers::Hostile;
use crate::attack::{self, What};
use crate::wire;

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
    methods: Vec<Method>,
    attack: Option<Attack>,
}

impl Server {
    /// Starts it, with an emulated service behind it. It ends when nobody holds it any more.
    pub(crate) async fn start() -> Arc<Self> {
        let (listener, url) = wire::listen().await;
        let server = Arc::new(Self { url, service: Mutex::default(), state: Mutex::default() });
        wire::serve(listener, &server, Self::serve);
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
    pub(crate) fn methods(&self) -> Vec<Method> {
        self.state.lock().unwrap().methods.clone()
    }

    /// One request on a connection of its own. Whoever does not read to the end has had enough.
    async fn serve(self: Arc<Self>, mut stream: TcpStream) -> Option<()> {
        let request = emulated(wire::read(&mut stream).await?)?;
        let attack = self.meets(&request.method);
        let Some(Attack { hostile, after_effect, .. }) = attack else {
            let (status, body) = self.honest(&request);
            let id = ("x-ms-request-id", "r-1".to_owned());
            return wire::write(&mut stream, status, &[id], body.as_bytes()).await;
        };
        let is_read = request.method == "GET" || request.method == "POST";
        let truth = if after_effect || is_read { self.honest(&request).1 } else { String::new() };
        match hostile.what {
            What::Answer(status, headers, body) => wire::write(&mut stream, status, &headers, &body).await,
            What::Endless(head, bytes) => wire::write_endlessly(&mut stream, head, bytes).await,
            What::Changed(change) => {
                // What has no effect is answered with what would be its effect.
                let text = if truth.is_empty() { std::str::from_utf8(&request.body).ok()? } else { &truth };
                wire::write(&mut stream, 200, &[], attack::change(text, change).as_bytes()).await
            }
            What::Made(echo) => {
                let body = std::str::from_utf8(&request.body).ok().filter(|body| !body.is_empty());
                let quoted = echo(body.unwrap_or(&truth)).to_string();
                wire::write(&mut stream, 400, &[], quoted.as_bytes()).await
            }
        }
    }

    /// The attack that the next request meets.
    fn meets(&self, method: &Method) -> Option<Attack> {
        let mut state = self.state.lock().unwrap();
        state.methods.push(method.clone());
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

/// A request as the emulated service takes it.
fn emulated(request: wire::Request) -> Option<Request> {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    Some(Request {
        method: request.method.parse().ok()?,
        path: path.to_owned(),
        query: query.to_owned(),
        body: request.body,
    })
}
