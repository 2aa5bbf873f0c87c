//! What Terraform demands of the state after apply, compared with the planned one, and of a plan made again in the
//! apply walk, compared with the first.

use super::refinement::{self, Refinements};
use super::schema::{Block, NestedBlock, Nesting, Schema};
use super::{Findings, element_at, member};
use tf_plugin::cty::{Path, Step, Value};

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
            set((planned, actual), "block set length", fits, path, findings);
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
        if let Some(broken) =
            Refinements::from_unknown(unknown).and_then(|promised| refinement::broken(&promised, actual))
        {
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
            set((planned, actual), "length", fits, path, findings);
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
    (planned, actual): (&[Value], &[Value]),
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

#[cfg(test)]
mod tests {
    use super::{Schema, Value, assert_object_compatible};
    use tf_plugin::cty::{Type, msgpack};
    use tf_plugin::schema::{Attribute, Block, NestedBlock};

    fn check(block: Block, planned: Value, actual: Value, expected: &[&str]) {
        let schema = Schema::from_declaration(&tf_plugin::schema::Schema::new(block));
        let of = |value| Value::object([("a", value)]);
        assert_eq!(assert_object_compatible(&schema, &of(planned), &of(actual)), expected);
    }

    fn of_type(of: Type) -> Block {
        Block::new([Attribute::plain("a", of)])
    }

    fn text(of: &str) -> Value {
        Value::string(of)
    }

    fn list(each: &[Value]) -> Value {
        Value::List(each.to_vec())
    }

    fn set(each: &[Value]) -> Value {
        Value::Set(each.to_vec())
    }

    fn map(each: &[(&str, Value)]) -> Value {
        Value::object(each.iter().map(|(key, value)| (*key, value.clone())))
    }

    #[test]
    fn the_whole_object_stays_absent_or_present() {
        let schema = Schema::from_declaration(&tf_plugin::schema::Schema::new(of_type(Type::String)));
        let some = Value::object([("a", text("x"))]);
        let null = Value::Null;
        assert_eq!(assert_object_compatible(&schema, &null, &some), ["was absent, but now present"]);
        assert_eq!(assert_object_compatible(&schema, &some, &null), ["was present, but now absent"]);
        assert_eq!(assert_object_compatible(&schema, &null, &null), [""; 0]);
    }

    #[test]
    fn a_known_leaf_stays_as_it_was_planned() {
        let block = || of_type(Type::String);
        check(block(), text("x"), text("x"), &[]);
        check(block(), text("x"), text("y"), &["a: was String(\"x\"), but now String(\"y\")"]);
        check(block(), text("x"), Value::Null, &["a: was String(\"x\"), but now null"]);
        check(block(), Value::Null, text("y"), &["a: was null, but now String(\"y\")"]);
        check(block(), text("x"), Value::unknown(), &["a: was String(\"x\"), but now unknown"]);
    }

    #[test]
    fn an_unknown_leaf_may_become_anything_that_was_not_ruled_out() {
        let block = || of_type(Type::String);
        for actual in [text("x"), Value::Null, Value::unknown()] {
            check(block(), Value::unknown(), actual, &[]);
        }
        let prefixed = || msgpack::decode(b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4pre-", &Type::String).unwrap();
        check(block(), prefixed(), text("pre-x"), &[]);
        let broken =
            "a: does not conform to planning placeholder: a text that begins with \"pre-\" was promised";
        check(block(), prefixed(), text("x"), &[broken]);
        let null = "a: does not conform to planning placeholder: not null was promised";
        check(block(), prefixed(), Value::Null, &[null]);
    }

    #[test]
    fn a_sensitive_leaf_is_not_shown() {
        let block = Block::new([Attribute::string("a").sensitive()]);
        check(block, text("s3cret"), text("x"), &["a: inconsistent values for sensitive attribute"]);
    }

    #[test]
    fn lists_and_maps_keep_their_places() {
        let of_list = || of_type(Type::list(Type::String));
        check(of_list(), list(&[text("x"), Value::unknown()]), list(&[text("x"), text("y")]), &[]);
        let changed = "a[0]: was String(\"x\"), but now String(\"y\")";
        check(of_list(), list(&[text("x")]), list(&[text("y")]), &[changed]);
        check(of_list(), list(&[text("x")]), list(&[]), &["a: element 0 has vanished"]);
        check(of_list(), list(&[]), list(&[text("x")]), &["a: new element 0 has appeared"]);
        let of_map = || of_type(Type::map(Type::String));
        let changed = "a[\"k\"]: was String(\"x\"), but now null";
        check(of_map(), map(&[("k", text("x"))]), map(&[("k", Value::Null)]), &[changed]);
        check(
            of_map(),
            map(&[("k", text("x"))]),
            map(&[("l", text("x"))]),
            &["a: element \"k\" has vanished", "a: new element \"l\" has appeared"],
        );
    }

    #[test]
    fn sets_may_shrink_and_never_grow_and_each_element_has_a_counterpart() {
        let of_set = || of_type(Type::set(Type::String));
        check(of_set(), set(&[text("x"), Value::unknown()]), set(&[text("x")]), &[]);
        check(of_set(), set(&[Value::unknown()]), set(&[text("x")]), &[]);
        let lost = "a: a planned set element does not correlate with any element in actual";
        let new = "a: an actual set element does not correlate with any element in plan";
        check(of_set(), set(&[text("x")]), set(&[text("y")]), &[lost, new]);
        let grown = "a: length changed from 1 to 2";
        check(of_set(), set(&[Value::unknown()]), set(&[text("x"), text("y")]), &[grown]);
        check(of_set(), set(&[text("x")]), set(&[]), &[lost]);
    }

    #[test]
    fn values_of_any_type_keep_their_type() {
        let dynamic = |of: Type, value: Value| Value::Dynamic(Box::new((of, value)));
        let planned = || dynamic(Type::String, text("1"));
        check(of_type(Type::Dynamic), planned(), planned(), &[]);
        let other = dynamic(Type::Number, Value::integer(1));
        check(of_type(Type::Dynamic), planned(), other, &["a: wrong final value type"]);
        let changed = dynamic(Type::String, text("2"));
        let expected = "a: was String(\"1\"), but now String(\"2\")";
        check(of_type(Type::Dynamic), planned(), changed, &[expected]);
    }

    fn item(name: Value) -> Value {
        Value::object([("name", name)])
    }

    fn inner() -> Block {
        Block::new([Attribute::string("name")])
    }

    #[test]
    fn blocks_keep_their_count_and_their_leaves() {
        let blocks = || Block::new([]).blocks([NestedBlock::list("a", inner())]);
        check(blocks(), list(&[item(Value::unknown())]), list(&[item(text("x"))]), &[]);
        let counted = "a: block count changed from 1 to 2";
        check(blocks(), list(&[item(text("x"))]), list(&[item(text("x")), item(text("y"))]), &[counted]);
        let leaf = "a[0].name: was String(\"x\"), but now String(\"y\")";
        check(blocks(), list(&[item(text("x"))]), list(&[item(text("y"))]), &[leaf]);
        check(blocks(), Value::unknown(), list(&[item(text("y"))]), &[]);
        let single = || Block::new([]).blocks([NestedBlock::single("a", inner())]);
        check(single(), item(text("x")), Value::Null, &["a: was present, but now absent"]);
        check(single(), Value::Null, item(text("x")), &["a: was absent, but now present"]);
    }

    #[test]
    fn sets_of_blocks_behave_as_sets() {
        let blocks = || Block::new([]).blocks([NestedBlock::set("a", inner())]);
        check(blocks(), set(&[item(Value::unknown())]), set(&[item(text("x"))]), &[]);
        let lost = "a: a planned set element does not correlate with any element in actual";
        let new = "a: an actual set element does not correlate with any element in plan";
        check(blocks(), set(&[item(text("x"))]), set(&[item(text("y"))]), &[lost, new]);
        let grown = "a: block set length changed from 1 to 2";
        check(blocks(), set(&[item(Value::unknown())]), set(&[item(text("x")), item(text("y"))]), &[grown]);
    }
}
