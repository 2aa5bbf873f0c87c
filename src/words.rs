//! Texts that mean the same.

/// Azure writes many words in a spelling of its own.
pub(crate) fn without_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}
