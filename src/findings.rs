//! What the rules find in a configuration, and which step of a command tells it.

use tf_plugin::Diagnostics;
use traffic_manager::rules::{Finding, Severity};

use crate::azure::Azure;
use crate::diagnostics;

/// Whether a plan tells what a rule found, rather than the validation: warnings, because a command validates several times;
/// ids of targets, because those of a mocked provider are random texts, and only the validation sees them; and a profile
/// that nests itself, because the validation knows no subscription, and so not the profile's own id.
fn is_for_plan(finding: &Finding) -> bool {
    finding.severity == Severity::Warning || matches!(finding.code, "target-resource-form" | "target-itself")
}

/// Tells what a validation can tell.
pub(crate) fn of_validation(findings: &[Finding], diagnostics: &mut Diagnostics) {
    findings
        .iter()
        .filter(|each| !is_for_plan(each))
        .for_each(|each| diagnostics::finding(each, diagnostics));
}

/// Tells what a plan can tell of a configuration beside its validation, which has told `validated`. The plan inside an
/// apply has been warned of already.
pub(crate) fn of_plan(
    findings: &[Finding],
    validated: &[Finding],
    azure: &Azure,
    is_during_apply: bool,
    diagnostics: &mut Diagnostics,
) {
    let is_told = |finding: &&Finding| match finding.severity {
        Severity::Error => is_for_plan(finding) || !validated.contains(finding),
        Severity::Warning => !is_during_apply && !azure.ignored_warnings.contains(finding.code),
    };
    findings.iter().filter(is_told).for_each(|finding| diagnostics::finding(finding, diagnostics));
}
