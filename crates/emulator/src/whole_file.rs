//! Files that are there as a whole or not at all: each version is written beside the file, flushed to the disk, and
//! only then given the file's name.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// A version that does not have the file's name yet, readable by its owner alone. It is removed if it never gets it.
pub(crate) struct Version(NamedTempFile);

impl Version {
    /// Writes it to a folder, under a name that nothing else has.
    pub(crate) fn in_folder(folder: &Path, content: &[u8]) -> io::Result<Self> {
        Self::written(NamedTempFile::new_in(folder)?, content)
    }

    /// Writes it under this name, which nothing may have. After a crash it can be found there.
    pub(crate) fn named(path: &Path, content: &[u8]) -> io::Result<Self> {
        let mut exactly = Builder::new();
        exactly.prefix(path.file_name().unwrap_or_default()).rand_bytes(0);
        Self::written(exactly.make_in(folder_of(path), new_private)?, content)
    }

    fn written(mut file: NamedTempFile, content: &[u8]) -> io::Result<Self> {
        file.write_all(content)?;
        file.as_file().sync_all()?;
        Ok(Self(file))
    }

    /// Lets everybody read it.
    #[cfg(unix)]
    pub(crate) fn publish(&self) -> io::Result<()> {
        std::fs::set_permissions(self.0.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))
    }

    /// Puts it in the place of the file. When this returns, it is on the disk.
    pub(crate) fn replace(self, path: &Path) -> io::Result<()> {
        self.0.persist(path).map_err(|error| error.error)?;
        sync_name(path)
    }

    /// Makes it the file unless there is one already, which then stays.
    pub(crate) fn place(self, path: &Path) -> io::Result<()> {
        match self.0.persist_noclobber(path) {
            Ok(_) => sync_name(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error.error),
        }
    }
}

/// A new file that only its owner can read. Nothing must have the name, no link either.
pub(crate) fn new_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The name, too, has to be on the disk.
#[cfg_attr(not(unix), expect(clippy::unnecessary_wraps, reason = "only Unix opens folders"))]
fn sync_name(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder_of(path))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_version_is_there_as_a_whole_and_leaves_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let (path, next) = (folder.path().join("file"), folder.path().join("next"));
        Version::in_folder(folder.path(), b"first").unwrap().place(&path).unwrap();
        Version::in_folder(folder.path(), b"late").unwrap().place(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        let second = Version::named(&next, b"second").unwrap();
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read(&next).unwrap()),
            (b"first".to_vec(), b"second".to_vec())
        );
        let taken = Version::named(&next, b"third").err().map(|error| error.kind());
        assert_eq!(taken, Some(io::ErrorKind::AlreadyExists));
        second.replace(&path).unwrap();
        drop(Version::named(&next, b"never").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
