//! Secrets in a configuration: text that `Debug` does not show.

use std::fmt;

use tf_plugin::cty::{self, DecodeError};
use tf_plugin::schema::Shape;
use tf_plugin::{Path, value};

/// A text that shows itself to nobody but a login.
#[derive(Clone, PartialEq)]
pub struct Hidden(String);

impl Hidden {
    /// The text for a login.
    pub(crate) fn into_secret(self) -> arm::Secret {
        arm::Secret::from(self.0)
    }
}

impl From<&str> for Hidden {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl value::Attribute for Hidden {
    fn decode(value: cty::Value, path: &Path, errors: &mut Vec<DecodeError>) -> Option<Self> {
        <String as value::Attribute>::decode(value, path, errors).map(Self)
    }

    fn encode(self) -> cty::Value {
        self.0.encode()
    }

    fn shape() -> Shape {
        <String as value::Attribute>::shape()
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}
