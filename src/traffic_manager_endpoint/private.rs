//! What an endpoint remembers beside its state, in Terraform's private data.

use serde::{Deserialize, Serialize};

/// Stored in clear: nothing secret belongs here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Private {
    /// Whether the configuration has `priority`. A number that it gives up is free for others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) has_priority: bool,
    /// Whether the creation was not answered, so that what is there may be somebody else's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) creation_in_doubt: bool,
}
