//! Which of the paths that a provider answers as reasons for a replacement count.

use super::Findings;
use super::schema::{Attribute, Block, Kind, Schema};
use tf_plugin::cty::{Path, Step, Value};

/// The paths at which `prior` and `planned` differ; a provider may name more. Also what Terraform refuses: a path
/// that leads nowhere in either.
pub(super) fn effective(
    schema: &Schema,
    named: Vec<Path>,
    prior: &Value,
    planned: &Value,
) -> (Vec<Path>, Vec<String>) {
    let mut findings = Findings::default();
    if prior.is_null() || planned.is_null() {
        return (Vec::new(), findings.0);
    }
    let counts = |path: &Path| match (prior.at(path), at(planned, path)) {
        (None, None) => {
            findings.push(path, "requires replacement of a non-existent attribute path");
            false
        }
        (Some(prior), Some(planned)) => {
            prior != planned
                || !planned.is_wholly_known()
                || attribute_at(&schema.block, path.steps()).is_some_and(|each| each.write_only)
        }
        _ => true,
    };
    let counted = named.into_iter().filter(counts).collect();
    (counted, findings.0)
}

/// The part of a planned state at a path; whatever is in what is unknown is so, too.
fn at<'a>(planned: &'a Value, path: &Path) -> Option<&'a Value> {
    path.steps().iter().try_fold(planned, |value, step| match value {
        Value::Unknown(_) => Some(value),
        known => known.at(&Path::root().with(step.clone())),
    })
}

fn attribute_at<'a>(of: &'a Block, steps: &[Step]) -> Option<&'a Attribute> {
    let (Step::Attribute(name), below) = steps.split_first()? else { return None };
    let skip = usize::from(!matches!(below.first(), None | Some(Step::Attribute(_))));
    let below = &below[skip..];
    match (of.attributes.get(name), of.blocks.get(name)) {
        (Some(found), _) if below.is_empty() => Some(found),
        (Some(Attribute { kind: Kind::Nested(_, block), .. }), _) => attribute_at(block, below),
        (_, Some(nested)) => attribute_at(&nested.block, below),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Schema, Value, effective};
    use tf_plugin::schema::{Attribute, Block, NestedBlock};

    #[test]
    fn only_paths_that_differ_count_and_those_that_lead_nowhere_are_reported() {
        let schema = Schema::from_declaration(&tf_plugin::schema::Schema::new(
            Block::new([
                Attribute::string("same"),
                Attribute::string("other"),
                Attribute::string("secret").write_only(),
            ])
            .blocks([NestedBlock::list("dns", Block::new([Attribute::string("secret").write_only()]))]),
        ));
        let value = |other: &str| {
            let dns = Value::List(vec![Value::object([("secret", Value::Null)])]);
            Value::object([
                ("same", Value::string("s")),
                ("other", Value::string(other)),
                ("secret", Value::Null),
                ("dns", dns),
            ])
        };
        let secret = Path::new("dns").index(0).attribute("secret");
        let named = vec![
            Path::new("same"),
            Path::new("other"),
            Path::new("secret"),
            secret.clone(),
            Path::new("gone"),
        ];
        let (counted, found) = effective(&schema, named.clone(), &value("a"), &value("b"));
        assert_eq!(counted, [Path::new("other"), Path::new("secret"), secret]);
        assert_eq!(found, ["gone: requires replacement of a non-existent attribute path"]);
        assert_eq!(effective(&schema, named, &Value::Null, &value("b")), (Vec::new(), Vec::new()));
    }
}
