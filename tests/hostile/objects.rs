//! What the operations are about: our profile, somebody else's, and the secret that the probes of ours carry.

use test_support::profile_id;

/// The value of custom headers.
pub(crate) const SECRET: &str = r#"Bearer t0pS3cr3tOfTheProbe"quoted\here"#;

/// Any part of it that gives it away.
pub(crate) const NEEDLES: [&str; 2] = ["t0pS3", "ofTheProbe"];

pub(crate) fn ours() -> String {
    profile_id("rg", "shop")
}

pub(crate) fn id_of_another() -> String {
    profile_id("others", "theirs")
}
