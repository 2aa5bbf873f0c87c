//! What a schema requires of values beyond their types: what is said of those that break it, and what a resource is
//! given instead.

mod null_elements;

use std::collections::BTreeMap;

use crate::cty::{Path, Value};
use crate::diagnostics::Diagnostics;
use crate::schema::{Attribute, Block, Kind, NestedBlock, Nesting};

/// Adds an error for each value that its attribute does not take, and answers the configuration with unknown values in
/// their places: what a resource then says is about the rest of it.
pub(crate) fn refuse(block: &Block, config: Value, diagnostics: &mut Diagnostics) -> Value {
    in_block(block, config, &Path::root(), diagnostics)
}

fn in_block(block: &Block, object: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
    let mut members = match in_object(&block.attributes, object, path, diagnostics) {
        Value::Map(members) => members,
        other => return other,
    };
    for NestedBlock { name, nesting, block, .. } in &block.blocks {
        if let Some(own) = members.get_mut(*name) {
            let value = std::mem::replace(own, Value::Null);
            *own = each_object(*nesting, value, &path.attribute(name), |own, path| {
                in_block(block, own, path, diagnostics)
            });
        }
    }
    Value::Map(members)
}

fn in_object(attributes: &[Attribute], object: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
    let Value::Map(mut members) = object else { return object };
    refuse_conflicts(attributes, &members, path, diagnostics);
    for attribute in attributes {
        if let Some(own) = members.get_mut(attribute.name) {
            let value = std::mem::replace(own, Value::Null);
            *own = in_attribute(attribute, value, &path.attribute(attribute.name), diagnostics);
        }
    }
    Value::Map(members)
}

fn in_attribute(attribute: &Attribute, value: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
    let value = if attribute.no_null_elements {
        null_elements::without(&attribute.value_type(), value, path, diagnostics)
    } else {
        value
    };
    match &attribute.kind {
        Kind::Plain(_) => within(attribute, value, path, diagnostics),
        Kind::Nested(nesting, below) => {
            each_object(*nesting, value, path, |own, path| in_object(below, own, path, diagnostics))
        }
    }
}

/// Looks at the objects of a nested attribute or block. There is no step into a set.
fn each_object(
    nesting: Nesting,
    value: Value,
    path: &Path,
    mut look: impl FnMut(Value, &Path) -> Value,
) -> Value {
    match (nesting, value) {
        (Nesting::Single, value) => look(value, path),
        (_, Value::List(elements)) => {
            let each = elements.into_iter().enumerate();
            Value::List(each.map(|(index, own)| look(own, &path.index(index))).collect())
        }
        (_, Value::Set(elements)) => Value::Set(elements.into_iter().map(|own| look(own, path)).collect()),
        (_, Value::Map(members)) => {
            let each = members.into_iter().map(|(key, own)| {
                let own = look(own, &path.key(&key));
                (key, own)
            });
            Value::Map(each.collect())
        }
        (_, value) => value,
    }
}

/// Refuses a value that is out of its range or none of those that the attribute takes. It is unknown from then on.
fn within(attribute: &Attribute, value: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
    let Some(allowed) = attribute.allowed.as_ref().filter(|allowed| !allowed.takes(&value, attribute.same))
    else {
        return value;
    };
    let found = match &value {
        _ if attribute.sensitive => String::new(),
        Value::String(text) => format!("{text:?} is not valid. "),
        Value::Number(number) => format!("{} is not valid. ", number.as_str()),
        _ => String::new(),
    };
    let detail = format!("{found}{}", allowed.sentence());
    diagnostics.error(path.clone(), format!("Invalid {}", attribute.name), detail);
    Value::unknown()
}

/// Refuses attributes of one object that exclude each other.
fn refuse_conflicts(
    attributes: &[Attribute],
    members: &BTreeMap<String, Value>,
    path: &Path,
    diagnostics: &mut Diagnostics,
) {
    let is_given =
        |name: &str| members.get(name).is_some_and(|value| !value.is_null() && !value.is_unknown());
    for attribute in attributes.iter().filter(|attribute| is_given(attribute.name)) {
        for other in attribute.conflicts.iter().filter(|other| is_given(other)) {
            diagnostics.error(
                path.attribute(attribute.name),
                "Conflicting attributes",
                format!("Both {other} and {} are set. Set only one of them.", attribute.name),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Diagnostics, Value, refuse};
    use crate::cty::Type;
    use crate::schema::{Attribute, NestedBlock};

    fn block() -> Block {
        let header = [
            Attribute::string("value"),
            Attribute::plain("codes", Type::set(Type::String)).no_null_elements(),
        ];
        Block::new([
            Attribute::plain("tags", Type::map(Type::String)).no_null_elements(),
            Attribute::plain("notes", Type::map(Type::String)),
            Attribute::plain("ports", Type::list(Type::Number)).no_null_elements(),
            Attribute::plain("deep", Type::map(Type::list(Type::String))).no_null_elements(),
            Attribute::nested_map(
                "endpoints",
                [
                    Attribute::plain("headers", Type::map(Type::String)).no_null_elements(),
                    Attribute::nested_set("subnets", [Attribute::string("first")]).no_null_elements(),
                ],
            )
            .no_null_elements(),
        ])
        .blocks([
            NestedBlock::list("monitor", Block::new(header.clone())),
            NestedBlock::set("header", Block::new(header)),
        ])
    }

    fn map(each: &[(&str, Value)]) -> Value {
        Value::object(each.iter().map(|(key, value)| (*key, value.clone())))
    }

    /// A null element under `x` between others.
    fn with_null() -> Value {
        map(&[("a", Value::string("1")), ("x", Value::Null)])
    }

    fn check(config: &Value, expected: &[&str]) -> Value {
        let mut diagnostics = Diagnostics::new();
        let rest = refuse(&block(), config.clone(), &mut diagnostics);
        let found = diagnostics.iter().map(|each| {
            let what = each.detail.split(" is null").next().unwrap();
            format!("{}: {what}", each.path)
        });
        let found: Vec<String> = found.collect();
        assert_eq!(found, expected);
        rest
    }

    #[test]
    fn a_null_element_is_found_at_every_depth() {
        let element = map(&[
            ("headers", with_null()),
            ("subnets", Value::Set(vec![map(&[("first", Value::Null)]), Value::Null])),
        ]);
        let codes = || map(&[("value", Value::Null), ("codes", Value::Set(vec![Value::Null]))]);
        let config = map(&[
            ("tags", with_null()),
            ("notes", with_null()),
            ("ports", Value::List(vec![Value::integer(1), Value::Null])),
            ("deep", map(&[("k", Value::List(vec![Value::Null]))])),
            ("endpoints", map(&[("a", element), ("b", Value::Null)])),
            ("monitor", Value::List(vec![codes()])),
            ("header", Value::Set(vec![codes()])),
        ]);
        let rest = check(
            &config,
            &[
                "tags[\"x\"]: tags[\"x\"]",
                "ports[1]: ports[1]",
                "deep[\"k\"][0]: deep[\"k\"][0]",
                "endpoints[\"b\"]: endpoints[\"b\"]",
                "endpoints[\"a\"].headers[\"x\"]: endpoints[\"a\"].headers[\"x\"]",
                "endpoints[\"a\"].subnets: An element of endpoints[\"a\"].subnets",
                "monitor[0].codes: An element of monitor[0].codes",
                "header.codes: An element of header.codes",
            ],
        );
        let tags = map(&[("a", Value::string("1")), ("x", Value::unknown())]);
        assert_eq!(rest.attribute("tags"), Some(&tags), "a resource is given an unknown element");
        assert_eq!(rest.attribute("notes"), Some(&with_null()), "others may be null");
        check(&rest, &[]);
    }

    #[test]
    fn what_is_null_or_unknown_as_a_whole_has_no_null_element() {
        for whole in [Value::Null, Value::unknown()] {
            let config = map(&[("tags", whole.clone()), ("endpoints", whole.clone()), ("header", whole)]);
            assert_eq!(check(&config, &[]), config);
        }
    }

    #[test]
    fn the_remedy_is_one_for_this_kind_of_collection() {
        let remedy = |config: &[(&str, Value)]| {
            let mut diagnostics = Diagnostics::new();
            refuse(&block(), map(config), &mut diagnostics);
            let detail = diagnostics.iter().next().unwrap().detail.clone();
            detail.rsplit_once("Leave it out: ").unwrap().1.to_owned()
        };
        assert_eq!(remedy(&[("tags", with_null())]), "{ for k, v in ... : k => v if v != null }.");
        let numbers = Value::List(vec![Value::Null]);
        assert_eq!(remedy(&[("ports", numbers)]), "[for v in ... : v if v != null].");
        let texts = map(&[("value", Value::Null), ("codes", Value::Set(vec![Value::Null]))]);
        let texts = [("monitor", Value::List(vec![texts]))];
        assert_eq!(remedy(&texts), "compact(...), or [for v in ... : v if v != null].");
    }

    #[test]
    fn values_out_of_range_and_conflicts_are_found_at_every_depth() {
        let port = || Attribute::number("port").range(1..=65535);
        let password = Attribute::string("password").one_of(&["secret"]).sensitive();
        let path = Attribute::string("path").conflicts_with("text");
        let block = Block::new([
            port(),
            Attribute::string("size").one_of(&["Small", "Large"]),
            password,
            path,
            Attribute::string("text"),
            Attribute::nested_map("ports", [port()]),
        ])
        .blocks([NestedBlock::list("probe", Block::new([port()]))]);
        let port = |number| map(&[("port", Value::integer(number))]);
        let config = map(&[
            ("port", Value::integer(0)),
            ("size", Value::string("Medium")),
            ("password", Value::string("hunter2")),
            ("path", Value::string("p")),
            ("text", Value::string("t")),
            ("ports", map(&[("a", port(1)), ("b", port(70000))])),
            ("probe", Value::List(vec![port(443), port(-1)])),
        ]);
        let mut diagnostics = Diagnostics::new();
        let rest = refuse(&block, config, &mut diagnostics);
        let found: Vec<_> =
            diagnostics.iter().map(|each| format!("{}: {}", each.path, each.detail)).collect();
        assert_eq!(
            found,
            [
                "path: Both text and path are set. Set only one of them.",
                "port: 0 is not valid. Must be from 1 to 65535.",
                "size: \"Medium\" is not valid. Must be `Small` or `Large`.",
                "password: Must be `secret`.",
                "ports[\"b\"].port: 70000 is not valid. Must be from 1 to 65535.",
                "probe[1].port: -1 is not valid. Must be from 1 to 65535.",
            ]
        );
        assert!(rest.attribute("port").is_some_and(Value::is_unknown));
        assert_eq!(rest.attribute("text"), Some(&Value::string("t")));

        let mut diagnostics = Diagnostics::new();
        let open = map(&[("path", Value::string("p")), ("text", Value::unknown()), ("port", Value::Null)]);
        refuse(&block, open, &mut diagnostics);
        assert!(diagnostics.is_empty(), "what is not known may still be null: {diagnostics:?}");
    }
}
