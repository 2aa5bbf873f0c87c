//! The command-line programs that drive the provider, and what happens where one is missing.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Once;

use serde_json::Value;

use crate::workspace::Workspace;

/// A program that reads HCL and drives providers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cli {
    Terraform1_15,
    OpenTofu,
    /// Whatever Terraform this machine has; a machine without one lacks nothing.
    TerraformOnPath,
}

impl Cli {
    const ALL: [Self; 3] = [Self::Terraform1_15, Self::OpenTofu, Self::TerraformOnPath];

    /// Runs a scenario with this program. Without the program it says so and runs nothing.
    ///
    /// # Panics
    /// With `CI=true`, where every program that a test relies on has to be there.
    pub(crate) fn run(self, scenario: fn(&Workspace)) {
        match self.program() {
            Some(program) => scenario(&Workspace::new(self, program)),
            None => self.skip(),
        }
    }

    /// Runs a scenario with the first program that is there.
    pub(crate) fn run_first(scenario: fn(&Workspace)) {
        let first = Self::ALL.into_iter().find_map(|cli| Some((cli, cli.program()?)));
        match first {
            Some((cli, program)) => scenario(&Workspace::new(cli, program)),
            None => Self::Terraform1_15.skip(),
        }
    }

    /// The environment variable that says where the program is.
    fn variable(self) -> &'static str {
        match self {
            Self::Terraform1_15 => "AZURETM_TERRAFORM_1_15",
            Self::OpenTofu => "AZURETM_TOFU",
            Self::TerraformOnPath => "AZURETM_TERRAFORM_PATH",
        }
    }

    fn program(self) -> Option<PathBuf> {
        std::env::var_os(self.variable()).filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    fn skip(self) {
        static SAID: [Once; 3] = [const { Once::new() }; 3];
        let ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!ci || self == Self::TerraformOnPath, "{} is not set; `make test` sets it", self.variable());
        let because = format!("skipped: {} is not set, so no scenario runs with {self:?}", self.variable());
        SAID[self as usize].call_once(|| say(&because));
    }

    /// Whether the program is at least of this version. `because` says what is skipped if it is not.
    pub(crate) fn is_at_least(self, terraform: (u64, u64), tofu: (u64, u64), because: &str) -> bool {
        let needed = if self == Self::OpenTofu { tofu } else { terraform };
        let (major, minor) = self.version();
        if (major, minor) < needed {
            say(&format!(
                "skipped: {because} needs version {}.{}, {self:?} is {major}.{minor}",
                needed.0, needed.1
            ));
        }
        (major, minor) >= needed
    }

    fn version(self) -> (u64, u64) {
        let program = self.program().expect("a scenario runs only with a program");
        let output = Command::new(program)
            .args(["version", "-json"])
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .unwrap();
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut numbers = answer["terraform_version"].as_str().unwrap().split('.');
        let mut next = || numbers.next().unwrap().parse().unwrap();
        (next(), next())
    }
}

/// Writes a line that shows whether or not the test passes; `eprintln!` would only show if it fails.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
