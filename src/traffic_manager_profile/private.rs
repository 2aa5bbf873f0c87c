//! What the resource remembers beside its state, in Terraform's private data.

use serde::{Deserialize, Serialize};

/// Stored in clear: nothing secret belongs here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Private {
    /// Whether the configuration has `endpoints`. Without them, they are managed elsewhere.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) manages_endpoints: bool,
    /// The relative name of the profile that this one replaces: it is taken by ourselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replaces_relative_name: Option<String>,
    /// Whether the creation was not answered, so that what is there may be somebody else's.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) creation_in_doubt: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
