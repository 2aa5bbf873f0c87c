//! Which sequences are tried, and those that always are: seeds that once failed, which proptest adds to the file by
//! itself, and some that reach what chance may miss.
//!
//! A change of [`super::configs`] gives all seeds another meaning. A failure is worth a test of its own, then; and
//! `cargo test --test laws -- --ignored --nocapture` prints seeds that reach everything again.

use std::collections::BTreeSet;
use std::fs;

use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};
use tf_plugin::cty::Value;
use tf_plugin_testing::core::Action;

use crate::configs::METHODS;

/// What happens when a profile is made anew.
const REPLACED: &str = "replaced";
/// What happens when a profile that is there is taken over.
pub(crate) const TAKEN_OVER: &str = "taken over";

/// Sequences that each run of the tests tries.
const CASES: u32 = 192;

/// The file of kept seeds.
pub(crate) struct Seeds(pub(crate) &'static str);

impl Seeds {
    /// Tries the kept seeds, then new ones.
    pub(crate) fn runner(&self) -> TestRunner {
        let cases = std::env::var("AZURETM_LAW_CASES").ok().map(|text| text.parse().unwrap());
        TestRunner::new(Config {
            cases: cases.unwrap_or(CASES),
            failure_persistence: Some(Box::new(FileFailurePersistence::Direct(self.0))),
            ..Config::default()
        })
    }

    /// How many seeds are kept.
    pub(crate) fn kept(&self) -> usize {
        let text = fs::read_to_string(self.0).unwrap_or_default();
        text.lines().filter(|line| line.starts_with("cc ")).count()
    }
}

/// The routing method of a state, if there is one.
pub(crate) fn method(state: &Value) -> Option<String> {
    let Value::Map(members) = state else { return None };
    match members.get("traffic_routing_method") {
        Some(Value::String(method)) => Some(method.clone()),
        _ => None,
    }
}

/// What an apply reached.
pub(crate) fn reached(action: Action, before: Option<String>, after: Option<String>) -> Vec<String> {
    match (action, before, after) {
        (Action::Replace, ..) => vec![REPLACED.to_owned()],
        (Action::Update, Some(before), Some(after)) if before != after => {
            vec![format!("{before} -> {after}")]
        }
        _ => Vec::new(),
    }
}

/// What all sequences together have to reach, and these do not.
pub(crate) fn missing(reached: &BTreeSet<String>) -> Vec<String> {
    let mut wanted = vec![REPLACED.to_owned(), TAKEN_OVER.to_owned()];
    for before in METHODS {
        let others = METHODS.into_iter().filter(|after| *after != before);
        wanted.extend(others.map(|after| format!("{before} -> {after}")));
    }
    wanted.retain(|each| !reached.contains(each));
    wanted
}
