//! The file that `--seed` names: what there is in Azure when the emulator starts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::service::{FleetSeed, RoleSeed, SeedError, Service, SubscriptionSeed};
use crate::target_addresses::TargetAddress;

/// Why a seed file cannot be used.
#[derive(Debug, Error)]
pub(super) enum SeedFileError {
    #[error("cannot read {path}: {source}; give another file with --seed", path = path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{path} is no seed file: {why}", path = path.display())]
    Malformed { path: PathBuf, why: String },
    #[error("{path} asks for what cannot be: {source}", path = path.display())]
    Refused { path: PathBuf, source: SeedError },
}

/// What a seed file says, in the order in which it is done.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Content {
    subscriptions: Vec<SubscriptionSeed>,
    fleets: Vec<FleetSeed>,
    roles: Vec<RoleSeed>,
    target_addresses: Vec<TargetAddress>,
}

/// A seed file that was read.
#[derive(Debug)]
pub(super) struct SeedFile {
    path: PathBuf,
    content: Content,
}

impl SeedFile {
    pub(super) fn read(path: &Path) -> Result<Self, SeedFileError> {
        let path = path.to_owned();
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(source) => return Err(SeedFileError::Unreadable { path, source }),
        };
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        match serde_path_to_error::deserialize(&mut json) {
            Ok(content) => Ok(Self { path, content }),
            Err(error) => Err(SeedFileError::Malformed { path, why: error.to_string() }),
        }
    }

    /// Where targets are, which no service has to know.
    pub(super) fn take_target_addresses(&mut self) -> Vec<TargetAddress> {
        std::mem::take(&mut self.content.target_addresses)
    }

    /// Does what the file says. What is there already, from a state file, stays.
    pub(super) fn apply(self, service: &mut Service) -> Result<(), SeedFileError> {
        let Self { path, content } = self;
        content.apply(service).map_err(|source| SeedFileError::Refused { path, source })
    }
}

impl Content {
    fn apply(self, service: &mut Service) -> Result<(), SeedError> {
        for subscription in self.subscriptions {
            service.seed_subscription(subscription)?;
        }
        for fleet in self.fleets {
            service.seed_fleet(fleet)?;
        }
        for role in &self.roles {
            service.seed_role(role)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLEET: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/\
                         Microsoft.ContainerService/fleets/demo";

    fn apply(text: &str) -> Result<Service, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed.json");
        fs::write(&path, text).unwrap();
        let mut service = Service::default();
        let read = SeedFile::read(&path).map_err(|error| error.to_string())?;
        read.apply(&mut service).map_err(|error| error.to_string())?;
        Ok(service)
    }

    #[test]
    fn a_file_makes_fleets_with_members_and_exports() {
        let exports =
            r#"[{"namespace": "shop", "name": "web", "weight": 7, "service": {"dns_label": "east"}}]"#;
        let members = format!(r#"[{{"name": "aks-1", "exports": {exports}}}]"#);
        let service =
            apply(&format!(r#"{{"fleets": [{{"id": "{FLEET}", "members": {members}}}]}}"#)).unwrap();
        let hub = service.hub_named("demo").unwrap();
        let seeded = service.members_of_hub(&hub.key);
        assert_eq!((seeded[0].name.as_str(), seeded[0].exports[0].weight.as_deref()), ("aks-1", Some("7")));
    }

    #[test]
    fn what_cannot_be_is_told_with_its_place() {
        for (text, words) in [
            ("{", "EOF"),
            (r#"{"fleet": []}"#, "unknown field `fleet`"),
            (r#"{"fleets": [{"id": "/x", "hubs": true}]}"#, "fleets[0].hubs"),
            (r#"{"fleets": [{"id": "/x"}]}"#, "'/x' is not possible; use the id of a fleet"),
            (
                r#"{"target_addresses": [{"target": "a", "address": "::1"}, {"target": "a", "address": "here"}]}"#,
                "target_addresses[1]: address: 'here' is no IP address; write one such as 127.0.0.1",
            ),
            (
                r#"{"target_addresses": [{"target": "a", "address": "::1", "prt": 1}]}"#,
                "target_addresses[0].prt: unknown field `prt`",
            ),
            (r#"{"roles": [{"principal": "me", "role": "King"}]}"#, "'King' is not possible"),
        ] {
            let error = apply(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
        let error = SeedFile::read(Path::new("/no/such/file")).unwrap_err().to_string();
        assert!(error.contains("--seed"), "{error}");
    }
}
