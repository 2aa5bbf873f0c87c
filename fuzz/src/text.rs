//! Inputs that are texts: parts between lines of `%%`.

/// The parts of a text.
pub(crate) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n%%\n")
}

/// A text up to its first line break, and the rest.
pub(crate) fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}
