//! Private data: what a resource remembers beside its state.

use std::collections::BTreeMap;

/// Short texts by name, kept by Terraform beside the state. Stored in clear: nothing secret belongs here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Private(BTreeMap<String, String>);

impl Private {
    /// The text of this name.
    pub fn of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets or, with `None`, forgets the text of this name.
    pub fn set(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => {
                self.0.insert(name.to_owned(), text.to_owned());
            }
            None => {
                self.0.remove(name);
            }
        }
    }

    /// What another version wrote and this one cannot read is no reason to fail: it is forgotten.
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        Self(serde_json::from_slice(bytes).unwrap_or_default())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&self.0).expect("a map of texts is JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::Private;

    #[test]
    fn texts_come_back_and_nothing_is_empty() {
        let mut private = Private::default();
        assert_eq!(private.encode(), b"");
        private.set("endpoints", Some("configured"));
        assert_eq!(Private::decode(&private.encode()), private);
        private.set("endpoints", None);
        assert_eq!(private, Private::decode(b"\x00 not ours"));
    }
}
