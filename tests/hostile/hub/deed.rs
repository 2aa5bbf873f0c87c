//! What requests to a hub do.

/// What a request does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Deed {
    Get,
    Apply,
    Delete,
    List,
    Watch,
}
