//! The emulator as a server: how it is started and stopped.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::{Router, middleware};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use traffic_manager::client_location::ClientLocations;
use traffic_manager::latency::Latencies;

use crate::authority::{Authority, AuthorityError};
use crate::directory::ClientSeed;
use crate::dns;
use crate::dns_clients::DnsClients;
use crate::probes::{Network, TimeScale};
use crate::service::{Health, SeedError, Service, Settings, UnknownEndpoint};
use crate::state_file::StateError;
use crate::target_addresses::{TargetAddress, TargetAddresses};

mod admission;
mod arm;
mod asked;
mod bodies;
mod connections;
mod control;
mod controllers;
mod exchange;
pub(crate) mod faults;
mod fleets;
mod hubs;
pub(crate) mod in_process;
mod keeping;
mod page;
mod probing;
mod refusal;
mod reply;
pub(crate) mod requests;
mod resolving;
mod seeding;
mod shared;
mod waiting;

use admission::Admission;
use faults::{Fault, InvalidFault, ListedFault};
use requests::RecordedRequest;
use shared::Shared;

/// How an emulator is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Whether the address may be one that other machines can reach. The emulator has no authentication.
    pub beyond_loopback: bool,
    /// How the emulated service is set up.
    pub settings: Settings,
    /// The folder of the certificate authority, made at the first use. Without one there is a new authority at
    /// each start, only in memory.
    pub ca_dir: Option<PathBuf>,
    /// Names and addresses under which clients reach the emulator, besides the usual ones: they are in the certificate and
    /// allowed as `Host`.
    pub tls_names: Vec<String>,
    /// The file that the state survives in. Without one it is only in memory. It does not keep where targets are, which is
    /// said at each start.
    pub state: Option<PathBuf>,
    /// Where targets of endpoints are: only those are probed. Of several with the same target and address, the first
    /// counts.
    pub target_addresses: Vec<TargetAddress>,
    /// How many seconds pass for probes in a second, from 1 to 1000. With 60, an interval of 30 seconds takes half a second.
    /// Timeouts shrink as well, but never below half a second.
    pub probe_time_scale: u32,
    /// The address to answer DNS queries on, over UDP and TCP; port 0 picks one that is free for both. Without one there is
    /// no DNS.
    pub dns: Option<SocketAddr>,
    /// Whether DNS answers follow a CNAME: the addresses that its target was mapped to come after it.
    pub dns_follow_cname: bool,
    /// Where clients are, for Geographic and Performance routing.
    pub client_locations: ClientLocations,
    /// The latencies between regions, for Performance routing, in place of those that Microsoft publishes.
    pub latencies: Option<Latencies>,
}

impl Default for Config {
    /// `127.0.0.1:4653`, loopback only; nothing is probed; no DNS; clients are in the networks for documentation.
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 4653).into(),
            beyond_loopback: false,
            settings: Settings::default(),
            ca_dir: None,
            tls_names: Vec::new(),
            state: None,
            target_addresses: Vec::new(),
            probe_time_scale: 1,
            dns: None,
            dns_follow_cname: false,
            client_locations: ClientLocations::documentation_networks(),
            latencies: None,
        }
    }
}

/// Why an emulator cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Other machines could reach the address, and that was not asked for.
    #[error(
        "{0} is not a loopback address, and the emulator has no authentication: listen on 127.0.0.1, or add \
         --listen-beyond-loopback-without-authentication if everyone who can reach it may use it"
    )]
    NotLoopback(SocketAddr),
    /// Another process, often another emulator, has the port.
    #[error(
        "{0} is in use by another process, perhaps by another emulator: stop that one, or choose another port with \
         --listen (port 0 picks a free one)"
    )]
    PortTaken(SocketAddr),
    /// The system refuses to listen.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The port for DNS is taken, for UDP or for TCP.
    #[error(
        "{0} is in use by another name server, or its port by another process: choose another one with --dns (port 0 \
         picks a free one)"
    )]
    DnsPortTaken(SocketAddr),
    /// No DNS name can end with the suffix of profiles.
    #[error("'{0}' is no DNS suffix: write one such as trafficmanager.net")]
    DnsSuffix(String),
    /// There is no certificate to serve https with.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The state file cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Starts emulators.
#[derive(Clone, Copy, Debug)]
pub struct Emulator;

/// A running emulator. Dropping it ends it without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
    /// The server of http and https, and that of DNS.
    tasks: Vec<JoinHandle<()>>,
    dns_address: Option<SocketAddr>,
}

impl Emulator {
    /// Listens and serves until the result is stopped or dropped. It serves already when this returns.
    ///
    /// # Errors
    /// If the address is not loopback without [`Config::beyond_loopback`], or cannot be listened on, or if the
    /// certificate authority or the state file cannot be used.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        let wanted = config.listen;
        let reachable = [Some(wanted), config.dns].into_iter().flatten().find(|it| !it.ip().is_loopback());
        if let Some(reachable) = reachable.filter(|_| !config.beyond_loopback) {
            return Err(StartError::NotLoopback(reachable));
        }
        let listen_error = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => StartError::PortTaken(wanted),
            _ => StartError::Listen { address: wanted, source },
        };
        let listener = TcpListener::bind(wanted).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let dns = match config.dns {
            Some(wanted) => Some(listen_for_dns(wanted, &config.settings.dns_suffix).await?),
            None => None,
        };
        let dns_address = dns.as_ref().map(|(sockets, _)| sockets.address());
        let authority = match &config.ca_dir {
            Some(folder) => Authority::in_folder(folder, &config.tls_names)?,
            None => Authority::generate(&config.tls_names)?,
        };
        let tls = authority.serving(&config.tls_names)?;
        let (kept, keeper) = keeping::open(config.state.as_deref(), config.settings)?;
        let admission = Admission::new(address, config.beyond_loopback, &config.tls_names);
        let ca_pem = authority.pem().to_owned();
        let dns_clients = Arc::new(DnsClients::new(config.client_locations, config.latencies));
        let places = (config.target_addresses, Arc::clone(&dns_clients));
        let shared = Arc::new(Shared::new(kept, ca_pem, admission, keeper, places));
        let stop = CancellationToken::new();
        info!(%address, "listening");
        let serving = connections::Serving { router: router(&shared), tls };
        tokio::spawn(controllers::run(Arc::clone(&shared)));
        let scale = TimeScale::new(config.probe_time_scale);
        tokio::spawn(probing::run(Arc::clone(&shared), Arc::new(Network::new()), scale, stop.clone()));
        let mut tasks = vec![tokio::spawn(connections::accept(listener, serving, stop.clone()))];
        if let Some((sockets, suffix)) = dns {
            let profiles = Arc::clone(&shared) as Arc<dyn dns::Profiles>;
            let server = dns::Server::new(suffix, profiles, dns_clients, config.dns_follow_cname);
            tasks.push(tokio::spawn(sockets.serve(Arc::new(server), stop.clone())));
        }
        Ok(Running { address, shared, stop, tasks, dns_address })
    }
}

impl Running {
    /// Where the emulator listens, such as `http://127.0.0.1:4653`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the emulator listens for https, such as `https://127.0.0.1:4653`: the same port.
    pub fn https_url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Where DNS queries are answered, over UDP and TCP, if they are.
    pub fn dns_address(&self) -> Option<SocketAddr> {
        self.dns_address
    }

    /// The certificate that clients of https have to trust, PEM.
    pub fn ca_pem(&self) -> &str {
        &self.shared.ca_pem
    }

    /// Puts a client into the directory. From the first one on, only such clients get tokens.
    ///
    /// # Errors
    /// If an id or a credential is not possible.
    pub fn put_client(&self, seed: ClientSeed) -> Result<(), SeedError> {
        self.shared.directory().put_client(seed)
    }

    /// The requests to Azure so far, in the order they came; not those to the control API.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.requests().list()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.requests().clear();
    }

    /// The requests that the controllers of hubs sent to Azure so far.
    pub fn fleet_requests(&self) -> Vec<RecordedRequest> {
        self.shared.fleet_requests().list()
    }

    /// Adds faults. The first that matches a request and is not used up applies.
    ///
    /// # Errors
    /// If a fault says nothing that can happen; those before it were added.
    pub fn faults(&self, faults: impl IntoIterator<Item = Fault>) -> Result<(), InvalidFault> {
        for fault in faults {
            self.shared.faults().add(fault)?;
        }
        Ok(())
    }

    /// The faults and how often each was met.
    pub fn listed_faults(&self) -> Vec<ListedFault> {
        self.shared.faults().list()
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// Makes every request to Azure take that much longer.
    pub fn set_latency(&self, milliseconds: u64) {
        self.shared.set_latency(milliseconds);
    }

    /// Sets what is known of an endpoint's target; see [`Service::set_health`].
    pub fn set_health(&self, profile: &str, endpoint: &str, health: Health) -> Result<(), UnknownEndpoint> {
        self.shared.service().set_health(profile, endpoint, health)
    }

    /// Maps a target to one more address, which is probed from now on; if the target has it already, only the port changes.
    pub fn put_target_address(&self, address: TargetAddress) {
        self.shared.change_target_addresses(|all| all.put(address));
    }

    /// Where targets are.
    pub fn target_addresses(&self) -> Vec<TargetAddress> {
        self.shared.target_addresses().list()
    }

    /// Goes back to where targets were at the start.
    pub fn clear_target_addresses(&self) {
        self.shared.change_target_addresses(TargetAddresses::forget_added);
    }

    /// Runs something on the emulated service itself. Requests wait meanwhile. What it changes is in the state file, if
    /// there is one, once the next request is answered.
    pub fn with_service<T>(&self, act: impl FnOnce(&mut Service) -> T) -> T {
        act(&mut self.shared.service())
    }

    /// Forgets everything that came after the start: state, requests, faults, latency, addresses of targets.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Ends the emulator: no new connections, and the requests that are being answered get two seconds.
    pub async fn stop(mut self) {
        self.shared.hubs.stop();
        self.stop.cancel();
        for task in std::mem::take(&mut self.tasks) {
            if let Err(error) = task.await {
                warn!(%error, "the server ended by a panic");
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.hubs.stop();
        self.stop.cancel();
    }
}

async fn listen_for_dns(
    address: SocketAddr,
    suffix: &str,
) -> Result<(dns::Sockets, dns::Suffix), StartError> {
    let suffix = dns::Suffix::parse(suffix).ok_or_else(|| StartError::DnsSuffix(suffix.to_owned()))?;
    match dns::Sockets::listen(address).await {
        Ok(sockets) => Ok((sockets, suffix)),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(StartError::DnsPortTaken(address)),
        Err(source) => Err(StartError::Listen { address, source }),
    }
}

fn router(shared: &Arc<Shared>) -> Router {
    let admitted = middleware::from_fn_with_state(Arc::clone(&shared.admission), admission::admit);
    let own = control::router().merge(page::router());
    own.fallback(exchange::handle).layer(admitted).with_state(Arc::clone(shared))
}
