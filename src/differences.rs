//! What differs between an object of Azure and a plan, told leaf by leaf.

use tf_plugin::Path;
use tf_plugin::cty;

/// How the objects of a resource are compared.
pub(crate) struct Comparison {
    /// Texts that are shown: words of Azure's. The value of any other may come from a sensitive variable, which only the
    /// CLI knows, and hides in its own plan.
    pub(crate) shown: &'static [&'static str],
    /// Maps whose members are objects that come and go.
    pub(crate) maps: &'static [&'static str],
    /// What is no setting.
    pub(crate) ignored: &'static [&'static str],
}

impl Comparison {
    /// The differences, a line for each. What is not known yet is left out.
    pub(crate) fn lines(&self, current: &cty::Value, planned: &cty::Value, path: &Path) -> Vec<String> {
        let mut lines = Vec::new();
        self.add(current, planned, path, &mut lines);
        lines
    }

    fn add(&self, current: &cty::Value, planned: &cty::Value, path: &Path, lines: &mut Vec<String>) {
        use cty::Value::{List, Map, Null};
        match (current, planned) {
            (current, planned) if current == planned || planned.is_unknown() => {}
            (Map(current), Map(planned)) if is_one_of(path, self.maps) => {
                for (key, planned) in planned {
                    match current.get(key) {
                        Some(current) => self.add(current, planned, &path.key(key), lines),
                        None => lines.push(format!("  {}: added", path.key(key))),
                    }
                }
            }
            (Map(current), Map(planned)) => {
                for (name, planned) in
                    planned.iter().filter(|(name, _)| !self.ignored.contains(&name.as_str()))
                {
                    self.add(current.get(name).unwrap_or(&Null), planned, &path.attribute(name), lines);
                }
            }
            (List(current), List(planned)) if current.len() == planned.len() => {
                for (index, (current, planned)) in current.iter().zip(planned).enumerate() {
                    self.add(current, planned, &path.index(index), lines);
                }
            }
            (current, planned) if self.is_shown(current, path) && self.is_shown(planned, path) => {
                lines.push(format!("  {path}: {} -> {}", shown(current), shown(planned)));
            }
            _ => lines.push(format!("  {path}")),
        }
    }

    fn is_shown(&self, value: &cty::Value, path: &Path) -> bool {
        match value {
            cty::Value::Bool(_) | cty::Value::Number(_) => true,
            cty::Value::String(_) => is_one_of(path, self.shown),
            value => value.is_null(),
        }
    }
}

fn is_one_of(path: &Path, names: &[&str]) -> bool {
    matches!(path.steps().last(), Some(cty::Step::Attribute(name)) if names.contains(&name.as_str()))
}

fn shown(value: &cty::Value) -> String {
    match value {
        cty::Value::Bool(value) => value.to_string(),
        cty::Value::Number(number) => number.to_string(),
        cty::Value::String(text) => format!("{text:?}"),
        _ => "not set".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_leaf_by_leaf() {
        let text = cty::Value::string;
        let endpoint =
            |weight| cty::Value::object([("weight", cty::Value::integer(weight)), ("target", text("t"))]);
        let current = cty::Value::object([
            ("ttl", cty::Value::integer(30)),
            ("method", text("Weighted")),
            ("target", text("a.example.com")),
            ("monitor_status", text("Online")),
            ("tags", cty::Value::object([("a", text("x"))])),
            ("endpoints", cty::Value::object([("east", endpoint(1)), ("gone", endpoint(1))])),
        ]);
        let planned = cty::Value::object([
            ("ttl", cty::Value::integer(60)),
            ("method", text("Priority")),
            ("target", text("b.example.com")),
            ("monitor_status", cty::Value::unknown()),
            ("tags", cty::Value::Null),
            ("endpoints", cty::Value::object([("east", endpoint(2)), ("new", endpoint(1))])),
        ]);
        let comparison =
            Comparison { shown: &["method"], maps: &["endpoints"], ignored: &["monitor_status"] };
        assert_eq!(
            comparison.lines(&current, &planned, &Path::root()),
            [
                "  endpoints[\"east\"].weight: 1 -> 2",
                "  endpoints[\"new\"]: added",
                "  method: \"Weighted\" -> \"Priority\"",
                "  tags",
                "  target",
                "  ttl: 30 -> 60",
            ],
            "the value of a tag or a target may be a secret"
        );
    }
}
