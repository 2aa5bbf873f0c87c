//! The rules that Terraform enforces when it loads a schema. A schema that breaks one stops every command, so
//! tests run this over each.

use std::collections::BTreeSet;

use super::{Allowed, Attribute, Block, Kind, Mode, NestedBlock, Nesting, Schema};
use crate::cty::Type;

/// Names that Terraform keeps for itself at the root of a resource.
const RESERVED: [&str; 7] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

impl Schema {
    /// Everything that Terraform would refuse, as sentences. Empty for a sound schema.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.version < 0 {
            problems.push("the version is negative".to_owned());
        }
        for name in self.block.names().filter(|name| RESERVED.contains(name)) {
            problems.push(format!("{name}: Terraform keeps this name for itself"));
        }
        block(&self.block, "", false, &mut problems);
        problems
    }
}

fn block(of: &Block, prefix: &str, in_set: bool, problems: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for name in of.names().filter(|name| !seen.insert(*name)) {
        problems.push(format!("{prefix}{name}: the name is used twice"));
    }
    attributes(&of.attributes, prefix, in_set, problems);
    for nested in &of.blocks {
        nested_block(nested, prefix, in_set, problems);
    }
}

fn nested_block(of: &NestedBlock, prefix: &str, in_set: bool, problems: &mut Vec<String>) {
    let place = format!("{prefix}{}", of.name);
    name(of.name, &place, problems);
    let counts_are_sound = match of.nesting {
        Nesting::Single => of.min_items <= 1 && of.max_items == 1,
        Nesting::Map => of.min_items == 0 && of.max_items == 0,
        Nesting::List | Nesting::Set => {
            of.min_items >= 0 && (of.max_items == 0 || of.min_items <= of.max_items)
        }
    };
    if !counts_are_sound {
        problems.push(format!("{place}: the counts {} and {} do not fit", of.min_items, of.max_items));
    }
    if of.is_group && (of.nesting != Nesting::Single || of.min_items != 0) {
        problems.push(format!("{place}: only a single block that may be left out can be a group"));
    }
    let in_set = in_set || of.nesting == Nesting::Set;
    block(&of.block, &format!("{place}."), in_set, problems);
}

fn attributes(of: &[Attribute], prefix: &str, in_set: bool, problems: &mut Vec<String>) {
    for attribute in of {
        let place = format!("{prefix}{}", attribute.name);
        name(attribute.name, &place, problems);
        if attribute.write_only && (in_set || attribute.is_computed()) {
            problems.push(format!("{place}: write-only does not go with a set or with computed"));
        }
        if attribute.default.is_some() && (in_set || attribute.mode != Mode::OptionalComputed) {
            problems.push(format!("{place}: a default needs optional and computed, outside of sets"));
        }
        let is_collection = matches!(attribute.value_type(), Type::List(_) | Type::Set(_) | Type::Map(_));
        if attribute.no_null_elements && !is_collection {
            problems.push(format!("{place}: only a collection has elements that are not null"));
        }
        let takes = match attribute.allowed {
            Some(Allowed::Range(_)) => Some(Type::Number),
            Some(Allowed::OneOf(_)) => Some(Type::String),
            None => None,
        };
        if takes.is_some_and(|of| of != attribute.value_type()) {
            problems.push(format!("{place}: a range is for numbers, and a choice for strings"));
        }
        for other in &attribute.conflicts {
            if *other == attribute.name || !of.iter().any(|each| each.name == *other) {
                problems.push(format!("{place}: there is no other attribute {other} that it could exclude"));
            }
        }
        match &attribute.kind {
            Kind::Plain(of) if in_set && is_dynamic(of) => {
                problems.push(format!("{place}: a set cannot hold values of any type"));
            }
            Kind::Plain(_) => {}
            Kind::Nested(nesting, below) => {
                attributes(below, &format!("{place}."), in_set || *nesting == Nesting::Set, problems);
            }
        }
    }
}

fn name(of: &str, place: &str, problems: &mut Vec<String>) {
    let starts_well = of.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let allowed = |each: char| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '_';
    if !starts_well || !of.chars().all(allowed) {
        problems.push(format!("{place}: a name has lower-case letters, digits and underscores only"));
    }
}

fn is_dynamic(of: &Type) -> bool {
    match of {
        Type::Dynamic => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => is_dynamic(element),
        Type::Object(attributes) => attributes.values().any(is_dynamic),
        Type::Tuple(elements) => elements.iter().any(is_dynamic),
        Type::String | Type::Number | Type::Bool => false,
    }
}

/// Where the type of a schema and that of a struct are not the same, as sentences.
pub(crate) fn differences(schema: &Type, declared: &Type) -> Vec<String> {
    let mut found = Vec::new();
    compare(schema, declared, true, "", &mut found);
    found
}

/// What of the type of a schema a struct cannot hold, as sentences.
pub(crate) fn missing(schema: &Type, declared: &Type) -> Vec<String> {
    let mut found = Vec::new();
    compare(schema, declared, false, "", &mut found);
    found
}

/// Adds what differs; a field that the schema lacks only where it has to be `complete`.
fn compare(schema: &Type, declared: &Type, complete: bool, place: &str, found: &mut Vec<String>) {
    match (schema, declared) {
        (Type::Object(schema), Type::Object(declared)) => {
            let below =
                |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
            for (name, of) in schema {
                match declared.get(name) {
                    Some(declared) => compare(of, declared, complete, &below(name), found),
                    None => found.push(format!("{} is not a field of the struct", below(name))),
                }
            }
            for name in declared.keys().filter(|name| complete && !schema.contains_key(*name)) {
                found.push(format!("{} is a field of the struct, and the schema lacks it", below(name)));
            }
        }
        (Type::List(schema), Type::List(declared))
        | (Type::Set(schema), Type::Set(declared))
        | (Type::Map(schema), Type::Map(declared)) => compare(schema, declared, complete, place, found),
        (schema, declared) if schema == declared => {}
        _ => found.push(format!("{place} has another type in the schema than in the struct")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Attribute, Block, NestedBlock, Schema};
    use crate::cty::{Type, Value};

    #[test]
    fn what_terraform_refuses_is_found() {
        let inner = Block::new([
            Attribute::plain("any", Type::Dynamic),
            Attribute::string("given").default(Value::string("x")),
        ]);
        let schema = Schema::new(
            Block::new([
                Attribute::string("count"),
                Attribute::string("Name").no_null_elements(),
                Attribute::string("twice"),
                Attribute::string("twice"),
                Attribute::string("port").range(1..=2).conflicts_with("ports"),
            ])
            .blocks([
                NestedBlock::set("rules", inner).items(3, 2),
                NestedBlock::list("hosts", Block::new([])).group(),
            ]),
        );
        assert_eq!(
            schema.problems(),
            [
                "count: Terraform keeps this name for itself",
                "twice: the name is used twice",
                "Name: a name has lower-case letters, digits and underscores only",
                "Name: only a collection has elements that are not null",
                "port: a range is for numbers, and a choice for strings",
                "port: there is no other attribute ports that it could exclude",
                "rules: the counts 3 and 2 do not fit",
                "rules.any: a set cannot hold values of any type",
                "rules.given: a default needs optional and computed, outside of sets",
                "hosts: only a single block that may be left out can be a group",
            ]
        );
    }
}
