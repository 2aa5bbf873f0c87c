//! What a simulated command found: what the provider said, and which of Terraform's rules it broke.

use std::fmt;

use crate::proto::tfplugin6 as wire;
use tf_plugin::cty::{Path, Step};
use tf_plugin::{Diagnostic, Severity};

/// Why a command did not succeed, or what was said while it did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Broken rules, as sentences. A provider without bugs never causes one.
    pub violations: Vec<String>,
    /// What the provider said to the user.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether the command has to stop.
    pub fn is_failure(&self) -> bool {
        !self.violations.is_empty() || self.has_errors()
    }

    /// Whether the provider said that something failed.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|each| each.severity == Severity::Error)
    }

    /// The provider's errors: path, summary, detail in one line each.
    pub fn errors(&self) -> Vec<String> {
        let errors = self.diagnostics.iter().filter(|each| each.severity == Severity::Error);
        errors.map(|each| format!("{}: {}: {}", each.path, each.summary, each.detail)).collect()
    }

    pub(super) fn violation(&mut self, what: &str, found: impl IntoIterator<Item = String>) {
        self.violations.extend(found.into_iter().map(|text| format!("{what}: {text}")));
    }

    pub(super) fn add(&mut self, diagnostics: Vec<wire::Diagnostic>) {
        for each in diagnostics {
            let severity = match each.severity() {
                wire::diagnostic::Severity::Error => Severity::Error,
                wire::diagnostic::Severity::Warning => Severity::Warning,
                wire::diagnostic::Severity::Invalid => {
                    let text = format!("{:?} counts neither as error nor as warning", each.summary);
                    self.violation("diagnostic without severity", [text]);
                    continue;
                }
            };
            let path = each.attribute.map(|path| self.path(path)).unwrap_or_default();
            self.diagnostics.push(Diagnostic { severity, summary: each.summary, detail: each.detail, path });
        }
    }

    fn path(&mut self, path: wire::AttributePath) -> Path {
        let read = read_path(path);
        read.unwrap_or_else(|| {
            self.violation("diagnostic", ["a step of its path leads nowhere".to_owned()]);
            Path::root()
        })
    }

    pub(super) fn into_result(self) -> Result<Self, Self> {
        if self.is_failure() { Err(self) } else { Ok(self) }
    }
}

/// A path of the protocol; `None` if a step of it is empty or negative.
pub(super) fn read_path(path: wire::AttributePath) -> Option<Path> {
    use wire::attribute_path::step::Selector;
    let steps = path.steps.into_iter().map(|step| match step.selector? {
        Selector::AttributeName(name) => Some(Step::Attribute(name)),
        Selector::ElementKeyString(key) => Some(Step::Key(key)),
        Selector::ElementKeyInt(index) => usize::try_from(index).ok().map(Step::Index),
    });
    steps.collect()
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in &self.violations {
            writeln!(out, "rule broken: {violation}")?;
        }
        for Diagnostic { severity, summary, detail, path } in &self.diagnostics {
            writeln!(out, "{severity:?}: {path}: {summary}: {detail}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}
