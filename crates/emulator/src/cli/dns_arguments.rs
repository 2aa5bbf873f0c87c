//! The arguments that are about DNS, and the file that says where clients are.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::{fs, io};

use clap::Args;
use thiserror::Error;
use traffic_manager::client_location::{ClientLocationError, ClientLocations};

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
}

/// Why a file of locations cannot be used.
#[derive(Debug, Error)]
pub(super) enum LocationsFileError {
    #[error("cannot read {path}: {source}; give another file with --client-locations", path = path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path} does not say where clients are: {source}", path = path.display())]
    Malformed { path: PathBuf, source: ClientLocationError },
}

impl DnsArguments {
    /// Where clients are: in the networks for documentation, and where the file says.
    pub(super) fn client_locations(&self) -> Result<ClientLocations, LocationsFileError> {
        let mut locations = ClientLocations::documentation_networks();
        let Some(path) = self.client_locations.clone() else { return Ok(locations) };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(LocationsFileError::Unreadable { path, source }),
        };
        match ClientLocations::parse(&text) {
            Ok(more) => locations.extend(more),
            Err(source) => return Err(LocationsFileError::Malformed { path, source }),
        }
        Ok(locations)
    }
}
