//! Reads the form that a client logs in with.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

/// The fields of a form.
pub(super) struct Form(HashMap<String, String>);

impl Form {
    /// Reads `a=b&c=d`; of a field that is there twice, the last counts.
    pub(super) fn parse(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let decode =
            |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(key, value)| (decode(key), decode(value))).collect())
    }

    /// A field that is there and not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
