//! Writes the domain's enumerations as text into the state file, and reads them back.
//!
//! For `#[serde(with = "state_text")]`. It knows nothing of Azure's own JSON.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};
use traffic_manager::health::Health;
use traffic_manager::id::EndpointKind;
use traffic_manager::profile::{MonitorProtocol, RoutingMethod, Status};

/// An enumeration with a text for each value.
pub(crate) trait StateText: Copy {
    /// The text.
    fn text(self) -> &'static str;

    /// The value of a text.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! azure_texts {
    ($($name:ident),+) => {$(
        impl StateText for $name {
            fn text(self) -> &'static str {
                self.as_str()
            }

            fn read(text: &str) -> Option<Self> {
                Self::parse(text)
            }
        }
    )+};
}

azure_texts!(MonitorProtocol, RoutingMethod, Status);

impl StateText for EndpointKind {
    fn text(self) -> &'static str {
        self.segment()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse_ignoring_case(text)
    }
}

impl StateText for Health {
    fn text(self) -> &'static str {
        self.status().as_str()
    }

    fn read(text: &str) -> Option<Self> {
        Self::parse_ignoring_case(text)
    }
}

pub(crate) fn serialize<T: StateText, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.text())
}

pub(crate) fn deserialize<'de, T: StateText, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::read(&text).ok_or_else(|| D::Error::custom(format!("the value '{text}' is not known")))
}
