//! The command-line programs that drive the provider.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::missing::{self, assert_no_ci, say, skip};

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
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Terraform1_15, Self::OpenTofu, Self::TerraformOnPath];

    /// This program, if it is there. If not, it says so.
    ///
    /// # Panics
    /// With `CI=true`, where every program that a test relies on has to be there.
    pub fn if_there(self) -> Option<Self> {
        if self.program().is_some() {
            return Some(self);
        }
        let missing = format!("{} is not set, so no scenario runs with {self:?}", self.variable());
        if self != Self::TerraformOnPath {
            assert_no_ci(&missing);
        }
        skip(&missing);
        None
    }

    /// The first program that is there. If none is, it says so.
    ///
    /// # Panics
    /// With `CI=true`, where there has to be one.
    pub fn first() -> Option<Self> {
        Self::starting_at(0)
    }

    /// A program for a test that is the same with each: always the same one for the same name, if it is there, else the
    /// next one. Each program gets its share.
    ///
    /// # Panics
    /// With `CI=true`, where there has to be one.
    pub fn for_test(name: &str) -> Option<Self> {
        Self::starting_at(share(name))
    }

    fn starting_at(position: usize) -> Option<Self> {
        let mut turn = Self::ALL.into_iter().cycle().skip(position).take(Self::ALL.len());
        let found = turn.find(|cli| cli.program().is_some());
        if found.is_none() {
            let [first, second, third] = Self::ALL.map(Self::variable);
            let missing = format!("none of {first}, {second} and {third} is set, so no CLI runs");
            assert_no_ci(&missing);
            skip(&missing);
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
    pub(crate) fn program(self) -> Option<PathBuf> {
        missing::program(self.variable())
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

    /// Asked once: a start of the program takes longer than most tests.
    fn version(self) -> (u64, u64) {
        static KNOWN: [OnceLock<(u64, u64)>; 3] = [const { OnceLock::new() }; 3];
        *KNOWN[self as usize].get_or_init(|| self.ask_version())
    }

    fn ask_version(self) -> (u64, u64) {
        let program = self.program().expect("a scenario runs only with a program");
        let output = Command::new(program)
            .args(["version", "-json"])
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .expect("the program starts");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("`-json` gives JSON");
        let version = answer["terraform_version"].as_str().expect("the version is among it");
        let mut numbers = version.split('.').map(|number| number.parse().expect("the first two are numbers"));
        let mut next = || numbers.next().expect("there are two of them");
        (next(), next())
    }
}

/// FNV-1a: a change of the compiler or of another test does not move a test to another program.
fn share(name: &str) -> usize {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    usize::try_from(hash).unwrap_or_default() % Cli::ALL.len()
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
