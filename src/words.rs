//! Texts that mean the same, and how words are written.

/// Azure writes many words in a spelling of its own.
pub(crate) fn without_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// The word with a capital letter.
pub(crate) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
