//! A recorded request and its answer.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A recorded request and its answer.
#[derive(Deserialize)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) request_body: Value,
    pub(crate) status: u16,
    pub(crate) response_headers: Map<String, Value>,
    pub(crate) response_body: Value,
}
