//! Values in messages, as Go writes them.

use serde_json::Value;

/// A string in double quotes, as the verb `%q` writes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\u{b}' => quoted.push_str("\\v"),
            control if control.is_control() => {
                let code = u32::from(control);
                quoted.push_str("\\x");
                quoted.extend([code >> 4, code & 15].map(|digit| char::from_digit(digit, 16).unwrap_or('0')));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A value as a message about an invalid field shows it: a string in quotes, anything else as JSON with sorted keys.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => json(other),
    }
}

/// JSON with sorted keys, in which Go escapes what HTML would take for markup.
pub(crate) fn json(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    let text = sorted.to_string();
    if !text.contains(['<', '>', '&']) {
        return text;
    }
    text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_shown_as_go_shows_them() {
        assert_eq!(shown(&json!("a\"b\n")), r#""a\"b\n""#);
        assert_eq!(shown(&json!(11)), "11");
        assert_eq!(shown(&json!({ "b": 1, "a": "<" })), r#"{"a":"\u003c","b":1}"#);
        assert_eq!(shown(&Value::Null), "null");
    }
}
