//! What must not be seen of a foreign text is cut out.
//!
//! A service that refuses a request may quote the request's body. The custom headers of a profile, for example, can hold
//! credentials; so their values are cut out, in whatever way the text escapes them, and so is JSON that looks like a
//! profile. What is sensitive, the API says that a request speaks.

use serde_json::Value;

use crate::text::{beginning, printable};

/// How much of a text is looked at, in bytes: many times what is shown.
const LOOKED_AT: usize = 16 * 1024;

/// From how many letters on a value is cut out of the middle of other letters. A shorter one stands alone: hiding each
/// `1` would make a text unreadable.
const SHORT: usize = 4;

/// From how many letters on what follows the word `Bearer` is a token.
const SHORTEST_TOKEN: usize = 16;

/// How many letters of a value give it away, where the text has cut off the rest.
const TELLING: usize = 8;

/// What of the JSON of an API must not be shown, wherever a text quotes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sensitive {
    /// The key of lists whose elements have a `value` that is secret.
    pub list: &'static str,
    /// What the JSON of an object has, and an error has not.
    pub keys: &'static [&'static str],
}

/// Texts that must not be seen.
pub struct Secrets<'a> {
    tokens: Vec<&'a str>,
    values: Vec<&'a str>,
    keys: &'static [&'static str],
}

impl<'a> Secrets<'a> {
    /// The tokens that a request carried, and what is sensitive in its body.
    pub fn new(tokens: Vec<&'a str>, body: Option<&'a Value>, sensitive: Sensitive) -> Self {
        let mut values = Vec::new();
        if let Some(body) = body {
            secret_values(body, sensitive.list, &mut values);
        }
        // The longest first: one may be the beginning of another.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.dedup();
        let tokens = tokens.into_iter().filter(|token| !token.is_empty()).collect();
        Self { tokens, values, keys: sensitive.keys }
    }

    /// A foreign text as it may be shown, with at most this many characters.
    pub fn shown(&self, text: &str, longest: usize) -> String {
        let text = beginning(text, LOOKED_AT);
        let text = self.tokens.iter().fold(text.to_owned(), |text, token| text.replace(token, "[token]"));
        let text = without_tokens(&text);
        let text = without_objects(&text, self.keys);
        let text = self.values.iter().fold(text, |text, value| without(&text, value));
        printable(text.trim()).chars().take(longest).collect()
    }
}

/// The values in all lists of a body that have this key.
fn secret_values<'a>(body: &'a Value, list: &str, found: &mut Vec<&'a str>) {
    match body {
        Value::Object(members) => {
            for (key, value) in members {
                if key.eq_ignore_ascii_case(list) {
                    let elements = value.as_array().map(Vec::as_slice).unwrap_or_default();
                    let values = elements.iter().filter_map(|element| element.get("value")?.as_str());
                    found.extend(values.map(str::trim).filter(|value| !value.is_empty()));
                } else {
                    secret_values(value, list, found);
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| secret_values(element, list, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The text without what looks like a token: a JSON Web Token, or whatever follows the word `Bearer`. Another program may have
/// given it, so that it is not known.
fn without_tokens(text: &str) -> String {
    let is_of_token = |letter: char| letter.is_ascii_alphanumeric() || "-._~+/=".contains(letter);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    let mut follows_bearer = false;
    while let Some(letter) = rest.chars().next() {
        let end = rest.find(|letter| !is_of_token(letter)).unwrap_or(rest.len());
        if end == 0 {
            kept.push(letter);
            rest = &rest[letter.len_utf8()..];
            continue;
        }
        let (word, after) = rest.split_at(end);
        let is_web_token = word.starts_with("eyJ") && word.matches('.').count() >= 2;
        let is_bearer = follows_bearer && word.len() >= SHORTEST_TOKEN;
        kept.push_str(if is_web_token || is_bearer { "[token]" } else { word });
        follows_bearer = word.eq_ignore_ascii_case("bearer");
        rest = after;
    }
    kept
}

/// The text without JSON that has one of these keys: up to its last brace, or to the end where it is cut off.
fn without_objects(text: &str, keys: &[&str]) -> String {
    let Some(start) = text.find('{') else { return text.to_owned() };
    let rest = &text[start..];
    let is_quoted = |(position, key): (usize, &str)| {
        let before = rest[..position].ends_with(['"', '\'']);
        let after = rest[position + key.len()..].trim_start_matches('\\').starts_with(['"', '\'']);
        before && after
    };
    if !keys.iter().any(|key| rest.match_indices(key).any(is_quoted)) {
        return text.to_owned();
    }
    let is_cut_off = rest.matches('{').count() > rest.matches('}').count();
    let end = rest.rfind('}').filter(|_| !is_cut_off).map_or(rest.len(), |end| end + 1);
    format!("{}{{...}}{}", &text[..start], &rest[end..])
}

/// The text without a value, however its letters are escaped, and without its beginning where the rest is cut off.
fn without(text: &str, value: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let stands_alone = !kept.ends_with(char::is_alphanumeric);
        match matched(rest, value) {
            Some(length)
                if value.len() >= SHORT
                    || (stands_alone && !rest[length..].starts_with(char::is_alphanumeric)) =>
            {
                kept.push_str("[hidden]");
                rest = &rest[length..];
            }
            _ => {
                kept.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    kept
}

/// How much of the text's beginning is the value, or a telling part of it.
fn matched(text: &str, value: &str) -> Option<usize> {
    if text.get(..value.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(value)) {
        return Some(value.len());
    }
    let mut rest = text;
    for (letters, letter) in value.chars().enumerate() {
        match one(rest, letter) {
            Some(length) => rest = &rest[length..],
            None if letters >= TELLING || (letters >= SHORT && rest.is_empty()) => break,
            None => return None,
        }
    }
    Some(text.len() - rest.len())
}

/// How much of the text's beginning is this letter: itself, or escaped as JSON, URLs and HTML do, any number of times.
fn one(text: &str, letter: char) -> Option<usize> {
    let same = |found: char| found.eq_ignore_ascii_case(&letter);
    let bare = text.trim_start_matches('\\');
    let slashes = text.len() - bare.len();
    if letter == '\\' && slashes > 0 {
        return Some(slashes);
    }
    let first = bare.chars().next()?;
    if let Some(length) = escaped(bare, slashes > 0, letter) {
        return Some(slashes + length);
    }
    (same(first) && (slashes == 0 || !first.is_ascii_alphanumeric())).then_some(slashes + first.len_utf8())
}

/// The same for an escape, behind its backslashes if it has any.
fn escaped(text: &str, has_slash: bool, letter: char) -> Option<usize> {
    let same = |found: char| found.eq_ignore_ascii_case(&letter);
    let code = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    for (sign, end, applies) in [("u", 5, has_slash), ("%", 3, true)] {
        let digits = text.get(1..end).filter(|_| applies && text.starts_with(sign));
        if digits.and_then(|digits| code(digits, 16)).is_some_and(same) {
            return Some(end);
        }
    }
    let entity = text.strip_prefix('&')?.split_once(';')?.0;
    let found = match entity {
        "quot" => '"',
        "apos" => '\'',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        _ => {
            let number = entity.strip_prefix('#')?;
            number.strip_prefix(['x', 'X']).map_or_else(|| code(number, 10), |digits| code(digits, 16))?
        }
    };
    same(found).then_some(entity.len() + 2)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(value: &str) -> Value {
        json!({ "properties": { "endpoints": [
            { "properties": { "customHeaders": [{ "name": "X-Key", "value": value }] } }
        ] } })
    }

    fn shown(text: &str, value: &str) -> String {
        let sensitive = Sensitive { list: "customHeaders", keys: &["dnsConfig", "properties", "endpoints"] };
        Secrets::new(vec!["sesame"], Some(&body(value)), sensitive).shown(text, 500)
    }

    #[test]
    fn a_header_value_is_hidden_however_it_is_escaped() {
        let value = r#"Bearer a"b\c<d>&é'+/="#;
        let once = serde_json::to_string(value).unwrap();
        let twice = serde_json::to_string(&once).unwrap();
        let net: String = value
            .chars()
            .map(|letter| match letter {
                'a'..='z' | 'A'..='Z' | ' ' => letter.to_string(),
                other => format!("\\u{:04X}", u32::from(other)),
            })
            .collect();
        let html =
            value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\'', "&#39;");
        let url = value.replace('"', "%22").replace('<', "%3c").replace(' ', "%20");
        for form in [value.to_owned(), value.to_uppercase().replace('É', "é"), once, twice, net, html, url]
        {
            let text = shown(&format!("bad value {form} in X-Key"), value);
            assert!(text.starts_with("bad value ") && text.ends_with(" in X-Key"), "{form}: {text}");
            assert!(text.contains("[hidden]") && !text.contains("earer"), "{form}: {text}");
        }
    }

    #[test]
    fn a_value_that_is_cut_off_is_hidden_as_far_as_it_goes() {
        for (text, expected) in [
            ("bad: topsecret", "bad: [hidden]"),
            ("bad: tops", "bad: [hidden]"),
            ("bad: topsecre...", "bad: [hidden]..."),
            ("bad: topology", "bad: topology"),
        ] {
            assert_eq!(shown(text, "topsecretvalue"), expected, "{text}");
        }
    }

    #[test]
    fn a_short_value_is_hidden_where_it_stands_alone() {
        assert_eq!(shown("port 11, header '1', a1", "1"), "port 11, header '[hidden]', a1");
        assert_eq!(shown("nothing is empty", ""), "nothing is empty");
    }

    #[test]
    fn the_json_of_a_profile_is_not_shown() {
        for (text, expected) in [
            (r#"Cannot read {"properties":{"dnsConfig":{}}}, sorry"#, "Cannot read {...}, sorry"),
            (r#"Cannot read {\"tags\":{\"key\":\"x\"},\"properties\":{"#, "Cannot read {...}"),
            ("The 'endpoints' property cannot be specified", "The 'endpoints' property cannot be specified"),
            (r#"{"title":"no"}"#, r#"{"title":"no"}"#),
            ("the token sesame", "the token [token]"),
        ] {
            assert_eq!(shown(text, "value"), expected, "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_token_is_not_shown() {
        for (text, expected) in [
            ("sent \"Bearer abcdefghijklmnop-_.123\" again", "sent \"Bearer [token]\" again"),
            ("authorization: bearer  abcdefghijklmnop", "authorization: bearer  [token]"),
            ("the token eyJhbGciOi.eyJhdWQi.c2ln is old", "the token [token] is old"),
            ("a bearer token is required", "a bearer token is required"),
            ("eyJ is how it begins", "eyJ is how it begins"),
            ("/subscriptions/1/resourceGroups/é", "/subscriptions/1/resourceGroups/é"),
        ] {
            assert_eq!(shown(text, "value"), expected, "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_printable_and_short() {
        let text = "a\u{1b}[2J\u{9b}31m\u{202e}b\u{7f}\r\nc\u{2066}\td\u{0}";
        assert_eq!(shown(text, "x"), "a\u{fffd}[2J\u{fffd}31m\u{fffd}b\u{fffd}\nc\u{fffd} d\u{fffd}");
        assert_eq!(shown(&"é".repeat(100_000), "x").chars().count(), 500);
    }
}
