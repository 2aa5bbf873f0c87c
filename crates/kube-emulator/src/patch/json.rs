//! JSON patches, RFC 6902, with the leniency of the library that Kubernetes uses: a member that is replaced or copied need
//! not be there.

use serde_json::Value;

/// How many operations one patch may have.
const MOST_OPERATIONS: usize = 10_000;
/// How deep a document may become.
const DEEPEST: usize = 100;
/// How large a document may become by copying.
const MOST_NODES: usize = 1 << 20;

/// A list of operations.
#[derive(Clone, Debug)]
pub(crate) struct JsonPatch {
    operations: Vec<Operation>,
}

#[derive(Clone, Debug)]
struct Operation {
    name: String,
    /// Where it applies, if it says so.
    path: Option<String>,
    from: String,
    value: Value,
    /// The members that mean nothing.
    unknown: Vec<String>,
}

/// Why a patch cannot be read or applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonPatchError {
    /// It is no list of operations.
    Shape,
    /// It has too many operations.
    TooMany(usize),
    /// An operation does not fit the document.
    DoesNotApply,
}

impl JsonPatchError {
    /// The error for too many operations, as a message says it.
    pub(crate) fn message(self) -> String {
        match self {
            Self::TooMany(count) => {
                format!("The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {count}")
            }
            Self::Shape | Self::DoesNotApply => {
                "the server rejected our request due to an error in our request".to_owned()
            }
        }
    }
}

impl JsonPatch {
    /// Reads a patch.
    pub(crate) fn parse(patch: &Value) -> Result<Self, JsonPatchError> {
        let operations = patch.as_array().ok_or(JsonPatchError::Shape)?;
        if operations.len() > MOST_OPERATIONS {
            return Err(JsonPatchError::TooMany(operations.len()));
        }
        let operations = operations.iter().map(|operation| {
            let text = |key: &str| match operation.get(key) {
                None | Some(Value::Null) => Ok(String::new()),
                Some(Value::String(text)) => Ok(text.clone()),
                Some(_) => Err(JsonPatchError::Shape),
            };
            if !operation.is_object() {
                return Err(JsonPatchError::Shape);
            }
            let value = operation.get("value").cloned().unwrap_or_default();
            let known = ["op", "path", "from", "value"];
            let names = operation.as_object().into_iter().flat_map(|members| members.keys());
            let unknown = names.filter(|name| !known.contains(&name.as_str())).cloned().collect();
            let place = operation.get("path").map(|_| text("path")).transpose()?;
            Ok(Operation { name: text("op")?, path: place, from: text("from")?, value, unknown })
        });
        Ok(Self { operations: operations.collect::<Result<_, _>>()? })
    }

    /// What is said about members of operations that mean nothing.
    pub(crate) fn unknown_fields(&self) -> impl Iterator<Item = String> {
        self.operations.iter().enumerate().flat_map(|(place, operation)| {
            let names = operation.unknown.iter();
            names.map(move |name| format!("json patch unknown field \"[{place}].{name}\""))
        })
    }

    /// The document after all operations.
    pub(crate) fn applied(&self, document: &Value) -> Result<Value, JsonPatchError> {
        let mut document = document.clone();
        let mut copied = 0;
        for operation in &self.operations {
            if matches!(operation.name.as_str(), "copy" | "move") {
                copied += nodes(document.pointer(&operation.from).unwrap_or(&Value::Null));
            }
            if copied > MOST_NODES {
                return Err(JsonPatchError::DoesNotApply);
            }
            operation.apply(&mut document).ok_or(JsonPatchError::DoesNotApply)?;
        }
        Ok(document)
    }
}

impl Operation {
    /// Does it, or nothing if it does not fit.
    fn apply(&self, document: &mut Value) -> Option<()> {
        let path = self.path.as_deref()?;
        match self.name.as_str() {
            "add" | "replace" if path.is_empty() => {
                document.clone_from(&self.value);
                Some(())
            }
            "add" => add(document, path, self.value.clone()),
            "remove" => remove(document, path).map(drop),
            "replace" => replace(document, path, self.value.clone()),
            "move" => {
                let value = remove(document, &self.from)?;
                add(document, path, value)
            }
            "copy" => {
                let (parent, key) = place(document, &self.from)?;
                let value = match parent {
                    Value::Object(members) => members.get(&key).cloned().unwrap_or_default(),
                    Value::Array(items) => items.get(index(&key, items.len())?)?.clone(),
                    _ => return None,
                };
                add(document, path, value)
            }
            "test" => {
                let found = document.pointer(path).cloned().unwrap_or_default();
                (found == self.value).then_some(())
            }
            _ => None,
        }
    }
}

/// The value around a place, and the last step to it.
fn place<'a>(document: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let (parent, key) = path.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    Some((document.pointer_mut(parent)?, key))
}

/// A place in a list of so many items. A negative one counts from the end.
fn index(key: &str, length: usize) -> Option<usize> {
    let place: i64 = key.parse().ok()?;
    let length = i64::try_from(length).ok()?;
    usize::try_from(if place < 0 { length.checked_add(place)? } else { place }).ok()
}

/// Whether a document stays as deep as it may be with a value at a path.
fn fits(path: &str, value: &Value) -> bool {
    path.matches('/').count() + depth(value) <= DEEPEST
}

fn add(document: &mut Value, path: &str, value: Value) -> Option<()> {
    let (parent, key) = place(document, path).filter(|_| fits(path, &value))?;
    match parent {
        Value::Object(members) => _ = members.insert(key, value),
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => {
            let place = index(&key, items.len() + 1).filter(|place| *place <= items.len())?;
            items.insert(place, value);
        }
        _ => return None,
    }
    Some(())
}

fn replace(document: &mut Value, path: &str, value: Value) -> Option<()> {
    let (parent, key) = place(document, path).filter(|_| fits(path, &value))?;
    match parent {
        Value::Object(members) => _ = members.insert(key, value),
        Value::Array(items) => {
            let place = index(&key, items.len())?;
            *items.get_mut(place)? = value;
        }
        _ => return None,
    }
    Some(())
}

fn remove(document: &mut Value, path: &str) -> Option<Value> {
    let (parent, key) = place(document, path)?;
    match parent {
        Value::Object(members) => members.shift_remove(&key),
        Value::Array(items) => {
            let place = index(&key, items.len()).filter(|place| *place < items.len())?;
            Some(items.remove(place))
        }
        _ => None,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

fn nodes(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(nodes).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(nodes).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(document: &Value, patch: &Value, expected: Option<&Value>) {
        let applied = JsonPatch::parse(patch).unwrap().applied(document);
        assert_eq!(applied.ok().as_ref(), expected);
    }

    #[test]
    fn operations_change_members_and_items() {
        let document = json!({ "a": { "b/c": 1 }, "l": [1, 2] });
        let patch = json!([
            { "op": "test", "path": "/a/b~1c", "value": 1 },
            { "op": "remove", "path": "/a/b~1c" },
            { "op": "add", "path": "/l/1", "value": 9 },
            { "op": "add", "path": "/l/-", "value": 3 },
            { "op": "replace", "path": "/l/0", "value": 0 },
            { "op": "copy", "from": "/l", "path": "/m" },
            { "op": "move", "from": "/m/0", "path": "/n" },
        ]);
        check(&document, &patch, Some(&json!({ "a": {}, "l": [0, 9, 2, 3], "m": [9, 2, 3], "n": 0 })));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_an_absent_member_can_be_replaced() {
        let document = json!({ "a": {}, "l": [] });
        for operation in [
            json!({ "op": "remove", "path": "/a/x" }),
            json!({ "op": "add", "path": "/x/y", "value": 1 }),
            json!({ "op": "add", "path": "/l/1", "value": 1 }),
            json!({ "op": "test", "path": "/a/x", "value": 1 }),
            json!({ "op": "move", "from": "/a/x", "path": "/y" }),
            json!({ "op": "jump", "path": "/a" }),
            json!({ "op": "add", "path": "x", "value": 1 }),
        ] {
            check(&document, &json!([operation]), None);
        }
        let replace = json!([{ "op": "replace", "path": "/a/x", "value": 1 }]);
        check(&document, &replace, Some(&json!({ "a": { "x": 1 }, "l": [] })));
    }

    #[test]
    fn a_patch_cannot_make_a_document_grow_without_bound() {
        let copy = json!({ "op": "copy", "from": "/a", "path": "/a/-" });
        let patch = Value::Array(vec![copy; 60]);
        check(&json!({ "a": [1] }), &patch, None);
        let deeper = json!({ "op": "copy", "from": "/a", "path": "/a/b" });
        check(&json!({ "a": {} }), &Value::Array(vec![deeper; 200]), None);
        let mut place = String::new();
        let steps = (0..200).map(|_| {
            place.push_str("/a");
            json!({ "op": "replace", "path": place, "value": {} })
        });
        check(&json!({}), &steps.collect(), None);
        assert_eq!(JsonPatch::parse(&json!({})).unwrap_err(), JsonPatchError::Shape);
    }
}
