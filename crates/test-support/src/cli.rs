//! The command-line programs that drive the provider, and what happens where one is missing.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Once;

use serde_json::Value;

/// A program that reads HCL and drives providers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cli {
    /// The newest Terraform.
    Terraform1_15,
    /// The newest OpenTofu.
    OpenTofu,
    /// Whatever Terraform this machine has; a machine without one lacks nothing.
    TerraformOnPath,
}

impl Cli {
    const ALL: [Self; 3] = [Self::Terraform1_15, Self::OpenTofu, Self::TerraformOnPath];

    /// This program, if it is there. If not, it says so.
    ///
    /// # Panics
    /// With `CI=true`, where every program that a test relies on has to be there.
    pub fn if_there(self) -> Option<Self> {
        if self.program().is_none() {
            self.skip();
            return None;
        }
        Some(self)
    }

    /// The first program that is there. If none is, it says so.
    ///
    /// # Panics
    /// With `CI=true`, where there has to be one.
    pub fn first() -> Option<Self> {
        Self::from(0)
    }

    /// A program for a test that is the same with each: always the same one for the same name, if it is there, else the
    /// next one. Each program gets its share.
    ///
    /// # Panics
    /// With `CI=true`, where there has to be one.
    pub fn for_test(name: &str) -> Option<Self> {
        Self::from(share(name))
    }

    fn from(position: usize) -> Option<Self> {
        let mut turn = Self::ALL.into_iter().cycle().skip(position).take(Self::ALL.len());
        let found = turn.find(|cli| cli.program().is_some());
        if found.is_none() {
            Self::Terraform1_15.skip();
        }
        found
    }

    /// The environment variable that says where the program is.
    fn variable(self) -> &'static str {
        match self {
            Self::Terraform1_15 => "AZURETM_TERRAFORM_1_15",
            Self::OpenTofu => "AZURETM_TOFU",
            Self::TerraformOnPath => "AZURETM_TERRAFORM_PATH",
        }
    }

    /// Where the program is.
    pub fn program(self) -> Option<PathBuf> {
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
    pub fn is_at_least(self, terraform: (u64, u64), tofu: (u64, u64), because: &str) -> bool {
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

    /// Whether the program has `terraform query`. If not, it says so.
    pub fn has_queries(self) -> bool {
        if self == Self::OpenTofu {
            say("skipped: OpenTofu has no `query`");
            return false;
        }
        self.is_at_least((1, 14), (1, 14), "`terraform query`")
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

/// FNV-1a: a change of the compiler or of another test does not move a test to another program.
fn share(name: &str) -> usize {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    usize::try_from(hash).unwrap_or_default() % Cli::ALL.len()
}

/// Writes a line that shows whether or not the test passes; `eprintln!` would only show if it fails.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_gets_its_share_of_the_tests() {
        let mut shares = [0; 3];
        for number in 0..300 {
            shares[share(&format!("acceptance::updates::scenario_{number}"))] += 1;
        }
        assert!(shares.iter().all(|share| *share > 75), "{shares:?}");
        assert_eq!(share("the same name"), share("the same name"));
    }
}
