//! Kubeconfigs: the text that Azure gives for a fleet, and the file that a user names.
//!
//! Whatever the text is, reading it ends, runs no program and makes no file, and an error quotes no more of it than the names of
//! contexts and files. What is read of a fleet's is an address and certificates, and it is read the same each time. The
//! address of a file's context is one of HTTP, without a user. An input with a path into the system's own folders is not
//! read as a file: reading some of those never ends, and whoever names one has asked for it.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub::{Access, AccessError, FleetKubeconfig};

use crate::scripted::{run, shown};

/// What the kept inputs have where a secret is.
const SECRET: &str = "S3CR3T";

/// What inputs have in the place of a folder of our own: a program that is run, and makes a file there, is noticed.
const FOLDER: &str = "FOLDER/";

/// Folders of the system in which reading may never end.
const ENDLESS: [&str; 3] = ["/dev", "/proc", "/sys"];

/// Reads the text both ways.
pub fn check(input: &[u8]) {
    of_fleet(&STANDARD.encode(input));
    // Whatever is no Base64 is refused.
    of_fleet(&String::from_utf8_lossy(input));
    let text = String::from_utf8_lossy(input);
    if !ENDLESS.iter().any(|folder| text.contains(folder)) {
        of_file(input);
    }
}

/// The text as Azure gives it.
fn of_fleet(text: &str) {
    let read = FleetKubeconfig::parse(text);
    let again = FleetKubeconfig::parse(text);
    match (&read, &again) {
        (Ok(read), Ok(again)) => {
            assert_eq!(read, again);
            let access = Access::new(&read.server);
            if let Ok(access) = access {
                is_address(&access);
                // Whether these are certificates, whoever trusts them finds out.
                let _ = read.certificate_authority.as_deref().map(|authority| access.trusting(authority));
            }
        }
        (Err(error), Err(_)) => is_not_quoted(&error.to_string()),
        _ => panic!("it is not read the same each time"),
    }
}

/// The text as a file that a user names.
fn of_file(input: &[u8]) {
    let folder = folder();
    let path = folder.join("config");
    let there = format!("{}/", folder.display());
    let text = std::str::from_utf8(input).map(|text| text.replace(FOLDER, &there).into_bytes());
    fs::write(&path, text.as_deref().unwrap_or(input)).expect("a folder of our own takes a file");
    for context in [None, Some("hub")] {
        match run(Access::from_kubeconfig_files(std::slice::from_ref(&path), context)) {
            Ok(access) => is_address(&access),
            // This may name a context or a file that is not there. A parser would quote what stands around a mistake.
            Err(AccessError::Kubeconfig(error)) => {
                assert!(!format!("{error:?}").starts_with("Parse("), "the parser quotes the file");
            }
            Err(error) => is_not_quoted(&shown(&error)),
        }
    }
    let files = fs::read_dir(folder).expect("the folder is there");
    assert_eq!(files.count(), 1, "a program has run");
}

/// A folder for this process. Relative paths of an input end in it.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("azuretm-fuzz-kubeconfigs-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the system has a folder for files that do not stay");
        folder
    })
}

fn is_address(access: &Access) {
    let server = access.server();
    assert!(server.starts_with("http://") || server.starts_with("https://"), "{server}");
    assert!(!server.contains(['@', '?', '\n', ' ']), "{server}");
}

fn is_not_quoted(error: &str) {
    assert!(!error.contains(SECRET), "{error}");
}
