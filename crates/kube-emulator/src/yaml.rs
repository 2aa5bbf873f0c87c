//! YAML bodies, as values.

use serde_json::Value;

/// Reads one YAML document, which may be JSON.
pub(crate) fn parsed(body: &[u8]) -> Result<Value, String> {
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    if body.trim_ascii().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    serde_saphyr::from_str(text).map_err(|error| format!("yaml: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_and_json_are_read() {
        let text = b"a: 1\nb:\n- x\n- \"2\"\nc: {}\nd: true\n";
        assert_eq!(parsed(text).unwrap(), json!({ "a": 1, "b": ["x", "2"], "c": {}, "d": true }));
        assert_eq!(parsed(b"{\"a\": [1]}").unwrap(), json!({ "a": [1] }));
        assert!(parsed(b"a: [b").is_err());
    }

    #[test]
    fn a_document_cannot_grow_without_bound_by_aliases() {
        let mut text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for (name, before) in "bcdefgh".chars().zip("abcdefg".chars()) {
            let alias = format!("*{before}");
            let items = [alias.as_str(); 10].join(", ");
            text = format!("{text}{name}: &{name} [{items}]\n");
        }
        assert!(parsed(text.as_bytes()).is_err());
    }
}
