//! Keeps the state on the disk: a change is answered only when it is there.

use std::path::Path;
use std::sync::Arc;

use tracing::error;

use crate::directory::Directory;
use crate::service::{Service, Settings};
use crate::state_file::{self, StateError, StateFile};

/// Writes the state file.
#[derive(Debug)]
pub(super) struct Keeper {
    file: Arc<StateFile>,
    /// The revisions of service and directory that are on the disk. Held while one is written, so that whoever
    /// waits finds his change written by somebody else, as a rule.
    written: tokio::sync::Mutex<(u64, u64)>,
}

/// The state as the file has it, or an empty one without a file. A file that is not there is made, so that one
/// that cannot be written is told at the start.
pub(super) fn open(
    path: Option<&Path>,
    settings: Settings,
) -> Result<(Service, Directory, Option<Keeper>), StateError> {
    let mut directory = Directory::new();
    let Some(path) = path else { return Ok((Service::new(settings), directory, None)) };
    let (file, content) = StateFile::open(path)?;
    let service = match content {
        None => {
            let service = Service::new(settings);
            file.write(&state_file::text(service.remembered(), directory.kept()))?;
            service
        }
        Some(content) => {
            directory.restore(content.directory).map_err(|error| file.foreign(error.to_string()))?;
            Service::with_state(settings, content.azure).map_err(|error| file.foreign(error.to_string()))?
        }
    };
    let written = (service.revision(), directory.revision());
    let keeper = Keeper { file: Arc::new(file), written: tokio::sync::Mutex::new(written) };
    Ok((service, directory, Some(keeper)))
}

impl Keeper {
    /// Returns when these revisions are on the disk, or later ones. False if they cannot be written.
    ///
    /// `current`: the revisions as they are now, and the text to write for them.
    pub(super) async fn keep(
        &self,
        wanted: (u64, u64),
        current: impl FnOnce() -> ((u64, u64), Vec<u8>),
    ) -> bool {
        let mut written = self.written.lock().await;
        if written.0 >= wanted.0 && written.1 >= wanted.1 {
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
