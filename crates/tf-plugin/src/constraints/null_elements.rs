//! Elements of collections that must not be null: what is said of them, and what a resource is given instead.

use crate::cty::{Path, Type, Value};
use crate::diagnostics::Diagnostics;

/// A collection, and the collections in it.
pub(super) fn without(of: &Type, value: Value, path: &Path, diagnostics: &mut Diagnostics) -> Value {
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
        return without(of.1, value, path, diagnostics);
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
