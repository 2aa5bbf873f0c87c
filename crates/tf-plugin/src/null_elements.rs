//! Elements of collections that must not be null: what is said of them, and what a resource is given instead.

use crate::cty::{Path, Type, Value};
use crate::diagnostics::Diagnostics;
use crate::schema::{Attribute, Block, Kind, NestedBlock, Nesting};

/// Adds an error for each null element of a collection that takes none, and answers the configuration with
/// unknown elements in their places: what a resource then says is about the rest of it.
pub(crate) fn refuse(block: &Block, config: Value, diagnostics: &mut Diagnostics) -> Value {
    in_block(block, config, &Path::root(), diagnostics)
}

fn in_block(block: &Block, object: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
    let mut members = match in_object(&block.attributes, object, path, diagnostics) {
        Value::Map(members) => members,
        other => return other,
    };
    for NestedBlock { name, nesting, block, .. } in &block.blocks {
        if let Some(own) = members.get_mut(name) {
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
    for attribute in attributes {
        if let Some(own) = members.get_mut(&attribute.name) {
            let value = std::mem::replace(own, Value::Null);
            *own = in_attribute(attribute, value, &path.attribute(&attribute.name), diagnostics);
        }
    }
    Value::Map(members)
}

fn in_attribute(attribute: &Attribute, value: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
    let value = if attribute.no_null_elements {
        without_null(&attribute.value_type(), value, path, diagnostics)
    } else {
        value
    };
    match &attribute.kind {
        Kind::Plain(_) => value,
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

/// A collection, and the collections in it.
fn without_null(of: &Type, value: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
    match (of, value) {
        (Type::Map(below), Value::Map(members)) => {
            let each = members.into_iter().map(|(key, own)| {
                let at = path.key(&key);
                let own = element((of, below), own, &at, diagnostics);
                (key, own)
            });
            Value::Map(each.collect())
        }
        (Type::List(below), Value::List(elements)) => {
            let each = elements.into_iter().enumerate();
            let each = each.map(|(index, own)| element((of, below), own, &path.index(index), diagnostics));
            Value::List(each.collect())
        }
        (Type::Set(below), Value::Set(elements)) => {
            let each = elements.into_iter().map(|own| element((of, below), own, path, diagnostics));
            Value::Set(each.collect())
        }
        (_, value) => value,
    }
}

/// An element of a collection of the first type, of the second type itself.
fn element(of: (&Type, &Type), value: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
    if !value.is_null() {
        return without_null(of.1, value, path, diagnostics);
    }
    let what = if matches!(of.0, Type::Set(_)) { format!("An element of {path}") } else { path.to_string() };
    let remedy = match of {
        (Type::Map(_), _) => "{ for k, v in ... : k => v if v != null }",
        (_, Type::String) => "compact(...), or [for v in ... : v if v != null]",
        _ => "[for v in ... : v if v != null]",
    };
    let detail = format!(
        "{what} is null. A null element cannot be stored, so it would be missing after the apply. Leave it out: \
         {remedy}."
    );
    diagnostics.error(path.clone(), "Null element", detail);
    Value::unknown()
}

#[cfg(test)]
mod tests {
    use super::{Block, Diagnostics, Type, Value, refuse};
    use crate::schema::{Attribute, NestedBlock};

    fn block() -> Block {
        let header =
            [Attribute::string("value"), Attribute::of("codes", Type::set(Type::String)).no_null_elements()];
        Block::new([
            Attribute::of("tags", Type::map(Type::String)).no_null_elements(),
            Attribute::of("notes", Type::map(Type::String)),
            Attribute::of("ports", Type::list(Type::Number)).no_null_elements(),
            Attribute::of("deep", Type::map(Type::list(Type::String))).no_null_elements(),
            Attribute::nested_map(
                "endpoints",
                [
                    Attribute::of("headers", Type::map(Type::String)).no_null_elements(),
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
}
