//! The Unix socket. It lies in a directory that only this user may enter, so that without TLS, too, nobody
//! else reaches it; both are removed when the listener is dropped.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _, chown};
use std::os::unix::net::UnixListener as StdListener;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use nix::unistd::{Gid, Group};
use tokio::net::{UnixListener, UnixStream};

use super::{Accept, ListenError};
use crate::handshake::{Address, Environment};

/// The longest path of a socket, without its final zero byte: `sun_path` of this system.
const PATH_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };
/// Where the socket goes if the directory for temporary files has too long a name.
const SHORT_PLACE: &str = "/tmp";
/// Attempts to find a name that is free. One is enough unless somebody takes them on purpose.
const ATTEMPTS: u32 = 16;

/// A bound socket, not yet on a runtime.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: StdListener,
    directory: SocketDirectory,
}

impl Listener {
    /// Binds a socket in a fresh directory.
    pub(crate) fn bind(environment: &Environment) -> Result<Self, ListenError> {
        let group = environment.socket_group.as_deref().map(group_id).transpose()?;
        let directory = SocketDirectory::create(&place(environment)?)?;
        let path = directory.socket();
        let failed = |source| ListenError::Bind { address: path.display().to_string(), source };
        let listener = StdListener::bind(&path).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        if let Some(group) = group {
            directory.admit(group).map_err(failed)?;
        }
        Ok(Self { listener, directory })
    }

    /// The address for the handshake.
    pub(crate) fn address(&self) -> Address {
        // `place` lets only text through.
        Address::Unix(self.directory.socket().to_string_lossy().into_owned())
    }

    /// Puts the socket on the runtime. The second part has to live as long as the socket is wanted.
    pub(crate) fn start(self) -> io::Result<(impl Accept, SocketDirectory)> {
        Ok((UnixListener::from_std(self.listener)?, self.directory))
    }
}

impl Accept for UnixListener {
    type Socket = UnixStream;

    async fn accept(&self) -> io::Result<UnixStream> {
        UnixListener::accept(self).await.map(|(stream, _)| stream)
    }
}

/// The directory of the socket; removed with it on drop.
#[derive(Debug)]
pub(crate) struct SocketDirectory(PathBuf);

impl SocketDirectory {
    fn create(place: &Path) -> Result<Self, ListenError> {
        let mut result = Err(io::ErrorKind::AlreadyExists.into());
        for attempt in 0..ATTEMPTS {
            let path = place.join(directory_name(attempt));
            // Fails on whatever is there already, a symbolic link too.
            result = DirBuilder::new().mode(0o700).create(&path).map(|()| path);
            if !matches!(&result, Err(error) if error.kind() == io::ErrorKind::AlreadyExists) {
                break;
            }
        }
        let failed = |source| ListenError::Directory { place: place.display().to_string(), source };
        result.map(Self).map_err(failed)
    }

    fn socket(&self) -> PathBuf {
        self.0.join("s")
    }

    /// Lets a group through the directory and to the socket, as go-plugin does with the socket.
    fn admit(&self, group: u32) -> io::Result<()> {
        let socket = self.socket();
        chown(&socket, None, Some(group))?;
        fs::set_permissions(&socket, Permissions::from_mode(0o660))?;
        chown(&self.0, None, Some(group))?;
        fs::set_permissions(&self.0, Permissions::from_mode(0o710))
    }
}

impl Drop for SocketDirectory {
    fn drop(&mut self) {
        // The process is about to end; a directory that cannot be removed is no reason to fail.
        let _ = fs::remove_file(self.socket());
        let _ = fs::remove_dir(&self.0);
    }
}

/// A short name that is new for this process and this moment. It needs not be secret: see `create`.
fn directory_name(attempt: u32) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("tf{:x}-{:x}{attempt:x}", std::process::id(), now.subsec_nanos())
}

/// The directory in which the socket's own directory is made.
fn place(environment: &Environment) -> Result<PathBuf, ListenError> {
    if let Some(asked) = &environment.socket_directory {
        return if suits(asked) { Ok(asked.clone()) } else { Err(unsuitable(asked)) };
    }
    let temporary = &environment.temporary_directory;
    [temporary, Path::new(SHORT_PLACE)]
        .into_iter()
        .find(|place| suits(place))
        .map(Path::to_path_buf)
        .ok_or_else(|| unsuitable(temporary))
}

fn unsuitable(place: &Path) -> ListenError {
    ListenError::Path { place: place.display().to_string(), limit: PATH_LIMIT }
}

/// Whether a socket below `place` has a path that the system and the handshake can carry.
fn suits(place: &Path) -> bool {
    // `/tf`, the process in hex, `-`, the nanoseconds and the attempt in hex, `/s`.
    const LONGEST_REST: usize = 3 + 8 + 1 + 8 + 1 + 2;
    place.is_absolute()
        && place.as_os_str().len() + LONGEST_REST <= PATH_LIMIT
        && place.to_str().is_some_and(|text| !text.contains(['|', '\n', '\r']))
}

/// The number of a group that is given by number or by name.
fn group_id(group: &str) -> Result<u32, ListenError> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let known = Group::from_name(group).ok().flatten();
    known.map(|known| Gid::as_raw(known.gid)).ok_or_else(|| ListenError::Group { group: group.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    fn environment() -> Environment {
        Environment { temporary_directory: std::env::temp_dir(), ..Environment::default() }
    }

    fn bind(environment: &Environment) -> (Listener, PathBuf) {
        let listener = Listener::bind(environment).unwrap();
        let Address::Unix(path) = listener.address() else { panic!("a Unix socket") };
        (listener, PathBuf::from(path))
    }

    #[test]
    fn the_directory_is_ours_alone_and_goes_with_the_listener() {
        let (listener, socket) = bind(&environment());
        let directory = socket.parent().unwrap().to_owned();
        assert_eq!(fs::metadata(&directory).unwrap().mode() & 0o7777, 0o700);
        assert!(socket.exists());
        drop(listener);
        assert!(!directory.exists());
    }

    #[test]
    fn two_listeners_do_not_meet() {
        let (first, second) = (bind(&environment()), bind(&environment()));
        assert_ne!(first.1, second.1);
    }

    #[test]
    fn a_group_gets_as_far_as_the_socket() {
        let own = nix::unistd::getgid();
        let name = Group::from_gid(own).unwrap().unwrap().name;
        for group in [own.to_string(), name] {
            let (_listener, socket) = bind(&Environment { socket_group: Some(group), ..environment() });
            assert_eq!(fs::metadata(&socket).unwrap().mode() & 0o777, 0o660);
            assert_eq!(fs::metadata(socket.parent().unwrap()).unwrap().mode() & 0o777, 0o710);
            assert_eq!(fs::metadata(&socket).unwrap().gid(), own.as_raw());
        }
    }

    #[test]
    fn an_unknown_group_is_named() {
        let environment = Environment { socket_group: Some("no such group".into()), ..environment() };
        let error = Listener::bind(&environment).unwrap_err();
        assert!(error.to_string().contains("\"no such group\""), "{error}");
    }

    #[test]
    fn a_temporary_directory_with_a_long_name_is_passed_over() {
        let long = PathBuf::from(format!("/tmp/{}", "long/".repeat(30)));
        let (_listener, socket) = bind(&Environment { temporary_directory: long, ..environment() });
        assert!(socket.starts_with(SHORT_PLACE));
    }

    #[test]
    fn a_directory_that_the_host_asked_for_is_used_or_refused_but_not_replaced() {
        for asked in ["/tmp/a|b".to_owned(), "relative".to_owned(), "/x".repeat(60)] {
            let environment = Environment { socket_directory: Some(asked.clone().into()), ..environment() };
            let error = Listener::bind(&environment).unwrap_err();
            assert!(error.to_string().contains(&asked), "{error}");
        }
        let missing = Environment { socket_directory: Some("/no/such/place".into()), ..environment() };
        assert!(matches!(Listener::bind(&missing), Err(ListenError::Directory { .. })));
    }
}
