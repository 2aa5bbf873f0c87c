//! Writes the domain's enumerations as words into the state file, and reads them back.
//!
//! For `#[serde(with = "word")]`. It knows nothing of Azure's own JSON.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::{MonitorProtocol, RoutingMethod, Status};

/// An enumeration with a word for each value.
pub(crate) trait Word: Copy {
    /// The word.
    fn text(self) -> &'static str;

    /// The value of a word.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! azure_words {
    ($($name:ident),+) => {$(
        impl Word for $name {
            fn text(self) -> &'static str {
                self.as_str()
            }

            fn read(text: &str) -> Option<Self> {
                Self::parse(text)
            }
        }
    )+};
}

azure_words!(MonitorProtocol, RoutingMethod, Status);

impl Word for EndpointKind {
    fn text(self) -> &'static str {
        self.segment()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse_ignoring_case(text)
    }
}

pub(crate) fn serialize<T: Word, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.text())
}

pub(crate) fn deserialize<'de, T: Word, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::read(&text).ok_or_else(|| D::Error::custom(format!("the word '{text}' is not known")))
}
