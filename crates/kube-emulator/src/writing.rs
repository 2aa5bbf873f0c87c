//! How a write is meant: by whom, and how strictly.

/// Who writes and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Writing {
    /// Who owns the fields that are written.
    pub(crate) manager: String,
    /// Everything is checked and nothing is kept.
    pub(crate) is_dry_run: bool,
    pub(crate) unknown_fields: UnknownFields,
    /// An apply takes fields of others.
    pub(crate) is_forced: bool,
}

/// What happens to fields that nobody declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UnknownFields {
    /// They are dropped.
    Ignore,
    /// They are dropped with a warning.
    #[default]
    Warn,
    /// The request is refused.
    Strict,
}
