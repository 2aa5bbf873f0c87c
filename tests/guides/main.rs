//! What the guides of the documentation say is true: every check is made by the provider as it is described,
//! and every test that is named as a witness exists.
//!
//! Terraform is simulated, as in the laws; the real CLIs are in the acceptance tests.
#![expect(clippy::unwrap_used, reason = "a test may end by a panic")]

mod azurerm;
mod checks;
mod configuration;
mod moved;
#[path = "../support/provider.rs"]
mod provider;
mod snippets;
mod witnesses;

use serde_json::{Value as Json, json};
use test_support::Azure;
use tf_plugin::cty::{Step, Value};
use tf_plugin::{Diagnostic, Path};
use tf_plugin_testing::core::{Core, config_problems, from_json};
use traffic_manager::rules::breaches::{CASES, Case, sound};
use traffic_manager::rules::{self, Finding};

use crate::provider::provider_at;

const PROFILE: &str = "azuretm_traffic_manager_profile";

/// What Terraform refuses before the provider sees it: the schema says that it is required.
const REFUSED_BY_TERRAFORM: [(&str, &str); 1] = [("subnet-form", "no first address")];

fn is_refused_by_terraform(case: &Case) -> bool {
    REFUSED_BY_TERRAFORM.contains(&(case.code, case.fault))
}

/// What `terraform plan` says: all errors of the validation, or else what the plan itself says.
async fn diagnostics_of(core: &Core, draft: &Json) -> Vec<Diagnostic> {
    let mut profile = core.resource(PROFILE);
    let config = profile.config(draft);
    match profile.plan(&config).await {
        Ok(planned) => planned.diagnostics,
        Err(report) => {
            assert_eq!(report.violations, [""; 0]);
            report.diagnostics
        }
    }
}

/// Where a diagnostic has to point: at the attribute, or at the endpoint that has it, below which no CLI finds
/// anything in the source.
fn expected_path(whole: &Path) -> Path {
    let member = whole.steps().iter().position(|step| matches!(step, Step::Key(_)));
    let end = member.map_or(whole.steps().len(), |position| position + 1);
    whole.steps()[..end].iter().cloned().collect()
}

fn path_of(finding: &Finding) -> Path {
    let step = |step: &rules::Step| match step {
        rules::Step::Attribute(name) => Step::Attribute((*name).to_owned()),
        rules::Step::Index(index) => Step::Index(*index),
        rules::Step::Key(key) => Step::Key(key.clone()),
    };
    finding.path.steps().iter().map(step).collect()
}

/// Whether a diagnostic is what a rule found, with all its words.
fn shows(diagnostic: &Diagnostic, finding: &Finding) -> bool {
    let whole = path_of(finding);
    let what = finding.what.to_lowercase();
    let texts = [finding.why, &finding.remedy, finding.source];
    let is_error = finding.severity == rules::Severity::Error;
    diagnostic.summary == finding.summary
        && (diagnostic.severity == tf_plugin::Severity::Error) == is_error
        && diagnostic.path == expected_path(&whole)
        && (diagnostic.path == whole || diagnostic.detail.starts_with(&format!("{whole}: ")))
        && diagnostic.detail.to_lowercase().contains(&what)
        && texts.iter().all(|text| diagnostic.detail.contains(*text))
}

#[tokio::test]
async fn every_breach_is_told_by_the_provider_at_the_attribute_that_has_it() {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    for case in CASES.iter().filter(|case| !is_refused_by_terraform(case)) {
        let profile = case.profile();
        let draft = configuration::from_profile(&profile);
        let config = core.resource(PROFILE).config(&draft);
        let (found, told) =
            (rules::check_profile(&profile, &rules::Path::root()), diagnostics_of(&core, &draft).await);
        let name = format!("{} of {}", case.fault, case.code);
        assert_eq!(told.len(), found.len(), "{name}: {told:#?}");
        for finding in &found {
            assert!(config.at(&path_of(finding)).is_some(), "{name}: there is no {}", finding.path);
            let is_told = told.iter().any(|diagnostic| shows(diagnostic, finding));
            assert!(is_told, "{name} is not told:\n{finding:#?}\nbut:\n{told:#?}");
        }
    }
}

#[tokio::test]
async fn a_profile_that_breaks_no_rule_is_told_nothing() {
    let core = provider_at("http://127.0.0.1:1").await;
    let profile = core.resource(PROFILE);
    let report = profile.validate(&profile.config(&configuration::from_profile(&sound()))).await.unwrap();
    assert_eq!(report.diagnostics, []);
}

#[tokio::test]
async fn what_terraform_refuses_itself_is_named_here_and_nothing_else() {
    let core = provider_at("http://127.0.0.1:1").await;
    let profile = core.resource(PROFILE);
    let schema = profile.schema();
    for case in CASES {
        let draft = configuration::from_profile(&case.profile());
        let config = from_json(&draft, &schema.object_type()).unwrap();
        let is_refused = !config_problems(schema, &config).is_empty();
        assert_eq!(is_refused, is_refused_by_terraform(case), "{} of {}", case.fault, case.code);
    }
}

#[tokio::test]
async fn a_value_that_is_known_only_at_apply_is_checked_before_anything_is_sent() {
    let azure = Azure::start().await;
    let core = provider_at(&azure.running.url()).await;
    let mut profile = core.resource(PROFILE);
    let mut draft = configuration::from_profile(&sound());
    draft["endpoints"]["east"]["weight"] = json!(1001);
    let known = profile.config(&draft);
    let plan = profile.plan(&profile.config_of(with_unknown_weight(known.clone()))).await.unwrap();
    assert_eq!(plan.diagnostics, []);

    azure.running.clear_requests();
    let refused = profile.apply_with(plan, &known).await.unwrap_err();
    let [diagnostic] = &refused.diagnostics[..] else { panic!("{refused}") };
    assert_eq!((diagnostic.summary.as_str(), &refused.violations[..]), ("Weight out of range", &[][..]));
    assert_eq!(azure.running.requests().len(), 0);
}

fn with_unknown_weight(mut config: Value) -> Value {
    let mut at = &mut config;
    for name in ["endpoints", "east", "weight"] {
        let Value::Map(members) = at else { panic!("{name} is not below an object or a map") };
        at = members.get_mut(name).unwrap();
    }
    *at = Value::unknown();
    config
}
