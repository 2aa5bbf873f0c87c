//! A folder with a configuration and a state of its own, in which a real CLI runs with the provider's own binary and an
//! environment that knows nothing of the user's work.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::cli::Cli;

/// What variables begin with that change what a CLI or the provider does: settings, logins, and the plugin protocol.
const FOREIGN: [&str; 9] =
    ["ACTIONS_", "ARM_", "AZURE_", "AZURETM_", "IDENTITY_", "MSI_", "PLUGIN_", "SYSTEM_", "TF_"];

/// A folder in which a CLI runs.
#[derive(Debug)]
pub struct Folder {
    program: PathBuf,
    binary: PathBuf,
    root: TempDir,
    environment: Vec<(String, String)>,
}

impl Folder {
    /// A new folder. The CLI takes the provider from where `binary` is.
    ///
    /// # Panics
    /// If the CLI is not there.
    pub fn new(cli: Cli, binary: &str, environment: &[(&str, &str)]) -> Self {
        let root = TempDir::with_prefix("azuretm-").expect("the folder for temporary files can be written");
        fs::create_dir(root.path().join("work")).expect("the new folder is empty");
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let environment = environment.iter().map(owned).collect();
        let program = cli.program().expect("the CLI is there");
        let folder = Self { program, binary: PathBuf::from(binary), root, environment };
        folder.install(&[("azuretm/azuretm", folder.binaries())]);
        folder
    }

    /// The folder with the provider's binary.
    fn binaries(&self) -> &Path {
        self.binary.parent().expect("a program is in a folder")
    }

    /// Says where the CLI finds the providers of these sources.
    fn install(&self, sources: &[(&str, &Path)]) {
        // Terraform and OpenTofu put different host names before the same source.
        let hosts = ["registry.terraform.io", "registry.opentofu.org"];
        let overrides = sources.iter().map(|(source, binaries)| {
            let binaries = binaries.display();
            hosts.map(|host| format!("    \"{host}/{source}\" = \"{binaries}\"\n")).concat()
        });
        let overrides: String = overrides.collect();
        let config = format!("provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n}}\n");
        fs::write(self.root.path().join("cli.tfrc"), config).expect("the new folder can be written");
    }

    /// Lets the provider's binary stand for another provider, such as `hashicorp/azurerm`, whose schema a CLI loads
    /// because a state names it. It has none of that provider's resource types.
    pub fn stand_in_for(&self, source: &str) {
        let binaries = self.root.path().join("stand-in");
        let name = source.rsplit('/').next().unwrap_or_default();
        fs::create_dir_all(&binaries).expect("the new folder can be written");
        std::os::unix::fs::symlink(&self.binary, binaries.join(format!("terraform-provider-{name}")))
            .expect("nothing stands in for it yet");
        self.install(&[("azuretm/azuretm", self.binaries()), (source, &binaries)]);
    }

    /// A file of the configuration, or one that a command has written.
    pub fn file(&self, name: &str) -> PathBuf {
        self.root.path().join("work").join(name)
    }

    /// Writes a file of the configuration, in whatever folder below it.
    pub fn write(&self, name: &str, text: &str) {
        let file = self.file(name);
        file.parent().map_or(Ok(()), fs::create_dir_all).expect("the folder of the file can be made");
        fs::write(file, text).expect("the folder of the configuration can be written");
    }

    /// A command of the CLI.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        clean(&mut command, std::env::vars_os().map(|(name, _)| name));
        command
            .args(arguments)
            .current_dir(self.root.path().join("work"))
            .env("TF_CLI_CONFIG_FILE", self.root.path().join("cli.tfrc"))
            .env("TF_DATA_DIR", self.root.path().join("data"))
            .env("TF_CLI_ARGS", "-no-color")
            .env("CHECKPOINT_DISABLE", "1")
            // A command is over before collecting its garbage would pay.
            .env("GOGC", "off")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Takes away from a command what the user has set for his own work. A login must not go through a proxy, either.
fn clean(command: &mut Command, names: impl Iterator<Item = OsString>) {
    for name in names {
        let text = name.to_string_lossy();
        let is_foreign = FOREIGN.iter().any(|prefix| text.starts_with(prefix));
        if is_foreign || text.to_lowercase().ends_with("_proxy") {
            command.env_remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_proxies_and_settings_of_the_user_do_not_reach_a_command() {
        let removed =
            ["ARM_CLIENT_ID", "AZURE_CONFIG_DIR", "HTTPS_PROXY", "no_proxy", "TF_LOG", "TF_VAR_secret"];
        let removed =
            [&removed[..], &["PLUGIN_MIN_PORT", "AZURETM_EMULATOR_URL", "IDENTITY_ENDPOINT"]].concat();
        let stays = ["PATH", "HOME", "LANG", "SSL_CERT_FILE", "TFENV"];
        let mut command = Command::new("terraform");
        clean(&mut command, removed.iter().chain(&stays).map(OsString::from));
        let mut found: Vec<_> =
            command.get_envs().map(|(name, value)| (name.to_str().unwrap(), value)).collect();
        found.sort_unstable();
        let mut expected: Vec<_> = removed.into_iter().map(|name| (name, None)).collect();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
