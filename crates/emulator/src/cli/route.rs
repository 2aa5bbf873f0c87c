//! The command `route`: asks a running emulator who answers a query, and prints it.

use std::io::Write as _;
use std::net::IpAddr;

use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;

mod asking;
mod text;

use asking::{AskError, EmulatorUrl};

use crate::routes::{ListedProfile, RouteAnswer};

#[derive(Args, Debug)]
pub(super) struct RouteArguments {
    /// The profile: its name, or its id if several profiles have the name.
    profile: String,

    /// Where the emulator listens for http, on this machine.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4653")]
    emulator: EmulatorUrl,

    /// The address of the client, or of its DNS resolver. Where it is tells the geographic code and the region if they are not
    /// given.
    #[arg(long, value_name = "IP")]
    source: Option<IpAddr>,

    /// The code of the place that the client is in, such as FR or US-CA.
    #[arg(long, value_name = "CODE")]
    geographic_code: Option<String>,

    /// The Azure region that is nearest to the client, such as westeurope.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The type of the query: A, AAAA, CNAME or ANY.
    #[arg(long, value_name = "TYPE", default_value = "A")]
    query_type: String,

    /// Print the answer of the control API, JSON.
    #[arg(long)]
    json: bool,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum RouteError {
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error("{0} is no emulator of this version: {1}")]
    Strange(EmulatorUrl, serde_json::Error),
    #[error("cannot start the runtime: {0}")]
    Runtime(std::io::Error),
    #[error("cannot print the answer: {0}")]
    Stdout(std::io::Error),
}

/// Asks and prints.
pub(super) fn run(arguments: &RouteArguments) -> Result<(), RouteError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(RouteError::Runtime)?;
    let output = runtime.block_on(output(arguments))?;
    std::io::stdout().write_all(output.as_bytes()).map_err(RouteError::Stdout)
}

async fn output(arguments: &RouteArguments) -> Result<String, RouteError> {
    let emulator = &arguments.emulator;
    let parameters = arguments.parameters();
    let profile =
        percent_encoding::utf8_percent_encode(&arguments.profile, percent_encoding::NON_ALPHANUMERIC);
    let route: Value = emulator.get(&format!("/emulator/route/{profile}?{parameters}")).await?;
    if arguments.json {
        return Ok(format!("{route:#}\n"));
    }
    let profiles = emulator.get(&format!("/emulator/profiles?{parameters}")).await?;
    let (route, profiles): (RouteAnswer, Vec<ListedProfile>) =
        (read(emulator, route)?, read(emulator, profiles)?);
    Ok(text::of(&route, &profiles))
}

fn read<T: DeserializeOwned>(emulator: &EmulatorUrl, answer: Value) -> Result<T, RouteError> {
    serde_json::from_value(answer).map_err(|error| RouteError::Strange(emulator.clone(), error))
}

impl RouteArguments {
    /// The query as parameters of a URL.
    fn parameters(&self) -> String {
        let source = self.source.map(|source| source.to_string());
        let given = [
            ("query_type", Some(self.query_type.as_str())),
            ("source", source.as_deref()),
            ("geographic_code", self.geographic_code.as_deref()),
            ("region", self.region.as_deref()),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish()
    }
}
