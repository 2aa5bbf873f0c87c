//! Reads the form that a client logs in with.

use std::collections::HashMap;

/// The fields of a form.
pub(super) struct Form(HashMap<String, String>);

impl Form {
    /// Reads `a=b&c=d`; of a field that is there twice, the last counts.
    pub(super) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// A field that is there and not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
