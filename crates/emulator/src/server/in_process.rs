//! The emulator without a socket: requests go in and answers come out in the same task.

use std::net::SocketAddr;
use std::sync::{Arc, Once};

use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use super::admission::Admission;
use super::connections::Connection;
use super::shared::Shared;
use super::waiting::{Activity, WaitingRoom};
use super::{Config, controllers, router};
use crate::directory::Directory;
use crate::dns;
use crate::dns_clients::DnsClients;
use crate::hub::Hubs;
use crate::service::{Service, Settings};

/// An emulator for tests that need neither a port nor a certificate. It keeps everything in memory, asks for a
/// token as over https only where it is told to, and sends no probes.
#[derive(Debug)]
pub struct InProcess {
    router: Router,
    pub(super) shared: Arc<Shared>,
    /// Starts the controllers of hubs, which needs a runtime, at the first request.
    controllers: Once,
    /// `None` if the suffix of profiles is no DNS name.
    dns: Option<dns::Server>,
}

impl InProcess {
    /// An emulator that remembers nothing yet.
    pub fn new(settings: Settings) -> Self {
        let suffix = dns::Suffix::parse(&settings.dns_suffix);
        let admission = Admission::new(Config::default().listen, false, &[]);
        let kept = (Service::new(settings), Directory::new(), Hubs::default());
        let Config { client_locations, latencies, .. } = Config::default();
        let clients = Arc::new(DnsClients::new(client_locations, latencies));
        let places = (Vec::new(), Arc::clone(&clients));
        let shared = Arc::new(Shared::new(kept, String::new(), admission, None, places));
        let profiles = Arc::clone(&shared) as Arc<dyn dns::Profiles>;
        let dns = suffix.map(|suffix| dns::Server::new(suffix, profiles, clients, false));
        Self { router: router(&shared), shared, controllers: Once::new(), dns }
    }

    /// Answers a DNS query as one that came from there over UDP. `None` if it gets no answer.
    pub fn answer_dns(&self, message: &[u8], peer: SocketAddr) -> Option<Vec<u8>> {
        let mut answer = Vec::new();
        let server = self.dns.as_ref()?;
        server.answer(message, peer, dns::Transport::Udp, &mut answer).then_some(answer)
    }

    /// Answers a request as one that came over http or, if its address begins so, over https, to the default port.
    /// `None` if the connection would be closed without an answer or in the middle of it, as a fault can want. A watch of a
    /// hub is read to its end, which its `timeoutSeconds` tells.
    pub async fn answer(&self, request: http::Request<Bytes>) -> Option<http::Response<Bytes>> {
        self.controllers.call_once(|| {
            tokio::spawn(controllers::run(Arc::clone(&self.shared)));
        });
        let secure = request.uri().scheme_str() == Some("https");
        let close = CancellationToken::new();
        let activity = Activity::new(&WaitingRoom::default(), &close);
        let address = Config::default().listen;
        let connection = Connection { number: 1, secure, address, close: close.clone(), activity };
        let mut request = request.map(Body::from);
        request.extensions_mut().insert(connection);
        let answer = tokio::select! {
            answer = self.router.clone().call(request) => answer.unwrap_or_else(|never| match never {}),
            () = close.cancelled() => return None,
        };
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.ok()?;
        Some(http::Response::from_parts(parts, body))
    }

    /// Forgets everything: state, clients, requests, faults, latency.
    pub fn reset(&self) {
        self.shared.reset();
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        self.shared.hubs.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, body: &'static str) -> http::Request<Bytes> {
        let request = http::Request::builder().method(method).uri(path);
        let request = request.header("host", "localhost:4653").header("content-type", "application/json");
        request.body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[tokio::test]
    async fn requests_are_answered_without_a_socket_and_faults_meet_them() {
        let azure = InProcess::new(Settings::default());
        let get = || request("GET", "/subscriptions?api-version=2022-12-01", "");
        assert_eq!(azure.answer(get()).await.unwrap().status(), 200);
        let of_https = request("GET", "https://localhost:4653/subscriptions?api-version=2022-12-01", "");
        assert_eq!(azure.answer(of_https).await.unwrap().status(), 401);
        let fault = request("POST", "/emulator/faults", r#"{"drop":"before"}"#);
        assert_eq!(azure.answer(fault).await.unwrap().status(), 201);
        assert!(azure.answer(get()).await.is_none());
        azure.reset();
        assert_eq!(azure.answer(get()).await.unwrap().status(), 200);
    }
}
