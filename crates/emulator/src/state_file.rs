//! The file that the emulator's state survives in.
//!
//! Each version is written beside the file, flushed to the disk and renamed over it, so that the file is whole at
//! every moment. A lock beside it keeps a second emulator away. Both have names that no other program uses, and whatever
//! is there under one of the three names and was not written by an emulator is left as it is: no link is followed, and
//! nothing is opened to be truncated.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::whole_file::{Version, new_private};

/// The name of the format, by which a file of ours is known.
const FORMAT: &str = "azuretm-emulator state";

/// The version that is written. Older ones would be read; there are none yet.
const VERSION: u32 = 1;

/// The endings of the files beside a state file. No state file may have one of them: it would be another one's.
const LOCK: &str = ".azuretm-emulator-lock";
const NEXT: &str = ".azuretm-emulator-next";

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
    /// What the path names cannot be a state file.
    #[error("{path} cannot be a state file: {why}; give another file with --state", path = path.display())]
    Unusable {
        /// Which path.
        path: PathBuf,
        /// Why not.
        why: &'static str,
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
    /// The objects of hubs, by the key of each.
    #[serde(default)]
    pub(crate) hubs: BTreeMap<String, Value>,
}

#[derive(Serialize)]
struct Written<'a, A, D> {
    format: &'static str,
    version: u32,
    azure: &'a A,
    directory: &'a D,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    hubs: &'a BTreeMap<String, Value>,
}

/// The text of a state file.
pub(crate) fn text(
    azure: &impl Serialize,
    directory: &impl Serialize,
    hubs: &BTreeMap<String, Value>,
) -> Vec<u8> {
    serde_json::to_vec(&Written { format: FORMAT, version: VERSION, azure, directory, hubs })
        .expect("the state can be written as JSON")
}

impl StateFile {
    /// Takes a file for this process, and reads it if it is there.
    pub(crate) fn open(path: &Path) -> Result<(Self, Option<Content>), StateError> {
        let path = path.to_owned();
        check_name(&path)?;
        // Before anything is written beside it.
        open_regular(&path, File::options().read(true))?;
        let lock = lock(&path)?;
        let content = match open_regular(&path, File::options().read(true))? {
            None => None,
            Some(file) => {
                let bytes = read_all(file).map_err(|source| error("read", &path, source))?;
                Some(read(&bytes).map_err(|why| StateError::Foreign { path: path.clone(), why })?)
            }
        };
        remove_leftover(&path)?;
        Ok((Self { path, _lock: lock }, content))
    }

    /// The refusal of a file whose content does not make sense.
    pub(crate) fn foreign(&self, why: String) -> StateError {
        StateError::Foreign { path: self.path.clone(), why }
    }

    /// Replaces the file. When this returns, the new version is on the disk.
    pub(crate) fn write(&self, text: &[u8]) -> Result<(), StateError> {
        self.try_write(text).map_err(|source| error("write", &self.path, source))
    }

    fn try_write(&self, text: &[u8]) -> io::Result<()> {
        let next = Version::named(&beside(&self.path, NEXT), text)?;
        // Whoever put a link or a folder in the file's place meanwhile keeps it.
        open_regular(&self.path, File::options().read(true)).map_err(io::Error::other)?;
        next.replace(&self.path)
    }
}

fn error(act: &'static str, path: &Path, source: io::Error) -> StateError {
    StateError::File { act, path: path.to_owned(), source }
}

/// A hidden name in the same folder.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(ending);
    path.with_file_name(name)
}

fn check_name(path: &Path) -> Result<(), StateError> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let why = match name {
        None => "it has no file name",
        Some(name) if name.ends_with(LOCK) || name.ends_with(NEXT) => "the emulator writes such files itself",
        Some(_) => return Ok(()),
    };
    Err(StateError::Unusable { path: path.to_owned(), why })
}

/// Opens a file that is there, and nothing else that a path can name. What is opened is not waited for and not changed.
fn open_regular(path: &Path, options: &OpenOptions) -> Result<Option<File>, StateError> {
    let unusable = |why| StateError::Unusable { path: path.to_owned(), why };
    let named = match fs::symlink_metadata(path) {
        Ok(named) => named,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(error("read", path, source)),
    };
    if named.is_symlink() {
        return Err(unusable("it is a symbolic link, and none is followed"));
    }
    if !named.is_file() {
        return Err(unusable("it is no regular file"));
    }
    let file = options.open(path).map_err(|source| error("read", path, source))?;
    // A link may have come in its place since.
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let opened = file.metadata().map_err(|source| error("read", path, source))?;
        if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
            return Err(unusable("it was replaced just now"));
        }
    }
    Ok(Some(file))
}

fn read_all(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Locks a file that has nothing in it and stays where it is.
fn lock(path: &Path) -> Result<File, StateError> {
    let beside = beside(path, LOCK);
    let file = match new_private(&beside) {
        Ok(file) => file,
        Err(source) if source.kind() == io::ErrorKind::AlreadyExists => {
            let gone = || error("lock", &beside, io::Error::from(io::ErrorKind::NotFound));
            // Some file systems lock only what can be written.
            open_regular(&beside, File::options().read(true).write(true))?.ok_or_else(gone)?
        }
        Err(source) => return Err(error("write beside", path, source)),
    };
    let length = file.metadata().map_err(|source| error("lock", &beside, source))?.len();
    if length > 0 {
        let why = "the lock of a state file is empty";
        return Err(StateError::Unusable { path: beside, why });
    }
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StateError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(error("lock", &beside, source)),
    }
}

/// Removes what an emulator that was killed in the middle of a write has left. The lock is held, so that no other one is
/// writing it.
fn remove_leftover(path: &Path) -> Result<(), StateError> {
    let next = beside(path, NEXT);
    let Some(file) = open_regular(&next, File::options().read(true))? else { return Ok(()) };
    let beginning = format!("{{\"format\":\"{FORMAT}\"");
    let mut bytes = Vec::new();
    file.take(beginning.len() as u64)
        .read_to_end(&mut bytes)
        .map_err(|source| error("read", &next, source))?;
    // A file that was cut short is a beginning of the beginning; a full disk leaves an empty one.
    if !beginning.as_bytes().starts_with(&bytes) {
        let why = "it is no version of a state file, which the emulator would write there";
        return Err(StateError::Unusable { path: next, why });
    }
    fs::remove_file(&next).map_err(|source| error("remove", &next, source))
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
        file.write(&text(&json!({"a": 1}), &json!({}), &BTreeMap::new())).unwrap();
        file.write(&text(&json!({"a": 2}), &json!({}), &BTreeMap::new())).unwrap();
        assert!(matches!(StateFile::open(&path), Err(StateError::InUse { .. })));
        drop(file);
        let (_file, content) = StateFile::open(&path).unwrap();
        assert_eq!(content.unwrap().azure, json!({"a": 2}));
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".state.json.azuretm-emulator-lock", "state.json"]);
    }

    #[test]
    fn a_cut_or_foreign_file_is_refused_and_left_alone() {
        let whole = String::from_utf8(text(&json!({"a": 1}), &json!({}), &BTreeMap::new())).unwrap();
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

    /// What is in each file of a folder, by name.
    fn contents(folder: &Path) -> std::collections::BTreeMap<String, String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        entries.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect()
    }

    #[test]
    fn files_of_others_keep_their_content_whatever_the_state_file_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["Cargo.lock", "Cargo.new", ".Cargo.lock", ".Cargo.new"];
        for name in names {
            fs::write(folder.path().join(name), "mine").unwrap();
        }
        let (file, _) = StateFile::open(&folder.path().join("Cargo")).unwrap();
        file.write(&text(&json!({}), &json!({}), &BTreeMap::new())).unwrap();
        let contents = contents(folder.path());
        assert!(names.iter().all(|name| contents[*name] == "mine"), "{contents:?}");
    }

    #[test]
    fn a_file_of_somebody_else_in_the_place_of_a_helper_is_refused_and_left_alone() {
        for ending in [LOCK, NEXT] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("state.json");
            fs::write(beside(&path, ending), "mine").unwrap();
            let error = StateFile::open(&path).unwrap_err().to_string();
            assert!(error.contains(ending) && error.contains("cannot be a state file"), "{error}");
            assert_eq!(fs::read_to_string(beside(&path, ending)).unwrap(), "mine");
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed_and_nothing_but_a_file_is_opened() {
        use std::os::unix::fs::symlink;
        for target in ["mine", "not-there"] {
            let folder = tempfile::tempdir().unwrap();
            let mine = folder.path().join("mine");
            fs::write(&mine, text(&json!({}), &json!({}), &BTreeMap::new())).unwrap();
            let before = contents(folder.path());
            let path = folder.path().join("state.json");
            for link in [path.clone(), beside(&path, LOCK), beside(&path, NEXT)] {
                symlink(folder.path().join(target), &link).unwrap();
                let error = StateFile::open(&path).unwrap_err().to_string();
                assert!(error.contains("symbolic link"), "{link:?}: {error}");
                fs::remove_file(&link).unwrap();
                let lock = beside(&path, LOCK);
                if lock.exists() {
                    fs::remove_file(lock).unwrap();
                }
                assert_eq!(contents(folder.path()), before, "{link:?}");
            }
        }
        for path in ["/dev/null", "/tmp"] {
            assert!(StateFile::open(Path::new(path)).is_err(), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_came_later_stays_and_so_does_what_it_points_at() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        let mine = folder.path().join("mine");
        fs::write(&mine, "mine").unwrap();
        let (file, _) = StateFile::open(&path).unwrap();
        for link in [path.clone(), beside(&path, NEXT)] {
            std::os::unix::fs::symlink(&mine, &link).unwrap();
            assert!(file.write(b"{}").is_err(), "{link:?}");
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "{link:?}");
            assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
            fs::remove_file(&link).unwrap();
        }
        file.write(b"{}").unwrap();
    }

    #[test]
    fn what_a_killed_emulator_left_is_cleared_away() {
        let whole = text(&json!({}), &json!({}), &BTreeMap::new());
        for left in [&whole[..], &whole[..7], b""] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("state.json");
            fs::write(beside(&path, NEXT), left).unwrap();
            let (file, content) = StateFile::open(&path).unwrap();
            assert!(content.is_none() && !beside(&path, NEXT).exists());
            file.write(&whole).unwrap();
        }
    }

    #[test]
    fn a_name_that_the_emulator_gives_itself_is_refused() {
        for name in [".a.azuretm-emulator-lock", "b.AZURETM-emulator-next", ".."] {
            let error = StateFile::open(Path::new(name)).unwrap_err();
            assert!(matches!(error, StateError::Unusable { .. }), "{name}: {error}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let error = StateFile::open(Path::new("/no/such/folder/state.json")).unwrap_err().to_string();
        assert!(error.contains("/no/such/folder/state.json") && error.contains("--state"), "{error}");
    }
}
