//! What has a schema.

use crate::schema::{Block, Schema};

/// Something of a provider that has a schema.
pub(crate) trait Described: Send + Sync {
    fn schema(&self) -> Schema;
    /// What the struct of its model or configuration is declared as.
    fn declared(&self) -> Block;
}
