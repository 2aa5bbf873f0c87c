//! The rules of a schema, each decided by its function.

use serde_json::Value;

use crate::problem;
use crate::schema::{Decision, Kind, List, Schema};
use crate::status::Cause;

/// Which rules an object breaks.
#[derive(Debug, Default)]
pub(super) struct Broken {
    /// Those that make it invalid.
    pub(super) now: Vec<Cause>,
    /// Those that the same value broke before. They are let pass, as a rule may be younger than the object.
    pub(super) before: Vec<Cause>,
}

/// Which rules an object breaks.
pub(super) fn problems(schema: &Schema, object: &Value, old: Option<&Value>) -> Broken {
    let mut broken = Broken::default();
    look(schema, "", object, old, &mut broken);
    broken
}

fn look(schema: &Schema, path: &str, value: &Value, old: Option<&Value>, broken: &mut Broken) {
    if value.is_null() {
        return;
    }
    let old = old.filter(|old| !old.is_null());
    for rule in &schema.rules {
        let is_broken = match rule.decision {
            Decision::Value(decide) => !decide(value),
            Decision::Transition(decide) => old.is_some_and(|old| !decide(value, old)),
        };
        let was_broken = matches!(rule.decision, Decision::Value(_)) && old == Some(value);
        if is_broken {
            let list = if was_broken { &mut broken.before } else { &mut broken.now };
            list.push(cause(schema, path, value, rule.message));
        }
    }
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            for name in names {
                let Some(property) = schema.field(name) else { continue };
                let path = match (schema.kind, path) {
                    (Kind::Map, _) => format!("{path}[{name}]"),
                    (_, "") => name.clone(),
                    _ => format!("{path}.{name}"),
                };
                look(property, &path, &members[name.as_str()], old.and_then(|old| old.get(name)), broken);
            }
        }
        Value::Array(items) => {
            let Some(inner) = schema.items.as_deref() else { return };
            for (place, item) in items.iter().enumerate() {
                let old = old.and_then(|old| same_item(&schema.list, old, item));
                look(inner, &format!("{path}[{place}]"), item, old, broken);
            }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Null => {}
    }
}

/// The item of an old list that has the keys of an item. Lists without keys have no such thing.
pub(super) fn same_item<'a>(list: &List, old: &'a Value, item: &Value) -> Option<&'a Value> {
    let List::Map(keys) = list else { return None };
    old.as_array()?.iter().find(|candidate| keys.iter().all(|key| candidate.get(*key) == item.get(*key)))
}

fn cause(schema: &Schema, path: &str, value: &Value, message: &str) -> Cause {
    let field = if path.is_empty() { "<nil>" } else { path };
    match schema.kind {
        Kind::Object | Kind::Map | Kind::List => problem::broken_rule(field, message),
        _ => problem::invalid(field, value, message),
    }
}
