//! A real CLI with a folder, a configuration and a state of its own, which drives the provider's own binary.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;
use test_support::{Cli, Folder, SUBSCRIPTION};

const PROVIDER: &str = "terraform-provider-azuretm";

pub(crate) const APPLY: [&str; 3] = ["apply", "-auto-approve", "-input=false"];
pub(crate) const DESTROY: [&str; 4] = ["apply", "-destroy", "-auto-approve", "-input=false"];

/// A CLI in a folder.
pub(crate) struct Terraform(Folder);

/// A command that runs, in a process group of its own.
pub(crate) struct Running(Child);

/// The end of a command.
#[derive(Debug)]
pub(crate) struct Said {
    /// The exit code; none if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Both outputs, without frames and line breaks.
    pub(crate) text: String,
    /// Both outputs as they are.
    pub(crate) raw: String,
}

impl Terraform {
    /// The first CLI that is there, with this in its environment: what is tested is the provider's doing.
    pub(crate) fn first(environment: &[(&str, &str)]) -> Option<Self> {
        let binary = env!("CARGO_BIN_EXE_terraform-provider-azuretm");
        Cli::first().map(|cli| Self(Folder::new(cli, binary, environment)))
    }

    /// A file of the configuration, or one that a command has written.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.file(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        self.0.write(name, text);
    }

    /// The state; null if there is none.
    ///
    /// # Panics
    /// If it is not JSON.
    pub(crate) fn state(&self) -> Json {
        let text = fs::read_to_string(self.file("terraform.tfstate")).unwrap_or_else(|_| "null".to_owned());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Runs a command to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Said {
        self.start(arguments).end().await
    }

    /// Starts a command.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.0.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        Running(command.spawn().unwrap())
    }
}

impl Running {
    /// Waits for the end.
    pub(crate) async fn end(self) -> Said {
        let output = tokio::task::spawn_blocking(move || self.0.wait_with_output().unwrap()).await.unwrap();
        let raw =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let is_frame = |letter: char| matches!(letter, '│' | '╷' | '╵');
        let words = raw.split(|letter: char| letter.is_whitespace() || is_frame(letter));
        let text = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        Said { code: output.status.code(), text, raw }
    }

    /// Ends the provider in the middle of whatever it does.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn kill_the_provider(&self) {
        let providers = children(self.0.id()).into_iter().filter(|pid| {
            fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|path| path.ends_with(PROVIDER))
        });
        let providers: Vec<String> = providers.map(|pid| pid.to_string()).collect();
        assert!(!providers.is_empty(), "there is no provider to kill");
        for provider in providers {
            signal("-KILL", &provider);
        }
    }

    /// Ctrl-C: the terminal sends it to the CLI and to the provider.
    pub(crate) fn press_ctrl_c(&self) {
        signal("-INT", &format!("-{}", self.0.id()));
    }
}

impl Said {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.raw);
        self
    }

    /// The command failed, and said so.
    #[track_caller]
    pub(crate) fn failed(self) -> Self {
        assert_eq!(self.code, Some(1), "{}", self.raw);
        assert!(self.text.contains("Error: "), "{}", self.raw);
        self
    }
}

fn signal(which: &str, target: &str) {
    let status = Command::new("kill").args([which, "--", target]).status().unwrap();
    assert!(status.success(), "kill {which} {target}: {status}");
}

/// The processes that this one has started.
fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.filter(|pid| parent_of(&Path::new("/proc").join(pid.to_string())) == Some(parent)).collect()
}

/// The name of a process stands in parentheses and may hold anything; its state and its parent follow.
fn parent_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// The provider's block and its source.
pub(crate) fn preamble(provider: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    azuretm = {{ source = \"azuretm/azuretm\" }}\n  }}\n}}\n\nprovider \
         \"azuretm\" {{\n  subscription_id = \"{SUBSCRIPTION}\"\n{provider}}}\n"
    )
}

/// The profile of the tests, with this time to live and further attributes.
pub(crate) fn profile(ttl: u32, more: &str) -> String {
    format!(
        r#"
resource "azuretm_traffic_manager_profile" "shop" {{
  name                   = "shop"
  resource_group_name    = "rg"
  traffic_routing_method = "Weighted"
  dns_config {{
    relative_name = "fault-shop"
    ttl           = {ttl}
  }}
  monitor_config {{
    protocol = "HTTPS"
    port     = 443
    path     = "/health"
  }}
  endpoints = {{
    east = {{ target = "east.example.com" }}
    west = {{ target = "west.example.com" }}
  }}
{more}}}
"#
    )
}

/// An endpoint of this profile, with this weight and further attributes.
pub(crate) fn endpoint(profile_id: &str, weight: u32, more: &str) -> String {
    format!(
        r#"
resource "azuretm_traffic_manager_external_endpoint" "own" {{
  name       = "own"
  profile_id = "{profile_id}"
  target     = "own.example.com"
  weight     = {weight}
{more}}}
"#
    )
}
