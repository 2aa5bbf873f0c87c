//! The command line of `azuretm-emulator`: reads the arguments, serves until a signal comes.
//!
//! Stdout carries one line, which says where the emulator listens; everything else goes to stderr.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::server::{Config, Emulator, StartError};
use crate::service::Settings;

const EXAMPLE: &str = "\
Example:
  azuretm-emulator --listen 127.0.0.1:0
  listening on http://127.0.0.1:41873

  URL=http://127.0.0.1:41873
  G=/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg
  curl -X PUT \"$URL$G/providers/Microsoft.Network/trafficManagerProfiles/shop?api-version=2022-04-01\" -d '{
    \"location\": \"global\", \"properties\": {\"trafficRoutingMethod\": \"Priority\",
    \"dnsConfig\": {\"relativeName\": \"contoso-shop\"},
    \"monitorConfig\": {\"protocol\": \"HTTPS\", \"port\": 443, \"path\": \"/health\"}}}'

Control API:
  GET    /emulator/health                        is it up
  POST   /emulator/reset                         forget everything
  GET    /emulator/requests                      the requests to Azure so far; DELETE forgets them
  POST   /emulator/faults                        {\"method\", \"path\", \"nth\", \"times\",
                                                  \"answer\" | \"delay_ms\" | \"drop\"}; GET lists, DELETE removes
  PUT    /emulator/latency                       {\"milliseconds\": 50}
  PUT    /emulator/health/{profile}/{endpoint}   {\"status\": \"Online\"}
  PUT    /emulator/targets                       {\"id\", \"target\", \"location\"} of a resource of Azure";

/// Emulates the part of Azure that Traffic Manager needs. Everything is in memory; nothing reaches Azure.
#[derive(Debug, Parser)]
#[command(name = "azuretm-emulator", version, after_help = EXAMPLE)]
struct Arguments {
    /// The address to listen on; port 0 picks a free one.
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

    /// What to log to stderr: off, error, warn, info, debug, trace, or a filter such as emulator=debug.
    #[arg(long, value_name = "FILTER", default_value = "warn")]
    log: String,

    /// Log each request to stderr; the same as --log debug.
    #[arg(short, long)]
    verbose: bool,
}

/// Runs the emulator with the arguments of the process until SIGINT or SIGTERM comes.
pub fn run() -> ExitCode {
    match serve(Arguments::parse()) {
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
    #[error("cannot listen to signals: {0}")]
    Signals(std::io::Error),
}

fn serve(arguments: Arguments) -> Result<(), RunError> {
    let filter = if arguments.verbose { "debug".to_owned() } else { arguments.log };
    let parsed = EnvFilter::try_new(&filter).map_err(|source| RunError::Log { filter, source })?;
    tracing_subscriber::fmt().with_env_filter(parsed).with_writer(std::io::stderr).init();
    let config = Config {
        listen: arguments.listen,
        beyond_loopback: arguments.listen_beyond_loopback_without_authentication,
        settings: Settings { dns_suffix: arguments.dns_suffix, strict_groups: arguments.strict_groups },
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(RunError::Runtime)?;
    runtime.block_on(async {
        let signal = signal().map_err(RunError::Signals)?;
        let running = Emulator::start(config).await?;
        let mut stdout = std::io::stdout();
        // Whoever closed stdout does not want to know.
        let _ = writeln!(stdout, "listening on {}", running.url()).and_then(|()| stdout.flush());
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
