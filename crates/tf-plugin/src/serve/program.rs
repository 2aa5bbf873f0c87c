//! The entry point of a provider's program: arguments, what it says to a person, the runtime. The only place of
//! the crate that ends in a process exit.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

use super::{Announced, ServeError, announce, announce_debug};
use crate::crash;
use crate::handshake::Environment;
use crate::logging;
use crate::printable;
use crate::server::Server;

/// Threads that answer calls. A CLI runs ten operations at a time by default, which mostly wait for the
/// network; and each provider configuration has a process of its own.
const WORKERS: usize = 2;

/// The longest text for a person, in bytes.
const COMPLAINT_LIMIT: usize = 16 * 1024;

/// What a provider's program is.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The source address, `namespace/name` or with the registry's host before it.
    pub address: &'static str,
    /// The version, such as `1.2.3`.
    pub version: &'static str,
    /// The crates whose log records are written below WARN, as their names are in code.
    pub crates: &'static [&'static str],
}

impl Program {
    /// The provider's local name: the last part of the address.
    pub fn name(&self) -> &'static str {
        self.address.rsplit('/').next().unwrap_or(self.address)
    }

    fn usage(&self) -> String {
        let Self { address, version, .. } = self;
        let name = self.name();
        format!(
            "terraform-provider-{name} {version}, the provider {address} for Terraform and OpenTofu\n\n\
             Terraform starts this program itself; write this into a configuration and run `terraform init`:\n\n\
             \x20 terraform {{\n\
             \x20   required_providers {{\n\
             \x20     {name} = {{ source = \"{address}\" }}\n\
             \x20   }}\n\
             \x20 }}\n\n\
             Options:\n\
             \x20 -debug     serve until Ctrl-C and print how to attach Terraform to this process\n\
             \x20 -version   print the version\n\
             \x20 -help      print this text\n"
        )
    }
}

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Plugin,
    Debug,
    Version,
    Help,
    Unknown(OsString),
}

impl Command {
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let mut command = Self::Plugin;
        for argument in arguments {
            command = match argument.to_str() {
                Some("-debug" | "--debug") => Self::Debug,
                Some("-version" | "--version") => Self::Version,
                Some("-help" | "--help" | "-h") => Self::Help,
                _ => return Self::Unknown(argument),
            };
        }
        command
    }
}

/// Runs a provider's program to its end: serves under a host, or explains itself to a person.
///
/// `server` is called after the handshake is out, so that nothing it does delays the host. The exit code is
/// 0 after a regular end, 1 if the program was not started by a host or cannot serve, 2 for arguments that it
/// does not know.
pub fn run(program: &Program, server: impl FnOnce() -> Server) -> ExitCode {
    match Command::parse(std::env::args_os().skip(1)) {
        Command::Plugin => plugin(program, server),
        Command::Debug => debug(program, server),
        Command::Version => print(&format!("terraform-provider-{} {}\n", program.name(), program.version)),
        Command::Help => print(&program.usage()),
        Command::Unknown(argument) => {
            complain(&format!("unknown argument {}\n\n{}", argument.display(), program.usage()));
            ExitCode::from(2)
        }
    }
}

fn plugin(program: &Program, server: impl FnOnce() -> Server) -> ExitCode {
    let environment = Environment::from_process(program.name());
    if !environment.started_by_host() {
        complain(&format!(
            "This program is a plugin of Terraform or OpenTofu and was started by hand.\n\n{}",
            program.usage()
        ));
        return ExitCode::FAILURE;
    }
    crash::install_hook();
    if let Err(error) = ignore_interrupts() {
        complain(&format!("[ERROR] {}\n", chain(&ServeError::Start(error))));
        return ExitCode::FAILURE;
    }
    let announced = announce(&environment, &mut io::stdout().lock());
    serve(program, &environment, announced, server)
}

/// Makes Ctrl-C harmless before the host knows of this process: a terminal sends it to the whole group, and the
/// host says by itself when to stop. Once the server runs, it hears signals too.
#[cfg(unix)]
fn ignore_interrupts() -> io::Result<()> {
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::default()).map(drop)
}

/// The console's events are swallowed once the server runs.
#[cfg(not(unix))]
fn ignore_interrupts() -> io::Result<()> {
    Ok(())
}

fn debug(program: &Program, server: impl FnOnce() -> Server) -> ExitCode {
    let environment = Environment::from_process(program.name());
    crash::install_hook();
    let announced = announce_debug(program.address, &environment, &mut io::stdout().lock());
    serve(program, &environment, announced, server)
}

fn serve(
    program: &Program,
    environment: &Environment,
    announced: Result<Announced, ServeError>,
    server: impl FnOnce() -> Server,
) -> ExitCode {
    let result = announced.and_then(|announced| {
        logging::start(logging::level(environment.log_level.as_deref()), program.crates);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKERS)
            .enable_all()
            .build()
            .map_err(ServeError::Start)?;
        let result = runtime.block_on(async { announced.serve(server().at(program.address)).await });
        // Not one more wait: what still runs is lost with the process.
        runtime.shutdown_background();
        result
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("[ERROR] {}\n", chain(&error)));
            ExitCode::FAILURE
        }
    }
}

/// The messages of an error and its sources.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(text: &str) {
    // There is nowhere to report that stderr is gone.
    let _ = io::stderr().write_all(printable::text(text, COMPLAINT_LIMIT).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_argument_is_the_hosts_start() {
        assert_eq!(Command::parse([]), Command::Plugin);
        assert_eq!(Command::parse(["-debug".into()]), Command::Debug);
        assert_eq!(Command::parse(["--version".into()]), Command::Version);
        let unknown = Command::parse(["--debug".into(), "--port=1".into()]);
        assert_eq!(unknown, Command::Unknown("--port=1".into()));
    }

    #[test]
    fn the_usage_is_a_configuration_that_can_be_copied() {
        let program = Program { address: "registry.example.org/ns/cloud", version: "1.2.3", crates: &[] };
        let usage = program.usage();
        assert!(
            usage.contains("\n      cloud = { source = \"registry.example.org/ns/cloud\" }\n"),
            "{usage}"
        );
    }
}
