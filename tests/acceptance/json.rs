//! Comparisons of JSON that name what differs.

use serde_json::Value;

/// Where `actual` lacks something of `expected`, one line each. Members that `expected` does not name are
/// free; lists have to be equal in length.
pub(crate) fn lacks(actual: &Value, expected: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", actual, expected, &mut found);
    found
}

fn compare(path: &str, actual: &Value, expected: &Value, found: &mut Vec<String>) {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            for (key, expected) in expected {
                let actual = actual.get(key).unwrap_or(&Value::Null);
                compare(&format!("{path}/{key}"), actual, expected, found);
            }
        }
        (Value::Array(actual), Value::Array(expected)) if actual.len() == expected.len() => {
            for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
                compare(&format!("{path}/{index}"), actual, expected, found);
            }
        }
        _ if actual == expected => {}
        _ => found.push(format!("{path}: expected {expected}, found {actual}")),
    }
}

/// Asserts that `actual` has everything of `expected`.
#[track_caller]
pub(crate) fn assert_has(actual: &Value, expected: &Value) {
    let lacks = lacks(actual, expected);
    assert!(lacks.is_empty(), "{}\nin {actual:#}", lacks.join("\n"));
}

#[test]
fn a_difference_deep_inside_is_found_and_free_members_are_not() {
    let actual = serde_json::json!({ "a": [{ "b": 1, "free": 2 }], "free": 3 });
    assert_has(&actual, &serde_json::json!({ "a": [{ "b": 1 }] }));
    let expected = serde_json::json!({ "a": [{ "b": 2 }], "c": null, "d": 4 });
    assert_eq!(lacks(&actual, &expected), ["/a/0/b: expected 2, found 1", "/d: expected 4, found null"]);
    assert_eq!(lacks(&actual, &serde_json::json!({ "a": [] })).len(), 1);
}
