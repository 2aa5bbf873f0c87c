//! What happens to a test where a program that it needs is not there.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The program that this environment variable names, if it is set.
pub(crate) fn program(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// A client of Kubernetes by the environment variable that says where it is, such as `AZURETM_KUBECTL`. If it is not there,
/// it says so.
///
/// # Panics
/// With `CI=true`, where it has to be there.
pub fn kubernetes_tool(variable: &str) -> Option<PathBuf> {
    called(variable)
}

/// A Chromium by the environment variable `AZURETM_CHROMIUM`. If it is not there, it says so, with `CI=true` too: a browser
/// belongs to the system, and not every system can have one.
pub fn chromium() -> Option<PathBuf> {
    let found = program("AZURETM_CHROMIUM");
    if found.is_none() {
        skip("AZURETM_CHROMIUM is not set, so no browser looks at the page");
    }
    found
}

fn called(variable: &str) -> Option<PathBuf> {
    let found = program(variable);
    if found.is_none() {
        let missing = format!("{variable} is not set, so it is not called");
        assert_no_ci(&missing);
        skip(&missing);
    }
    found
}

/// Refuses to skip a test with `CI=true`.
pub(crate) fn assert_no_ci(missing: &str) {
    let ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!ci, "{missing}; `make test` sets these variables");
}

/// Says once why tests are skipped.
pub(crate) fn skip(missing: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(missing.to_owned()) {
        say(&format!("skipped: {missing}"));
    }
}

/// Writes a line that shows whether or not the test passes; `eprintln!` would only show if it fails.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
