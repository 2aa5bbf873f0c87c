//! The command line of `azuretm-emulator`: reads the arguments, serves until a signal comes, or prints the
//! certificate that clients have to trust, or who answers a query.
//!
//! Stdout carries two lines, and a third one with DNS, which say where the emulator listens; everything else goes to
//! stderr. This is the one place that looks at the environment.

use std::ffi::OsString;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use tracing::warn;
use tracing_subscriber::EnvFilter;

mod dns_arguments;
mod route;
mod seed_file;

use dns_arguments::{DnsArguments, DnsFileError};
use route::{RouteArguments, RouteError};
use seed_file::{SeedFile, SeedFileError};

use crate::authority::{Authority, AuthorityError};
use crate::server::{Config, Emulator, StartError};
use crate::service::Settings;
use crate::target_addresses::TargetAddress;

const EXAMPLE: &str = "\
Example:
  azuretm-emulator --listen 127.0.0.1:0
  listening on http://127.0.0.1:41873
  listening on https://127.0.0.1:41873

  URL=http://127.0.0.1:41873
  G=/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg
  curl -X PUT \"$URL$G/providers/Microsoft.Network/trafficManagerProfiles/shop?api-version=2022-04-01\" -d '{
    \"location\": \"global\", \"properties\": {\"trafficRoutingMethod\": \"Priority\",
    \"dnsConfig\": {\"relativeName\": \"contoso-shop\"},
    \"monitorConfig\": {\"protocol\": \"HTTPS\", \"port\": 443, \"path\": \"/health\"}}}'

Hosts are 127.0.0.1 and localhost with the port, the names of Azure's public clouds, and those given with --tls-name.
A page that shows profiles, their health and who answers is at http://127.0.0.1:4653/. What another web page makes a browser
send is refused; a POST to the control API needs 'Content-Type: application/json'.

http and https share the port. Over http nobody has to log in. Over https Azure Resource Manager wants a token of the
emulator's own directory, which takes every client until the first one is put into it. Clients have to trust the
emulator's certificate authority:
  azuretm-emulator ca > ca.pem
  export SSL_CERT_FILE=$PWD/ca.pem REQUESTS_CA_BUNDLE=$PWD/ca.pem
The Azure CLI asks a public host about an authority that it does not know, unless that is turned off:
  az config set core.instance_discovery=false

Control API:
  GET    /emulator/health                        is it up
  GET    /emulator/ca                            the certificate to trust
  POST   /emulator/reset                         forget everything
  GET    /emulator/requests                      the requests to Azure so far; DELETE forgets them
  POST   /emulator/faults                        {\"method\", \"path\", \"nth\", \"times\",
                                                  \"answer\" | \"delay_ms\" | \"drop\"}; GET lists, DELETE removes
  PUT    /emulator/latency                       {\"milliseconds\": 50}
  PUT    /emulator/health/{profile}/{endpoint}   {\"status\": \"Online\"}; it holds, without probes, until it is set to
                                                 CheckingEndpoint or the probes of the endpoint change
  GET    /emulator/profiles                      all profiles with statuses and shares
  GET    /emulator/route/{profile}               who answers a query: ?source=198.51.100.33&geographic_code=FR
                                                 &region=westeurope&query_type=A, all of which may be left out
  PUT    /emulator/target-addresses              {\"target\", \"address\", \"port\"}: endpoints with this target are probed
                                                 at this address; GET lists, DELETE goes back to those of the start
  PUT    /emulator/targets                       {\"id\", \"target\", \"location\"} of a resource of Azure,
                                                  and the \"tier\" of a web app
  PUT    /emulator/credentials                   {\"tenant\", \"client_id\", \"client_secret\" | \"certificate\" |
                                                  \"federated\" | \"refresh_token\"}; GET lists, DELETE removes
  PUT    /emulator/tokens                        {\"lifetime_seconds\": 60}
  POST   /emulator/tokens/expire                 all tokens so far are expired
  PUT    /emulator/roles                         {\"principal\", \"role\", \"scope\"}; DELETE removes all
  PUT    /emulator/subscriptions                 {\"id\", \"name\", \"tenant\"}
  PUT    /emulator/limits                        {\"profiles\": 200, \"endpoints\": 200}
  PUT    /emulator/group-deletion                {\"polls\": 2}
  PUT    /emulator/heat-map/{profile}            {\"start\", \"end\", \"flows\"}

Probes: an endpoint is probed as its profile says if its target was mapped to an address, and no other is ever connected
to. The address may be given with --target-address, in the seed file, or with the control API; a state file does not keep
it. The health of other endpoints is what the control API says.
  azuretm-emulator --target-address east.example.com=127.0.0.1:8081 --probe-time-scale 60

DNS: queries for profiles are answered as Traffic Manager answers them, over UDP and TCP. A target that is a DNS name is a CNAME,
and never looked up; with --dns-follow-cname the addresses that it was mapped to come after it. Clients are where the network
is that a resolver tells (EDNS Client Subnet), or else where they ask from; the networks for documentation are spread over the
world, such as 198.51.100.32/28 in France:
  azuretm-emulator --dns 127.0.0.1:5353
  dig @127.0.0.1 -p 5353 contoso-shop.trafficmanager.net +subnet=198.51.100.32/28

Fleets: the Kubernetes API of a fleet's hub is at /hubs/{subscription}/{group}/{fleet}, and listCredentials answers a
kubeconfig for it. Its controllers act on the emulated Traffic Manager with the identity of the fleet. In the control API a
fleet is named by its name or its id:
  PUT    /emulator/fleets                        {\"id\", \"location\", \"hub\", \"principal\", \"members\": [{\"name\",
                                                  \"cluster\", \"exports\": [{\"namespace\", \"name\", \"service\",
                                                  \"weight\"}]}]}
  PUT    /emulator/fleets/{fleet}/members/{member}/exports/{namespace}/{name}
                                                 {\"service\": {\"type\", \"dns_label\" | \"public_ip\", \"internal\",
                                                  \"headless\", \"ports\"}, \"weight\"}; DELETE withdraws it
  GET    /emulator/fleets/{fleet}/exports        what members export, and what they say of it
  PUT    /emulator/fleets/{fleet}/hub            {\"forbidden\": true} answers 403 to everyone
  GET    /emulator/fleets/requests               what fleets asked of Traffic Manager; DELETE forgets them
A fault with \"by\": \"fleet\" meets those requests and no others; one with \"query\": \"watch=\" meets watches.";

/// Emulates the part of Azure that Traffic Manager needs. Nothing reaches Azure.
#[derive(Debug, Parser)]
#[command(
    name = "azuretm-emulator",
    version,
    after_help = EXAMPLE,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    serve: ServeArguments,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the certificate authority that clients of https have to trust, PEM; it is made at the first use.
    Ca {
        /// The folder of the certificate authority.
        #[arg(long, value_name = "DIR")]
        ca_dir: Option<PathBuf>,

        /// One more DNS name or address that the authority is good for; can be given again.
        #[arg(long = "tls-name", value_name = "NAME")]
        tls_names: Vec<String>,
    },

    /// Ask a running emulator who answers a DNS query, and why.
    Route(RouteArguments),
}

#[derive(Args, Debug)]
struct ServeArguments {
    /// The address to listen on, for http and https alike; port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4653")]
    listen: SocketAddr,

    /// Allow an address that other machines can reach. Whoever reaches it can do everything.
    #[arg(long)]
    listen_beyond_loopback_without_authentication: bool,

    /// Refuse resource groups that were not created before. Without it, every group exists until it is deleted.
    #[arg(long)]
    strict_groups: bool,

    /// The DNS suffix of profiles.
    #[arg(long, value_name = "SUFFIX", default_value = "trafficmanager.net")]
    dns_suffix: String,

    /// A JSON file that says what there is at the start: `{"fleets", "roles", "subscriptions", "target_addresses"}`, each a
    /// list of what the control API takes.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,

    /// The longest wait of a fleet's controllers between two tries of something that fails, in milliseconds. Those of
    /// Azure wait up to 1000 seconds.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 2000)]
    fleet_retry_ms: u64,

    /// Where the target of endpoints is: they are probed there. NAME is a DNS name or an IP address; ADDRESS is an IP address,
    /// IPv6 in brackets; PORT replaces that of the monitor. Can be given again.
    #[arg(long = "target-address", value_name = "NAME=ADDRESS[:PORT]")]
    target_addresses: Vec<TargetAddress>,

    /// How many seconds pass for probes in a second, 1 to 1000. With 60, an interval of 30 seconds takes half a second. Timeouts
    /// shrink as well, but never below half a second.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    probe_time_scale: u32,

    #[command(flatten)]
    dns: DnsArguments,

    /// Keep the state in this file, so that it survives the emulator. Without it everything is in memory.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// The folder of the certificate authority [default: azuretm-emulator in the folder for states of the user].
    #[arg(long, value_name = "DIR")]
    ca_dir: Option<PathBuf>,

    /// One more DNS name or address under which clients reach the emulator, for the certificate and as Host; can be
    /// given again.
    #[arg(long = "tls-name", value_name = "NAME")]
    tls_names: Vec<String>,

    /// What to log to stderr: off, error, warn, info, debug, trace, or a filter such as emulator=debug.
    #[arg(long, value_name = "FILTER", default_value = "warn")]
    log: String,

    /// Log each request to stderr; the same as --log debug.
    #[arg(short, long)]
    verbose: bool,
}

/// Runs the emulator with the arguments of the process until SIGINT or SIGTERM comes.
pub fn run() -> ExitCode {
    let Arguments { command, serve: arguments } = Arguments::parse();
    let result = match command {
        Some(Command::Ca { ca_dir, tls_names }) => print_certificate(ca_dir, &tls_names),
        Some(Command::Route(arguments)) => route::run(&arguments).map_err(RunError::from),
        None => serve(arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed stderr cannot be told.
            let _ = writeln!(std::io::stderr(), "azuretm-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Why the emulator cannot run.
#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error("the filter '{filter}' of --log cannot be read: {source}; try --log debug")]
    Log { filter: String, source: tracing_subscriber::filter::ParseError },
    #[error("cannot start the runtime: {0}")]
    Runtime(std::io::Error),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error(transparent)]
    Seed(#[from] SeedFileError),
    #[error(transparent)]
    Route(#[from] RouteError),
    #[error(transparent)]
    Dns(#[from] DnsFileError),
    #[error("there is no folder for the certificate authority: give one with --ca-dir, or set HOME")]
    NoFolder,
    #[error("cannot print the certificate: {0}")]
    Stdout(std::io::Error),
    #[error("cannot listen to signals: {0}")]
    Signals(std::io::Error),
}

fn print_certificate(ca_dir: Option<PathBuf>, tls_names: &[String]) -> Result<(), RunError> {
    let folder = ca_dir.or_else(usual_folder).ok_or(RunError::NoFolder)?;
    let authority = Authority::in_folder(&folder, tls_names)?;
    std::io::stdout().write_all(authority.pem().as_bytes()).map_err(RunError::Stdout)
}

/// Where the certificate authority is kept if nobody says otherwise.
fn usual_folder() -> Option<PathBuf> {
    let set =
        |name: &str| std::env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
    let states = set("XDG_STATE_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/state")))
        .or_else(|| set("LOCALAPPDATA"))?;
    Some(states.join("azuretm-emulator"))
}

/// The folder to serve with. One that was asked for has to be good. Without a good usual one there is an authority in
/// memory: whoever uses http alone must not stumble over it.
fn folder_to_serve_with(asked: Option<PathBuf>, tls_names: &[String]) -> Option<PathBuf> {
    if asked.is_some() {
        return asked;
    }
    let folder = usual_folder()?;
    match Authority::in_folder(&folder, tls_names) {
        // Whoever gave a name wants https under it: the start says what to do.
        Ok(_) | Err(AuthorityError::OtherNames(_)) => Some(folder),
        Err(error) => {
            warn!(%error, "the certificate authority is a new one, only in memory; GET /emulator/ca tells it");
            None
        }
    }
}

fn serve(arguments: ServeArguments) -> Result<(), RunError> {
    let filter = if arguments.verbose { "debug".to_owned() } else { arguments.log };
    let parsed = EnvFilter::try_new(&filter).map_err(|source| RunError::Log { filter, source })?;
    tracing_subscriber::fmt().with_env_filter(parsed).with_writer(std::io::stderr).init();
    let mut seed = arguments.seed.as_deref().map(SeedFile::read).transpose()?;
    let mut target_addresses = arguments.target_addresses;
    // What the command line says comes first, and so it counts.
    target_addresses.extend(seed.as_mut().map(SeedFile::take_target_addresses).unwrap_or_default());
    let client_locations = arguments.dns.client_locations()?;
    let latencies = arguments.dns.latencies()?;
    let config = Config {
        listen: arguments.listen,
        beyond_loopback: arguments.listen_beyond_loopback_without_authentication,
        settings: Settings {
            dns_suffix: arguments.dns_suffix,
            strict_groups: arguments.strict_groups,
            longest_retry: Duration::from_millis(arguments.fleet_retry_ms),
        },
        ca_dir: folder_to_serve_with(arguments.ca_dir, &arguments.tls_names),
        tls_names: arguments.tls_names,
        state: arguments.state,
        target_addresses,
        probe_time_scale: arguments.probe_time_scale,
        dns: arguments.dns.dns,
        dns_follow_cname: arguments.dns.dns_follow_cname,
        client_locations,
        latencies,
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(RunError::Runtime)?;
    runtime.block_on(async {
        let signal = signal().map_err(RunError::Signals)?;
        let running = Emulator::start(config).await?;
        if let Some(seed) = seed {
            running.with_service(|service| seed.apply(service))?;
        }
        let mut stdout = std::io::stdout();
        // Whoever closed stdout does not want to know.
        let _ = writeln!(stdout, "listening on {}\nlistening on {}", running.url(), running.https_url())
            .and_then(|()| match running.dns_address() {
                Some(address) => writeln!(stdout, "answering dns on {address}"),
                None => Ok(()),
            })
            .and_then(|()| stdout.flush());
        signal.await;
        running.stop().await;
        Ok(())
    })
}

/// Ends when the process is asked to end. Signals that come before the first poll are not lost.
#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ends when the process is asked to end.
#[cfg(not(unix))]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler for Ctrl-C the process ends by it at once.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
