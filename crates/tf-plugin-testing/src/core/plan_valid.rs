//! What Terraform demands of a planned state, whatever the resource. Says nothing on whether the plan is a wise
//! one.

use super::schema::{Attribute, Block, Kind, NestedBlock, Nesting, Schema};
use super::{Findings, NULL, element_at, member};
use tf_plugin::cty::{Path, Step, Value};

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

fn nested_attribute(nesting: Nesting, of: &Block, three: &Three<'_>, path: &Path, findings: &mut Findings) {
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

#[cfg(test)]
mod tests {
    use super::{Schema, Value, assert_plan_valid};
    use crate::proto::tfplugin6 as wire;
    use tf_plugin::cty::{Type, msgpack};
    use tf_plugin::schema::{Attribute, Block, NestedBlock};
    use wire::schema::nested_block::NestingMode;

    /// A plan of `config` over `prior` with one member more than what is looked at.
    fn found(schema: &Schema, prior: Value, config: Value, planned: Value) -> Vec<String> {
        let of = |value| Value::object([("a", value)]);
        assert_plan_valid(schema, &of(prior), &of(config), &of(planned))
    }

    fn check(member: impl Into<Member>, prior: Value, config: Value, planned: Value, expected: &[&str]) {
        assert_eq!(found(&member.into().schema(), prior, config, planned), expected);
    }

    enum Member {
        Attribute(Box<Attribute>),
        Block(NestedBlock),
    }

    impl From<Attribute> for Member {
        fn from(attribute: Attribute) -> Self {
            Self::Attribute(Box::new(attribute))
        }
    }

    impl From<NestedBlock> for Member {
        fn from(block: NestedBlock) -> Self {
            Self::Block(block)
        }
    }

    impl Member {
        fn schema(self) -> Schema {
            Schema::from_declaration(&tf_plugin::schema::Schema::new(match self {
                Self::Attribute(attribute) => Block::new([*attribute]),
                Self::Block(block) => Block::new([]).blocks([block]),
            }))
        }
    }

    fn text(of: &str) -> Value {
        Value::string(of)
    }

    fn null() -> Value {
        Value::Null
    }

    /// One object with a configurable and a computed attribute.
    fn item(name: &str, id: Value) -> Value {
        Value::object([("name", text(name)), ("id", id)])
    }

    fn attributes() -> [Attribute; 2] {
        [Attribute::string("name").required(), Attribute::string("id").computed()]
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
    fn the_whole_object_is_null_exactly_if_the_configuration_is() {
        let schema = Member::from(Attribute::string("a")).schema();
        let of = || Value::object([("a", null())]);
        let absent = "planned for absence but config wants existence";
        let present = "planned for existence but config wants absence";
        assert_eq!(assert_plan_valid(&schema, &of(), &of(), &null()), [absent]);
        assert_eq!(assert_plan_valid(&schema, &of(), &null(), &of()), [present]);
        assert_eq!(assert_plan_valid(&schema, &of(), &null(), &null()), [""; 0]);
    }

    #[test]
    fn a_configured_value_is_planned_as_it_is_or_as_it_was() {
        let attribute = || Attribute::string("a");
        check(attribute(), null(), text("c"), text("c"), &[]);
        check(attribute(), text("p"), text("c"), text("p"), &[]);
        let neither = "a: planned value String(\"x\") does not match config value String(\"c\")";
        check(attribute(), null(), text("c"), text("x"), &[neither]);
        let nor_prior = format!("{neither} nor prior value String(\"p\")");
        check(attribute(), text("p"), text("c"), text("x"), &[&nor_prior]);
        check(attribute().optional_computed(), text("p"), text("c"), text("x"), &[&nor_prior]);
        let lost = "a: planned value Null does not match config value String(\"c\")";
        check(attribute(), null(), text("c"), null(), &[lost]);
        let unknown = found(&Member::from(attribute()).schema(), null(), text("c"), Value::unknown());
        assert_eq!(unknown.len(), 1, "{unknown:?}");
    }

    #[test]
    fn what_is_not_computed_and_not_configured_is_null() {
        let attribute = || Attribute::string("a");
        check(attribute(), text("p"), null(), null(), &[]);
        let text_of = |what: &str, more: &str| {
            format!("a: planned value {what} does not match config value Null{more}")
        };
        let kept = text_of("String(\"p\")", " nor prior value String(\"p\")");
        check(attribute(), text("p"), null(), text("p"), &[&kept]);
        let default = text_of("String(\"d\")", "");
        check(attribute(), null(), null(), text("d"), &[&default]);
    }

    #[test]
    fn computed_values_are_free_while_they_are_not_configured() {
        for planned in [text("x"), null(), Value::unknown(), text("p")] {
            check(Attribute::string("a").computed(), text("p"), null(), planned.clone(), &[]);
            check(Attribute::string("a").optional_computed(), text("p"), null(), planned, &[]);
        }
    }

    #[test]
    fn half_of_the_configuration_and_half_of_the_prior_state_is_neither() {
        let attribute = Attribute::plain("a", Type::map(Type::String));
        let (prior, config) =
            (map(&[("x", text("1")), ("y", text("1"))]), map(&[("x", text("2")), ("y", text("2"))]));
        let mixed = map(&[("x", text("1")), ("y", text("2"))]);
        assert_eq!(found(&Member::from(attribute).schema(), prior, config, mixed).len(), 1);
    }

    #[test]
    fn a_write_only_value_is_never_planned() {
        let attribute = || Attribute::string("a").write_only();
        check(attribute(), null(), text("s"), null(), &[]);
        check(
            attribute(),
            null(),
            text("s"),
            text("s"),
            &["a: write-only attribute is not null in the plan"],
        );
    }

    #[test]
    fn a_sensitive_value_is_not_shown() {
        let expected = "a: sensitive planned value does not match config value";
        check(Attribute::string("a").sensitive(), null(), text("s3cret"), text("x"), &[expected]);
    }

    #[test]
    fn refinements_are_not_compared() {
        let refined = msgpack::decode(b"\xc7\x03\x0c\x81\x01\xc2", &Type::String).unwrap();
        check(Attribute::string("a"), null(), refined, Value::unknown(), &[]);
    }

    #[test]
    fn nested_attributes_follow_the_rules_for_each_leaf() {
        let nested = || Attribute::nested("a", attributes());
        check(nested(), item("p", text("1")), item("c", null()), item("c", Value::unknown()), &[]);
        let leaf = "a.name: planned value String(\"x\") does not match config value String(\"c\")";
        check(nested(), null(), item("c", null()), item("x", null()), &[leaf]);
        let absent = "a: planned for absence but config wants existence";
        check(nested(), null(), item("c", null()), null(), &[absent]);
        let present = "a: planned for existence but config wants absence";
        check(nested(), null(), null(), item("c", null()), &[present]);
        let unknown = "a: planned unknown for configured value";
        check(nested(), null(), item("c", null()), Value::unknown(), &[unknown]);
        check(nested().optional_computed(), null(), null(), Value::unknown(), &[]);
        check(nested(), item("p", text("1")), item("c", null()), item("p", text("1")), &[]);
    }

    #[test]
    fn nested_lists_keep_their_length() {
        let nested = || Attribute::nested_list("a", attributes());
        let config = || list(&[item("c", null())]);
        check(nested(), null(), config(), list(&[item("c", text("1"))]), &[]);
        let count = "a: count in plan (Some(2)) disagrees with count in config (Some(1))";
        check(nested(), null(), config(), list(&[item("c", null()), item("d", null())]), &[count]);
        let leaf = "a[0].name: planned value String(\"x\") does not match config value String(\"c\")";
        check(nested(), null(), config(), list(&[item("x", null())]), &[leaf]);
        let unknown = "a[0]: an element must not be unknown itself; its attributes may be";
        check(nested(), null(), config(), list(&[Value::unknown()]), &[unknown]);
    }

    #[test]
    fn nested_maps_keep_their_keys() {
        let nested = || Attribute::nested_map("a", attributes());
        let config = || map(&[("x", item("c", null()))]);
        check(nested(), null(), config(), map(&[("x", item("c", Value::unknown()))]), &[]);
        let planned = map(&[("y", item("c", null()))]);
        let more = "a: key \"y\" from plan is not present in config";
        let less = "a: key \"x\" from config is not present in plan";
        check(nested(), null(), config(), planned, &[more, less]);
        let leaf = "a[\"x\"].name: planned value String(\"z\") does not match config value String(\"c\")";
        check(nested(), null(), config(), map(&[("x", item("z", null()))]), &[leaf]);
    }

    #[test]
    fn an_element_that_is_not_known_yet_is_planned_as_unknown_or_with_unknown_members() {
        let unknown = || Value::unknown();
        let object = |name: Value| Value::object([("name", name), ("id", text("1"))]);
        let with_default =
            || [Attribute::string("name").default(text("d")), Attribute::string("id").computed()];
        for (nested, in_collection) in [
            (Attribute::nested_map("a", with_default()), (|own| map(&[("x", own)])) as fn(Value) -> Value),
            (Attribute::nested_list("a", with_default()), |own| list(&[own])),
        ] {
            for prior in [null(), in_collection(object(text("p")))] {
                let config = || in_collection(unknown());
                check(nested.clone(), prior.clone(), config(), in_collection(unknown()), &[]);
                check(nested.clone(), prior.clone(), config(), in_collection(object(unknown())), &[]);
                let planned = in_collection(object(text("d")));
                let found = found(&Member::from(nested.clone()).schema(), prior, config(), planned);
                assert_eq!(found.len(), 1, "a default is no unknown: {found:?}");
            }
        }
    }

    #[test]
    fn nested_sets_keep_their_count_only() {
        let nested = || Attribute::nested_set("a", attributes());
        check(nested(), null(), set(&[item("c", null())]), set(&[item("x", null())]), &[]);
        let count = "a: count in plan (Some(0)) disagrees with count in config (Some(1))";
        check(nested(), null(), set(&[item("c", null())]), set(&[]), &[count]);
    }

    #[test]
    fn lists_of_blocks_keep_their_count_and_follow_the_rules_for_each() {
        let block = || NestedBlock::list("a", Block::new(attributes()));
        let config = || list(&[item("c", null())]);
        check(block(), list(&[]), config(), list(&[item("c", Value::unknown())]), &[]);
        let count = "a: block count in plan (Some(0)) disagrees with count in config (Some(1))";
        check(block(), list(&[]), config(), list(&[]), &[count]);
        let is_null = "a: blocks must be empty, not null, where there are none";
        check(block(), list(&[]), list(&[]), null(), &[is_null]);
        let unknown = "a: a block must not be unknown itself; its attributes may be";
        check(block(), list(&[]), config(), Value::unknown(), &[unknown]);
        let element = "a[0]: an element must not be unknown itself; its attributes may be";
        check(block(), list(&[]), config(), list(&[Value::unknown()]), &[element]);
        let leaf = "a[0].name: planned value String(\"x\") does not match config value String(\"c\")";
        check(block(), list(&[]), config(), list(&[item("x", null())]), &[leaf]);
    }

    #[test]
    fn sets_of_blocks_are_trusted_but_for_unknown_elements() {
        let block = || NestedBlock::set("a", Block::new(attributes()));
        check(block(), set(&[]), set(&[item("c", null())]), set(&[item("x", text("1"))]), &[]);
        let element = "a: an element must not be unknown itself; its attributes may be";
        check(block(), set(&[]), set(&[item("c", null())]), set(&[Value::unknown()]), &[element]);
        let is_null = "a: blocks must be empty, not null, where there are none";
        check(block(), set(&[]), set(&[]), null(), &[is_null]);
    }

    #[test]
    fn a_single_block_is_there_exactly_if_it_is_configured() {
        let block = || NestedBlock::single("a", Block::new(attributes()));
        check(block(), null(), null(), null(), &[]);
        let absent = "a: planned for absence but config wants existence";
        check(block(), null(), item("c", null()), null(), &[absent]);
        let present = "a: planned for existence but config wants absence";
        check(block(), null(), null(), item("c", null()), &[present]);
        let leaf = "a.name: planned value String(\"x\") does not match config value String(\"c\")";
        check(block(), null(), item("c", null()), item("x", null()), &[leaf]);
    }

    #[test]
    fn blocks_that_are_not_known_yet_stay_exactly_that() {
        let block = || NestedBlock::list("a", Block::new(attributes()));
        check(block(), list(&[]), Value::unknown(), Value::unknown(), &[]);
        let expected = "a: must be unknown, as its configuration is";
        check(block(), list(&[]), Value::unknown(), list(&[]), &[expected]);
    }

    /// Maps of blocks are of the protocol, though the schemas of `tf_plugin` have none.
    fn wire_schema(nesting: NestingMode) -> Schema {
        let name = wire::schema::Attribute {
            name: "name".to_owned(),
            r#type: b"\"string\"".to_vec(),
            optional: true,
            ..Default::default()
        };
        let nested = wire::schema::NestedBlock {
            type_name: "a".to_owned(),
            block: Some(wire::schema::Block { attributes: vec![name], ..Default::default() }),
            nesting: nesting.into(),
            ..Default::default()
        };
        let block = wire::schema::Block { block_types: vec![nested], ..Default::default() };
        Schema::read(&wire::Schema { version: 0, block: Some(block) }).unwrap()
    }

    #[test]
    fn groups_are_never_null_and_maps_of_blocks_keep_their_keys() {
        let group = wire_schema(NestingMode::Group);
        let named = |name: &str| Value::object([("name", text(name))]);
        let is_null = "a: blocks must be empty, not null, where there are none";
        assert_eq!(found(&group, null(), named("c"), null()), [is_null]);
        let leaf = "a.name: planned value String(\"x\") does not match config value String(\"c\")";
        assert_eq!(found(&group, null(), named("c"), named("x")), [leaf]);
        let keyed = wire_schema(NestingMode::Map);
        let blocks = |key: &str| map(&[(key, named("c"))]);
        assert_eq!(found(&keyed, null(), blocks("x"), blocks("x")), [""; 0]);
        let more = "a: block key \"y\" from plan is not present in config";
        let less = "a: block key \"x\" from config is not present in plan";
        assert_eq!(found(&keyed, null(), blocks("x"), blocks("y")), [more, less]);
    }
}
