//! Keeps the state on the disk: a change is answered only when it is there.

use std::path::Path;
use std::sync::Arc;

use tracing::error;

use crate::directory::Directory;
use crate::hub::Hubs;
use crate::service::{Service, Settings};
use crate::state_file::{self, StateError, StateFile};

/// Writes the state file.
#[derive(Debug)]
pub(super) struct Keeper {
    file: Arc<StateFile>,
    /// The revisions that are on the disk. Held while one is written, so that whoever waits finds his change written by
    /// somebody else, as a rule.
    written: tokio::sync::Mutex<Revisions>,
}

/// The revisions of service, directory and hubs.
type Revisions = [u64; 3];

/// What survives in the file.
type Kept = (Service, Directory, Hubs);

/// The state as the file has it, or an empty one without a file. A file that is not there is made, so that one
/// that cannot be written is told at the start.
pub(super) fn open(path: Option<&Path>, settings: Settings) -> Result<(Kept, Option<Keeper>), StateError> {
    let mut directory = Directory::new();
    let Some(path) = path else {
        return Ok(((Service::new(settings), directory, Hubs::default()), None));
    };
    let (file, content) = StateFile::open(path)?;
    let (service, hubs) = match content {
        None => {
            let service = Service::new(settings);
            let hubs = Hubs::default();
            file.write(&state_file::text(service.remembered(), directory.kept(), &hubs.kept()))?;
            (service, hubs)
        }
        Some(content) => {
            directory.restore(content.directory).map_err(|error| file.foreign(error.to_string()))?;
            let service = Service::with_state(settings, content.azure);
            let hubs = Hubs::restored(&content.hubs);
            let service = service.map_err(|error| file.foreign(error.to_string()))?;
            (service, hubs.map_err(|error| file.foreign(error.to_string()))?)
        }
    };
    let written = [service.revision(), directory.revision(), hubs.revision()];
    let keeper = Keeper { file: Arc::new(file), written: tokio::sync::Mutex::new(written) };
    Ok(((service, directory, hubs), Some(keeper)))
}

impl Keeper {
    /// Returns when these revisions are on the disk, or later ones. False if they cannot be written.
    ///
    /// `current`: the revisions as they are now, and the text to write for them.
    pub(super) async fn keep(
        &self,
        wanted: Revisions,
        current: impl FnOnce() -> (Revisions, Vec<u8>),
    ) -> bool {
        let mut written = self.written.lock().await;
        if written.iter().zip(wanted).all(|(written, wanted)| *written >= wanted) {
            return true;
        }
        let (revisions, text) = current();
        let file = Arc::clone(&self.file);
        match tokio::task::spawn_blocking(move || file.write(&text)).await {
            Ok(Ok(())) => {
                *written = revisions;
                true
            }
            Ok(Err(error)) => {
                error!(%error, "the state is not saved");
                false
            }
            Err(error) => {
                error!(%error, "the state is not saved");
                false
            }
        }
    }
}
