//! The arguments that are about DNS, and the files that say where clients are and how far regions are from there.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;
use thiserror::Error;
use traffic_manager::client_location::{ClientLocationError, ClientLocations};
use traffic_manager::latency::{Latencies, LatencyError};

/// The arguments that are about DNS.
#[derive(Args, Debug)]
pub(super) struct DnsArguments {
    /// Answer DNS queries for profiles on this address, over UDP and TCP; port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) dns: Option<SocketAddr>,

    /// After a CNAME, answer the addresses that its target was mapped to with --target-address as well, as resolvers do.
    #[arg(long, requires = "dns")]
    pub(super) dns_follow_cname: bool,

    /// Where clients are, besides the networks for documentation: lines of 'network,place[,region]', such as 10.1.0.0/16,FR
    /// or 10.2.0.0/16,US-CA,westus3. The longest network counts.
    #[arg(long, value_name = "FILE")]
    client_locations: Option<PathBuf>,

    /// The round-trip times between regions in milliseconds, in place of those that Microsoft publishes: CSV with the regions
    /// that answer in the first line, and a line for each region that asks, such as 'from,westeurope,eastus' and
    /// 'francecentral,12,81'. Blank cells are not known.
    #[arg(long, value_name = "FILE")]
    latencies: Option<PathBuf>,
}

/// Why a file cannot be used.
#[derive(Debug, Error)]
pub(super) enum DnsFileError {
    #[error("cannot read {path}: {source}; give another file with {option}", path = path.display())]
    Unreadable { path: PathBuf, option: &'static str, source: io::Error },
    #[error("{path} does not say where clients are: {source}", path = path.display())]
    Locations { path: PathBuf, source: ClientLocationError },
    #[error("{path} has no latencies between regions: {source}", path = path.display())]
    Latencies { path: PathBuf, source: LatencyError },
}

impl DnsArguments {
    /// Where clients are: in the networks for documentation, and where the file says.
    pub(super) fn client_locations(&self) -> Result<ClientLocations, DnsFileError> {
        let mut locations = ClientLocations::documentation_networks();
        if let Some(path) = &self.client_locations {
            let more = ClientLocations::parse(&read(path, "--client-locations")?);
            locations.extend(more.map_err(|source| DnsFileError::Locations { path: path.clone(), source })?);
        }
        Ok(locations)
    }

    /// The latencies of the file, if there is one.
    pub(super) fn latencies(&self) -> Result<Option<Latencies>, DnsFileError> {
        let Some(path) = &self.latencies else { return Ok(None) };
        let table = Latencies::parse(&read(path, "--latencies")?);
        table.map(Some).map_err(|source| DnsFileError::Latencies { path: path.clone(), source })
    }
}

fn read(path: &Path, option: &'static str) -> Result<String, DnsFileError> {
    let unreadable = |source| DnsFileError::Unreadable { path: path.to_owned(), option, source };
    fs::read_to_string(path).map_err(unreadable)
}
