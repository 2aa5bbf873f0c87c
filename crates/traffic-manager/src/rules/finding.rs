//! What a rule finds. It holds no rule itself.

use std::fmt;

use super::path::Path;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Severity {
    /// The service refuses it, or it cannot do what it says.
    Error,
    /// Legal, and likely not what was meant.
    Warning,
}

/// A thing that is wrong, or legal and likely to hurt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Where it lies.
    pub path: Path,
    /// What is wrong; a sentence without its period. It quotes no value that may be a secret: see [`super`].
    pub what: String,
    /// Why that is wrong; one or more sentences.
    pub why: &'static str,
    /// What to do; one or more sentences.
    pub remedy: String,
    /// The document that says so.
    pub source: &'static str,
    /// The name of the rule, such as `ttl-range`.
    pub code: &'static str,
    /// A headline, the same for every finding of the rule, such as `TTL out of range`.
    pub summary: &'static str,
}

/// One breach of a rule: where, what, and what to do.
pub(super) struct Breach {
    pub(super) path: Path,
    pub(super) what: String,
    pub(super) remedy: String,
}

impl Breach {
    pub(super) fn new(path: Path, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path, what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}
