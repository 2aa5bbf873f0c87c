//! A server on loopback between the provider and the hub of an emulated fleet. It hands on what is asked and answered, but for
//! the requests that somebody hostile answers.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use test_support::{Azure, SUBSCRIPTION};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::answers::{Hostile, Made};
use super::deed::Deed;
use crate::attack::{self, What};
use crate::wire::{self, Request};

/// The kinds of Fleet, as a part of a path.
const GROUP: &str = "/apis/networking.fleet.azure.com/v1beta1/namespaces";

/// Which requests are answered so.
#[derive(Clone, Debug)]
pub(crate) struct Attack {
    pub(crate) hostile: Hostile,
    /// The first request that does this, and that is about the kind of the operation.
    pub(crate) deed: Deed,
    pub(crate) kind: &'static str,
    /// Whether all later ones that do it are, too.
    pub(crate) lasting: bool,
    /// Whether the request takes effect all the same.
    pub(crate) after_effect: bool,
}

/// The server, and the emulator behind it.
pub(crate) struct Server {
    pub(crate) azure: Azure,
    /// Where the provider takes the hub to be.
    pub(crate) hub: String,
    /// Where nobody may ask, and how often somebody has.
    pub(crate) trap: String,
    trapped: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    deeds: Vec<(Deed, String)>,
    attack: Option<Attack>,
    met: bool,
}

impl Server {
    /// Starts both. They end when nobody holds the server any more.
    pub(crate) async fn start() -> Arc<Self> {
        let azure = Azure::start().await;
        azure.seed_fleet("demo", &[("aks-1", &[("team-a", "web", 1)]), ("aks-2", &[("team-a", "web", 1)])]);
        let ((listener, url), (trap, trap_url)) = (wire::listen().await, wire::listen().await);
        let server = Arc::new(Self {
            azure,
            hub: format!("{url}/hubs/{SUBSCRIPTION}/rg-global/demo"),
            trap: trap_url,
            trapped: AtomicUsize::new(0),
            state: Mutex::default(),
        });
        wire::serve(listener, &server, Self::serve);
        wire::serve(trap, &server, Self::trap);
        let namespace =
            |name: &str| json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name } });
        for name in ["team-a", "team-b"] {
            assert_eq!(server.ask("POST", "/api/v1/namespaces", Some(namespace(name))).await.0, 201);
        }
        server
    }

    /// How often somebody has asked where nobody may.
    pub(crate) fn trapped(&self) -> usize {
        self.trapped.load(Ordering::Relaxed)
    }

    /// The answer to another hand on the hub, beside the runtime, which the connection would block.
    pub(crate) async fn ask(&self, method: &'static str, path: &str, body: Option<Json>) -> (u16, Json) {
        let (url, path) = (self.azure.running.url(), path.to_owned());
        let asked = tokio::task::spawn_blocking(move || {
            test_support::ask_hub(&url, "demo", method, &path, body.as_ref())
        });
        asked.await.unwrap()
    }

    /// An object on the hub, if it is there and not on its way out.
    pub(crate) async fn object(&self, namespace: &str, kind: &str, name: &str) -> Option<Json> {
        let (status, object) = self.ask("GET", &format!("{GROUP}/{namespace}/{kind}/{name}"), None).await;
        (status == 200 && object["metadata"]["deletionTimestamp"].is_null()).then_some(object)
    }

    /// Another hand makes an object.
    pub(crate) async fn make(&self, namespace: &str, kind: &str, object: Json) {
        let (status, answer) = self.ask("POST", &format!("{GROUP}/{namespace}/{kind}"), Some(object)).await;
        assert_eq!(status, 201, "{answer}");
    }

    /// Begins to count requests, and attacks them.
    pub(crate) fn attack(&self, attack: Option<Attack>) {
        *self.state.lock().unwrap() = State { attack, ..State::default() };
    }

    /// What the requests since then did, each with the plural name of the kind.
    pub(crate) fn deeds(&self) -> Vec<(Deed, String)> {
        self.state.lock().unwrap().deeds.clone()
    }

    /// Somebody asks where nobody may.
    fn trap(self: Arc<Self>, _stream: TcpStream) -> std::future::Ready<Option<()>> {
        self.trapped.fetch_add(1, Ordering::Relaxed);
        std::future::ready(None)
    }

    /// One request on a connection of its own. Whoever does not read to the end has had enough.
    async fn serve(self: Arc<Self>, mut stream: TcpStream) -> Option<()> {
        let request = wire::read(&mut stream).await?;
        let (attack, is_stale) = self.meets(&request);
        let Some(Attack { hostile, after_effect, deed, .. }) = attack else {
            if is_stale {
                let (status, body) = self.truth(&request).await?;
                return wire::write(&mut stream, status, &[], without_status(&body).as_bytes()).await;
            }
            return self.hand_on(&request, stream).await;
        };
        let is_read = matches!(deed, Deed::Get | Deed::List);
        let truth = if after_effect || is_read { self.truth(&request).await?.1 } else { String::new() };
        match hostile.what {
            What::Answer(status, mut headers, body) => {
                for (_, value) in &mut headers {
                    *value = value.replace("TRAP", &self.trap);
                }
                wire::write(&mut stream, status, &headers, &body).await
            }
            What::Endless(head, bytes) => wire::write_endlessly(&mut stream, head, bytes).await,
            What::Changed(change) => {
                // What has no effect is answered with what would be its effect.
                let text = if truth.is_empty() { std::str::from_utf8(&request.body).ok()? } else { &truth };
                wire::write(&mut stream, 200, &[], attack::change(text, change).as_bytes()).await
            }
            What::Made(Made::Echo(status)) => {
                let quoted =
                    format!("Cannot read: {}{}{truth}", request.head, String::from_utf8_lossy(&request.body));
                let body = json!({
                    "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status, "reason": quoted,
                    "message": quoted, "details": { "causes": [{ "reason": "X", "field": quoted, "message": quoted }] },
                });
                wire::write(&mut stream, status, &[], body.to_string().as_bytes()).await
            }
            What::Made(Made::Events(lines)) => {
                let body = lines.join("\n") + "\n";
                wire::write(&mut stream, 200, &[], body.as_bytes()).await
            }
        }
    }

    /// The attack that the request meets, and whether its answer has to be out of date, so that a watch is needed.
    fn meets(&self, request: &Request) -> (Option<Attack>, bool) {
        let Some((deed, kind)) = deed(request) else { return (None, false) };
        let mut state = self.state.lock().unwrap();
        state.deeds.push((deed, kind.clone()));
        let Some(attack) = state.attack.clone().filter(|attack| kind == attack.kind) else {
            return (None, false);
        };
        if deed == attack.deed && (attack.lasting || !state.met) {
            state.met = true;
            return (Some(attack), false);
        }
        (None, deed == Deed::List && attack.deed == Deed::Watch && !state.met)
    }

    /// What the hub answers.
    async fn truth(&self, request: &Request) -> Option<(u16, String)> {
        let mut upstream = self.send(request).await?;
        let mut answer = Vec::new();
        upstream.read_to_end(&mut answer).await.ok()?;
        let answer = String::from_utf8(answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
    }

    /// Hands on a request and its answer, for as long as both sides are there.
    async fn hand_on(&self, request: &Request, mut stream: TcpStream) -> Option<()> {
        let mut upstream = self.send(request).await?;
        let (mut from, mut to) = stream.split();
        let mut nothing = [0_u8; 1];
        tokio::select! {
            copied = tokio::io::copy(&mut upstream, &mut to) => copied.ok().map(|_| ()),
            _ = from.read(&mut nothing) => None,
        }
    }

    async fn send(&self, request: &Request) -> Option<TcpStream> {
        let url = self.azure.running.url();
        let address = url.trim_start_matches("http://");
        let mut upstream = TcpStream::connect(address).await.ok()?;
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n",
            request.method, request.target
        );
        for line in request.head.lines() {
            let name = line.split(':').next().unwrap_or_default().to_lowercase();
            if matches!(name.as_str(), "accept" | "content-type") {
                write!(head, "{line}\r\n").unwrap();
            }
        }
        write!(head, "Content-Length: {}\r\n\r\n", request.body.len()).unwrap();
        upstream.write_all(head.as_bytes()).await.ok()?;
        upstream.write_all(&request.body).await.ok()?;
        Some(upstream)
    }
}

/// What a request does, and to which kind; `None` if it is about no object of Fleet.
fn deed(request: &Request) -> Option<(Deed, String)> {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let rest = path.split_once(GROUP)?.1;
    let mut parts = rest.trim_matches('/').split('/').skip(1);
    let kind = parts.next()?.to_owned();
    let deed = match (request.method.as_str(), parts.next()) {
        ("GET", Some(_)) => Deed::Get,
        ("GET", None) if query.contains("watch=true") => Deed::Watch,
        ("GET", None) => Deed::List,
        ("PATCH", _) => Deed::Apply,
        ("DELETE", _) => Deed::Delete,
        _ => return None,
    };
    Some((deed, kind))
}

/// A list as it was before the controller looked at its objects.
fn without_status(body: &str) -> String {
    let mut list: Json = serde_json::from_str(body).unwrap_or_default();
    for item in list["items"].as_array_mut().into_iter().flatten() {
        item.as_object_mut().map(|item| item.remove("status"));
    }
    list.to_string()
}
