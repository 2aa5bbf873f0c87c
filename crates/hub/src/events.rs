//! Events: what controllers tell of an object beside its status.

use serde::Deserialize;

use crate::bounded::{ELEMENTS, list};
use crate::said::Said;

/// An event. Where a controller could not write a status, it is the only trace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// `Normal` or `Warning`.
    #[serde(rename = "type", default)]
    pub type_name: String,
    /// A word for it.
    #[serde(default)]
    pub reason: String,
    /// In words. May have many lines.
    #[serde(default)]
    pub message: String,
    /// When it was seen last, RFC 3339.
    pub last_timestamp: Option<String>,
    /// When it was seen, for events that are seen once.
    pub event_time: Option<String>,
}

/// A list of events.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Events {
    #[serde(default, deserialize_with = "list::<_, _, ELEMENTS>")]
    pub(crate) items: Vec<Event>,
}

impl Event {
    /// Whether it tells of a failure.
    pub fn is_warning(&self) -> bool {
        self.type_name == "Warning"
    }

    pub(crate) fn fit_to_be_shown(self, said: &Said) -> Self {
        Self { reason: said.word(&self.reason), message: said.message(&self.message), ..self }
    }

    /// When it was seen last. The texts are ordered as the times are.
    pub(crate) fn time(&self) -> &str {
        self.last_timestamp.as_deref().or(self.event_time.as_deref()).unwrap_or_default()
    }
}
