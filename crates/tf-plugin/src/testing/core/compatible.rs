//! What Terraform demands of the state after apply, compared with the planned one, and of a plan made again in the
//! apply walk, compared with the first.

use super::refinement::{self, Refinements};
use super::schema::{Block, NestedBlock, Nesting, Schema};
use super::{Findings, element_at, member};
use crate::cty::{Path, Step, Value};

/// Every way in which `actual` differs from `planned` where it must not, as sentences that begin with the
/// attribute's path. What was unknown may be anything that keeps the promises made of it.
pub fn assert_object_compatible(schema: &Schema, planned: &Value, actual: &Value) -> Vec<String> {
    let mut findings = Findings::default();
    object(&schema.block, planned, actual, &Path::root(), &mut findings);
    findings.0
}

fn object(of: &Block, planned: &Value, actual: &Value, path: &Path, findings: &mut Findings) {
    match (planned.is_null(), actual.is_null()) {
        (true, true) => return,
        (true, false) => return findings.push(path, "was absent, but now present"),
        (false, true) => return findings.push(path, "was present, but now absent"),
        (false, false) => {}
    }
    for (name, each) in &of.attributes {
        let mut below = Findings::default();
        let path = path.attribute(name);
        value(member(planned, name), member(actual, name), &path, &mut below);
        if each.sensitive && !below.0.is_empty() {
            findings.push(&path, "inconsistent values for sensitive attribute");
        } else {
            findings.0.append(&mut below.0);
        }
    }
    for (name, each) in &of.blocks {
        nested_block(each, member(planned, name), member(actual, name), &path.attribute(name), findings);
    }
}

fn nested_block(of: &NestedBlock, planned: &Value, actual: &Value, path: &Path, findings: &mut Findings) {
    // An unknown in the place of blocks comes from a dynamic block: it may become any number of them.
    if planned.is_unknown() {
        return;
    }
    match (of.nesting, planned, actual) {
        (Nesting::Single | Nesting::Group, ..) => object(&of.block, planned, actual, path, findings),
        (Nesting::Set, Value::Set(planned), Value::Set(actual)) => {
            let fits = |planned: &Value, actual: &Value| {
                let mut below = Findings::default();
                object(&of.block, planned, actual, path, &mut below);
                below.0.is_empty()
            };
            set(planned, actual, "block set length", fits, path, findings);
        }
        (_, Value::List(before), Value::List(now)) if before.len() != now.len() => {
            findings.push(path, &format!("block count changed from {} to {}", before.len(), now.len()));
        }
        _ => {
            for step in same_places(planned, actual, "block key", path, findings) {
                let pair = (element_at(planned, &step), element_at(actual, &step));
                if let (Some(planned), Some(actual)) = pair {
                    object(&of.block, planned, actual, &path.with(step), findings);
                }
            }
        }
    }
}

fn value(planned: &Value, actual: &Value, path: &Path, findings: &mut Findings) {
    if let Value::Unknown(unknown) = planned {
        if let Some(broken) = Refinements::of(unknown).and_then(|promised| refinement::broken(&promised, actual)) {
            findings.push(path, &format!("does not conform to planning placeholder: {broken}"));
        }
        return;
    }
    match (planned, actual) {
        (Value::Null, Value::Null) => {}
        (Value::Null, _) => findings.push(path, &format!("was null, but now {actual:?}")),
        (_, Value::Null) => findings.push(path, &format!("was {planned:?}, but now null")),
        (_, Value::Unknown(_)) => findings.push(path, &format!("was {planned:?}, but now unknown")),
        (Value::List(_), Value::List(_)) | (Value::Map(_), Value::Map(_)) => {
            for step in same_places(planned, actual, "element", path, findings) {
                let pair = (element_at(planned, &step), element_at(actual, &step));
                if let (Some(planned), Some(actual)) = pair {
                    value(planned, actual, &path.with(step), findings);
                }
            }
        }
        (Value::Set(planned), Value::Set(actual)) => {
            let fits = |planned: &Value, actual: &Value| {
                let mut below = Findings::default();
                value(planned, actual, path, &mut below);
                below.0.is_empty()
            };
            set(planned, actual, "length", fits, path, findings);
        }
        (Value::Dynamic(planned), Value::Dynamic(actual)) => {
            if planned.0 == actual.0 {
                value(&planned.1, &actual.1, path, findings);
            } else {
                findings.push(path, "wrong final value type");
            }
        }
        _ if planned == actual => {}
        _ => findings.push(path, &format!("was {planned:?}, but now {actual:?}")),
    }
}

/// The places that both have; reports those that only one has.
fn same_places(
    planned: &Value,
    actual: &Value,
    what: &str,
    path: &Path,
    findings: &mut Findings,
) -> Vec<Step> {
    let (before, now) = (places(planned), places(actual));
    for step in before.iter().filter(|step| !now.contains(step)) {
        findings.push(path, &format!("{what} {} has vanished", name(step)));
    }
    for step in now.iter().filter(|step| !before.contains(step)) {
        findings.push(path, &format!("new {what} {} has appeared", name(step)));
    }
    before.into_iter().filter(|step| now.contains(step)).collect()
}

fn places(value: &Value) -> Vec<Step> {
    match value {
        Value::List(elements) => (0..elements.len()).map(Step::Index).collect(),
        Value::Map(members) => members.keys().cloned().map(Step::Key).collect(),
        _ => Vec::new(),
    }
}

fn name(step: &Step) -> String {
    match step {
        Step::Attribute(name) | Step::Key(name) => format!("{name:?}"),
        Step::Index(index) => index.to_string(),
    }
}

/// Sets may lose elements, as those that turn out to be equal become one, and never gain any; each element of
/// either needs a counterpart in the other.
fn set(
    planned: &[Value],
    actual: &[Value],
    what: &str,
    fits: impl Fn(&Value, &Value) -> bool,
    path: &Path,
    findings: &mut Findings,
) {
    if planned.iter().any(|planned| !actual.iter().any(|actual| fits(planned, actual))) {
        findings.push(path, "a planned set element does not correlate with any element in actual");
    }
    if actual.iter().any(|actual| !planned.iter().any(|planned| fits(planned, actual))) {
        findings.push(path, "an actual set element does not correlate with any element in plan");
    }
    if actual.len() > planned.len() {
        findings.push(path, &format!("{what} changed from {} to {}", planned.len(), actual.len()));
    }
}
