//! One page of a list, as every list of Resource Manager has them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One page of a list.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The elements. Properties that a GET of an element has can be null here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Vec<T>>,
    /// Where the next page is, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
    /// The length of its JSON.
    #[serde(skip)]
    pub(crate) size: usize,
    /// Keys that are not known here.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
