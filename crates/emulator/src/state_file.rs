//! The file that the emulator's state survives in.
//!
//! Each version is written beside the file, flushed to the disk and renamed over it, so that the file is whole at
//! every moment. A lock beside it keeps a second emulator away. A file that cannot be read is never touched.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// The name of the format, by which a file of ours is known.
const FORMAT: &str = "azuretm-emulator state";

/// The version that is written. Older ones would be read; there are none yet.
const VERSION: u32 = 1;

/// Why a state file cannot be used.
#[derive(Debug, Error)]
pub enum StateError {
    /// It cannot be read, written or locked.
    #[error("cannot {act} {path}: {source}; give another file with --state", path = path.display())]
    File {
        /// What was tried.
        act: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process has it.
    #[error(
        "{path} is in use by another emulator: stop that one, or give another file with --state",
        path = path.display()
    )]
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// It is not a whole state file.
    #[error(
        "{path} is not a whole state file of this emulator ({why}); it was left as it was: move it away, or give another \
         file with --state",
        path = path.display()
    )]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// A state file that this process alone uses.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    /// Held as long as the file is used; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

/// What is in a state file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    format: String,
    version: u32,
    pub(crate) azure: Value,
    pub(crate) directory: Value,
}

#[derive(Serialize)]
struct Written<'a, A, D> {
    format: &'static str,
    version: u32,
    azure: &'a A,
    directory: &'a D,
}

/// The text of a state file.
pub(crate) fn text(azure: &impl Serialize, directory: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(&Written { format: FORMAT, version: VERSION, azure, directory })
        .expect("the state can be written as JSON")
}

impl StateFile {
    /// Takes a file for this process, and reads it if it is there.
    pub(crate) fn open(path: &Path) -> Result<(Self, Option<Content>), StateError> {
        // A link stays one: what it points at is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let lock = lock(&path)?;
        let content = match fs::read(&path) {
            Ok(bytes) => Some(read(&bytes).map_err(|why| StateError::Foreign { path: path.clone(), why })?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(StateError::File { act: "read", path, source }),
        };
        Ok((Self { path, _lock: lock }, content))
    }

    /// The refusal of a file whose content does not make sense.
    pub(crate) fn foreign(&self, why: String) -> StateError {
        StateError::Foreign { path: self.path.clone(), why }
    }

    /// Replaces the file. When this returns, the new version is on the disk.
    pub(crate) fn write(&self, text: &[u8]) -> Result<(), StateError> {
        let error = |source| StateError::File { act: "write", path: self.path.clone(), source };
        self.try_write(text).map_err(error)
    }

    fn try_write(&self, text: &[u8]) -> io::Result<()> {
        // Nobody else writes it: the lock is ours. One that a killed process left is overwritten.
        let beside = beside(&self.path, "new");
        let mut file = private(&beside)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        // The name, too, has to be on the disk.
        #[cfg(unix)]
        if let Some(folder) = self.path.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

/// A file that only its owner can read: the state has secrets of clients.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn lock(path: &Path) -> Result<File, StateError> {
    let beside = beside(path, "lock");
    let file = private(&beside).map_err(|source| StateError::File {
        act: "write beside",
        path: path.to_owned(),
        source,
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StateError::File { act: "lock", path: beside, source }),
    }
}

fn read(bytes: &[u8]) -> Result<Content, String> {
    let content: Content = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if content.format != FORMAT {
        return Err(format!("its format is '{}'", content.format));
    }
    if content.version != VERSION {
        return Err(format!("its version is {}, and this emulator knows {VERSION}", content.version));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_else_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let (file, content) = StateFile::open(&path).unwrap();
        assert!(content.is_none());
        file.write(&text(&json!({"a": 1}), &json!({}))).unwrap();
        file.write(&text(&json!({"a": 2}), &json!({}))).unwrap();
        assert!(matches!(StateFile::open(&path), Err(StateError::InUse { .. })));
        drop(file);
        let (_file, content) = StateFile::open(&path).unwrap();
        assert_eq!(content.unwrap().azure, json!({"a": 2}));
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["state.json", "state.json.lock"]);
    }

    #[test]
    fn a_cut_or_foreign_file_is_refused_and_left_alone() {
        let whole = String::from_utf8(text(&json!({"a": 1}), &json!({}))).unwrap();
        let newer = whole.replace("\"version\":1", "\"version\":2");
        for (content, why) in [
            (&whole[..whole.len() - 1], "EOF"),
            ("", "EOF"),
            ("{\"my\": \"file\"}", "unknown field `my`"),
            (&whole.replace(FORMAT, "terraform"), "its format is 'terraform'"),
            (&newer, "its version is 2"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("state.json");
            fs::write(&path, content).unwrap();
            let error = StateFile::open(&path).unwrap_err().to_string();
            assert!(error.contains(why) && error.contains("left as it was"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let error = StateFile::open(Path::new("/no/such/folder/state.json")).unwrap_err().to_string();
        assert!(error.contains("/no/such/folder/state.json") && error.contains("--state"), "{error}");
    }
}
