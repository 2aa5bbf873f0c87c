//! Patches: what they make of a document. Who may write which field is none of their business.

mod json;
mod merge;
mod strategic;

pub(crate) use json::{JsonPatch, JsonPatchError};
pub(crate) use merge::merged;
pub(crate) use strategic::strategic;
