//! Terraform's type system: types, values, paths, and their two wire forms.
//!
//! A [`Value`] has no type of its own; decoding and encoding are directed by a [`Type`], as in the
//! protocol. Resource code does not see this module: it has typed structs (see [`mod@crate::object`]).

pub mod json;
pub mod msgpack;
mod number;
mod path;
mod types;
mod value;

pub use number::{Number, NumberError};
pub use path::{Path, Step};
pub use types::{Type, TypeError};
pub(crate) use value::Bag;
pub use value::{Unknown, Value};

/// How deep values may be nested that come from outside, with their types. Deeper ones are refused: reading them
/// would take a stack of any size. JSON bounds types in the same way, and no schema comes near.
pub const MAX_NESTING: usize = 128;

/// A value that cannot be read as the type it should have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}", if .path.is_root() { String::new() } else { format!("{}: ", .path) })]
pub struct DecodeError {
    /// The attribute that could not be read.
    pub path: Path,
    /// What is wrong with it, as a lower-case fragment.
    pub what: String,
}

impl DecodeError {
    /// An error at `path`.
    pub fn new(path: &Path, what: impl Into<String>) -> Self {
        Self { path: path.clone(), what: what.into() }
    }
}
