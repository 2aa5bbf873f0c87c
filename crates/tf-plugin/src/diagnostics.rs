//! Diagnostics: what a user reads when something is wrong.

use crate::cty::{DecodeError, Path, Step};
use crate::proto::tfplugin6 as wire;

/// Whether a diagnostic stops the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It does.
    Error,
    /// It does not.
    Warning,
}

/// One thing that a user has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the operation.
    pub severity: Severity,
    /// One line of constant text: warnings of the same summary are grouped by the CLI.
    pub summary: String,
    /// What is wrong with these values, why, and what to do instead.
    pub detail: String,
    /// The attribute at fault; the root when it is none in particular.
    pub path: Path,
}

/// The diagnostics of one call, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error at `path`.
    pub fn error(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic {
            severity: Severity::Error,
            summary: summary.into(),
            detail: detail.into(),
            path,
        });
    }

    /// Adds a warning at `path`.
    pub fn warning(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic {
            severity: Severity::Warning,
            summary: summary.into(),
            detail: detail.into(),
            path,
        });
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of `other`.
    pub fn append(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// Whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each in turn.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Adds an error for each attribute that could not be read.
    pub(crate) fn unreadable(&mut self, errors: Vec<DecodeError>) {
        for error in errors {
            let detail = format!("The value {}.", error.what);
            self.error(error.path, "Invalid value", detail);
        }
    }

    pub(crate) fn into_wire(self) -> Vec<wire::Diagnostic> {
        self.0.into_iter().map(Diagnostic::into_wire).collect()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Diagnostic {
    fn into_wire(self) -> wire::Diagnostic {
        let severity = match self.severity {
            Severity::Error => wire::diagnostic::Severity::Error,
            Severity::Warning => wire::diagnostic::Severity::Warning,
        };
        wire::Diagnostic {
            severity: severity.into(),
            summary: self.summary,
            detail: self.detail,
            attribute: (!self.path.is_root()).then(|| path_into_wire(&self.path)),
        }
    }
}

pub(crate) fn path_into_wire(path: &Path) -> wire::AttributePath {
    use wire::attribute_path::step::Selector;
    let steps = path.steps().iter().map(|step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
        };
        wire::attribute_path::Step { selector: Some(selector) }
    });
    wire::AttributePath { steps: steps.collect() }
}

#[cfg(test)]
mod tests {
    use super::{Diagnostics, Path};

    #[test]
    fn the_severity_is_always_on_the_wire() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.error(Path::of("a").index(1), "s", "d");
        diagnostics.warning(Path::root(), "s", "d");
        assert!(diagnostics.has_errors());
        let wire = diagnostics.into_wire();
        assert_eq!((wire[0].severity, wire[1].severity), (1, 2));
        assert_eq!(wire[0].attribute.as_ref().map(|path| path.steps.len()), Some(2));
        assert_eq!(wire[1].attribute, None);
    }
}
