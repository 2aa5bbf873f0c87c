//! What Terraform demands of a planned state, whatever the resource. Says nothing on whether the plan is a wise
//! one.

use super::schema::{Attribute, Block, Kind, NestedBlock, Nesting, Schema};
use super::{Findings, NULL, element_at, member};
use crate::cty::{Path, Step, Value};

/// Every way in which `planned` breaks Terraform's rules for a plan of `config` over `prior`, as sentences that
/// begin with the attribute's path. `prior` is null on create; `config` and `planned` are null on destroy.
///
/// Refinements of unknown values are not looked at, and nothing is looked at inside the elements of a set:
/// neither does Terraform.
pub fn assert_plan_valid(schema: &Schema, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let mut findings = Findings::default();
    object(&schema.block, &Three { prior, config, planned }, &Path::root(), &mut findings);
    findings.0
}

/// The three states of one thing.
struct Three<'a> {
    prior: &'a Value,
    config: &'a Value,
    planned: &'a Value,
}

impl<'a> Three<'a> {
    fn member(&self, name: &str) -> Self {
        let of = |value: &'a Value| member(value, name);
        Self { prior: of(self.prior), config: of(self.config), planned: of(self.planned) }
    }

    fn element(&self, step: &Step) -> Self {
        let of = |value: &'a Value| element_at(value, step).unwrap_or(NULL);
        Self { prior: of(self.prior), config: of(self.config), planned: of(self.planned) }
    }
}

fn object(of: &Block, three: &Three<'_>, path: &Path, findings: &mut Findings) {
    if presence(three, path, findings) {
        members(of, three, path, findings);
    }
}

/// Reports an object that is planned where none is configured, or the other way round. Tells whether there is an
/// object to look into.
fn presence(three: &Three<'_>, path: &Path, findings: &mut Findings) -> bool {
    match (three.config.is_null(), three.planned.is_null()) {
        (true, true) => false,
        (false, true) => {
            findings.push(path, "planned for absence but config wants existence");
            false
        }
        (true, false) => {
            findings.push(path, "planned for existence but config wants absence");
            false
        }
        (false, false) => true,
    }
}

fn members(of: &Block, three: &Three<'_>, path: &Path, findings: &mut Findings) {
    for (name, each) in &of.attributes {
        attribute(each, &three.member(name), &path.attribute(name), findings);
    }
    for (name, each) in &of.blocks {
        nested_block(each, &three.member(name), &path.attribute(name), findings);
    }
}

fn attribute(of: &Attribute, three: &Three<'_>, path: &Path, findings: &mut Findings) {
    let Three { prior, config, planned } = *three;
    if of.write_only {
        if !planned.is_null() {
            findings.push(path, "write-only attribute is not null in the plan");
        }
        return;
    }
    let kept = !prior.is_null() && !config.is_null() && planned == prior;
    let free = of.computed && (!of.optional || config.is_null());
    if planned == config || kept || free {
        return;
    }
    match &of.kind {
        Kind::Nested(nesting, block) => nested_attribute(*nesting, block, three, path, findings),
        Kind::Plain(_) if of.sensitive => {
            findings.push(path, "sensitive planned value does not match config value");
        }
        Kind::Plain(_) if prior.is_null() => {
            let text = format!("planned value {planned:?} does not match config value {config:?}");
            findings.push(path, &text);
        }
        Kind::Plain(_) => findings.push(
            path,
            &format!(
                "planned value {planned:?} does not match config value {config:?} nor prior value {prior:?}"
            ),
        ),
    }
}

fn nested_attribute(
    nesting: Nesting,
    of: &Block,
    three: &Three<'_>,
    path: &Path,
    findings: &mut Findings,
) {
    if !presence(three, path, findings) {
        return;
    }
    if three.planned.is_unknown() {
        findings.push(path, "planned unknown for configured value");
        return;
    }
    match nesting {
        Nesting::Single | Nesting::Group => members(of, three, path, findings),
        Nesting::Set => same_count(three, "count", path, findings),
        Nesting::List | Nesting::Map => elements(of, three, "", path, findings),
    }
}

fn nested_block(of: &NestedBlock, three: &Three<'_>, path: &Path, findings: &mut Findings) {
    if three.config.is_unknown() {
        if !three.planned.is_unknown() {
            findings.push(path, "must be unknown, as its configuration is");
        }
        return;
    }
    if three.planned.is_unknown() {
        findings.push(path, "a block must not be unknown itself; its attributes may be");
        return;
    }
    if of.nesting != Nesting::Single && three.planned.is_null() {
        findings.push(path, "blocks must be empty, not null, where there are none");
        return;
    }
    match of.nesting {
        Nesting::Single | Nesting::Group => object(&of.block, three, path, findings),
        Nesting::Set => known_elements(three.planned, path, findings),
        Nesting::List | Nesting::Map => elements(&of.block, three, "block ", path, findings),
    }
}

fn elements(of: &Block, three: &Three<'_>, what: &str, path: &Path, findings: &mut Findings) {
    match (three.planned, three.config) {
        (Value::Map(planned), Value::Map(config)) => {
            for key in planned.keys().filter(|key| !config.contains_key(*key)) {
                findings.push(path, &format!("{what}key {key:?} from plan is not present in config"));
            }
            for key in config.keys().filter(|key| !planned.contains_key(*key)) {
                findings.push(path, &format!("{what}key {key:?} from config is not present in plan"));
            }
            for key in planned.keys().filter(|key| config.contains_key(*key)) {
                element(of, three, Step::Key(key.clone()), path, findings);
            }
        }
        (Value::List(planned), Value::List(config)) if planned.len() == config.len() => {
            for index in 0..planned.len() {
                element(of, three, Step::Index(index), path, findings);
            }
        }
        _ => same_count(three, &format!("{what}count"), path, findings),
    }
}

fn element(of: &Block, three: &Three<'_>, step: Step, path: &Path, findings: &mut Findings) {
    let below = three.element(&step);
    let path = path.with(step);
    if below.planned.is_unknown() && !below.config.is_unknown() {
        findings.push(&path, "an element must not be unknown itself; its attributes may be");
    } else if !below.planned.is_unknown() {
        object(of, &below, &path, findings);
    }
}

fn same_count(three: &Three<'_>, what: &str, path: &Path, findings: &mut Findings) {
    let (planned, config) = (count(three.planned), count(three.config));
    if planned != config {
        let text = format!("{what} in plan ({planned:?}) disagrees with count in config ({config:?})");
        findings.push(path, &text);
    }
}

fn known_elements(planned: &Value, path: &Path, findings: &mut Findings) {
    if let Value::Set(elements) = planned
        && elements.iter().any(Value::is_unknown)
    {
        findings.push(path, "an element must not be unknown itself; its attributes may be");
    }
}

/// How many elements there are, if that is known.
fn count(value: &Value) -> Option<usize> {
    match value {
        Value::List(elements) | Value::Set(elements) => Some(elements.len()),
        Value::Map(members) => Some(members.len()),
        _ => None,
    }
}
