//! Who owns which fields: the account in `metadata.managedFields`, and what is merged and refused because of it.
//!
//! The functions here work on values and schemas alone. Where a request calls them is said in `registry`.

mod apply;
mod check;
mod collect;
mod compare;
mod element;
mod entry;
mod merge;
mod remove;
mod set;
mod shape;
mod update;

pub(crate) use apply::{Applying, applied};
pub(crate) use check::config_problems;
pub(crate) use entry::{Entry, Identity, decoded, encoded};
pub(crate) use update::updated;
