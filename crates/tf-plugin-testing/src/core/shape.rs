//! The shape that every value on the wire must have, whatever call it answers.

use super::schema::{Attribute, Block, Kind, NestedBlock, Nesting, Schema};
use super::{Findings, member};
use tf_plugin::cty::{Path, Type, Value};

/// Every way in which `value` is no state of this schema: another type, missing attributes, null blocks, write-only
/// attributes that are set, values still unknown. Null is no state either.
pub fn assert_state(schema: &Schema, value: &Value) -> Vec<String> {
    let mut findings = assert_conforms(schema, value);
    if value.is_null() {
        findings.push("is null".to_owned());
    }
    if let Some(path) = value.first_unknown() {
        findings.push(format!("{path}: is unknown"));
    }
    findings
}

/// The same for a planned state or one that is null: values may be unknown.
pub fn assert_conforms(schema: &Schema, value: &Value) -> Vec<String> {
    let mut findings = Findings::default();
    conforms(value, &schema.object_type(), &Path::root(), &mut findings);
    if findings.0.is_empty() {
        block(&schema.block, value, &Path::root(), &mut findings);
    }
    findings.0
}

/// Every way in which `value` is no identity of this type: identities are objects that are wholly known.
pub fn assert_identity(of: &Type, value: &Value) -> Vec<String> {
    let mut findings = Findings::default();
    conforms(value, of, &Path::root(), &mut findings);
    if let Some(path) = value.first_unknown() {
        findings.push(&path, "is unknown");
    }
    findings.0.into_iter().map(|text| format!("identity: {text}")).collect()
}

/// The same for any type, without a schema.
pub(super) fn assert_conforms_to(of: &Type, value: &Value, findings: &mut Findings) {
    conforms(value, of, &Path::root(), findings);
}

fn conforms(value: &Value, of: &Type, path: &Path, findings: &mut Findings) {
    match (of, value) {
        (_, Value::Null | Value::Unknown(_))
        | (Type::String, Value::String(_))
        | (Type::Number, Value::Number(_))
        | (Type::Bool, Value::Bool(_)) => {}
        (Type::List(of), Value::List(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                conforms(element, of, &path.index(index), findings);
            }
        }
        (Type::Set(of), Value::Set(elements)) => {
            for element in elements {
                conforms(element, of, path, findings);
            }
        }
        (Type::Tuple(types), Value::List(elements)) if types.len() == elements.len() => {
            for (index, (of, element)) in types.iter().zip(elements).enumerate() {
                conforms(element, of, &path.index(index), findings);
            }
        }
        (Type::Map(of), Value::Map(members)) => {
            for (key, member) in members {
                conforms(member, of, &path.key(key), findings);
            }
        }
        (Type::Object(attributes), Value::Map(members)) => {
            for name in attributes.keys().filter(|name| !members.contains_key(*name)) {
                findings.push(&path.attribute(name), "is missing");
            }
            for (name, member) in members {
                match attributes.get(name) {
                    Some(of) => conforms(member, of, &path.attribute(name), findings),
                    None => findings.push(&path.attribute(name), "is not in the schema"),
                }
            }
        }
        (Type::Dynamic, Value::Dynamic(typed)) => conforms(&typed.1, &typed.0, path, findings),
        _ => findings.push(path, &format!("is no {}", String::from_utf8_lossy(&of.to_json()))),
    }
}

fn block(of: &Block, value: &Value, path: &Path, findings: &mut Findings) {
    if !matches!(value, Value::Map(_)) {
        return;
    }
    for (name, each) in &of.attributes {
        attribute(each, member(value, name), &path.attribute(name), findings);
    }
    for (name, each) in &of.blocks {
        nested_block(each, member(value, name), &path.attribute(name), findings);
    }
}

fn attribute(of: &Attribute, value: &Value, path: &Path, findings: &mut Findings) {
    if of.write_only && !value.is_null() {
        findings.push(path, "write-only attribute is not null");
    }
    if let Kind::Nested(nesting, of) = &of.kind {
        objects(*nesting, of, value, path, findings);
    }
}

fn nested_block(of: &NestedBlock, value: &Value, path: &Path, findings: &mut Findings) {
    if value.is_null() && of.nesting != Nesting::Single {
        findings.push(path, "blocks must be empty, not null, where there are none");
    }
    objects(of.nesting, &of.block, value, path, findings);
}

fn objects(nesting: Nesting, of: &Block, value: &Value, path: &Path, findings: &mut Findings) {
    match (nesting, value) {
        (Nesting::Single | Nesting::Group, object) => block(of, object, path, findings),
        (_, Value::List(elements)) => {
            for (index, element) in elements.iter().enumerate() {
                block(of, element, &path.index(index), findings);
            }
        }
        (_, Value::Set(elements)) => {
            for element in elements {
                block(of, element, path, findings);
            }
        }
        (_, Value::Map(members)) => {
            for (key, element) in members {
                block(of, element, &path.key(key), findings);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Schema, Type, Value, assert_conforms, assert_identity, assert_state};
    use tf_plugin::schema::{Attribute, Block, NestedBlock};

    fn schema() -> Schema {
        let header = Block::new([Attribute::string("name"), Attribute::string("secret").write_only()]);
        Schema::from_declaration(&tf_plugin::schema::Schema::new(
            Block::new([
                Attribute::number("port"),
                Attribute::nested_map("items", [Attribute::string("secret").write_only()]),
            ])
            .blocks([NestedBlock::list("header", header.clone()), NestedBlock::single("one", header)]),
        ))
    }

    fn value(port: Value, items: Value, header: Value) -> Value {
        Value::object([("port", port), ("items", items), ("header", header), ("one", Value::Null)])
    }

    fn empty() -> Value {
        Value::List(Vec::new())
    }

    fn check(value: &Value, expected: &[&str]) {
        assert_eq!(assert_state(&schema(), value), expected);
    }

    #[test]
    fn a_sound_state_has_nothing_to_find() {
        check(&value(Value::integer(1), Value::Null, empty()), &[]);
        assert_eq!(assert_conforms(&schema(), &Value::Null), [""; 0]);
        assert_eq!(assert_conforms(&schema(), &value(Value::unknown(), Value::Null, empty())), [""; 0]);
    }

    #[test]
    fn another_shape_is_found() {
        check(&Value::Null, &["is null"]);
        check(&value(Value::unknown(), Value::Null, empty()), &["port: is unknown"]);
        check(&value(Value::string("1"), Value::Null, empty()), &["port: is no \"number\""]);
        check(
            &value(Value::Null, Value::Null, Value::Null),
            &["header: blocks must be empty, not null, where there are none"],
        );
        let secret = Value::object([("secret", Value::string("s"))]);
        let items = Value::object([("a", secret)]);
        check(
            &value(Value::Null, items, empty()),
            &["items[\"a\"].secret: write-only attribute is not null"],
        );
        let header = Value::object([("name", Value::Null), ("secret", Value::string("s"))]);
        check(
            &value(Value::Null, Value::Null, Value::List(vec![header])),
            &["header[0].secret: write-only attribute is not null"],
        );
        let missing = Value::object([("port", Value::Null), ("items", Value::Null), ("header", empty())]);
        check(&missing, &["one: is missing"]);
        let Value::Map(mut more) = value(Value::Null, Value::Null, empty()) else { unreachable!() };
        more.insert("more".to_owned(), Value::Null);
        check(&Value::Map(more), &["more: is not in the schema"]);
    }

    #[test]
    fn an_identity_is_known_and_of_its_type() {
        let of = Type::object([("id", Type::String)]);
        assert_eq!(assert_identity(&of, &Value::object([("id", Value::string("1"))])), [""; 0]);
        let unknown = Value::object([("id", Value::unknown())]);
        assert_eq!(assert_identity(&of, &unknown), ["identity: id: is unknown"]);
        let other = Value::object([("id", Value::integer(1))]);
        assert_eq!(assert_identity(&of, &other), ["identity: id: is no \"string\""]);
    }
}
